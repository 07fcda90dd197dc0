"""Which baseline counts in a run, and what is new against it."""

from __future__ import annotations

import os
from pathlib import Path

from msgspec import Struct

from kblint.api.options import Options
from kblint.api.project import OpenedProject
from kblint.baseline import Baseline, Looked, against, read_baseline
from kblint.config_file import tree_of_config, what_is_checked
from kblint.engine.catalog import Catalog
from kblint.errors import ConfigError, UsageError
from kblint.finding import Result
from kblint.secrets.conceal import concealed
from kblint.source.discover import read_source, shown_path
from kblint.source.reader import CheckedTree, ReadFailure, real_path
from kblint.suppressions.choice import choose


class ChosenBaseline(Struct, frozen=True):
    """The baseline that counts, None where none does; `passed_over` is the file of one that is configured in vain."""

    baseline: Baseline | None = None
    passed_over: str | None = None


def chosen_baseline(option: str | Path | None, options: Options, project: OpenedProject) -> ChosenBaseline:
    """The baseline that is asked for, else the one that is configured.

    In isolation a configured one counts only where it lies outside of what is checked: a change must not bring it.

    Raises:
        UsageError: it cannot be read.
        ConfigError: it is none.
    """
    root, config = project.root, project.config
    if option:
        return ChosenBaseline(_read(Path(option), root, None))
    if config.baseline is None:
        return ChosenBaseline()
    named = [root / path for path in sorted(project.texts.named)]
    if config.is_isolated and what_is_checked(named).holds(real_path(str(root / config.baseline))):
        return ChosenBaseline(passed_over=shown_path(str(config.baseline), root))
    is_named = options.config is not None or config.path is None
    found = None if is_named or config.path is None else tree_of_config(root / config.path, named)
    return ChosenBaseline(_read(config.baseline, root, found))


def without_known(result: Result, chosen: ChosenBaseline, project: OpenedProject, catalog: Catalog) -> Result:
    """What is new in a result; all of it without a baseline."""
    if chosen.baseline is None:
        return result
    texts, config = project.texts, project.config
    paths = {source.path for source in texts.sources} | {failure.path for failure in texts.unread}
    selected = choose(config.choice, config.command, catalog.rules, catalog.ids).selected
    return against(concealed(result), chosen.baseline, Looked(project.root, frozenset(paths), selected))


def _read(file: Path, root: Path, tree: CheckedTree | None) -> Baseline:
    shown = shown_path(str(file), root)
    if not os.path.lexists(root / file):
        help = f"write it: `kblint check --write-baseline {shown}`"
        raise UsageError(f"baseline `{shown}` does not exist", help=help)
    source = read_source(root / file, root, tree)
    if isinstance(source, ReadFailure):
        raise ConfigError(f"cannot be read: {source.reason}", path=shown)
    return read_baseline(source)
