"""What every picture of journeys says in the same words."""

from __future__ import annotations

from collections.abc import Iterable

from kblint.report.places import common_folder
from kblint.report.wording import plural
from kblint.tracing import HopState, Start, Trace, TraceHop, TraceJourney

ROOTS = {Start.INTERNET: "internet", Start.NODE: "a node", Start.INSIDE: "inside the cluster"}
"""Where journeys begin; what stands there is no hop worth a line of its own."""


def outcome_word(trace: Trace) -> str:
    """What an outcome is called: a test on a node may have another than the Internet."""
    return "outcome on a node" if trace.start is Start.NODE else "outcome"


def counted(trace: Trace) -> str:
    """How many journeys there are: `6 journeys`."""
    return plural(trace.followed, "journey")


def tally(trace: Trace) -> str:
    """How the journeys stand: `4 broken, 2 ok`."""
    if not trace.followed:
        return "nothing here asks for anything inside" if trace.start is Start.INSIDE else "there is no way in here"
    words = ((HopState.BROKEN, "broken"), (HopState.UNKNOWN, "unknown"), (HopState.OK, "ok"))
    return ", ".join(f"{number} {word}" for state, word in words if (number := trace.count(state)))


def folder_of(journeys: Iterable[TraceJourney]) -> str:
    """The folder that holds every file of the journeys, with a slash at its end; empty where there is none to name."""
    return common_folder(hop.place for journey in journeys for hop in journey.hops)


def reason_of(hop: TraceHop) -> str:
    """Why a hop is broken or unknown, and the rules that tell of it."""
    return " ".join(filter(None, (hop.reason, f"[{', '.join(hop.rules)}]" if hop.rules else "")))


def said_of(hop: TraceHop) -> str:
    """A hop's label, with what it is where the label does not say it, and what else is to be known of it."""
    label = f"{hop.stage} {hop.label}" if hop.stage in ("balancer", "controller") else hop.label
    return f"{label} ({hop.note})" if hop.note else label
