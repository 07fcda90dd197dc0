"""The subject LocalGap: node ports that are dead on some nodes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kblint.engine.facts import Table, boolean, maybe_one, one
from kblint.engine.subject import SubjectKind
from kblint.engine.subjects.references import SERVICE_REF, WORKLOAD_REF
from kblint.model.workload import Workload
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.balancers.local_traffic import LocalTrafficGap, local_gaps
from kblint.wire.balancers.settings import destination_place
from kblint.wire.topology import Topology


class _Sender(NamedTuple):
    wired: WiredListener
    is_noticed: bool


def _gaps(topology: Topology) -> Iterator[LocalTrafficGap]:
    """The first gap of each workload."""
    gaps: dict[Workload, LocalTrafficGap] = {}
    for gap in local_gaps(topology.services, topology.listeners, topology.environment):
        gaps.setdefault(gap.workload, gap)
    return (gaps[workload] for workload in topology.bundle.all(Workload) if workload in gaps)


# fmt: off
SENDER = Table[_Sender](
    "SendingListener", "a listener that sends to all nodes",
    lambda s: destination_place(s.wired.balancer, s.wired.listener), (
    boolean("isNoticed", "whether its health check asks the node port itself, and so leaves dead nodes out",
        lambda s: s.is_noticed),
))
LOCAL_GAP = Table[LocalTrafficGap](
    "LocalGap",
    "a Service with `externalTrafficPolicy: Local` whose node ports are dead where no pod of a workload runs",
    "externalTrafficPolicy", (
    one("service", "the Service", lambda g: g.service.service, SERVICE_REF),
    one("workload", "the workload", lambda g: g.workload, WORKLOAD_REF),
    maybe_one("listener", "a listener that sends to its node ports, null where none is known",
        lambda g: _Sender(g.listener, g.is_noticed) if g.listener else None, SENDER),
    boolean("isSpread", "whether the workload's pods are kept on different nodes", lambda g: g.is_spread),
), lambda g: g.service.service.origin)
SUBJECTS = (
    SubjectKind("gap", "node ports that are dead on some nodes", LOCAL_GAP, _gaps, lambda g: g.service.service.meta,
        lambda g: (g.workload, g.service.service)),
)
