"""The ways in of several variants together: what they share stands once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence

from kblint.wire.faults.fault import Outcome
from kblint.wire.journeys.journey import Journey


def distinct(variants: Iterable[Sequence[Journey]]) -> dict[Journey, list[int]]:
    """Every journey once, in the order of the variants, with the numbers of the variants that have it.

    A way in that several variants share and that goes on differently is kept for each of them. It is left out where it
    only ends earlier than in another variant: what it leads to is kept apart from what lies on its way there.
    """
    ways: dict[tuple[str, Hashable], dict[Journey, list[int]]] = {}
    for number, journeys in enumerate(variants):
        for journey in journeys:
            ways.setdefault((journey.name, _entry(journey)), {}).setdefault(journey, []).append(number)
    found: dict[Journey, list[int]] = {}
    for way in ways.values():
        found.update(way if len(way) == 1 else _farthest(way))
    return found


def _farthest(way: dict[Journey, list[int]]) -> Iterator[tuple[Journey, list[int]]]:
    """Those that do not only end earlier than another."""
    passed = [frozenset((hop.stage, hop.thing) for hop in journey.hops) for journey in way]
    for (journey, held), own in zip(way.items(), passed, strict=True):
        if journey.outcome is not Outcome.UNKNOWN or not any(own < other for other in passed):
            yield journey, held


def _entry(journey: Journey) -> Hashable:
    """The first declared thing on a way in."""
    return next((hop.thing for hop in journey.hops if hop.thing is not None), None)
