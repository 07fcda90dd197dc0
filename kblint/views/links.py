"""Links between files, as an editor follows them: from a place to what it leads to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from kblint.source.text import Place
from kblint.tracing import TraceHop
from kblint.views.trace import trace_journey
from kblint.wire.services.ports import WiredService
from kblint.wire.topology import Topology


class Link(Struct, frozen=True):
    """What stands at `source` leads to what stands at `target`."""

    source: Place
    target: Place


def links(topologies: Sequence[Topology]) -> tuple[Link, ...]:
    """Every link, once: a step of a way in or of a call to the next one, and a Service to its pods."""
    found: dict[Link, None] = {}
    for topology in topologies:
        for wired in topology.services.services:
            found |= dict.fromkeys(_to_pods(wired))
        for journey in (*topology.journeys, *topology.calls):
            found |= dict.fromkeys(_along(trace_journey(journey, "").hops))
    return tuple(found)


def _to_pods(wired: WiredService) -> Iterator[Link]:
    """From the name of a Service, and from all of its selector, to each workload that it selects."""
    meta = wired.service.meta
    selector = meta.origin.child("spec", "selector")
    sources = (meta.origin.place("metadata", "name"), Place(selector.source, selector.node.span))
    for one in wired.selected:
        target = one.workload.meta.origin.place("metadata", "name")
        yield from (Link(source, target) for source in sources)


def _along(hops: Sequence[TraceHop]) -> Iterator[Link]:
    """From each step that is declared somewhere to the next one that is."""
    for hop in hops:
        before = hop.after
        while before is not None and hops[before].place is None:
            before = hops[before].after
        source = hops[before].place if before is not None else None
        if source is not None and hop.place is not None and source != hop.place:
            yield Link(source, hop.place)
