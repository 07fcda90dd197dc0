"""Objects that name others: what they lead to.

https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/,
https://prometheus-operator.dev/docs/api-reference/api/ and
https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kblint.model.bundle import Bundle
from kblint.model.meta import Meta
from kblint.model.policy import Reference
from kblint.model.service import Service
from kblint.model.workload import Workload
from kblint.source.grouping import grouped
from kblint.source.spelling import nearest
from kblint.source.values import Unknown
from kblint.wire.services.absence import Absent, Elsewhere
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
    target: Meta | None = None
    is_missing: bool | None = None
    similar: Meta | None = None
    misfit: str | None = None
    port_is_missing: bool | None = None
    available: tuple[str, ...] = ()
    owners: tuple[Meta, ...] = ()
    is_absent: bool = False
    """Whether what is named surely does not exist."""


def wire_references(
    bundle: Bundle, pods: PodIndex, services: ServiceIndex, elsewhere: Elsewhere, absent: Absent
) -> tuple[WiredReference, ...]:
    """Every reference of the bundle."""
    workloads = [workload.meta for workload in bundle.all(Workload)]
    named = grouped(((meta.kind, meta.name), meta) for meta in workloads)
    beside = grouped(((meta.kind, meta.namespace), meta) for meta in workloads)
    found = []
    for reference in bundle.all(Reference):
        if reference.purpose == SCALE:
            found.append(_scale(reference, named, beside, elsewhere))
        elif reference.purpose in MONITOR:
            found.append(_monitor(reference, pods, services))
        elif reference.purpose in CALLS:
            found.append(_call(reference, services, elsewhere))
        elif reference.purpose == BUDGET:
            found.append(_budget(reference, pods))
    return tuple(replace(one, is_absent=_is_absent(one, absent)) for one in found)


def _is_absent(wired: WiredReference, absent: Absent) -> bool:
    reference, name = wired.reference, wired.reference.name
    if not wired.is_missing or not isinstance(name, str):
        return False
    kind = "Service" if reference.purpose in CALLS else "Pod"
    return absent(kind, reference.namespace or reference.meta.namespace, name)


def _scale(
    reference: Reference,
    named: Mapping[tuple[str, str], tuple[Meta, ...]],
    beside: Mapping[tuple[str, str | None], tuple[Meta, ...]],
    elsewhere: Elsewhere,
) -> WiredReference:
    namespace, kind, name = reference.meta.namespace, reference.kind, reference.name
    if isinstance(name, Unknown) or name is None:
        return WiredReference(reference)
    candidates = named.get((kind, name), ())
    target = next((meta for meta in candidates if same_namespace(namespace, meta.namespace)), None)
    misfit = "a DaemonSet has no replicas to scale" if kind == "DaemonSet" else None
    here = {meta.name: meta for meta in beside.get((kind, namespace), ())}
    near = nearest(name, here) if target is None else None
    known = kind in _SCALABLE and not elsewhere(kind, namespace, name)
    return WiredReference(reference, target, (target is None) if known else None, here[near] if near else None, misfit)


def _budget(reference: Reference, pods: PodIndex) -> WiredReference:
    """A budget that selects nothing protects nothing; only a slip of the hand shows that it should."""
    selector = reference.selector
    if selector is None or selector.is_empty or selector.expressions:
        return WiredReference(reference)
    selection = pods.select(selector.labels, reference.meta.namespace, reference.meta.name)
    owners = tuple(one.workload.meta for one in selection.selected)
    near = next((miss.workload.meta for miss in selection.near if miss.is_typo), None)
    missing = None if owners or selection.is_open else True
    return WiredReference(reference, next(iter(owners), None), missing, near, owners=owners)


def _call(reference: Reference, services: ServiceIndex, elsewhere: Elsewhere) -> WiredReference:
    if isinstance(reference.name, Unknown) or reference.name is None:
        return WiredReference(reference)
    found = services.find(reference.name, reference.namespace)
    if found.service is None:
        known = not elsewhere("Service", reference.namespace, reference.name)
        near = services.similar(reference.name, reference.namespace)
        similar = near.service.meta if near else None
        return WiredReference(reference, is_missing=True if known else None, similar=similar)
    service = found.service.service
    ports = [port.port for port in service.ports]
    is_unknown = service.is_from_chart or any(isinstance(port, Unknown) for port in (reference.port, *ports))
    missing = None if is_unknown else reference.port not in ports
    available = tuple(str(port) for port in ports if isinstance(port, int))
    return _with_ports(reference, missing, available, (service.meta,))


def _monitor(reference: Reference, pods: PodIndex, services: ServiceIndex) -> WiredReference:
    if reference.selector is None or isinstance(reference.port, Unknown):
        return WiredReference(reference)
    # a monitor without labels selects everything, and one for all namespaces may mean any: both say nothing
    if reference.selector.is_empty or reference.namespace == "*":
        return WiredReference(reference)
    namespace = reference.namespace or reference.meta.namespace
    if reference.kind == "Service":
        owners = _selected_services(reference, services, namespace)
        names = _service_ports(reference, owners)
        metas = tuple(service.meta for service in owners)
    else:
        selected = [one.workload for one in pods.select_by(reference.selector, namespace)]
        ports = (port for workload in selected for port in workload.pod.ports)
        names = _known([name for port in ports for name in (port.name, port.container_port) if name not in (None, "")])
        metas = tuple(workload.meta for workload in selected)
    if not metas or names is None:
        return WiredReference(reference, owners=metas)
    return _with_ports(reference, str(reference.port) not in names, tuple(names), metas)


def _with_ports(
    reference: Reference, is_missing: bool | None, available: tuple[str, ...], owners: tuple[Meta, ...]
) -> WiredReference:
    """A reference whose object is here, with the ports that it may name there."""
    target = owners[0]
    return WiredReference(reference, target, False, port_is_missing=is_missing, available=available, owners=owners)


def _selected_services(reference: Reference, services: ServiceIndex, namespace: str | None) -> list[Service]:
    selector = reference.selector
    if selector is None:
        return []
    found = (wired.service for wired in services.labelled(selector.labels))
    return [one for one in found if one.meta.namespace == namespace and selector_matches(selector, one.meta.labels)]


def _service_ports(reference: Reference, owners: Sequence[Service]) -> list[str] | None:
    """The ports a monitor of Services may name: the Services' own; what their pods declare is not known here."""
    if reference.purpose == "monitor-target-port":
        return None
    return _known([port.name for service in owners for port in service.ports if port.name is not None])


def _known(names: Sequence[object]) -> list[str] | None:
    """Names once each; None where one of them cannot be known."""
    return None if any(isinstance(name, Unknown) for name in names) else list(dict.fromkeys(map(str, names)))
