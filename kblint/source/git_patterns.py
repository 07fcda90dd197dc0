"""What the files of patterns of a git repository keep out of it: read folder by folder, or asked of a path."""

from __future__ import annotations

import os
from pathlib import Path

from kblint.source.ignore import Ignores, too_much
from kblint.source.reader import CheckedTree, ReadFailure, read_bytes, repository

EXCLUDE = (".git", "info", "exclude")
"""Patterns that are only this clone's; each `.gitignore` beats them. https://git-scm.com/docs/gitignore#_description"""


def with_patterns(ignores: Ignores, folder: str, *names: str) -> Ignores | ReadFailure:
    """`ignores` with what a file of patterns in `folder` says, if there is one, or why it is not read.

    Git follows no link there either.
    """
    path = os.path.join(folder, *names)  # noqa: PTH118 - a text, as all paths of a walk
    if not os.path.lexists(path):
        return ignores
    if os.path.islink(path):  # noqa: PTH114 - as above
        return ReadFailure(path, "is a symbolic link, which git does not follow here either", is_outside=True)
    data = read_bytes(path, path, CheckedTree.of((folder,)))
    if isinstance(data, ReadFailure):
        return data
    lines = data.decode("utf-8-sig", "surrogateescape").split("\n")
    much = too_much(lines, ignores)
    return ReadFailure(path, much) if much else ignores.with_lines(lines)


class KeptOut:
    """Asks of paths, which need not exist, whether git would keep them out of the repository that `root` lies in.

    What is wrong with a file of patterns is told by whoever walks the tree; here it says nothing.
    """

    def __init__(self, root: Path) -> None:
        self._top = repository(os.fspath(root))
        self._said: dict[str, Ignores | None] = {}
        """What holds in a folder, None for one that is kept out itself."""

    def holds(self, path: str) -> bool:
        """Whether a path, which begins with that of the root, is kept out."""
        start = f"{self._top}{os.sep}"
        near = path.removeprefix(start) if path.startswith(start) else os.path.relpath(path, self._top)
        *folders, name = near.split(os.sep)  # noqa: PTH206 - a text
        if ".." in folders:
            return False
        at, ignores = self._top, self._in(self._top, Ignores(), is_top=True)
        for folder in folders:
            at = os.path.join(at, folder)  # noqa: PTH118 - as above
            ignores = self._in(at, ignores) if ignores else None
        return ignores is None or bool(ignores.leaves_out(name, is_dir=False) or ignores.leaves_out(name, is_dir=True))

    def _in(self, folder: str, around: Ignores, *, is_top: bool = False) -> Ignores | None:
        if folder not in self._said:
            name = os.path.basename(folder)  # noqa: PTH119 - as above
            if not is_top and around.leaves_out(name, is_dir=True):
                self._said[folder] = None
            else:
                here = _known(around, folder, *EXCLUDE) if is_top else around.inside(name)
                self._said[folder] = _known(here, folder, ".gitignore")
        return self._said[folder]


def _known(ignores: Ignores, folder: str, *names: str) -> Ignores:
    found = with_patterns(ignores, folder, *names)
    return ignores if isinstance(found, ReadFailure) else found
