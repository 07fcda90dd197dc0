"""A journey's records: hops, their state, and what the person at the other end sees."""

from __future__ import annotations

import enum
from collections.abc import Hashable
from dataclasses import dataclass

from kblint.source.text import Place
from kblint.wire.faults.fault import Fault
from kblint.wire.faults.outcome import Outcome, Reporter


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
