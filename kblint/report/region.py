"""A place as programs read it: path, lines and columns."""

from __future__ import annotations

from dataclasses import dataclass

from kblint.source.text import Place, Point


@dataclass(frozen=True, slots=True)
class Region:
    """Where something stands: lines and columns count from 1 and in characters, `end` is exclusive."""

    path: str
    start: Point
    end: Point


def region(place: Place) -> Region:
    """Lines and columns of `place`."""
    source, span = place
    return Region(source.path, source.point(span.start), source.point(span.end))
