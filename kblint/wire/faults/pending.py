"""Pods that find no room on a node: the port they ask for is another's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kblint.model.workload import Workload
from kblint.wire.evidence import Certainty
from kblint.wire.faults.fault import Fault, Kind
from kblint.wire.faults.outcome import Failure, Outcome
from kblint.wire.faults.rejected import by_name
from kblint.wire.nodes.claims import WiredClaim


def port_conflicts(claims: Iterable[WiredClaim]) -> Iterator[tuple[Workload, Fault]]:
    """Ports of a node that somebody else has: the node's own programs, or another workload's pods."""
    for wired in claims:
        yield from _reserved(wired)
        yield from _taken(wired)


def _reserved(wired: WiredClaim) -> Iterator[tuple[Workload, Fault]]:
    """A pod that cannot bind its port, because the node's own programs have it on every node."""
    held, claim = wired.reserved, wired.claim
    if held is None:
        return
    yield (
        claim.workload,
        Fault(
            Kind.RESERVED_PORT,
            claim,
            claim.place,
            f"port {claim.port} of the node belongs to {held.holder}",
            failure=Failure.NO_ENDPOINT,
            certainty=claim.certainty if held.is_everywhere else Certainty.LIKELY,
            other=held,
        ),
    )


def _taken(wired: WiredClaim) -> Iterator[tuple[Workload, Fault]]:
    """Of two workloads that meet on one port of a node, the one that comes last, by their names.

    The scheduler keeps a pod waiting whose port is declared by both; what is not declared it cannot see, and the second
    process fails to bind.
    """
    claim, rival = wired.claim, wired.rival
    if rival is None:
        return
    last, first = sorted((claim, rival), key=lambda one: by_name(one.workload.meta), reverse=True)
    waits = last.declared is not None and first.declared is not None
    holder = f"{first.workload.meta.kind} `{first.workload.meta.name}`"
    yield (
        last.workload,
        Fault(
            Kind.HOST_PORT_TAKEN,
            last,
            last.place,
            f"port {last.port} of the node is taken by {holder}",
            outcome=Outcome.PENDING if waits else None,
            failure=None if waits else Failure.NO_ENDPOINT,
            certainty=wired.rival_certainty,
            other=first,
        ),
    )
