"""A journey's records: hops, their state, what the person at the other end sees, and what breaks by which fault.

A request made on a node passes no balancer and no cloud firewall, and goes over loopback to the node's own sockets,
which a host firewall lets through (UFW's `before.rules` accept everything on `lo`). What fails before an ingress
controller has the request is seen as it is: no balancer turns it into 503.
"""

from __future__ import annotations

import enum
from collections.abc import Hashable, Iterable, Iterator, Mapping
from operator import attrgetter

from msgspec import Struct
from msgspec.structs import replace

from kblint.source.text import Place
from kblint.wire.evidence import Certainty
from kblint.wire.faults.fault import Fault, Kind, Outcome, Reporter
from kblint.wire.nodes.closed_ports import BlockedPort


class HopVerdict(enum.Enum):
    """How a hop stands."""

    OK = "ok"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class Stage(enum.Enum):
    """Where on its way a packet is."""

    INTERNET = "internet"
    CALLER = "caller"
    NAME = "name"
    BALANCER = "balancer"
    CLOUD_FIREWALL = "cloud firewall"
    NODE = "node"
    CONTROLLER = "controller"
    CHART = "chart"
    ROUTE = "route"
    SERVICE = "service"
    HOST_FIREWALL = "host firewall"
    OVERLAY = "overlay"
    POLICY = "network policy"
    POD = "pod"
    PROCESS = "process"


class Hop(Struct, frozen=True):
    """One step. `place` is where it is declared; `reason` says why it is broken or unknown.

    `thing` is the declared object that it stands for, `fault` what is wrong there, `outcome` what is seen where that
    stops traffic, or likely does.
    """

    stage: Stage
    label: str
    place: Place | None
    state: HopVerdict = HopVerdict.OK
    reason: str = ""
    outcome: Outcome = Outcome.OK
    fault: Fault | None = None
    thing: Hashable = None

    @property
    def is_end(self) -> bool:
        """Whether a request gets no further: surely where it is broken, else most likely."""
        return self.outcome is not Outcome.OK

    @classmethod
    def stopped(
        cls, stage: Stage, label: str, fault: Fault, front: Reporter, thing: Hashable, place: Place | None = None
    ) -> Hop:
        """A hop with a fault, as `front` reports it: broken, or unknown where nobody knows whether traffic stops.

        It stands where the fault does, unless another `place` is given. What only likely stops traffic is no
        more than a question, as it is no more than a warning in `check`; its outcome says what is seen if it does.
        """
        state = HopVerdict.BROKEN if fault.certainty is Certainty.KNOWN else HopVerdict.UNKNOWN
        outcome = fault.seen_by(front) if fault.certainty else Outcome.OK
        return cls(stage, label, place or fault.place, state, fault.reason, outcome, fault, thing)


class Journey(Struct, frozen=True):
    """One way in, or one call inside the cluster, hop by hop.

    `name` is what a person would type, as far as it is known, or who asks for what.

    `goes_on` is the name of the journey that an answer sends people to, a redirect to https.
    """

    name: str
    hops: tuple[Hop, ...]
    redirects_to: str | None = None

    @property
    def outcome(self) -> Outcome:
        """What it ends in: the first hop decides that stops it, or likely does; else an unknown one does."""
        is_unknown = any(hop.state is HopVerdict.UNKNOWN for hop in self.hops)
        otherwise = Outcome.UNKNOWN if is_unknown else Outcome.OK
        return next((hop.outcome for hop in self.hops if hop.is_end), otherwise)

    @property
    def lost_at(self) -> str | None:
        """The stage of the last hop of which nobody knows; None for a journey whose end is known, good or bad."""
        if self.outcome is not Outcome.UNKNOWN:
            return None
        return next((hop.stage.value for hop in reversed(self.hops) if hop.state is HopVerdict.UNKNOWN), None)


class BrokenAt(Struct, frozen=True, eq=False):
    """The journeys that break at a thing in one respect, and what symptom there, were it the only one.

    `fault` is the surest of them.
    """

    journeys: tuple[Journey, ...]
    outcomes: tuple[str, ...]
    fault: Fault


class ByFault(Struct, frozen=True, eq=False):
    """BrokenAts by the thing that is wrong and in which respect.

    `closed` is what journeys need open in a firewall and is closed, in the order of the journeys.
    """

    at: Mapping[Hashable, Mapping[Kind, BrokenAt]]
    closed: tuple[BlockedPort, ...]

    def of(self, thing: Hashable, kind: Kind) -> BrokenAt | None:
        """What breaks at a thing in one respect; None where nothing does."""
        return self.at.get(thing, {}).get(kind)


def by_fault(journeys: Iterable[Journey]) -> ByFault:
    """Sort what journeys say by what is wrong."""
    found: dict[tuple[Hashable, Kind], tuple[Fault, list[Journey], dict[str, None]]] = {}
    closed: dict[BlockedPort, None] = {}
    for journey in journeys:
        for hop in journey.hops:
            fault = hop.fault
            if fault is None:
                continue
            if isinstance(fault.thing, BlockedPort):
                closed[fault.thing] = None
            if hop.is_end:
                key = (fault.thing, fault.kind)
                surest, broken, outcomes = found.get(key, (fault, [], {}))
                found[key] = (max(surest, fault, key=attrgetter("certainty")), broken, outcomes)
                if not broken or broken[-1] is not journey:
                    broken.append(journey)
                outcomes[hop.outcome.value] = None
    at: dict[Hashable, dict[Kind, BrokenAt]] = {}
    for (thing, kind), (fault, broken, outcomes) in found.items():
        at.setdefault(thing, {})[kind] = BrokenAt(tuple(broken), tuple(outcomes), fault)
    return ByFault(at, tuple(closed))


_OUTSIDE = frozenset({Stage.INTERNET, Stage.BALANCER, Stage.CLOUD_FIREWALL})


def from_node(journey: Journey) -> Journey | None:
    """The part of a journey that begins on a node; None where it never reaches one.

    Where the request is handed to an ingress controller, the controller reports what fails behind it, as ever.
    """
    hops = tuple(_hops(journey))
    return Journey(journey.name, hops) if hops else None


def _hops(journey: Journey) -> Iterator[Hop]:
    is_controlled = False
    for hop in journey.hops:
        is_controlled = is_controlled or hop.stage in (Stage.ROUTE, Stage.CONTROLLER)
        if hop.stage in _OUTSIDE:
            continue
        yield hop if is_controlled or hop.state is HopVerdict.OK else _seen_directly(hop)


def _seen_directly(hop: Hop) -> Hop:
    if hop.stage is Stage.HOST_FIREWALL:
        return Hop(hop.stage, hop.label, hop.place, HopVerdict.OK, "a request to the node itself goes over loopback")
    return replace(hop, outcome=hop.fault.seen_by(Reporter.CLIENT)) if hop.fault and hop.fault.certainty else hop
