"""Every file of a run, and what became of it: plain frozen records, the same for every format."""

from __future__ import annotations

import enum
from collections import Counter

from msgspec import Struct


class FileState(enum.Enum):
    """Whether a file was read; the value is what JSON says."""

    READ = "read"
    IN_PART = "in part"
    LEFT_OUT = "left out"


class Whole(Struct, frozen=True):
    """What a file is part of: a kustomization by its path, or a release as users read it."""

    kind: str
    name: str


class ListedFile(Struct, frozen=True):
    """A file, or a folder of which nothing is read, whose path ends in `/`.

    `formats` says what it was read as, `holds` how often it holds what kind of thing; `reasons` say why it is not read,
    or not deployed, or only in part.
    """

    path: str
    formats: tuple[str, ...]
    holds: tuple[tuple[str, int], ...]
    part_of: tuple[Whole, ...]
    reasons: tuple[str, ...]

    @property
    def state(self) -> FileState:
        """Whether it was read."""
        if not self.formats and not self.part_of:
            return FileState.LEFT_OUT
        return FileState.IN_PART if self.reasons else FileState.READ

    @property
    def is_folder(self) -> bool:
        """Whether it stands for all that is in it."""
        return self.path.endswith("/")


class FileList(Struct, frozen=True):
    """All of them, sorted by path; no file below what was named stands in it twice, or not at all."""

    files: tuple[ListedFile, ...]

    @property
    def counts(self) -> Counter[FileState]:
        """How many files are in each state; folders apart."""
        return Counter(one.state for one in self.files if not one.is_folder)

    @property
    def folders(self) -> int:
        """How many folders are left out as a whole."""
        return sum(one.is_folder for one in self.files)
