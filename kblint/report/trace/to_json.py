"""Journeys for programs: a versioned contract, described by `trace.schema.json` beside this file."""

from __future__ import annotations

from kblint.report.detected import detected
from kblint.report.document import Json, not_followed, plain, point, report
from kblint.report.options import RenderOptions
from kblint.report.places import ends
from kblint.tracing import HopState, Trace, TraceHop, TraceJourney


def render(trace: Trace, options: RenderOptions) -> str:  # noqa: ARG001 - every format is called the same way
    """The whole trace as JSON; ends with a line end."""
    states = {state.value: trace.count(state) for state in HopState}
    return report(
        trace.profile,
        {
            "profileDetected": detected(trace.detection),
            "from": trace.start.value,
            "summary": {"journeys": trace.followed, **states},
            "journeys": [_journey(journey) for journey in trace.journeys],
            "skipped": plain(trace.unread),
            "notFollowed": [not_followed(one) for one in trace.not_read],
        },
    )


def _journey(journey: TraceJourney) -> Json:
    return {
        "name": journey.name,
        "variant": journey.variant or None,
        "outcome": journey.outcome,
        "state": journey.state.value,
        "hops": [_hop(hop) for hop in journey.hops],
    }


def _hop(hop: TraceHop) -> Json:
    place = hop.place
    return {
        "stage": hop.stage,
        "label": hop.label,
        "state": hop.state.value,
        "reason": hop.reason or None,
        "note": hop.note or None,
        "outcome": hop.outcome,
        "rules": list(hop.rules),
        "after": hop.after,
        "path": place.source.path if place else None,
        **(point(ends(place)[0]) if place else {"line": None, "column": None}),
    }
