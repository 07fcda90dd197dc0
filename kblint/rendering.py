"""Objects as they are worked on, for people to read: plain frozen records, a line of YAML each."""

from __future__ import annotations

import enum

from msgspec import Struct

from kblint.source.text import Place


class Opens(enum.Enum):
    """What stands in the place of a value that is no scalar; the value is how it is written."""

    BELOW = ""
    MAPPING = "{}"
    LIST = "[]"


Scalar = str | int | float | bool | None


class RenderedLine(Struct, frozen=True):
    """One key, or one item of a list: `lead` are the spaces and dashes before it, `key` is None for an item.

    `place` is where the value is written; of one that holds others, its key.
    """

    lead: str
    key: str | None
    value: Scalar | Opens
    place: Place


class RenderedObject(Struct, frozen=True):
    """An object of the Kubernetes API: `place` is where it begins.

    `made_by` says who builds or makes it of what stands there; empty for an object that is written as it is.
    """

    place: Place
    made_by: str
    lines: tuple[RenderedLine, ...]


class Rendering(Struct, frozen=True):
    """All objects, in the order of reading. `with_origins` asks for where they are written."""

    objects: tuple[RenderedObject, ...]
    with_origins: bool
