"""What a command reads, how it is wired, and what is said about inputs that are no part of that."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from kblint.api.project import Config, Input, OpenedProject, is_empty, named_paths, opened, unread
from kblint.api.remember import keeper
from kblint.cli.progress import working
from kblint.cli.recording import RECORDING
from kblint.cli.streams import has_waiting, say, standard_input
from kblint.errors import RuleError, UsageError
from kblint.finding import Result
from kblint.report.places import position
from kblint.report.wording import plural
from kblint.secrets.conceal import concealed
from kblint.source.grouping import grouped
from kblint.source.reader import MAX_BYTES
from kblint.source.text import Source

_NAMED = 5
"""Paths named in one message."""
_REPORTS = (".json", ".txt")
"""How files end that are read, and that reports are written into."""
_OWN = (".yaml", ".yml", ".json")
"""How files of rules and schemas end."""


def read(paths: Sequence[str], config: Config, root: Path | None = None) -> OpenedProject:
    """What the command line names (`-` is standard input), else what the configuration does, else all that is here.

    Paths start at `root`, the working directory unless another is given, and are shown from there.
    """
    is_asked = "-" in named_paths(paths, config)
    piped = standard_input(MAX_BYTES) if is_asked else b""
    with working("reading"):
        project = opened(paths, config, root, piped)
    if not is_asked and not paths and has_waiting():
        say("kblint: standard input is not read, files are; `-` in the place of a path reads it")
    return project


def repeatable(paths: Sequence[str], project: OpenedProject) -> None:
    """From here on a command only reports what follows from a project: as long as that is so, it may be said again."""
    recording = RECORDING.get()
    if recording is not None:
        recording.keep = keeper(recording.asked, paths, project)


def following(project: OpenedProject) -> AbstractContextManager[None]:
    """What a terminal shows while the wiring of many files is followed."""
    return working(f"following the wiring of {plural(len(project.texts.sources), 'file')}")


def tell_unread(project: OpenedProject, given: Input) -> None:
    """Say on standard error what was left out, or could not be read."""
    by_reason = grouped((skipped.reason, skipped.path) for skipped in unread(project.texts, given, ","))
    for reason, paths in sorted(by_reason.items()):
        shown = ", ".join(sorted(paths)[:_NAMED])
        more = f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else ""
        say(f"kblint: not read ({reason}): {shown}{more}")


def tell_unbuilt(given: Input) -> bool:
    """Say on standard error why kustomizations cannot be built; whether there are any."""
    for problem in concealed(given.problems):
        say(f"kblint: not built: {position(problem.place, problem.message)}; `kblint check` says more")
    return bool(given.problems)


def require_judged(result: Result) -> None:
    """A rule that nobody could ask must not look like a pass, whatever the report says of the rest.

    Raises:
        RuleError: a rule could not be evaluated on something.
    """
    if result.unjudged:
        first, *others = concealed(result.unjudged)
        more = f", and {len(others)} more" if others else ""
        raise RuleError(f"{first.message}{more}", path=first.path, help=first.help)


def require_readable(project: OpenedProject) -> None:
    """What the system keeps back must not look like a pass, whatever the report says of the rest.

    Raises:
        UsageError: a file or folder may not be read.
    """
    denied = [failure.path for failure in project.texts.unread if failure.is_denied]
    if denied:
        named = ", ".join(f"`{path}`" for path in denied[:_NAMED]) + (" and others" if denied[_NAMED:] else "")
        raise UsageError(f"{named} cannot be read", help="make it readable, or leave it out with `exclude`")


def require_no_input(output: str | None, project: OpenedProject, *others: str | Path | None) -> None:
    """Only what nobody else wrote may be written over: no file that was read, under whatever name.

    A report of an earlier run may: it is read as well where it lies in a checked folder, and nothing is found in it.
    `others` are files that this command reads besides.

    Raises:
        UsageError: the report would replace an input.
    """
    if output is not None and any(_is_same(Path(output), file) for file in _inputs(output, project, others)):
        raise UsageError(f"`{output}` is an input, and is left as it is", help="write the report into another file")


def _inputs(output: str, project: OpenedProject, others: Iterable[str | Path | None]) -> Iterator[Path]:
    """The files that a command reads, or would if they could be."""
    texts, config = project.texts, project.config
    yield from (Path(name) for name in (*texts.named, config.path, *others) if name)
    for folder in (*config.rules, *config.schemas):
        yield from (file for file in folder.rglob("*") if file.suffix in _OWN)
    yield from (Path(failure.path) for failure in texts.unread)
    yield from (Path(source.path) for source in texts.sources if not _may_be_report(source, texts.named, output))
    yield from (Path(source.path) for source in (*texts.beside.sources, *texts.templates.values()))
    yield from map(Path, texts.beside.elsewhere)
    for chart in texts.charts.charts if texts.charts else ():
        yield from (Path(file.path) for file in chart.files.values() if not file.path.endswith(_REPORTS))


def _may_be_report(source: Source, named: Collection[str], output: str) -> bool:
    if source.path in named or not source.path.endswith(_REPORTS) or not _is_same(Path(output), Path(source.path)):
        return False
    return is_empty(source)


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False  # one of them is not there, or may not be looked at
