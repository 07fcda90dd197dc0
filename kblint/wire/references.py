"""Objects that name others: what they lead to.

https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/,
https://prometheus-operator.dev/docs/api-reference/api/ and
https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kblint.model.bundle import Bundle
from kblint.model.meta import Meta
from kblint.model.policy import Reference
from kblint.model.service import Service
from kblint.model.workload import Workload
from kblint.source.spelling import nearest
from kblint.source.values import Unknown
from kblint.wire.routes.backends import Elsewhere
from kblint.wire.services.index import ServiceIndex
from kblint.wire.services.selection import PodIndex, same_namespace, selector_matches

SCALE = "scale-target"
MONITOR = ("monitor-port", "monitor-target-port")
BUDGET = "disruption-budget"
CALLS = ("webhook", "conversion-webhook", "api-service")
_SCALABLE = ("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController")


@dataclass(frozen=True, slots=True, eq=False)
class WiredReference:
    """A reference with what it leads to.

    `target` is the object that is named, None where it is not here. `is_missing` and `port_is_missing` are None where
    that cannot be told. `similar` is an object whose name differs by a slip of the hand. `available` are the ports
    that could be named. `owners` are the objects whose ports were looked at.
    """

    reference: Reference
    target: Meta | None
    is_missing: bool | None
    similar: Meta | None
    misfit: str | None
    port_is_missing: bool | None
    available: tuple[str, ...]
    owners: tuple[Meta, ...]


def wire_references(
    bundle: Bundle, pods: PodIndex, services: ServiceIndex, elsewhere: Elsewhere
) -> tuple[WiredReference, ...]:
    """Every reference of the bundle."""
    workloads: dict[tuple[str, str], list[Meta]] = {}
    kinds: dict[str, list[Meta]] = {}
    for workload in bundle.all(Workload):
        workloads.setdefault((workload.meta.kind, workload.meta.name), []).append(workload.meta)
        kinds.setdefault(workload.meta.kind, []).append(workload.meta)
    found = []
    for reference in bundle.all(Reference):
        if reference.purpose == SCALE:
            found.append(_scale(reference, workloads, kinds, elsewhere))
        elif reference.purpose in MONITOR:
            found.append(_monitor(reference, pods, services))
        elif reference.purpose in CALLS:
            found.append(_call(reference, services, elsewhere))
        elif reference.purpose == BUDGET:
            found.append(_budget(reference, pods))
    return tuple(found)


def _scale(
    reference: Reference,
    workloads: dict[tuple[str, str], list[Meta]],
    kinds: dict[str, list[Meta]],
    elsewhere: Elsewhere,
) -> WiredReference:
    namespace = reference.meta.namespace
    if isinstance(reference.name, Unknown) or reference.name is None:
        return WiredReference(reference, None, None, None, None, None, (), ())
    candidates = workloads.get((reference.kind, reference.name), [])
    target = next((meta for meta in candidates if same_namespace(namespace, meta.namespace)), None)
    misfit = None
    if reference.kind == "DaemonSet":
        misfit = "a DaemonSet has no replicas to scale"
    near = None
    if target is None:
        near = _nearest(reference.name, [meta for meta in kinds.get(reference.kind, []) if meta.namespace == namespace])
    known = reference.kind in _SCALABLE and not elsewhere(reference.kind, namespace, reference.name)
    return WiredReference(reference, target, (target is None) if known else None, near, misfit, None, (), ())


def _budget(reference: Reference, pods: PodIndex) -> WiredReference:
    """A budget that selects nothing protects nothing; only a slip of the hand shows that it should."""
    selector = reference.selector
    if selector is None or selector.is_empty or selector.expressions:
        return WiredReference(reference, None, None, None, None, None, (), ())
    selection = pods.select(selector.labels, reference.meta.namespace, reference.meta.name)
    owners = tuple(one.workload.meta for one in selection.selected)
    near = next((miss.workload.meta for miss in selection.near if miss.is_typo), None)
    missing = None if owners or selection.is_open else True
    return WiredReference(reference, next(iter(owners), None), missing, near, None, None, (), owners)


def _call(reference: Reference, services: ServiceIndex, elsewhere: Elsewhere) -> WiredReference:
    if isinstance(reference.name, Unknown) or reference.name is None:
        return WiredReference(reference, None, None, None, None, None, (), ())
    found = services.find(reference.name, reference.namespace)
    if found.service is None:
        beside = [wired.service.meta for wired in services.in_namespace(reference.namespace)]
        known = not elsewhere("Service", reference.namespace, reference.name)
        near = _nearest(reference.name, beside)
        return WiredReference(reference, None, True if known else None, near, None, None, (), ())
    service = found.service.service
    ports = [port.port for port in service.ports]
    missing: bool | None = reference.port not in ports
    if isinstance(reference.port, Unknown) or any(isinstance(port, Unknown) for port in ports):
        missing = None
    if service.is_from_chart:
        missing = None
    available = tuple(str(port) for port in ports if isinstance(port, int))
    return WiredReference(reference, service.meta, False, None, None, missing, available, (service.meta,))


def _monitor(reference: Reference, pods: PodIndex, services: ServiceIndex) -> WiredReference:
    if reference.selector is None or isinstance(reference.port, Unknown):
        return WiredReference(reference, None, None, None, None, None, (), ())
    # a monitor without labels selects everything, and one for all namespaces may mean any: both say nothing
    if reference.selector.is_empty or reference.namespace == "*":
        return WiredReference(reference, None, None, None, None, None, (), ())
    namespace = reference.namespace or reference.meta.namespace
    if reference.kind == "Service":
        owners = _selected_services(reference, services, namespace)
        names = _service_ports(reference, owners)
        metas = tuple(service.meta for service in owners)
    else:
        selected = [one.workload for one in pods.select_by(reference.selector, namespace)]
        names = _pod_ports(selected)
        metas = tuple(workload.meta for workload in selected)
    if not metas or names is None:
        return WiredReference(reference, None, None, None, None, None, (), metas)
    missing = str(reference.port) not in names
    return WiredReference(reference, metas[0], False, None, None, missing, tuple(names), metas)


def _selected_services(reference: Reference, services: ServiceIndex, namespace: str | None) -> list[Service]:
    selector = reference.selector
    return [
        wired.service
        for wired in services.labelled(selector.labels if selector else {})
        if selector is not None
        and selector_matches(selector, wired.service.meta.labels)
        and wired.service.meta.namespace == namespace
    ]


def _service_ports(reference: Reference, owners: Sequence[Service]) -> list[str] | None:
    """The ports a monitor of Services may name: the Services' own; what their pods declare is not known here."""
    if reference.purpose == "monitor-target-port":
        return None
    names: list[str] = []
    for service in owners:
        for port in service.ports:
            if isinstance(port.name, Unknown):
                return None
            if port.name is not None:
                names.append(port.name)
    return list(dict.fromkeys(names))


def _pod_ports(selected: Sequence[Workload]) -> list[str] | None:
    names: list[str] = []
    for workload in selected:
        for container in workload.pod.running_containers:
            for port in container.ports:
                if isinstance(port.name, Unknown) or isinstance(port.container_port, Unknown):
                    return None
                names += [name for name in (port.name, str(port.container_port)) if name]
    return list(dict.fromkeys(names))


def _nearest(name: str, metas: Sequence[Meta]) -> Meta | None:
    by_name = {meta.name: meta for meta in metas}
    near = nearest(name, by_name)
    return by_name[near] if near else None
