"""Folders with files of kblint's own (rules, schemas) that the user names: what is in them, within their repository."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import NoReturn

from msgspec import Struct

from kblint.errors import KblintError
from kblint.source.reader import CheckedTree, ReadFailure, read_source, repository
from kblint.source.text import Source


class OwnFolder(Struct, frozen=True, dict=True):
    """A folder whose files end in one of `suffixes`; what is wrong with it is raised as `error`."""

    folder: Path
    suffixes: tuple[str, ...]
    error: type[KblintError]

    def files(self, part: str = "") -> Iterator[Path]:
        """The files of the folder, or of a `part` of it, sorted: at any depth but in hidden folders.

        Links to folders are not followed. Raises `error` for a folder that cannot be read.
        """
        for root, folders, names in os.walk(self.folder / part, onerror=self._refuse):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            yield from (Path(root, name) for name in sorted(names) if name.endswith(self.suffixes))

    def read(self, file: Path) -> Source:
        """The text of one of the files; raises `error` where it cannot be read, or lies outside of the repository."""
        source = read_source(str(file), file.as_posix(), self._tree)
        if isinstance(source, ReadFailure):
            raise self.error(f"cannot be read: {source.reason}", path=source.path)
        return source

    @cached_property
    def _tree(self) -> CheckedTree:
        return CheckedTree.of((str(self.folder), repository(str(self.folder))))

    def _refuse(self, error: OSError) -> NoReturn:
        raise self.error(f"cannot be read: {error.strerror}", path=str(error.filename)) from error
