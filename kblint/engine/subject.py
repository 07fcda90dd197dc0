"""Subjects: what a rule is evaluated on."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from kblint.engine.row import Row
from kblint.finding import ObjectRef

World = TypeVar("World")


@dataclass(frozen=True, slots=True)
class Breakage:
    """The journeys that break at a subject in one respect, and what people see there."""

    journeys: tuple[str, ...]
    outcomes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing to judge.

    `hops` are the steps on the way of a request that this thing is part of: two findings that share one are about the
    same hop (`yieldsTo`). `breaks` holds, for each respect in which
    it can break a journey (a rule names its own in `breaks:`), the ways in that are broken here.
    """

    row: Row
    object: ObjectRef | None
    hops: frozenset[Hashable] = frozenset()
    breaks: Mapping[str, Breakage] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SubjectKind(Generic[World]):
    """A kind of subject: the name rules use (`ServicePort`), the variable it is bound to (`port`), its rows' type."""

    name: str
    variable: str
    row_type: str
    doc: str
    subjects: Callable[[World], Iterator[Subject]]
