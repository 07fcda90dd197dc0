"""What journeys say of faults: which each one breaks, and what people see there."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

from kblint.model.firewall import HostFirewall
from kblint.wire.faults.fault import Fault, Kind
from kblint.wire.journeys.journey import HopVerdict, Journey
from kblint.wire.nodes.filtering import BlockedPort
from kblint.wire.services.ports import PortOfPods


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
