"""The standard streams: reports out, words to whoever runs kblint, and standard input."""

from __future__ import annotations

import array
import contextlib
import os
import stat
import sys

try:
    import fcntl
    import termios
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

from kblint.cli.recording import RECORDING
from kblint.errors import UsageError
from kblint.report.commands import without_commands
from kblint.report.printable import printable


def open_closed() -> None:
    """Put something in the place of standard streams that are closed, or the next file opened would be in it.

    Reading from it, or writing a report to it, fails as it should; what is said on standard error is lost.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            null = os.open(os.devnull, os.O_RDONLY if name == "stdout" else os.O_WRONLY)
            setattr(sys, name, os.fdopen(null, "r" if name == "stdin" else "w", encoding="utf-8"))


def out(text: str) -> None:
    """Print a report, in UTF-8.

    Raises:
        BrokenPipeError: nobody reads it any more.
        UsageError: it cannot be written, as on a full disk.
    """
    data, sent = text.encode("utf-8"), 0
    try:
        sys.stdout.flush()
        while sent < len(data):
            sent += sys.stdout.buffer.write(data[sent:])  # an unbuffered stream takes what it can
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(f"standard output cannot be written: {error.strerror}") from error


def say(line: str) -> None:
    """Tell something on standard error; nothing in it steers a terminal or a CI server."""
    recording = RECORDING.get()
    if recording is not None:
        recording.said(line)
    with contextlib.suppress(OSError):  # there is nobody to tell that nobody can be told
        print(without_commands(printable(line)), file=sys.stderr, flush=True)  # noqa: T201 - this is where it is told


def standard_input(limit: int) -> bytes:
    """All of standard input; of one that holds more bytes than `limit`, one more than that.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        return sys.stdin.buffer.read(limit + 1)
    except OSError as error:
        raise UsageError(f"standard input cannot be read: {error.strerror}") from error


def is_piped() -> bool:
    """Whether something is piped into standard input."""
    try:
        return stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode)
    except (OSError, ValueError):
        return False


def has_waiting() -> bool:
    """Whether something is piped into standard input that nobody has read; False where the system does not tell."""
    if not is_piped() or fcntl is None:
        return False
    waiting = array.array("i", [0])
    try:
        fcntl.ioctl(sys.stdin.fileno(), termios.FIONREAD, waiting)
    except OSError:
        return False
    return waiting[0] > 0


def flushed() -> bool:
    """Whether all that was printed has arrived; what has not is dropped, or Python would complain of it at its end."""
    is_whole = True
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            is_whole = is_whole and stream is not sys.stdout
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return is_whole
