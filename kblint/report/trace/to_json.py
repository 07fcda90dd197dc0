"""Journeys for programs: a versioned contract, described by `trace.schema.json` beside this file."""

from __future__ import annotations

from typing import Final

from kblint import __version__
from kblint.report.detected import detected
from kblint.report.document import Json, dumps
from kblint.report.options import RenderOptions
from kblint.report.region import region
from kblint.trace import HopState, Trace, TraceHop, TraceJourney

VERSION: Final = 1
"""Of the contract: raised when something that programs read is renamed, removed or changes its meaning."""


def render(trace: Trace, options: RenderOptions) -> str:  # noqa: ARG001 - every format is called the same way
    """The whole trace as JSON; ends with a line end."""
    return dumps(
        {
            "version": VERSION,
            "tool": {"name": "kblint", "version": __version__},
            "profile": trace.profile,
            "profileDetected": detected(trace.detection),
            "from": trace.start.value,
            "summary": {
                "journeys": len(trace.journeys),
                "ok": trace.count(HopState.OK),
                "broken": trace.count(HopState.BROKEN),
                "unknown": trace.count(HopState.UNKNOWN),
            },
            "journeys": [_journey(journey) for journey in trace.journeys],
            "skipped": [{"path": unread.path, "reason": unread.reason} for unread in trace.unread],
        }
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
    where = region(hop.place) if hop.place else None
    return {
        "stage": hop.stage,
        "label": hop.label,
        "state": hop.state.value,
        "reason": hop.reason or None,
        "note": hop.note or None,
        "outcome": hop.outcome,
        "after": hop.after,
        "path": where.path if where else None,
        "line": where.start.line if where else None,
        "column": where.start.column if where else None,
    }
