"""What every picture of journeys says in the same words."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from kblint.report.wording import plural
from kblint.trace import HopState, Start, Trace, TraceHop, TraceJourney

ROOTS = {Start.INTERNET: "internet", Start.NODE: "a node"}
"""Where journeys begin; what stands there is no hop worth a line of its own."""


def sees(trace: Trace) -> str:
    """Who meets the outcome."""
    return "people see" if trace.start is Start.INTERNET else "a test on a node sees"


def counted(trace: Trace) -> str:
    """How many journeys there are: `6 journeys`."""
    return plural(len(trace.journeys), "journey")


def tally(trace: Trace) -> str:
    """How the journeys stand: `4 broken, 2 ok`."""
    if not trace.journeys:
        return "there is no way in here"
    words = ((HopState.BROKEN, "broken"), (HopState.UNKNOWN, "unknown"), (HopState.OK, "ok"))
    return ", ".join(f"{number} {word}" for state, word in words if (number := trace.count(state)))


def common_folder(journeys: Iterable[TraceJourney]) -> str:
    """The folder that holds every file of the journeys, with a slash at its end; empty where there is none to name."""
    folders = {posixpath.dirname(hop.place.source.path) for journey in journeys for hop in journey.hops if hop.place}
    absolute = {folder.startswith("/") for folder in folders}
    if len(absolute) != 1:
        return ""
    common = posixpath.commonpath(folders)
    return common if common in ("", "/") else f"{common}/"


def where(hop: TraceHop, folder: str) -> str:
    """File and line of a hop, as seen from `folder`; empty where it is declared nowhere."""
    if hop.place is None:
        return ""
    source, span = hop.place
    return f"{source.path.removeprefix(folder)}:{source.point(span.start).line}"


def said_of(hop: TraceHop) -> str:
    """A hop's label, with what it is where the label does not say it, and what else is to be known of it."""
    label = f"{hop.stage} {hop.label}" if hop.stage in ("balancer", "controller") else hop.label
    return f"{label} ({hop.note})" if hop.note else label
