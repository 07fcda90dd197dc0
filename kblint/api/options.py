"""What is said of a run besides its paths, and the configuration that follows from it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from kblint.config import NEVER, Config, load_config, profiles
from kblint.config_file import FILE_NAMES, find_config, tree_of_config
from kblint.errors import UsageError
from kblint.finding import Severity
from kblint.kept import cache_folder
from kblint.source.spelling import did_you_mean
from kblint.suppressions.choice import Choice

PROFILES = profiles()
"""The names of all profiles, sorted, with `auto`."""
CONFIG_NAMES = FILE_NAMES
"""What a configuration is called, the first one where kblint writes it."""


class Options(Struct, frozen=True):
    """What the options of `kblint check` say; each counts over what `kblint.yaml` says.

    `config` is the file to take instead of the nearest `kblint.yaml`, `profile` what is taken as given about the
    cluster, `rules` are folders with rule files. Where `isolated`, nothing in the files says how they are judged; where
    `helm`, charts are rendered, which runs helm on them; where `closed_world`, what is not in the input is missing.
    `select` and `ignore` hold ids, names or areas (`LB`) of rules, `severity` a level (`error`, `warning`, `info`) by
    the id or name of a rule. `fail_on` is a level too, or `never`: from which on `kblint check` exits with 1.
    """

    config: str | Path | None = None
    profile: str | None = None
    rules: Sequence[str | Path] = ()
    isolated: bool = False
    helm: bool = False
    closed_world: bool = False
    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    severity: Mapping[str, str] = field(default_factory=dict)
    fail_on: str | None = None


def configured(options: Options, paths: Sequence[str] = (), root: Path | None = None) -> Config:
    """The configuration of a run: the file that is nearest to `paths`, then what the options say.

    Paths start at `root`, the working directory unless another is given. Where isolated, only a file that is named
    counts. Only the options say that helm may be run.

    Raises:
        ConfigError: the file is wrong.
        UsageError: the named file does not exist, or the options ask for what there is not.
    """
    root = root or Path.cwd()
    _require_known(options)
    if options.config:
        if not os.path.lexists(options.config):
            raise UsageError(f"configuration file `{options.config}` does not exist")
        config = load_config(Path(options.config), root, options.profile)
    else:
        file = None if options.isolated else nearest_config(paths, root)
        named = (root / path for path in paths if path != "-")
        config = load_config(file, root, options.profile, tree_of_config(file, named) if file else None)
    config = replace(
        config,
        rules=(*config.rules, *map(Path, options.rules)),
        command=Choice(tuple(options.select), tuple(options.ignore), dict(options.severity)),
        fail_on=_level(options.fail_on) if options.fail_on else config.fail_on,
        is_isolated=options.isolated,
        renders_charts=options.helm,
        cache=cache_folder(os.environ),
    )
    return config.closed() if options.closed_world else config


def unconfigured() -> Config:
    """The configuration of a run for which no file counts; the working directory is where its paths start."""
    return replace(load_config(None, Path.cwd()), cache=cache_folder(os.environ))


def nearest_config(paths: Sequence[str], root: Path) -> Path | None:
    """The configuration file nearest to the checked paths, from each upward; else from `root`, the working directory.

    Where several paths have different ones, the one above all of them counts.
    """
    folders = [_folder(root / path) for path in paths if path != "-"] or [root]
    found = {find_config(folder) for folder in set(folders)}
    if len(found) > 1:
        found = {find_config(Path(os.path.commonpath(folders)))}
    return found.pop() or find_config(root)


def _require_known(options: Options) -> None:
    if options.profile is not None and options.profile not in PROFILES:
        help = did_you_mean(options.profile, PROFILES)
        raise UsageError(f"there is no profile `{options.profile}`", help=help)
    levels = [level.label for level in Severity]
    for level, known in (
        *((level, levels) for level in options.severity.values()),
        *([(options.fail_on, [*levels, NEVER])] if options.fail_on else []),
    ):
        if level not in known:
            raise UsageError(f"there is no severity `{level}`", help=f"one of {', '.join(known)}")


def _level(name: str) -> Severity | None:
    return None if name == NEVER else Severity[name.upper()]


def _folder(path: Path) -> Path:
    full = Path(os.path.normpath(path))
    return full if os.path.isdir(full) else full.parent  # noqa: PTH112 - also where the system says nothing
