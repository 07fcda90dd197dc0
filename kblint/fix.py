"""Edits that mend a finding."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from kblint.source.text import Place


class Applicability(enum.Enum):
    """When a fix may be applied without asking."""

    SAFE = "safe"
    """What it changes is proved not to work today, and exactly one value is right."""
    UNSAFE = "unsafe"
    """It could move traffic that flows."""
    MANUAL = "manual"
    """Shown, never applied."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the characters at `place` by `text`."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A titled set of edits that belong together."""

    title: str
    applicability: Applicability
    edits: tuple[Edit, ...]
