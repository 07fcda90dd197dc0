"""A result with the ways in that it is about: what a report needs that draws them."""

from __future__ import annotations

from dataclasses import dataclass, fields

from kblint.finding import Result
from kblint.tracing import Trace


@dataclass(frozen=True, slots=True)
class Overview(Result):
    """A result, and every way in."""

    trace: Trace | None = None


def overview(result: Result, trace: Trace) -> Overview:
    """`result` with the ways in, of the same texts."""
    return Overview(**{field.name: getattr(result, field.name) for field in fields(Result)}, trace=trace)
