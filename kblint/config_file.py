"""Which file configures a run, and what may be read because of it.

A configuration that lies in what is checked may come from a stranger, like the rest: it opens nothing else to kblint.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kblint.config_search import FILE_NAMES
from kblint.errors import ConfigError
from kblint.own_file import foreign, own_error
from kblint.source.reader import CheckedTree, ReadFailure, read_source, real_path, repository
from kblint.source.text import Source
from kblint.source.values import Origin, strings

_ELSEWHERE = {
    "paths": "name it as PATH on the command line",
    "rules": "name it with `--rules` on the command line",
    "schemas": "keep the definitions in the repository",
    "baseline": "name it with `--baseline` on the command line",
}
"""Keys that send kblint to other files, and what to do where those lie outside."""
_JUDGES = {
    "rules": "take this file and its rules from the base branch, or name them with `--rules` on the command line",
    "schemas": "take this file and its definitions from the base branch",
}
"""Keys that say how files are judged, and what to do where that lies among those."""
_NAME_IT = "name the file that it leads to with `--config`, if you want that one"


def tree_of_config(file: Path, named: Iterable[Path]) -> CheckedTree:
    """What may be read because of a configuration that was found: what the user `named`, and its repository."""
    folder = str(file.parent)
    return CheckedTree.of((*map(str, named), folder, repository(folder)))


def config_source(file: Path, shown: str, tree: CheckedTree | None) -> Source:
    """The text of a configuration; `tree` is what may be read, None where the user named this very file.

    Raises:
        ConfigError: it cannot be read.
    """
    source = read_source(str(file), shown, tree)
    if isinstance(source, ReadFailure):
        raise ConfigError(f"cannot be read: {source.reason}", path=shown, help=_NAME_IT if source.is_outside else None)
    return source


@contextmanager
def no_foreign_lines(file: Path) -> Iterator[None]:
    """Where a link leads to a file of another name, mistakes in that tell nothing of what it holds."""
    try:
        yield
    except ConfigError as error:
        if file.is_symlink() and Path(real_path(str(file))).name not in FILE_NAMES:
            raise foreign(error) from None
        raise


def require_inside(origin: Origin, folder: Path, tree: CheckedTree) -> None:
    """What a configuration in `folder` sends kblint to must lie in `tree`.

    Raises:
        ConfigError: it does not.
    """
    for key, help in _ELSEWHERE.items():
        given = origin.get(key)
        entries = [(given, origin.place(key))] if isinstance(given, str) else []
        entries += [(path, origin.place(key, number)) for number, path in enumerate(strings(given))]
        for path, place in entries:
            if not tree.holds(real_path(str(folder / path))):
                message = f"`{path}` lies outside of the folder of this file, and of its repository"
                raise own_error(ConfigError, message, place, help)


def what_is_checked(named: Iterable[Path]) -> CheckedTree:
    """What a change may have written: all that is named, and the repositories around it."""
    paths = list(named)
    folders = [path if path.is_dir() else path.parent for path in paths]
    return CheckedTree.of((*map(str, paths), *(repository(str(folder)) for folder in folders)))


def require_outside(origin: Origin, folder: Path, checked: CheckedTree) -> None:
    """In isolation, nothing that judges may lie in what is judged, not even where a trusted configuration names it.

    Baselines are not asked: one that lies there does not count, and that is told.

    Raises:
        ConfigError: rules or definitions of a configuration in `folder` lie there.
    """
    for key, help in _JUDGES.items():
        for number, path in enumerate(strings(origin.get(key))):
            real = real_path(str(folder / path))
            if checked.holds(real) or checked.lies_in(real):
                message = f"`{path}` lies in what is checked, which says nothing of how it is judged with `--isolated`"
                raise own_error(ConfigError, message, origin.place(key, number), help)
