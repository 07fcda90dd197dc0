"""What policies keep from a Service's port: everybody, or those whom an egress rule is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from kblint.model.policy import PolicyPort
from kblint.source.text import Place
from kblint.wire.evidence import Certainty
from kblint.wire.policies.applied import Blocked, Policies
from kblint.wire.policies.egress import EgressMistake
from kblint.wire.policies.rules import Mistake
from kblint.wire.services.index import ServiceIndex
from kblint.wire.services.ports import WiredPort


class PolicyBlock(Struct, frozen=True, eq=False):
    """A Service's port that policies keep everybody from, or only those that one limits (`is_egress`).

    `mistaken` is an entry that opens something else where this port was meant, and what that is.
    """

    port: WiredPort
    blocked: Blocked
    mistaken: tuple[PolicyPort, Mistake] | None
    is_egress: bool = False

    @property
    def place(self) -> Place:
        """Where to look."""
        if self.mistaken:
            return self.mistaken[0].origin.place("port")
        return self.blocked.isolating[0].origin.place("podSelector")


def policy_blocks(services: ServiceIndex, policies: Policies, egress: Iterable[EgressMistake]) -> Iterator[PolicyBlock]:
    """Every Service port, and workload behind it, that policies keep somebody from."""
    for wired in services.services if policies.by_workload or policies.by_namespace else ():
        for port in wired.ports:
            for pod in port.endpoints:
                if blocked := policies.blocked(pod):
                    yield PolicyBlock(port, blocked, policies.mistaken(blocked, port.port))
    for one in egress:
        blocked = Blocked(one.pod, (one.policy,), Certainty.KNOWN)
        yield PolicyBlock(one.port, blocked, (one.entry, Mistake.SERVICE_PORT), is_egress=True)
