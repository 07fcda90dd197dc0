"""What kblint says of a format that it reads: for the README's table, and for `kblint files`."""

from __future__ import annotations

from msgspec import Struct


class InputFormat(Struct, frozen=True):
    """A format: its `name`, the forms in which it is read, and what is not followed in them, both in Markdown."""

    name: str
    forms: str
    limits: str
