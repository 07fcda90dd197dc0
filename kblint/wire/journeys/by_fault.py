"""What journeys say of faults: which each one breaks, and what people see there."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

from kblint.model.firewall import HostFirewall
from kblint.wire.faults.fault import Fault, Kind
from kblint.wire.journeys.journey import HopVerdict, Journey
from kblint.wire.nodes.closed_ports import BlockedPort
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
    found: dict[Hashable, dict[Kind, tuple[Fault, list[Journey], dict[str, None]]]] = {}
    closed: dict[BlockedPort, None] = {}
    for journey in journeys:
        for hop in journey.hops:
            fault = hop.fault
            if fault is None:
                continue
            if isinstance(fault.thing, BlockedPort):
                closed[fault.thing] = None
            if hop.state is HopVerdict.BROKEN:
                at = found.setdefault(fault.thing, {}).setdefault(fault.kind, (fault, [], {}))
                if not at[1] or at[1][-1] is not journey:
                    at[1].append(journey)
                at[2][hop.outcome.value] = None
    return ByFault(
        {
            thing: {
                kind: BrokenAt(tuple(wiring), tuple(outcomes), fault)
                for kind, (fault, wiring, outcomes) in kinds.items()
            }
            for thing, kinds in found.items()
        },
        tuple(closed),
        {
            (PortOfPods(one.workload, one.port), one.protocol): one
            for one in reversed(closed)
            if one.workload and isinstance(one.firewall, HostFirewall)
        },
    )
