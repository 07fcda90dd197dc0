"""From paths to what the files hold."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from kblint import texts
from kblint.config import Config
from kblint.finding import Skipped
from kblint.helm.process import find_helm
from kblint.helm_output import templates_of
from kblint.intake import NO_BUFFERS, Buffers, Input, Loaded, load, read
from kblint.run import judge_objects, settle, wire_all
from kblint.source.reader import ReadFailure, decoded
from kblint.source.text import Source
from kblint.wire.topology import Topology

__all__ = [
    "STDIN",
    "Buffers",
    "Config",
    "Input",
    "OpenedProject",
    "WiredInputs",
    "edited",
    "is_empty",
    "named_paths",
    "opened",
    "unread",
    "wired",
]

STDIN = texts.STDIN
"""How standard input is shown."""


class OpenedProject(Struct, frozen=True):
    """The texts of a run and its configuration. `root` is where paths start, and from where they are shown."""

    config: Config
    texts: Loaded
    root: Path

    def read(self) -> Input:
        """What the texts hold."""
        return read(self.texts.sources, self.texts.named, self.texts.beside, self.texts.charts)


class WiredInputs(Struct, frozen=True):
    """A project with its profile settled, what its texts hold, and who reaches whom; nothing is judged."""

    project: OpenedProject
    given: Input
    topologies: Sequence[Topology]

    @property
    def profile(self) -> str:
        """The profile that counts."""
        return self.project.config.environment.profile


def named_paths(paths: Sequence[str], config: Config) -> Sequence[str]:
    """The paths that are asked for, else those of the configuration, else all here."""
    return tuple(paths) or config.paths or (".",)


def opened(
    paths: Sequence[str],
    config: Config,
    root: Path | None = None,
    piped: bytes = b"",
    buffers: Buffers = NO_BUFFERS,
) -> OpenedProject:
    """Read what paths name; `piped` is standard input, which `-` names, `buffers` count over what lies on disk.

    Paths start at `root`, the working directory unless another is given.

    Raises:
        UsageError: a path does not exist, or there is too much to read.
    """
    root = root or Path.cwd()
    named = named_paths(paths, config)
    files = tuple(path for path in named if path != "-")
    helm = find_helm(os.environ) if config.renders_charts else None
    loaded = load(files, config, root, helm, buffers) if files else Loaded((), (), ())
    if "-" in named:
        given = decoded(piped, STDIN)
        if isinstance(given, ReadFailure):
            loaded = replace(loaded, unread=(*loaded.unread, given))
        else:
            templates = templates_of(given, loaded.sources, root)
            loaded = replace(loaded, sources=(*loaded.sources, given), templates=templates)
    return OpenedProject(config, loaded, root)


def edited(project: OpenedProject, texts: Mapping[str, str]) -> OpenedProject:
    """The project with other texts of files that it has read, by their shown paths; nothing is read anew."""
    buffers = Buffers(texts)

    def over(sources: Sequence[Source]) -> tuple[Source, ...]:
        found = (buffers.over(one) if texts.get(one.path, one.text) != one.text else one for one in sources)
        return tuple(one for one in found if isinstance(one, Source))

    loaded = project.texts
    beside = replace(loaded.beside, sources=over(loaded.beside.sources))
    return replace(project, texts=replace(loaded, sources=over(loaded.sources), beside=beside))


def wired(project: OpenedProject) -> WiredInputs:
    """Wire what is read, by no rule."""
    given = project.read()
    config = settle(project.config, given)
    topologies = wire_all(given, config, judge_objects(given, config))
    return WiredInputs(replace(project, config=config), given, topologies)


def is_empty(source: Source) -> bool:
    """Whether a text holds nothing that kblint reads."""
    given = read((source,))
    return not (given.files or given.parts or given.undeployed or given.skipped)


def unread(loaded: Loaded, given: Input, sign: str = ";") -> Iterator[Skipped]:
    """What was left out, or could not be read as a whole or in part; `sign` parts a reason from where it is told."""
    for failure in loaded.unread:
        yield Skipped(failure.path, f"cannot be read: {failure.reason}")
    for path in dict.fromkeys(fault.place.source.path for fault in given.faults if fault.code == "unreadable"):
        yield Skipped(path, f"cannot be parsed{sign} `kblint check` says why")
    yield from (*loaded.skipped, *given.skipped)
