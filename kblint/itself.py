"""kblint itself: where its own files are, and one name for all that it is made of."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from kblint.kept import digest_of, load, save

_NAME = "itself"
_MADE = "__pycache__"


def builtin_rules_folder() -> Path:
    """Where kblint's own rules are: inside the installed package, else beside it in a checkout."""
    package = Path(__file__).parent
    installed = package / "rules"
    return installed if installed.is_dir() else package.parent / "rules"


def own_digest(cache: Path | None) -> str:
    """One name for all that makes kblint say what it says: its files, the packages it may import, and Python.

    The files are read once; as long as none has another size or time, `cache` tells what they hold.
    """
    package = Path(__file__).parent
    rules = builtin_rules_folder()
    found = sorted((*_files(str(package)), *([] if rules.is_relative_to(package) else _files(str(rules)))))
    seen = digest_of("\n".join(f"{path} {size} {time}" for path, size, time in found))
    known = load(cache, _NAME, seen)
    if not isinstance(known, str):
        known = digest_of("\n".join(f"{os.path.relpath(path, package)} {_content(path)}" for path, _, _ in found))
        save(cache, _NAME, seen, known)
    return digest_of(f"{known}\n{sys.version}\n{sorted(_installed())}")


def _content(path: str) -> str:
    with open(path, "rb") as file:  # noqa: PTH123 - one of hundreds
        return hashlib.sha256(file.read()).hexdigest()


def _files(folder: str) -> Iterator[tuple[str, int, int]]:
    """Every file below `folder` with its size and time; what Python makes of them is left out."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name != _MADE:
                    yield from _files(entry.path)
            else:
                status = entry.stat()
                yield entry.path, status.st_size, status.st_mtime_ns


def _installed() -> Iterator[str]:
    """Names and versions of the packages that can be imported, as their folders tell them."""
    for folder in sys.path:
        if folder and os.path.isdir(folder):  # noqa: PTH112 - a text, which may be an archive
            yield from (name for name in os.listdir(folder) if name.endswith((".dist-info", ".egg-info")))  # noqa: PTH208 - names
