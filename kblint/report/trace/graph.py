"""Journeys as one picture: cards of hops in columns, and the ways between them.

What several journeys have in common is one card, so that one cause is seen once. A way only ever leads to a column
further right.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence

from msgspec import Struct

from kblint.report.trace.tree import Step
from kblint.source.grouping import grouped
from kblint.tracing import HopState, Trace, TraceHop, TraceJourney


class Column(enum.IntEnum):
    """Where a card stands, from left to right."""

    START = 0
    CALLER = 1
    BALANCER = 2
    NODE = 3
    CONTROLLER = 4
    SERVICE = 5
    POD = 6
    PROCESS = 7


_COLUMNS = {
    "caller": Column.CALLER,
    "name": Column.CALLER,
    "balancer": Column.BALANCER,
    "cloud firewall": Column.NODE,
    "node": Column.NODE,
    "chart": Column.CONTROLLER,
    "controller": Column.CONTROLLER,
    "route": Column.SERVICE,
    "service": Column.SERVICE,
    "host firewall": Column.POD,
    "network policy": Column.POD,
    "overlay": Column.POD,
    "pod": Column.POD,
    "process": Column.PROCESS,
}


class Card(Struct, frozen=True):
    """Hops that stand together. A card of the first column has none, but the journeys that begin there.

    `sites` are what the journeys that were led here by a route asked for, without scheme: `shop.example/api`.
    `is_reached` says that some journey comes here without being broken before, of a row that none above it is broken.
    """

    column: Column
    journeys: tuple[TraceJourney, ...]
    rows: tuple[Step, ...]
    sites: tuple[str, ...]
    is_reached: bool

    @property
    def state(self) -> HopState:
        """The worst of what stands on the card."""
        states = {row.hop.state for row in self.rows} | {journey.state for journey in self.journeys}
        return next((one for one in (HopState.BROKEN, HopState.UNKNOWN) if one in states), HopState.OK)

    @property
    def look(self) -> str:
        """How it is drawn: `start`, `ok`, `broken`, `unknown`, or `dead` where no journey comes."""
        if self.column is Column.START:
            return "start"
        return self.state.value if self.is_reached else "dead"


class Way(Struct, frozen=True):
    """From one card to another, by their numbers; `is_reached` says that some journey comes to its end unbroken."""

    source: int
    target: int
    is_reached: bool


class Graph(Struct, frozen=True):
    """All cards, those of the first column first, and the ways between them, in the order of the journeys."""

    cards: tuple[Card, ...]
    ways: tuple[Way, ...]


_Key = tuple[Column, tuple[TraceHop, ...]]
_Strand = tuple[_Key, ...]


def graph(trace: Trace) -> Graph:
    """Merge the journeys of a trace. Those that go the same ways begin on one card."""
    groups = grouped(((journey.variant, tuple(_strands(journey))), journey) for journey in trace.journeys)
    numbers: dict[_Key, int] = {}
    reached: set[int] = set()
    sites: dict[int, dict[str, None]] = {}
    ways: dict[tuple[int, int], bool] = {}
    for start, ((_, strands), journeys) in enumerate(groups.items()):
        reached.add(start)
        for strand in strands:
            source, is_reached = start, True
            for key in strand:
                number = numbers.setdefault(key, len(groups) + len(numbers))
                ways[source, number] = ways.get((source, number), False) or is_reached
                if is_reached:
                    reached.add(number)
                if any(hop.stage == "route" for hop in key[1]):
                    sites.setdefault(number, {}).update((_site(journey.name), None) for journey in journeys)
                is_reached = is_reached and all(hop.state is not HopState.BROKEN for hop in key[1])
                source = number
    starts = [Card(Column.START, journeys, (), (), is_reached=True) for journeys in groups.values()]
    cards = [
        Card(column, (), tuple(_rows(hops)), tuple(sites.get(number, ())), number in reached)
        for (column, hops), number in numbers.items()
    ]
    made = tuple(Way(source, target, is_reached) for (source, target), is_reached in ways.items())
    return Graph((*starts, *cards), made)


def _strands(journey: TraceJourney) -> Iterator[_Strand]:
    """The cards that a journey passes, once for each place where one of its branches ends."""
    columns = _columns(journey.hops)
    inner = {hop.after for hop in journey.hops}
    for index in range(len(journey.hops)):
        if index not in inner:
            strand = tuple(_cards(_line(journey.hops, index), journey.hops, columns))
            if strand:
                yield strand


def _line(hops: Sequence[TraceHop], index: int) -> list[int]:
    """The hops from the first to the one with this index."""
    line = [index]
    while (before := hops[line[-1]].after) is not None:
        line.append(before)
    return line[::-1]


def _cards(line: Sequence[int], hops: Sequence[TraceHop], columns: Sequence[Column]) -> Iterator[_Key]:
    """Hops of one column, one after the other, share a card; nothing leads back to the left."""
    held: list[TraceHop] = []
    column = Column.START
    for index in line:
        if columns[index] > column:
            if held:
                yield column, tuple(held)
            held, column = [], columns[index]
        if column is not Column.START:
            held.append(hops[index])
    if held:
        yield column, tuple(held)


def _columns(hops: Sequence[TraceHop]) -> list[Column]:
    """The column of each hop: what leads to a route and is not yet the node is the ingress controller."""
    handed = next((index for index, hop in enumerate(hops) if hop.stage in ("route", "controller")), 0)
    return [
        Column.CONTROLLER if index < handed and column > Column.NODE else column
        for index, column in enumerate(_COLUMNS.get(hop.stage, Column.START) for hop in hops)
    ]


def _rows(hops: tuple[TraceHop, ...]) -> Iterator[Step]:
    is_reached = True
    for hop in hops:
        yield Step(hop, is_reached)
        is_reached = is_reached and hop.state is not HopState.BROKEN


def _site(name: str) -> str:
    """Host and path that a route is chosen by; no port, and no slash for a root path."""
    authority, slash, path = name.partition("://")[2].partition("/")
    host = authority.partition(":")[0] if authority.count(":") == 1 else authority
    return host + slash + path if path else host
