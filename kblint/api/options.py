"""What is said of a run besides its paths, and the configuration that follows from it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from kblint.config import NEVER, Config, load_config, profiles
from kblint.config_file import tree_of_config
from kblint.config_search import FILE_NAMES, ConfigSearch, nearest_config
from kblint.errors import UsageError
from kblint.finding import Severity
from kblint.kept import usable_cache
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
    the id or name of a rule. `fail_on` is a level too, or `never`: from which on `kblint check` exits with 1. Where
    `no_cache`, nothing is used that an earlier run kept, and nothing is kept.
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
    no_cache: bool = False


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
        search = ConfigSearch(file=str(options.config))
        judged = [root / path for path in paths if path != "-"] if options.isolated else None
        config = load_config(Path(options.config), root, options.profile, isolated=judged)
    else:
        file = None if options.isolated else nearest_config(paths, root)
        search = ConfigSearch(None if options.isolated else tuple(paths), str(file) if file else None)
        named = (root / path for path in paths if path != "-")
        config = load_config(file, root, options.profile, tree_of_config(file, named) if file else None)
    config = replace(
        config,
        rules=(*config.rules, *map(Path, options.rules)),
        command=Choice(tuple(options.select), tuple(options.ignore), dict(options.severity)),
        fail_on=_level(options.fail_on) if options.fail_on else config.fail_on,
        is_isolated=options.isolated,
        renders_charts=options.helm,
        cache=None if options.no_cache else usable_cache(os.environ, root),
        search=search,
    )
    return config.closed() if options.closed_world else config


def unconfigured() -> Config:
    """The configuration of a run for which no file counts; the working directory is where its paths start."""
    return replace(load_config(None, Path.cwd()), cache=usable_cache(os.environ, Path.cwd()))


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
