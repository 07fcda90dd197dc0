"""The ways in of several variants together: what they share stands once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kblint.source.text import Place
from kblint.wire.faults.fault import Outcome
from kblint.wire.journeys.journey import Journey


def distinct(variants: Iterable[Sequence[Journey]]) -> dict[Journey, list[int]]:
    """Every journey once, in the order of the variants, with the numbers of the variants that have it.

    A way in that several variants share and that ends differently is kept as often as it ends differently; where one
    variant tells how it ends, those that do not know are left out, and where none does, the one that follows it
    furthest stands for all.
    """
    ways: dict[tuple[str, Place | None], dict[Journey, list[int]]] = {}
    for number, journeys in enumerate(variants):
        for journey in journeys:
            ways.setdefault((journey.name, _entry(journey)), {}).setdefault(journey, []).append(number)
    found: dict[Journey, list[int]] = {}
    for way in ways.values():
        known = {journey: held for journey, held in way.items() if journey.outcome is not Outcome.UNKNOWN}
        furthest = max(way, key=lambda journey: len(journey.hops))
        found.update(known or {furthest: way[furthest]})
    return found


def _entry(journey: Journey) -> Place | None:
    """Where a way in begins: the first thing on it that is declared."""
    return next((hop.place for hop in journey.hops if hop.place), None)
