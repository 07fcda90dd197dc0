"""What is not followed because a limit of kblint's own was met: nothing is left out without a word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kblint.model.workload import Workload
from kblint.source.stream import SyntaxFault, not_followed
from kblint.wire.policies.applied import MANY as MANY_POLICIES
from kblint.wire.services.index import MANY as MANY_WORKLOADS
from kblint.wire.topology import Topology


def cuts(topologies: Iterable[Topology]) -> tuple[SyntaxFault, ...]:
    """Each place where a limit was met, once, whatever scopes it belongs to."""
    return tuple(dict.fromkeys(cut for topology in topologies for cut in _cuts(topology)))


def _cuts(topology: Topology) -> Iterator[SyntaxFault]:
    for workload in topology.bundle.all(Workload):
        for container in workload.pod.running_containers:
            yield from topology.listening_of(container).cuts
    for wired in topology.services.services:
        if wired.is_cut:
            count = len(wired.selected)
            message = f"this Service selects more than {count} workloads, and only the first are looked at"
            yield not_followed(wired.service.origin.place("selector"), message)
    for policy in topology.network.policies.uncounted:
        message = (
            f"over {MANY_POLICIES} policies select over {MANY_WORKLOADS} pods by this label; none of them is followed"
        )
        yield not_followed(policy.origin.place("podSelector"), message)
