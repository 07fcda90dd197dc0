"""Where a run begins: what an earlier one like it said is said again; else the command line is imported and run."""

from __future__ import annotations

import gc
import importlib
import os
import shutil
import stat
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from kblint.api.recall import Recalled, RunOutput, cache_of, question, recalled
from kblint.cli.files import write_output
from kblint.cli.recording import RECORDING, Recording
from kblint.cli.streams import flushed, has_waiting, open_closed, out, say
from kblint.errors import ExitCode, UsageError

_NO_CACHE = "--no-cache"
_SHOWING = ("NO_COLOR", "FORCE_COLOR", "TERM", "GITHUB_ACTIONS")
"""Variables of the environment by which reports are shown in another way."""
_COMPLETING = "_KBLINT_COMPLETE"


def main() -> None:
    """Run the command line; end the process with its exit code."""
    # all that a command makes stays until it ends: looking for garbage among it only costs time
    gc.disable()
    open_closed()
    code = run(sys.argv[1:], os.environ)
    sys.exit(code if flushed() else ExitCode.FAILURE)


def run(words: Sequence[str], environment: Mapping[str, str]) -> int:
    """The exit code of a command line; it was answered by what is kept, or run."""
    asked = None
    cache = _cache(words, environment)
    if cache is not None:
        root = Path.cwd()
        asked = question(words, _around(environment), root, cache)
        known = recalled(asked, root, cache)
        if known is not None and all(_may_write(output, known, root) for output, _ in known.answer.reports):
            return _repeated(known.answer)
    recording = Recording(asked) if asked else None
    token = RECORDING.set(recording)
    try:
        code: int = importlib.import_module("kblint.cli.main").run()
    finally:
        RECORDING.reset(token)
    if recording is not None and code in (ExitCode.CLEAN, ExitCode.FINDINGS):
        recording.end(code)
    return code


def _cache(words: Sequence[str], environment: Mapping[str, str]) -> Path | None:
    """The folder that may hold an answer; None where there is none, or something is on standard input."""
    if not words or _NO_CACHE in words or "-" in words or _COMPLETING in environment or has_waiting():
        return None
    try:
        return cache_of(environment, Path.cwd())
    except OSError:
        return None  # the working directory is gone


def _around(environment: Mapping[str, str]) -> Sequence[str]:
    """What decides how a report looks, besides the command line."""
    is_terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size((100, 24)).columns if is_terminal else 0
    shown = (f"{name}={environment[name]}" for name in _SHOWING if name in environment)
    return (str(is_terminal), str(width), sys.stdout.encoding or "", *shown)


def _may_write(output: str | None, known: Recalled, root: Path) -> bool:
    """Whether a report may be written without looking further: its file is none of the input, under whatever name."""
    if output is None:
        return True
    file = root / output
    try:
        status = file.lstat()
    except FileNotFoundError:
        return True
    if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
        return False
    try:
        return not any(os.path.samestat(status, (root / path).stat()) for path in known.paths)
    except OSError:
        return False


def _repeated(answer: RunOutput) -> int:
    for line in answer.said:
        say(line)
    try:
        for output, text in answer.reports:
            for line in () if output is None else write_output(output, text):
                say(line)
            if output is None:
                out(text)
    except BrokenPipeError:
        return ExitCode.FAILURE
    except UsageError as error:
        for line in importlib.import_module("kblint.cli.mistakes").told(error):
            say(line)
        return ExitCode.FAILURE
    return answer.code
