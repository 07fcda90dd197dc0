"""From paths to texts: every file below them that kblint may have to do with, and nothing outside of them."""

from __future__ import annotations

import os
from pathlib import Path

from msgspec import Struct

from kblint.errors import UsageError
from kblint.finding import Skipped
from kblint.source.discover import Passed, discover, read_source, shown_path, tree_of
from kblint.source.reader import ReadFailure
from kblint.source.text import Source

MAX_LENGTH = 1_000_000_000
"""Characters in one run: text is kept in memory, and what is made of it."""


class WantedPaths(Struct, frozen=True):
    """What is to be read: `paths`, without what `exclude`, whose patterns start at `base`, leaves out.

    `base` is None for the working directory. Without `gitignore`, no `.gitignore` leaves anything out.
    """

    paths: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    base: str | None = None
    gitignore: bool = True


class Texts(Struct, frozen=True):
    """The texts of files. `unread` are those that should have been read and could not be, `skipped` those left out.

    `named` are the paths of what was named itself, `passed` is what nobody looked into.
    """

    sources: tuple[Source, ...]
    unread: tuple[ReadFailure, ...]
    skipped: tuple[Skipped, ...]
    named: frozenset[str]
    passed: tuple[Passed, ...]


def load_texts(wanted: WantedPaths, root: Path) -> Texts:
    """Read what is wanted; paths are relative to `root`.

    Raises:
        UsageError: a path does not exist, or there is too much to read.
    """
    tree = tree_of(wanted.paths, root)
    base = Path(wanted.base) if wanted.base is not None else None
    found = discover(wanted.paths, exclude=wanted.exclude, base=base, root=root, tree=tree, gitignore=wanted.gitignore)
    sources: list[Source] = []
    unread = [*found.unread]
    skipped = [Skipped(left.path, left.reason) for left in found.outside]
    length = 0
    named = frozenset(shown_path(os.path.normpath(root / path), root) for path in wanted.paths)
    for path in found.files:
        read = read_source(path, root, tree)
        if isinstance(read, Source):
            sources.append(read)
            length += len(read.text)
            if length > MAX_LENGTH:
                raise UsageError(
                    f"there are more than {MAX_LENGTH:,} characters to check",
                    help="name the folders that hold manifests, or leave others out with `exclude`",
                )
        elif (read.is_binary or read.is_outside) and read.path not in named:
            skipped.append(Skipped(read.path, read.reason))
        else:
            unread.append(read)
    return Texts(tuple(sources), tuple(unread), tuple(skipped), named, found.passed)
