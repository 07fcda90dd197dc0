"""Workloads that a Service selects and cannot mean: they have none of its ports, or are another instance of a chart."""

from __future__ import annotations

from kblint.model.workload import Workload
from kblint.source.values import Unknown
from kblint.wire.services.ports import WiredService

_INSTANCE = "app.kubernetes.io/instance"
"""https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/"""


def strangers(wired: WiredService) -> list[Workload]:
    """Workloads that have none of the ports that a Service asks for, beside others that have."""
    hits: dict[Workload, None] = {}
    numbers: set[object] = set()
    others: dict[Workload, None] = {}
    for port in wired.ports:
        for pod in port.endpoints:
            # a pod without a port of the name asked for is left out of the endpoints
            if pod.workload.pod.ports or isinstance(pod.requested, int):
                others[pod.workload] = None
            if pod.declared or pod.answers or isinstance(pod.number, Unknown):
                hits[pod.workload] = None
                numbers.add(pod.number)
    # the same number under another name, or none, is the port of the same application
    return [
        workload
        for workload in others
        if hits
        and workload not in hits
        and numbers.isdisjoint(one.container_port for one in workload.pod.ports)
        and (workload.pod.ports or not _is_silent_twin(workload, hits, numbers))
    ]


def _is_silent_twin(workload: Workload, hits: dict[Workload, None], numbers: set[object]) -> bool:
    """Whether pods that declare nothing may listen all the same: they run what one that listens runs, or are asked."""
    started = {_started(hit) for hit in hits}
    probed = {probe.port for container in workload.pod.running_containers for probe in container.probes}
    return _started(workload) in started or bool(probed) or any(
        isinstance(text, str) and str(number) in text
        for container in workload.pod.running_containers
        for text in (*container.words, *(variable.value for variable in container.env))
        for number in numbers
    )  # fmt: skip


def _started(workload: Workload) -> frozenset[tuple[object, ...]]:
    """What its containers start, whichever release of it."""
    return frozenset(
        (str(one.image).partition("@")[0].rpartition(":")[0] or str(one.image), *map(str, one.words))
        for one in workload.pod.running_containers
    )


def other_instances(wired: WiredService) -> list[Workload]:
    """Workloads of another instance of the chart that a Service belongs to, where it selects those of its own too."""
    own = wired.service.meta.labels.get(_INSTANCE)
    found = [(one.workload, one.workload.pod.labels.get(_INSTANCE)) for one in wired.selected]
    if not isinstance(own, str) or _INSTANCE in (wired.service.selector or {}) or own not in [it for _, it in found]:
        return []
    return [workload for workload, instance in found if isinstance(instance, str) and instance != own]
