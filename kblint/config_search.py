"""Where a configuration file is looked for: what has its name, nearest to what is checked."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

FILE_NAMES = ("kblint.yaml", "kblint.yml", ".kblint.yaml")


class ConfigSearch(Struct, frozen=True):
    """How the configuration of a run was found: `file` is the one that counts, None where nothing is configured.

    `paths` are those it is the nearest to, None where it was not looked for.
    """

    paths: tuple[str, ...] | None = None
    file: str | None = None


def find_config(folder: Path) -> Path | None:
    """What has the name of a configuration file, nearest in `folder` or above it; reading it says whether it is one."""
    for parent in (folder, *folder.parents):
        for name in FILE_NAMES:
            if os.path.lexists(parent / name):
                return parent / name
    return None


def nearest_config(paths: Sequence[str], root: Path) -> Path | None:
    """The configuration file nearest to the checked paths, from each upward; else from `root`, the working directory.

    Where several paths have different ones, the one above all of them counts.
    """
    folders = [_folder(root / path) for path in paths if path != "-"] or [root]
    found = {find_config(folder) for folder in set(folders)}
    if len(found) > 1:
        found = {find_config(Path(os.path.commonpath(folders)))}
    return found.pop() or find_config(root)


def _folder(path: Path) -> Path:
    full = Path(os.path.normpath(path))
    return full if os.path.isdir(full) else full.parent  # noqa: PTH112 - also where the system says nothing
