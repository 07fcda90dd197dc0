"""How a report is to look; the command line decides, the formats obey."""

from __future__ import annotations

from msgspec import Struct


class RenderOptions(Struct, frozen=True):
    """What the reader's terminal can show, and how much the reader wants to see.

    `width` is in terminal cells; formats for programs ignore everything here.
    """

    color: bool = False
    width: int = 80
    unicode: bool = True
    quiet: bool = False
    """Findings only: no summary, nothing about what was skipped."""
    show_suppressed: bool = False
    fix_command: str = "kblint check --fix"
    """Named in the summary where safe fixes exist."""
