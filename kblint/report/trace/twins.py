"""Journeys that only differ in their scheme, as one: `http(s)://host/path`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from kblint.source.grouping import grouped
from kblint.tracing import HopState, TraceHop, TraceJourney

_SCHEMES = ("http", "https")


def with_twins(journeys: Sequence[TraceJourney]) -> tuple[TraceJourney, ...]:
    """The journeys, of which two of one host and path are one where all their hops and their outcome are the same.

    They may come through two listeners of one balancer that both pass them on: those become one hop. Where a way breaks
    or is lost at its listener, each scheme keeps a journey of its own.
    """
    pairs = grouped((journey.name.partition("://")[2], journey) for journey in journeys)
    made: list[TraceJourney] = []
    for journey in journeys:
        scheme, _, address = journey.name.partition("://")
        twins = [one for one in pairs[address] if one.variant == journey.variant] if scheme in _SCHEMES else []
        joined = _joined(*sorted(twins, key=lambda one: one.name)) if len(twins) == len(_SCHEMES) else None
        if joined is None:
            made.append(journey)
        elif journey is twins[0]:
            made.append(joined)
    return tuple(made)


def _joined(one: TraceJourney, other: TraceJourney) -> TraceJourney | None:
    """Two journeys as one; None where they differ in more than what a listener says."""
    schemes = tuple(journey.name.partition("://")[0] for journey in (one, other))
    if schemes != _SCHEMES or len(one.hops) != len(other.hops):
        return None
    if (one.outcome, one.state) != (other.outcome, other.state):
        return None
    hops = tuple(_hops(one, other))
    if len(hops) < len(one.hops):
        return None
    return replace(one, name=f"http(s)://{one.name.partition('://')[2]}", hops=hops)


def _hops(one: TraceJourney, other: TraceJourney) -> Iterator[TraceHop]:
    for hop, beside in zip(one.hops, other.hops, strict=True):
        if hop == beside and hop.after == beside.after:
            yield hop
        elif hop.stage == beside.stage == "balancer" and {hop.state, beside.state} == {HopState.OK}:
            yield _listener(hop, beside)
        else:
            return


def _listener(hop: TraceHop, beside: TraceHop) -> TraceHop:
    """Two listeners of a balancer as one hop: `lb http 80 and https 443`."""
    balancer = _common(hop.label, beside.label)
    also = beside.place if beside.place != hop.place else None
    notes = " / ".join(dict.fromkeys(filter(None, (hop.note, beside.note))))
    return replace(hop, label=f"{hop.label} and {beside.label.removeprefix(balancer)}", note=notes, also=also)


def _common(one: str, other: str) -> str:
    """The words that both begin with."""
    words = []
    for ours, theirs in zip(one.split(" "), other.split(" "), strict=False):
        if ours != theirs:
            break
        words.append(f"{ours} ")
    return "".join(words)
