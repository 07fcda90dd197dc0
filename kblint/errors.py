"""The exception tree and the exit codes.

    KblintError                 exit 2: kblint could not do its job
    ├── UsageError              a path that does not exist, options that contradict each other
    ├── ConfigError             `kblint.yaml` or a profile is wrong
    └── RuleError               a rule file is broken, or a rule could not be evaluated

What is wrong in the *input* is never an exception: it is a finding.
"""

from __future__ import annotations

import enum


class ExitCode(enum.IntEnum):
    """What the process tells its caller."""

    CLEAN = 0
    FINDINGS = 1
    FAILURE = 2
    INTERRUPTED = 130
    """By Ctrl-C: 128 and the number of the signal, as shells count."""


class KblintError(Exception):
    """kblint could not do its job.

    `path`, `line` and `column` (both counted from 1) say where, when that is known; `help` says what to do. `place` is
    the same as a place of `kblint.source.text`, in a text without secrets, where the line may be shown.
    """

    def __init__(
        self,
        message: str,
        *,
        path: str | None = None,
        line: int | None = None,
        column: int | None = None,
        help: str | None = None,
        place: object = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.column = column
        self.help = help
        self.place = place

    def __str__(self) -> str:
        where = ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)
        return f"{where}: {self.message}" if where else self.message


class UsageError(KblintError):
    """The command line asks for something that cannot be done."""


class ConfigError(KblintError):
    """The configuration or a profile is wrong."""


class RuleError(KblintError):
    """A rule file is broken, or a rule could not be evaluated."""
