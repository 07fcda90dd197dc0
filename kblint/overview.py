"""A result with the ways in that it is about: what a report needs that draws them."""

from __future__ import annotations

from kblint.finding import Result
from kblint.tracing import Trace


class Overview(Result, frozen=True):
    """A result, and every way in."""

    trace: Trace | None = None


def overview(result: Result, trace: Trace) -> Overview:
    """`result` with the ways in, of the same texts."""
    return Overview(**{name: getattr(result, name) for name in Result.__struct_fields__}, trace=trace)
