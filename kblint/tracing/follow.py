"""Follow every way in, and say so in the records of a report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kblint.config import Config
from kblint.run import Input, Loaded, read, wire_all
from kblint.trace import HopState, Start, Trace, TraceHop, TraceJourney, Unread
from kblint.tracing.target import narrowed
from kblint.wire.from_node import from_node
from kblint.wire.journey import Hop, Journey, Stage, State

_STATES = {State.OK: HopState.OK, State.BROKEN: HopState.BROKEN, State.UNKNOWN: HopState.UNKNOWN}


def follow(loaded: Loaded, config: Config, *, target: str | None = None, start: Start = Start.INTERNET) -> Trace:
    """The journeys of what was loaded: all, or those to `target`, a URL or a Service.

    Raises:
        UsageError: nothing leads to `target`.
    """
    given = read(loaded.sources)
    topologies = wire_all((*given.things, *config.things), config)
    journeys: Sequence[Journey] = _once(journey for topology in topologies for journey in topology.journeys)
    if target is not None:
        services = [wired.service for topology in topologies for wired in topology.services.services]
        journeys = narrowed(journeys, services, target)
    if start is Start.NODE:
        journeys = from_node(journeys)
    shown = tuple(trace_journey(journey) for journey in journeys)
    return Trace(config.environment.profile, start, shown, tuple(sorted(_unread(loaded, given), key=_order)))


def _once(journeys: Iterable[Journey]) -> list[Journey]:
    """A file may belong to several scopes, and its journeys with it."""
    return list({(journey.name, journey.hops): journey for journey in journeys}.values())


def trace_journey(journey: Journey) -> TraceJourney:
    """A journey as reports know it."""
    states = {hop.state for hop in journey.hops}
    state = next((one for one in (State.BROKEN, State.UNKNOWN) if one in states), State.OK)
    hops = tuple(
        TraceHop(
            stage=hop.stage.value,
            label=hop.label,
            place=hop.place,
            state=_STATES[hop.state],
            reason="" if hop.state is State.OK else hop.reason,
            note=hop.reason if hop.state is State.OK else "",
            outcome=hop.outcome.value if hop.state is State.BROKEN else None,
            after=after,
        )
        for hop, after in zip(journey.hops, _after(journey.hops), strict=True)
    )
    return TraceJourney(journey.name, journey.outcome.value, _STATES[state], hops)


def _after(hops: Sequence[Hop]) -> list[int | None]:
    """For each hop the index of the one it follows.

    Hops stand in a row, one workload of a Service and one backend of a route after the other. Where a way has ended, a
    hop of a stage that was passed since the last route begins another way, beside the hop of that stage; so does a
    second route.
    """
    after: list[int | None] = []
    passed: dict[Stage, int] = {}
    for index, hop in enumerate(hops):
        if index == 0:
            after.append(None)
        else:
            previous = hops[index - 1]
            has_ended = (
                previous.stage is Stage.PROCESS or previous.state is not State.OK or previous.stage is hop.stage
            )
            beside = passed.get(hop.stage) if has_ended else None
            after.append(index - 1 if beside is None else after[beside])
            if beside is not None:
                passed = {stage: at for stage, at in passed.items() if at < beside}
        if hop.stage is Stage.ROUTE:
            passed.clear()
        passed[hop.stage] = index
    return after


def _unread(loaded: Loaded, given: Input) -> Iterator[Unread]:
    """What could not be read, as a whole or in part, and what was left out."""
    for failure in loaded.unread:
        yield Unread(failure.path, f"cannot be read: {failure.reason}")
    for path in {fault.place.source.path for fault in given.faults if fault.code == "unreadable"}:
        yield Unread(path, "cannot be parsed; `kblint check` says why")
    for skipped in (*loaded.skipped, *given.skipped):
        yield Unread(skipped.path, skipped.reason)


def _order(unread: Unread) -> tuple[str, str]:
    return (unread.reason, unread.path)
