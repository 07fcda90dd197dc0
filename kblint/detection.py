"""How a profile came to be used that nobody named: a plain frozen record."""

from __future__ import annotations

from msgspec import Struct


class Detection(Struct, frozen=True):
    """`shown_by` are the files that show what the profile is for; `missing` what no file shows, such as `K3s`."""

    shown_by: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
