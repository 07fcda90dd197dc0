"""What kblint writes: beside the old file, flushed, then renamed over it, so a kill or a full disk loses nothing."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from kblint.errors import UsageError
from kblint.report.wording import plural

_STREAMS = ("/dev/std", "/dev/fd/", "/proc/")
"""What begins so stands for something that is open, whatever it links to: `-o /dev/stderr`."""

_GIT = ".git"


def write_output(name: str, text: str) -> tuple[str, ...]:
    """Write a report into a file that the user named; a stream (`/dev/stderr`, a pipe) gets it as it is.

    Returns what has to be said of the file.

    Raises:
        UsageError: it cannot be written; what was there is whole.
    """
    file = Path(os.path.abspath(name))  # noqa: PTH100 - without following links, which `resolved` judges
    here = Path.cwd()
    data = text.encode("utf-8")
    try:
        if _is_stream(file):
            with open(os.open(file, os.O_WRONLY | os.O_APPEND), "wb") as stream:  # noqa: PTH123 - not truncated
                stream.write(data)
            return ()
        real = resolved(file, [here if file.is_relative_to(here) else file.parent], name)
        return replace_file(real, data, name)
    except OSError as error:
        raise UsageError(f"`{name}` cannot be written: {error.strerror}") from error


def resolved(file: Path, tree: Iterable[Path], name: str) -> Path:
    """Where `file` really lies: a symbolic link is followed as long as it stays in one of the folders of `tree`.

    What git keeps for itself there, it never leads to: what lies in `.git` can run programs.

    Raises:
        UsageError: it leads elsewhere.
    """
    real = Path(os.path.realpath(file))
    if not any(real.is_relative_to(os.path.realpath(folder)) for folder in tree):
        raise UsageError(f"`{name}` is reached by a symbolic link that leads out, to `{real}`", help="name that file")
    if _GIT in real.parts and _GIT not in file.parts:
        raise UsageError(f"`{name}` is reached by a symbolic link that leads into `{_GIT}`", help="remove that link")
    return real


def replace_file(file: Path, data: bytes, name: str, expected: bytes | None = None) -> tuple[str, ...]:
    """Put `data` in the place of `file`, which is no link, or make it: at any moment one or the other is there, whole.

    Mode, owner, access lists and other attributes stay. Another name of the same file (a hard link) keeps the old
    text: what it is called elsewhere is nothing that was checked. Returns what has to be said of that, of `name`.

    Raises:
        UsageError: it does not hold `expected`, or is protected; it is left as it is.
        OSError: it cannot be written; it is left as it is.
    """
    old = _status(file)
    if old is not None and not stat.S_ISREG(old.st_mode):
        raise UsageError(f"`{name}` is not a file")
    # whoever may rename may replace a protected file, and the superuser may write it
    if old is not None and not (old.st_mode & 0o222 and os.access(file, os.W_OK)):
        raise UsageError(f"`{name}` is read-only")
    if expected is not None and (old is None or file.read_bytes() != expected):
        raise UsageError(f"`{name}` has changed since it was read")
    new = file.with_name(f".kblint-{os.urandom(8).hex()}")
    with _undisturbed():
        try:
            _write(new, data, 0o666 if old is None else 0o600)
            said = () if old is None else tuple(_dress(new, file, old, name))
            if expected is not None and _identity(_status(file)) != _identity(old):
                raise UsageError(f"`{name}` has changed since it was read")
            new.replace(file)
        finally:
            new.unlink(missing_ok=True)
        _flush_folder(file.parent)
    return said


def _is_stream(file: Path) -> bool:
    if str(file).startswith(_STREAMS):
        return True
    status = _status(file)
    return status is not None and (stat.S_ISFIFO(status.st_mode) or stat.S_ISCHR(status.st_mode))


def _status(file: Path) -> os.stat_result | None:
    try:
        return file.stat()
    except FileNotFoundError:
        return None


def _identity(status: os.stat_result | None) -> tuple[int, ...] | None:
    return status and (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def _write(new: Path, data: bytes, mode: int) -> None:
    """A file that was not there, down to the disk."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with open(os.open(new, flags, mode), "wb") as file:  # noqa: PTH123 - nobody else's file, and this mode
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _dress(new: Path, file: Path, old: os.stat_result, name: str) -> Iterator[str]:
    """Give `new` what the old file has besides its text; yields what has to be said."""
    made = new.stat()
    if (made.st_uid, made.st_gid) != (old.st_uid, old.st_gid):
        try:
            os.chown(new, old.st_uid, old.st_gid)
        except OSError:
            yield f"`{name}` is yours now: whose it was (user {old.st_uid}, group {old.st_gid}) may not be set"
    shutil.copystat(file, new)
    os.utime(new)
    if old.st_nlink > 1:
        others = plural(old.st_nlink - 1, "other name")
        yield f"`{name}` had {others} (hard links), where the old text stays"


def _flush_folder(folder: Path) -> None:
    """Have the new name written too, where a system can do that; the text is safe either way."""
    with contextlib.suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Ctrl-C, and being asked to end, wait until no unfinished file lies about."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
