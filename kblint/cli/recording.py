"""What a run says, remembered while it says it, so that the next run like it need not work it out again."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

from kblint.api.recall import RunOutput


class Recording:
    """What one run has said so far. `keep` keeps it in the end, None as long as the run must not be repeated."""

    def __init__(self, asked: str) -> None:
        self.asked = asked
        self.keep: Callable[[RunOutput], None] | None = None
        self._said: list[str] = []
        self._reports: list[tuple[str | None, str]] = []

    def said(self, line: str) -> None:
        """A line was told on standard error."""
        self._said.append(line)

    def reported(self, text: str, output: str | None) -> None:
        """A report went into a file, or to standard output."""
        self._reports.append((output, text))

    def end(self, code: int) -> None:
        """The run ends with this exit code, and has done nothing but what was remembered."""
        if self.keep is not None:
            self.keep(RunOutput(code, tuple(self._said), tuple(self._reports)))


RECORDING: ContextVar[Recording | None] = ContextVar("recording", default=None)
"""That of the run that is going on, if it is remembered."""
