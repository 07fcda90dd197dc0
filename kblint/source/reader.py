"""The one way to the text of a file: nothing outside the tree that was named, nothing that is no file, nothing endless.

Checked files come from strangers. A symbolic link is followed only to what lies in the tree as well, and what is asked
is the descriptor that was opened, so that nothing can be put in the place of a file after it was looked at.
"""

from __future__ import annotations

import bisect
import errno
import os
import stat
from collections.abc import Iterable

from msgspec import Struct

from kblint.source.text import Source

MAX_BYTES = 64 * 1024 * 1024
"""The limit for every file, and for standard input."""
OUTSIDE = "is a symbolic link that leads out of what is checked"
_NO_FILE = "is not a regular file"
_SNIFFED = 8192
_CHUNK = 1024 * 1024
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
_PATH_ONLY: int | None = getattr(os, "O_PATH", None)
"""Linux: a descriptor that only says where something is; nothing is opened by it."""
_SYSTEM = ("/proc/", "/sys/", "/dev/")
"""What lies here is no file, whatever it is called: `/dev/stdin`, `/proc/self/environ`."""
_IN_MEMORY = "/dev/shm/"  # noqa: S108 - where files of users are, in the middle of devices
_NOTHING_THERE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)


class ReadFailure(Struct, frozen=True):
    """A file or folder that could not be read: its shown path, and why.

    `is_binary` files hold no text to check; `is_denied` is what the system kept back, whatever it holds; `is_outside`
    is what kblint may not look into.
    """

    path: str
    reason: str
    is_binary: bool = False
    is_denied: bool = False
    is_outside: bool = False


class CheckedTree(Struct, frozen=True):
    """What may be read: the real paths, sorted and with `/` at the end, of files and folders and all that is in them.

    None of them lies in another, so whichever comes just before a path is the only one that may hold it.
    """

    roots: tuple[str, ...]

    @classmethod
    def of(cls, paths: Iterable[str]) -> CheckedTree:
        """The tree of what a user named; each may itself be a link."""
        roots: list[str] = []
        for root in sorted({_closed(real) for path in paths if (real := real_path(path))}):
            if not roots or not root.startswith(roots[-1]):
                roots.append(root)
        return cls(tuple(roots))

    def holds(self, real: str) -> bool:
        """Whether a real path is one of these, or lies in one."""
        before = bisect.bisect_right(self.roots, _closed(real))
        return before > 0 and _closed(real).startswith(self.roots[before - 1])

    def lies_in(self, real: str) -> bool:
        """Whether any of these is a real path, or lies in it."""
        after = bisect.bisect_left(self.roots, _closed(real))
        return after < len(self.roots) and self.roots[after].startswith(_closed(real))


def read_source(path: str, shown: str, tree: CheckedTree | None = None) -> Source | ReadFailure:
    """The text of a file, which is shown as `shown`, or why there is none. Never raises.

    `tree` is what may be read, None where the user named this very file.
    """
    data = read_bytes(path, shown, tree)
    return data if isinstance(data, ReadFailure) else decoded(data, shown)


def read_bytes(path: str, shown: str, tree: CheckedTree | None = None) -> bytes | ReadFailure:
    """What a file holds, or why it cannot be told. Never raises."""
    try:
        return _read(path, shown, tree or CheckedTree.of((path,)))
    except (OSError, ValueError) as error:
        return failure(error, shown)


def decoded(data: bytes, shown: str) -> Source | ReadFailure:
    """The text that bytes are, without its byte order mark, or why they are none."""
    if len(data) > MAX_BYTES:
        return ReadFailure(shown, _too_large())
    is_utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not is_utf16 and b"\0" in data[:_SNIFFED]:
        return ReadFailure(shown, "is a binary file", is_binary=True)
    name = "UTF-16" if is_utf16 else "UTF-8"
    try:
        return Source(shown, data.decode(name).removeprefix("\ufeff"))
    except UnicodeDecodeError as error:
        return ReadFailure(shown, f"is not {name} text (byte {error.start})")


