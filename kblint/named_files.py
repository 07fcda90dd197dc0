"""Files that others name, whatever they are called: what of them may be read."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from kblint.source.discover import SUFFIXES, read_source
from kblint.source.git_patterns import KeptOut
from kblint.source.reader import CheckedTree
from kblint.source.text import Source

_MOST = 10_000
"""Files; more are no settings."""
_MOST_CHARACTERS = 100_000_000
"""In all of them together."""


class Beside(Struct, frozen=True):
    """What is `named`, the texts of it, and the paths of what may be there, but is not read."""

    sources: tuple[Source, ...] = ()
    elsewhere: frozenset[str] = frozenset()
    named: tuple[str, ...] = ()


NOTHING_BESIDE = Beside()


def look_beside(named: Sequence[str], root: Path, tree: CheckedTree, *, gitignore: bool = True) -> Beside:
    """What is there of the files that are `named`, which are none of those that are checked.

    `root` is what their paths are relative to, `tree` what may be read. Without `gitignore`, no `.gitignore` says that
    a file is kept out of the repository.
    """
    kept_out = KeptOut(root) if gitignore else None
    found: list[Source] = []
    inside: dict[str, bool] = {}
    top = os.fspath(root)
    elsewhere: set[str] = set()
    length = 0
    for number, path in enumerate(named):
        if number >= _MOST:
            elsewhere.add(path)
            continue
        full = os.path.normpath(os.path.join(top, path))  # noqa: PTH118 - as below
        if os.path.isdir(full):  # noqa: PTH112 - a text, as all paths here
            elsewhere.add(path)
            continue
        if not os.path.lexists(full):
            folder, name = os.path.split(full)
            # what is hidden is often kept out of a repository, too
            is_kept_out = name.startswith(".") or (kept_out is not None and kept_out.holds(full))
            if folder not in inside:
                inside[folder] = tree.holds(os.path.realpath(folder))
            if is_kept_out or not inside[folder]:
                elsewhere.add(path)
            continue
        # a manifest that is there and was not read is left out by somebody who knows why
        is_left_out = os.path.splitext(full)[1].lower() in SUFFIXES or length > _MOST_CHARACTERS  # noqa: PTH122 - as above
        read = None if is_left_out else read_source(Path(full), root, tree)
        if isinstance(read, Source):
            length += len(read.text)
            found.append(Source(path, read.text))
        else:
            elsewhere.add(path)
    return Beside(tuple(found), frozenset(elsewhere), tuple(named))
