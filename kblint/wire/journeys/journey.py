"""A journey's records: hops, their state, what the person at the other end sees, and what breaks by which fault."""

from __future__ import annotations

import enum
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

from kblint.model.firewall import HostFirewall
from kblint.source.text import Place
from kblint.wire.faults.fault import Fault, Kind, Outcome, Reporter
from kblint.wire.nodes.filtering import BlockedPort
from kblint.wire.services.ports import PortOfPods


class HopVerdict(enum.Enum):
    """How a hop stands."""

    OK = "ok"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class Stage(enum.Enum):
    """Where on its way a packet is."""

    INTERNET = "internet"
    BALANCER = "balancer"
    CLOUD_FIREWALL = "cloud firewall"
    NODE = "node"
    CONTROLLER = "controller"
    ROUTE = "route"
    SERVICE = "service"
    HOST_FIREWALL = "host firewall"
    OVERLAY = "overlay"
    POLICY = "network policy"
    POD = "pod"
    PROCESS = "process"


@dataclass(frozen=True, slots=True)
class Hop:
    """One step. `place` is where it is declared; `reason` says why it is broken or unknown.

    `thing` is the declared object that it stands for, `fault` what is wrong there.
    """

    stage: Stage
    label: str
    place: Place | None
    state: HopVerdict = HopVerdict.OK
    reason: str = ""
    outcome: Outcome = Outcome.OK
    fault: Fault | None = None
    thing: Hashable = None

    @classmethod
    def stopped(
        cls, stage: Stage, label: str, fault: Fault, front: Reporter, thing: Hashable, place: Place | None = None
    ) -> Hop:
        """A hop with a fault, as `front` reports it: broken, or unknown where nobody knows whether traffic stops.

        It stands where the fault does, unless another `place` is given.
        """
        state = HopVerdict.BROKEN if fault.certainty else HopVerdict.UNKNOWN
        outcome = fault.seen_by(front) if fault.certainty else Outcome.OK
        return cls(stage, label, place or fault.place, state, fault.reason, outcome, fault, thing)


@dataclass(frozen=True, slots=True)
class Journey:
    """One way in, hop by hop. `name` is what a person would type, as far as it is known.

    `goes_on` is the name of the journey that an answer sends people to, a redirect to https.
    """

    name: str
    hops: tuple[Hop, ...]
    redirects_to: str | None = None

    @property
    def outcome(self) -> Outcome:
        """What people see: the first broken hop decides; without one, an unknown hop makes it unknown."""
        for hop in self.hops:
            if hop.state is HopVerdict.BROKEN:
                return hop.outcome
        if any(hop.state is HopVerdict.UNKNOWN for hop in self.hops):
            return Outcome.UNKNOWN
        return Outcome.OK


@dataclass(frozen=True, slots=True, eq=False)
class BrokenAt:
    """The journeys that break at a thing in one respect, and what people see there, were it the only one."""

    journeys: tuple[Journey, ...]
    outcomes: tuple[str, ...]
    fault: Fault


@dataclass(frozen=True, slots=True, eq=False)
class ByFault:
    """BrokenAts by the thing that is wrong and in which respect.

    `closed` is what journeys need open in a firewall and is closed, in the order of the journeys; `closed_on_hosts` is
    the first of each port of a workload's pods, by protocol, in a host firewall.
    """

    at: Mapping[Hashable, Mapping[Kind, BrokenAt]]
    closed: tuple[BlockedPort, ...]
    closed_on_hosts: Mapping[tuple[PortOfPods, str], BlockedPort]

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
            if hop.state is HopVerdict.BROKEN:
                _, broken, outcomes = found.setdefault((fault.thing, fault.kind), (fault, [], {}))
                if not broken or broken[-1] is not journey:
                    broken.append(journey)
                outcomes[hop.outcome.value] = None
    on_hosts: dict[tuple[PortOfPods, str], BlockedPort] = {}
    for one in closed:
        if one.workload and isinstance(one.firewall, HostFirewall):
            on_hosts.setdefault((PortOfPods(one.workload, one.port), one.protocol), one)
    at: dict[Hashable, dict[Kind, BrokenAt]] = {}
    for (thing, kind), (fault, broken, outcomes) in found.items():
        at.setdefault(thing, {})[kind] = BrokenAt(tuple(broken), tuple(outcomes), fault)
    return ByFault(at, tuple(closed), on_hosts)
