"""Journeys that an answer sends on to another one: a redirect to https."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from kblint.wire.faults.fault import Outcome
from kblint.wire.journeys.journey import Hop, HopVerdict, Journey, Stage


def follow_redirects(found: tuple[Journey, ...]) -> tuple[Journey, ...]:
    """Journeys that a redirect ends, with what is broken or unknown where it leads: that decides their outcome."""
    by_name = {journey.name: journey for journey in found}
    return tuple(_followed(journey, by_name) if journey.redirects_to else journey for journey in found)


def _followed(journey: Journey, by_name: Mapping[str, Journey]) -> Journey:
    reason = f"nothing here answers {journey.redirects_to}"
    nobody = Hop(Stage.INTERNET, str(journey.redirects_to), None, HopVerdict.BROKEN, reason, Outcome.REFUSED)
    then = by_name.get(str(journey.redirects_to))
    ends = [hop for hop in then.hops if hop.is_end] if then else [nobody]
    unknown = [hop for hop in then.hops if hop.state is not HopVerdict.OK] if then and not ends else []
    return replace(journey, hops=(*journey.hops, *ends, *unknown))
