"""Checked catalogues on disk: checking and compiling the rules costs more than a small run."""

from __future__ import annotations

import base64
import contextlib
import errno
import hashlib
import json
import os
import stat
import sys
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_KEPT = 8
"""Entries on disk: every change of a rule makes a new one."""
_LARGEST = 16 * 1024 * 1024
"""Bytes of an entry; the built-in rules take less than one million."""
_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class CachedEntry:
    """What a catalogue is built from: the content of each rule file, with its path, and the compiled expressions.

    `names` are the variables that the expressions were compiled with.
    """

    rules: tuple[tuple[str, Mapping[str, Any]], ...]
    names: frozenset[str]
    code: Mapping[str, bytes]


def cache_folder(environment: Mapping[str, str]) -> Path | None:
    """The user's cache folder for kblint, None where there is none.

    https://specifications.freedesktop.org/basedir-spec/latest/ ; on Windows `LOCALAPPDATA`.
    """
    base = environment.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME", "")
    if Path(base).is_absolute():
        return Path(base, "kblint")
    home = environment.get("HOME", "")
    return Path(home, ".cache", "kblint") if Path(home).is_absolute() else None


def load_entry(folder: Path | None, key: str) -> CachedEntry | None:
    """What was saved under `key`; None where there is nothing, or nothing that can be used."""
    if folder is None:
        return None
    try:
        text = _own_text(_file(folder, key))
        digest, _, body = text.partition("\n")
        return _decoded(json.loads(body)) if digest == _digest(body) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None  # it is only a copy: made again, and written over


def save_entry(folder: Path | None, key: str, entry: CachedEntry) -> None:
    """Keep `entry` under `key`; does nothing where the folder cannot be written."""
    if folder is None:
        return
    code = {expression: base64.b64encode(code).decode() for expression, code in entry.code.items()}
    body = json.dumps({"rules": entry.rules, "names": sorted(entry.names), "code": code})
    with contextlib.suppress(OSError):  # a read-only home only makes the next run slower
        _write(_file(folder, key), f"{_digest(body)}\n{body}")
        _prune(folder)


def _file(folder: Path, key: str) -> Path:
    return folder / f"catalog-{key}.json"


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
    return (os.geteuid(),) if hasattr(os, "geteuid") else (0,)


def _digest(body: str) -> str:
    """Guards the compiled code: a damaged one must never reach the library that reads it."""
    return hashlib.sha256(body.encode()).hexdigest()


def _decoded(body: Mapping[str, Any]) -> CachedEntry:
    return CachedEntry(
        rules=tuple((path, content) for path, content in body["rules"]),
        names=frozenset(body["names"]),
        code={expression: base64.b64decode(code) for expression, code in body["code"].items()},
    )


def _write(file: Path, text: str) -> None:
    """Write `text` whole or not at all, whoever else writes the same file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, suffix=".new", delete=False) as new:
        try:
            new.write(text)
            new.close()
            Path(new.name).replace(file)
        except BaseException:
            new.close()
            Path(new.name).unlink(missing_ok=True)
            raise


def _prune(folder: Path) -> None:
    """Forget all but the newest entries."""
    entries = sorted(folder.glob("catalog-*.json"), key=lambda file: file.stat().st_mtime_ns)
    for file in entries[:-_KEPT]:
        file.unlink(missing_ok=True)
