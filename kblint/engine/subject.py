"""Subjects: what a rule is evaluated on."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from functools import partial
from operator import attrgetter
from typing import Any, Generic, NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from kblint.engine.facts import It, Table
from kblint.engine.row import Row, RowType
from kblint.engine.wanted import Wanted
from kblint.finding import ObjectRef
from kblint.model.meta import Made, Meta
from kblint.wire.evidence import Certainty
from kblint.wire.faults.fault import Fault
from kblint.wire.topology import Topology


class Breakage(Struct, frozen=True):
    """The journeys that break at a subject in one respect, and their outcomes there.

    `is_certain`: nothing under that is a guess; else `doubt` says what is, as far as anybody can tell.
    """

    journeys: tuple[str, ...]
    outcomes: tuple[str, ...]
    is_certain: bool = False
    doubt: str = ""


class Subject(Struct, frozen=True):
    """What a finding tells of a thing.

    `hops` are the steps on the way of a request that this thing is part of: two findings that share one are about the
    same hop (`yieldsTo`). `breaks` holds, for each respect in which it can break a journey (a rule names its own in
    `breaks:`), the ways in that are broken here.
    """

    row: Row
    object: ObjectRef | None
    hops: frozenset[Hashable] = frozenset()
    breaks: Mapping[str, Breakage] = field(default_factory=dict)
    made: Made | None = None
    """Who makes it of values, where nobody wrote it."""


class Candidate(Struct, frozen=True):
    """One thing to judge, by the name of its kind and the variable that rules bind it to.

    `asked` are the facts in the expressions that rules begin with, which excuse most things; `judged` makes all that
    expressions see, `subject` what a finding tells.
    """

    kind: str
    variable: str
    asked: Mapping[str, object]
    judged: Callable[[], Mapping[str, object]]
    subject: Callable[[], Subject]


class Among(NamedTuple, Generic[It]):
    """A wired thing, and the topology that it is part of."""

    wired: It
    topology: Topology


def among(every: Callable[[Topology], Iterable[It]]) -> Callable[[Topology], Iterator[Among[It]]]:
    """Every such thing, each with its topology."""
    return lambda topology: (Among(it, topology) for it in every(topology))


class SubjectKind(Struct, Generic[It], frozen=True):
    """A kind of subject: the facts of its things, the variable that rules bind one to, and where they are found.

    `object` is what a finding is about, `hops` are the steps that a thing is part of (see `Subject`).
    """

    variable: str
    doc: str
    table: Table[It]
    every: Callable[[Topology], Iterable[It]]
    object: Callable[[It], Meta | ObjectRef | None]
    hops: Callable[[It], Iterable[Hashable]] = lambda _: ()
    judged: Table[It] | None = None
    asked: Table[It] | None = None
    """The facts by which things are judged, and those that are asked first; None for all."""

    @property
    def name(self) -> str:
        """The name that rules use, which is also that of its row type."""
        return self.table.name

    def only(self, names: Wanted) -> SubjectKind[It]:
        """The kind with just the facts that are wanted."""
        told, judged, asked = map(self.table.only, (names.told, names.judged, names.asked))
        return replace(self, table=told, judged=judged, asked=asked)

    def candidates(self, topology: Topology) -> Iterator[Candidate]:
        """Every such thing."""
        judged, asked = self.judged or self.table, self.asked or self.table
        for it in self.every(topology):
            told = partial(self._subject, it, topology)
            yield Candidate(self.name, self.variable, asked.plain(it), partial(judged.plain, it), told)

    def _subject(self, it: It, topology: Topology) -> Subject:
        hops = tuple(self.hops(it))
        about = self.object(it)
        made = about.made if isinstance(about, Meta) else None
        about = reference(about) if isinstance(about, Meta) else about
        return Subject(self.table.row(it), about, frozenset(hops), _breaks(topology, hops), made)


class Terms(Struct, frozen=True):
    """What rules may name: the kinds of subjects, all row types, and the variables that every rule sees, by theirs."""

    kinds: Mapping[str, SubjectKind[Any]]
    row_types: Mapping[str, RowType]
    shared: Mapping[str, str]


def reference(meta: Meta) -> ObjectRef:
    """How findings name an object."""
    return ObjectRef(meta.kind, meta.namespace, meta.name)


def _breaks(topology: Topology, hops: Iterable[Hashable]) -> dict[str, Breakage]:
    journeys: dict[str, dict[str, None]] = {}
    outcomes: dict[str, dict[str, None]] = {}
    surest: dict[str, Fault] = {}
    for hop in hops:
        for kind, broken in topology.by_fault.at.get(hop, {}).items():
            names = (journey.name for journey in broken.journeys)
            journeys.setdefault(kind.value, {}).update(dict.fromkeys(names))
            outcomes.setdefault(kind.value, {}).update(dict.fromkeys(broken.outcomes))
            surest[kind.value] = max(surest.get(kind.value, broken.fault), broken.fault, key=attrgetter("certainty"))
    return {
        kind: Breakage(
            tuple(names), tuple(outcomes[kind]), surest[kind].certainty is Certainty.KNOWN, surest[kind].doubt
        )
        for kind, names in journeys.items()
    }
