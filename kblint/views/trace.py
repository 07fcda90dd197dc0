"""Every way in, and every call inside, as a report shows it, out of what is wired."""

from __future__ import annotations

from collections.abc import Sequence

from kblint.detection import Detection
from kblint.finding import NotRead, Skipped
from kblint.tracing import HopState, Start, Trace, TraceHop, TraceJourney
from kblint.views.calls import called
from kblint.views.citations import NO_CITATIONS, Citations
from kblint.views.target import narrowed
from kblint.views.variants import variant_names
from kblint.wire.journeys.distinct import distinct
from kblint.wire.journeys.journey import Hop, HopVerdict, Journey, Stage, from_node
from kblint.wire.topology import Topology


def trace(
    topologies: Sequence[Topology],
    profile: str,
    *,
    target: str | None = None,
    caller: str | None = None,
    start: Start = Start.INTERNET,
    unread: Sequence[Skipped] = (),
    detection: Detection | None = None,
    not_read: Sequence[NotRead] = (),
    told: Citations = NO_CITATIONS,
    only_broken: bool = False,
) -> Trace:
    """The journeys of all scopes, or those to `target`, a URL or a Service; one that several scopes hold stands once.

    From inside these are the calls of containers, or those of the workload `caller`. `told` says which rules tell of
    what is broken; where `only_broken`, the other journeys are left out, and counted.

    Raises:
        UsageError: nothing leads to `target`, or `caller` asks for nothing.
    """
    names = variant_names([topology.bundle for topology in topologies])
    is_inside = start is Start.INSIDE
    holders = distinct(called(topologies, caller, target) if is_inside else (one.journeys for one in topologies))
    journeys: Sequence[Journey] = list(holders)
    if target is not None and not is_inside:
        services = [wired.service for topology in topologies for wired in topology.services.services]
        journeys = narrowed(journeys, services, target)
    shown = []
    for journey in journeys:
        variants = {names[number] for number in holders[journey]}
        begun = from_node(journey) if start is Start.NODE else journey
        if begun is not None:
            shown.append(trace_journey(begun, variants.pop() if len(variants) == 1 else "", told))
    shown.sort(key=lambda journey: journey.variant)
    skipped = tuple(sorted(unread, key=lambda one: (one.reason, one.path)))
    left_out = tuple(journey for journey in shown if only_broken and journey.state is not HopState.BROKEN)
    shown = [journey for journey in shown if not only_broken or journey.state is HopState.BROKEN]
    not_read = () if is_inside else tuple(not_read)
    return Trace(profile, start, tuple(shown), skipped, detection, not_read, left_out)


def trace_journey(journey: Journey, variant: str, told: Citations = NO_CITATIONS) -> TraceJourney:
    """A journey as reports know it."""
    states = {hop.state for hop in journey.hops}
    state = next((one for one in (HopVerdict.BROKEN, HopVerdict.UNKNOWN) if one in states), HopVerdict.OK)
    hops = tuple(
        TraceHop(
            stage=hop.stage.value,
            label=hop.label,
            place=hop.place,
            state=HopState(hop.state.value),
            reason="" if hop.state is HopVerdict.OK else hop.reason,
            note=hop.reason if hop.state is HopVerdict.OK else "",
            outcome=hop.outcome.value if hop.is_end else None,
            after=after,
            rules=told.of(journey.name, hop.fault) if hop.state is HopVerdict.BROKEN else (),
        )
        for hop, after in zip(journey.hops, _after(journey.hops), strict=True)
    )
    return TraceJourney(journey.name, variant, journey.outcome.value, HopState(state.value), hops, journey.lost_at)


def _after(hops: Sequence[Hop]) -> list[int | None]:
    """For each hop the index of the one it follows.

    Hops stand in a row, one workload of a Service and one backend of a route after the other. Where a way has ended, a
    hop of a stage that was passed since the last route begins another way, beside the hop of that stage; so does a
    second route, and a second server to which a process passes on what comes.
    """
    after: list[int | None] = []
    passed: dict[Stage, int] = {}
    for index, hop in enumerate(hops):
        before = hops[index - 1]
        # whether the hop may belong to another way than the one before it
        has_ended = before.stage in (Stage.PROCESS, hop.stage) or before.state is not HopVerdict.OK
        beside = passed.get(hop.stage) if index and has_ended else None
        if beside is not None:
            after.append(after[beside])
            passed = {stage: at for stage, at in passed.items() if at < beside}
        else:
            after.append(index - 1 if index else None)
        if hop.stage in (Stage.ROUTE, Stage.CALLER):
            passed = {}
        passed[hop.stage] = index
    return after
