"""The subject LocalGap: node ports that are dead on some nodes."""

from __future__ import annotations

from collections.abc import Iterator

from kblint.engine.row import Row
from kblint.engine.subject import Subject
from kblint.engine.subjects.fields import boolean, build, maybe_one, one, row_type, subject, text
from kblint.engine.subjects.references import service_ref
from kblint.engine.subjects.workloads import workload_ref
from kblint.model.workload import Workload
from kblint.wire.balancers.local_traffic import LocalTrafficGap, local_gaps
from kblint.wire.balancers.settings import destination_place
from kblint.wire.topology import Topology

SENDER = row_type(
    "SendingListener",
    "a listener that sends to all nodes",
    {
        "balancer": text("the balancer's name"),
        "isNoticed": boolean("whether its health check asks the node port itself, and so leaves dead nodes out"),
    },
)
LOCAL_GAP = row_type(
    "LocalGap",
    "a Service with `externalTrafficPolicy: Local` whose node ports are dead where no pod of a workload runs",
    {
        "service": one("ServiceRef", "the Service"),
        "workload": one("WorkloadRef", "the workload"),
        "listener": maybe_one("SendingListener", "a listener that sends to its node ports, null where none is known"),
        "isSpread": boolean("whether the workload's pods are kept on different nodes"),
    },
)


def local_gap_subjects(topology: Topology) -> Iterator[Subject]:
    """Every workload with such a Service."""
    gaps = local_gaps(topology.services, topology.listeners, topology.environment)
    for workload in topology.bundle.all(Workload):
        gap = gaps.get(id(workload))
        if gap:
            service = gap.service.service
            keys = (("workload", id(workload)), ("service", id(service)))
            yield subject(topology, _local_gap(workload, gap), service.meta, *keys)


def _local_gap(workload: Workload, gap: LocalTrafficGap) -> Row:
    service = gap.service.service
    return build(
        LOCAL_GAP,
        service.origin.place("externalTrafficPolicy"),
        {
            "service": service_ref(service),
            "workload": workload_ref(workload),
            "listener": _sender(gap),
            "isSpread": gap.is_spread,
        },
    )


def _sender(gap: LocalTrafficGap) -> Row | None:
    wired = gap.listener
    if wired is None:
        return None
    place = destination_place(wired.balancer, wired.listener)
    return build(SENDER, place, {"balancer": wired.balancer.name, "isNoticed": gap.is_noticed})


TYPES = (SENDER, LOCAL_GAP)
