"""What is worked out once and kept on disk, in the user's cache folder: plain JSON, which runs nothing."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import stat
import sys
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from kblint.source.reader import repository

_KEPT = 8
"""Entries of a name on disk, if nobody says it: every change of what they are made of makes a new one."""
_LARGEST = 16 * 1024 * 1024
"""Bytes of an entry; those of the built-in rules take less than one million."""
_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
_HAS_MODES = hasattr(os, "geteuid")
_OTHERS = 0o022
"""The right to write, of a group and of everybody."""


def usable_cache(environment: Mapping[str, str], root: Path) -> Path | None:
    """The user's cache folder for kblint; None where there is none, or where it lies in the repository of `root`.

    What is checked there may come from a stranger, who would bring along what comes of it.
    """
    folder, top = cache_folder(environment), repository(str(root))
    if folder is None or not os.path.lexists(os.path.join(top, ".git")):  # noqa: PTH118 - a text
        return folder
    return None if Path(os.path.realpath(folder)).is_relative_to(os.path.realpath(top)) else folder


def cache_folder(environment: Mapping[str, str]) -> Path | None:
    """The user's cache folder for kblint, None where there is none.

    https://specifications.freedesktop.org/basedir-spec/latest/ ; on Windows `LOCALAPPDATA`.
    """
    base = environment.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME", "")
    if Path(base).is_absolute():
        return Path(base, "kblint")
    home = environment.get("HOME", "")
    return Path(home, ".cache", "kblint") if Path(home).is_absolute() else None


def load(folder: Path | None, name: str, key: str) -> Any:
    """What was saved as `name` under `key`; None where there is nothing, or nothing whole that this user wrote."""
    if folder is None:
        return None
    try:
        _require_own(folder)
        text = _own_text(_file(folder, name, key))
        digest, _, body = text.partition("\n")
        return json.loads(body) if digest == digest_of(body) else None
    except (OSError, ValueError, RecursionError):
        return None  # it is only a copy: made again, and written over


def save(folder: Path | None, name: str, key: str, value: object, *, most: int = _KEPT) -> None:
    """Keep a `value` of JSON as `name` under `key`; does nothing where the folder cannot be written.

    Of all that has this name, the newest `most` are kept.
    """
    if folder is None:
        return
    body = json.dumps(value)
    with contextlib.suppress(OSError):  # a read-only home only makes the next run slower
        _write(_file(folder, name, key), f"{digest_of(body)}\n{body}")
        _prune(folder, name, most)


def digest_of(text: str) -> str:
    """A name for a text: of what an entry is made, and of what is in it, as a damaged one must never be used."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _file(folder: Path, name: str, key: str) -> Path:
    return folder / f"{name}-{key}.json"


def _require_own(folder: Path) -> None:
    """That nobody but this user can put anything into a folder, not even a link to what is this user's.

    Raises:
        OSError: somebody can.
    """
    status = os.stat(folder)  # noqa: PTH116 - beside the other
    is_open = _HAS_MODES and status.st_mode & _OTHERS
    # what leads there, and what is there
    if is_open or not {os.lstat(folder).st_uid, status.st_uid} <= {*_ours()}:
        raise PermissionError(errno.EPERM, "not this user's alone", str(folder))


def _own_text(file: Path) -> str:
    """The text of a file that this user wrote: no pipe or device that would never end, and nothing of a stranger's.

    Raises:
        OSError: it is something else.
    """
    with open(os.open(file, os.O_RDONLY | _AT_ONCE), "rb") as opened:  # noqa: PTH123 - a pipe would wait
        status = os.fstat(opened.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST or status.st_uid not in _ours():
            raise PermissionError(errno.EPERM, "not written by this user", str(file))
        return opened.read(_LARGEST).decode("utf-8")


def _ours() -> Collection[int]:
    """Whose entries may be used; Windows has no such numbers, and says 0."""
    return (os.geteuid(),) if _HAS_MODES else (0,)


def _write(file: Path, text: str) -> None:
    """Write `text` whole or not at all, whoever else writes the same file."""
    _make(file.parent)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, suffix=".new", delete=False) as new:
        try:
            new.write(text)
            new.close()
            Path(new.name).replace(file)
        except BaseException:
            new.close()
            Path(new.name).unlink(missing_ok=True)
            raise


def _make(folder: Path) -> None:
    """A folder of this user's alone, which git passes by."""
    if folder.is_dir():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")


def _prune(folder: Path, name: str, most: int) -> None:
    """Forget all but the newest entries of a name."""
    entries = sorted(folder.glob(f"{name}-*.json"), key=lambda file: file.stat().st_mtime_ns)
    for file in entries[:-most]:
        file.unlink(missing_ok=True)