def failure(error: OSError | ValueError, shown: str) -> ReadFailure:
    """What is said where the system has nothing to read, in its words."""
    if isinstance(error, FileNotFoundError):
        return ReadFailure(shown, "does not exist any more")
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    is_there = not (isinstance(error, OSError) and error.errno in _NOTHING_THERE)
    return ReadFailure(shown, words.lower(), is_denied=is_there)


def repository(folder: str) -> str:
    """The repository that a folder is in; the folder itself where it is in none."""
    full = os.path.abspath(folder)  # noqa: PTH100 - without following links
    at = full
    while not os.path.lexists(os.path.join(at, ".git")):  # noqa: PTH118 - a text, as all paths here
        above = os.path.dirname(at)  # noqa: PTH120 - as above
        if above == at:
            return full
        at = above
    return at


def is_system(path: str) -> bool:
    """Whether an absolute path is one of the system's own, which is never read."""
    return _closed(path).startswith(_SYSTEM) and not path.startswith(_IN_MEMORY)


def real_path(path: str) -> str:
    """Where a path leads when every link in it is followed, as the system itself says it where it can.

    Empty where there are more links than the system follows.
    """
    if _PATH_ONLY is not None:
        try:
            opened = os.open(path, _PATH_ONLY | os.O_CLOEXEC)
        except OSError as error:
            if error.errno == errno.ELOOP:
                return ""
            # there is nothing, or it is out of reach: what its name says has to do
        else:
            try:
                return _location(opened, path)
            finally:
                os.close(opened)
    return _followed(path)


def _read(path: str, shown: str, tree: CheckedTree) -> bytes | ReadFailure:
    real = os.path.abspath(path)  # noqa: PTH100 - without following links
    if is_system(real):
        return ReadFailure(shown, _NO_FILE)
    status = os.lstat(real)
    if stat.S_ISLNK(status.st_mode):
        real = real_path(real)
        if not real:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        if not tree.holds(real):
            return ReadFailure(shown, OUTSIDE, is_outside=True)
        status = os.lstat(real)
    # asked before it is opened: opening a device may do something
    if not stat.S_ISREG(status.st_mode):
        return ReadFailure(shown, "is a folder" if stat.S_ISDIR(status.st_mode) else _NO_FILE)
    opened = os.open(real, _FLAGS)
    try:
        status, where = os.fstat(opened), _location(opened, real)
        if not stat.S_ISREG(status.st_mode) or is_system(where):
            return ReadFailure(shown, _NO_FILE)
        if not tree.holds(where):
            return ReadFailure(shown, OUTSIDE, is_outside=True)
        if status.st_size > MAX_BYTES:
            return ReadFailure(shown, _too_large())
        data = _all_of(opened)
    finally:
        os.close(opened)
    return data if len(data) <= MAX_BYTES else ReadFailure(shown, _too_large())


def _all_of(opened: int) -> bytes:
    """What a descriptor holds, and little more than the limit of what grows while it is read."""
    chunks: list[bytes] = []
    length = 0
    while length <= MAX_BYTES and (chunk := os.read(opened, _CHUNK)):
        chunks.append(chunk)
        length += len(chunk)
    return b"".join(chunks)


def _location(opened: int, path: str) -> str:
    """Where what was opened lies by now; `path` is what it was opened as."""
    try:
        where = os.readlink(f"/proc/self/fd/{opened}")  # noqa: PTH115 - a text, which may be no path at all
    except OSError:  # not on Linux
        where = _followed(path)
        return where if os.path.samestat(os.stat(where), os.fstat(opened)) else ""  # noqa: PTH116 - of a text
    is_gone = where.endswith(" (deleted)") and not os.path.lexists(where)
    return where.removesuffix(" (deleted)") if is_gone else where


def _followed(path: str) -> str:
    try:
        return os.path.realpath(path)
    except RecursionError:
        return ""


def _closed(path: str) -> str:
    return path if path.endswith(os.sep) else path + os.sep


def _too_large() -> str:
    return f"is larger than {MAX_BYTES // 1024 // 1024} MB"
