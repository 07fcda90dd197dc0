"""The CEL library, imported when the first expression needs it; and what to say where it cannot be had."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any, NamedTuple

from kblint.errors import KblintError

_PACKAGE = "cel_expr_python"


class Cel(NamedTuple):
    """The library, and its functions on strings."""

    cel: Any
    strings: Any


def library() -> Cel:
    """The library; a run without subjects, and a catalogue from the cache, need none of it.

    Raises:
        KblintError: it is not installed.
    """
    try:
        from cel_expr_python import cel  # noqa: PLC0415 - 50 ms with protobuf, see above
        from cel_expr_python.ext import ext_strings  # noqa: PLC0415 - as above
    except ImportError as error:
        raise _missing(str(error)) from error
    return Cel(cel, ext_strings)


def build() -> tuple[str, int, int]:
    """Which build is installed: asking for its version would cost 47 ms, its file tells as much.

    Raises:
        KblintError: none is.
    """
    try:
        spec = importlib.util.find_spec(f"{_PACKAGE}.cel")
    except ImportError as error:
        raise _missing(str(error)) from error
    if spec is None or spec.origin is None:
        raise _missing(f"`{_PACKAGE}` has no module `cel`")
    status = Path(spec.origin).stat()
    return (spec.origin, status.st_size, status.st_mtime_ns)


def _missing(reason: str) -> KblintError:
    return KblintError(
        f"the rules cannot be evaluated without `cel-expr-python`: {reason}",
        help="install kblint with pip on Linux with glibc, macOS or Windows; on musl (Alpine) there is no build of it:"
        " use an image with glibc, such as `python:3.13-slim`",
    )
