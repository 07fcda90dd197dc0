"""`kblint check --baseline` and `--write-baseline`: which file is meant, what is new against it, and writing one."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from kblint.baseline import Baseline, Looked, against, entries, read_baseline
from kblint.cli.files import write_output
from kblint.cli.inputs import require_no_input
from kblint.cli.streams import out, say
from kblint.config import Config
from kblint.config_file import tree_of_config
from kblint.engine.catalog import Catalog
from kblint.errors import ConfigError, UsageError
from kblint.finding import Result
from kblint.intake import Loaded
from kblint.report.baseline import render
from kblint.report.printable import printable
from kblint.report.wording import plural
from kblint.secrets.conceal import concealed
from kblint.source.discover import read_source, shown_path
from kblint.source.reader import CheckedTree, ReadFailure, real_path, repository
from kblint.suppressions.choice import choose

_BEGINS = re.compile(r"\s*\{\s*\"version\":\s*\d+,\s")
"""How a baseline does."""


def chosen_baseline(option: str | None, config_file: str | None, config: Config, texts: Loaded) -> Baseline | None:
    """The baseline of the command line, else the one that is configured; None where there is none, or none counts.

    In isolation a configured one counts only where it lies outside of what is checked: a change must not bring it.

    Raises:
        UsageError: it cannot be read.
        ConfigError: it is none.
    """
    root = Path.cwd()
    if option:
        return _read(Path(option), root, None)
    if config.baseline is None:
        return None
    named = [root / path for path in sorted(texts.named)]
    if config.is_isolated and _checked(named).holds(real_path(str(root / config.baseline))):
        shown = shown_path(str(config.baseline), root)
        say(f"kblint: baseline `{shown}` lies in what is checked, and does not count with `--isolated`")
        return None
    found = None if config_file or config.path is None else tree_of_config(root / config.path, named)
    return _read(config.baseline, root, found)


def without_known(result: Result, baseline: Baseline | None, texts: Loaded, config: Config, catalog: Catalog) -> Result:
    """What is new in a result; all of it without a baseline."""
    if baseline is None:
        return result
    paths = {source.path for source in texts.sources} | {failure.path for failure in texts.unread}
    selected = choose(config.choice, config.command, catalog.rules, catalog.ids).selected
    looked = Looked(Path.cwd(), frozenset(paths), selected)
    return against(concealed(result), baseline, looked)


def hold(name: str, result: Result, texts: Loaded, config: Config) -> None:
    """Write all that was found into a baseline file, and say so.

    Raises:
        UsageError: the file is an input, holds anything but a baseline, or cannot be written.
    """
    require_no_input(name, texts, config)
    _require_baseline(Path(name), name)
    made = entries(concealed(result).findings, Path.cwd())
    for line in write_output(name, render(made)):
        say(line)
    found = plural(len(result.findings), "finding")
    files = plural(len({one.path for one in made}), "file")
    out(f"{printable(name)} holds {found} in {files}; `kblint check --baseline {printable(name)}` tells what is new\n")


def _require_baseline(file: Path, name: str) -> None:
    """A file that is written anew held a baseline, if only what a merge left of one, or nothing.

    Raises:
        UsageError: it did not.
    """
    if file.is_file():
        there = read_source(file, Path.cwd())
        if isinstance(there, ReadFailure) or (there.text.strip() and not _BEGINS.match(there.text)):
            help = "name another file, or remove it first"
            raise UsageError(f"`{name}` holds no baseline, and is left as it is", help=help)


def _checked(named: Sequence[Path]) -> CheckedTree:
    """What a change may have written: all that is named, and the repositories around it."""
    folders = [path if path.is_dir() else path.parent for path in named]
    return CheckedTree.of((*map(str, named), *(repository(str(folder)) for folder in folders)))


def _read(file: Path, root: Path, tree: CheckedTree | None) -> Baseline:
    shown = shown_path(str(file), root)
    if not os.path.lexists(root / file):
        help = f"write it: `kblint check --write-baseline {shown}`"
        raise UsageError(f"baseline `{shown}` does not exist", help=help)
    source = read_source(root / file, root, tree)
    if isinstance(source, ReadFailure):
        raise ConfigError(f"cannot be read: {source.reason}", path=shown)
    return read_baseline(source)
