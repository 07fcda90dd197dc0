"""How sure a fact is, and what shows it."""

from __future__ import annotations

import enum

from msgspec import Struct

from kblint.source.text import Place


class Certainty(enum.IntEnum):
    """How sure a fact or a link is; the higher, the surer. Nothing is ever reported from an unknown."""

    UNKNOWN = 0
    LIKELY = 1
    """An image's default, a naming convention, one unset namespace."""
    KNOWN = 2
    """Written, or proved by written things."""

    @property
    def label(self) -> str:
        """The name users read."""
        return self.name.lower()


class Evidence(Struct, frozen=True):
    """A place and what it shows."""

    place: Place
    label: str
