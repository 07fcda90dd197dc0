"""Objects that name others: what they lead to.

https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/,
https://prometheus-operator.dev/docs/api-reference/api/ and
https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from kblint.model.bundle import Bundle
from kblint.model.meta import Meta
from kblint.model.policy import Reference
from kblint.model.service import Service
from kblint.model.workload import Workload
from kblint.source.grouping import grouped
from kblint.source.regex import regex
from kblint.source.spelling import Spellings
from kblint.source.values import Unknown
from kblint.wire.services.absence import Absent, Elsewhere
from kblint.wire.services.index import ServiceIndex
from kblint.wire.services.labels import is_naming
from kblint.wire.services.selection import PodIndex, labels_match, same_namespace, selector_matches

SCALE = "scale-target"
MONITOR = ("monitor-port", "monitor-target-port")
BUDGET = "disruption-budget"
CALLS = ("webhook", "conversion-webhook", "api-service")
_MOST_SERVICES = 50
"""Services of which one is told as the one that is meant: where more could be, it is none of them."""
_SCALABLE = ("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController")


class WiredReference(Struct, frozen=True, eq=False):
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

    @property
    def is_name_for_label(self) -> bool:
        """Whether the name of `similar` stands where a label's value is asked, which is another one there."""
        labels = self.reference.selector.labels if self.reference.selector and self.similar else {}
        near = self.similar
        return near is not None and any(value == near.name and key in near.labels for key, value in labels.items())


class _Beside(Struct, frozen=True, dict=True):
    """The workloads of one kind in one namespace."""

    metas: tuple[Meta, ...]

    @cached_property
    def by_name(self) -> Mapping[str, Meta]:
        """The last of each name."""
        return {meta.name: meta for meta in self.metas}

    @cached_property
    def first_by_name(self) -> Mapping[str, Meta]:
        """The first of each name."""
        return {meta.name: meta for meta in reversed(self.metas)}

    @cached_property
    def spellings(self) -> Spellings:
        """Their names."""
        return Spellings(self.by_name)


def wire_references(
    bundle: Bundle, pods: PodIndex, services: ServiceIndex, elsewhere: Elsewhere, absent: Absent
) -> tuple[WiredReference, ...]:
    """Every reference of the bundle."""
    workloads = [workload.meta for workload in bundle.all(Workload)]
    named = grouped(((meta.kind, meta.name), meta) for meta in workloads)
    beside = {place: _Beside(metas) for place, metas in grouped(((m.kind, m.namespace), m) for m in workloads).items()}
    lone = _lone(bundle.all(Workload))
    selecting = grouped(
        ((key, value), wired.service)
        for wired in services.written
        for key, value in (wired.service.selector or {}).items()
        if isinstance(value, str)
    )
    found: list[WiredReference] = []
    for reference in bundle.all(Reference):
        if reference.purpose == SCALE:
            found.append(_scale(reference, named, beside, elsewhere))
        elif reference.purpose in MONITOR:
            found.append(_monitor(reference, pods, services, selecting))
        elif reference.purpose in CALLS:
            found.append(_call(reference, services, elsewhere))
        elif reference.purpose == BUDGET:
            found.append(_budget(reference, pods, lone))
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
    beside: Mapping[tuple[str, str | None], _Beside],
    elsewhere: Elsewhere,
) -> WiredReference:
    namespace, kind, name = reference.meta.namespace, reference.kind, reference.name
    if isinstance(name, Unknown) or name is None:
        return WiredReference(reference)
    candidates = named.get((kind, name), ())
    target = next((meta for meta in candidates if same_namespace(namespace, meta.namespace)), None)
    is_vertical = reference.meta.kind == "VerticalPodAutoscaler"
    misfit = "a DaemonSet has no replicas to scale" if kind == "DaemonSet" and not is_vertical else None
    known = kind in _SCALABLE and not elsewhere(kind, namespace, name)
    if target is not None or not known:
        return WiredReference(reference, target, False if known else None, misfit=misfit)
    others = (beside.get((other, namespace)) for other in _SCALABLE if other != kind)
    similar = next((one.first_by_name[name] for one in others if one and name in one.first_by_name), None)
    here = beside.get((kind, namespace))
    near = here.spellings.nearest(name) if here and similar is None else None
    return WiredReference(reference, None, True, here.by_name[near] if here and near else similar, misfit)


def _lone(workloads: Iterable[Workload]) -> dict[str | None, Workload]:
    """The only workload of each namespace that has but one."""
    by_namespace = grouped((one.meta.namespace, one) for one in workloads if not one.is_batch)
    return {namespace: found[0] for namespace, found in by_namespace.items() if len(found) == 1}


_ABOUT_BUDGETS = regex(r"^pdb-|-(?:pdb|budget|disruption-budget)$")


def _budget(reference: Reference, pods: PodIndex, lone: Mapping[str | None, Workload]) -> WiredReference:
    """A budget that selects nothing protects nothing; only a near miss shows that it should.

    That is a slip of the hand, a workload of its name, or the only one that there is, with other values of its labels.
    """
    selector = reference.selector
    if selector is None or selector.is_empty or selector.expressions:
        return WiredReference(reference)
    name = _ABOUT_BUDGETS.sub("", reference.meta.name)
    selection = pods.select(selector.labels, reference.meta.namespace, name)
    owners = tuple(one.workload.meta for one in selection.selected)
    meant = (miss for miss in selection.near if miss.is_typo or miss.is_named or miss.workload.meta.name == name)
    near = next((miss.workload.meta for miss in meant), None)
    only = lone.get(reference.meta.namespace)
    if (
        near is None
        and only
        and all(map(is_naming, selector.labels))
        and selector.labels.keys() <= only.pod.labels.keys()
    ):
        near = only.meta
    missing = None if owners or selection.is_open else True
    return WiredReference(reference, next(iter(owners), None), missing, near, owners=owners)


def _call(reference: Reference, services: ServiceIndex, elsewhere: Elsewhere) -> WiredReference:
    if isinstance(reference.name, Unknown) or reference.name is None:
        return WiredReference(reference)
    found = services.find(reference.name, reference.namespace)
    if found.service is None:
        known = not elsewhere("Service", reference.namespace, reference.name)
        near = services.similar(reference.name, reference.namespace) or next(iter(found.elsewhere), None)
        similar = near.service.meta if near else None
        return WiredReference(reference, is_missing=True if known else None, similar=similar)
    service = found.service.service
    ports = [port.port for port in service.ports]
    is_unknown = service.is_from_chart or any(isinstance(port, Unknown) for port in (reference.port, *ports))
    missing = None if is_unknown else reference.port not in ports
    available = tuple(str(port) for port in ports if isinstance(port, int))
    return _with_ports(reference, missing, available, (service.meta,))


def _monitor(
    reference: Reference,
    pods: PodIndex,
    services: ServiceIndex,
    selecting: Mapping[tuple[str, str], tuple[Service, ...]],
) -> WiredReference:
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
        similar = None if owners else _meant_service(reference, services, namespace, selecting)
    else:
        selected = [one.workload for one in pods.select_by(reference.selector, namespace)]
        ports = (port for workload in selected for port in workload.pod.ports)
        names = _known([name for port in ports for name in (port.name, port.container_port) if name not in (None, "")])
        metas = tuple(workload.meta for workload in selected)
        near = pods.select(reference.selector.labels, namespace, reference.meta.name).near if not selected else ()
        similar = next((one.workload.meta for one in near if one.is_typo or one.is_named), None)
    if not metas:
        return WiredReference(reference, is_missing=True if similar else None, similar=similar)
    if names is None:
        return WiredReference(reference, owners=metas)
    return _with_ports(reference, str(reference.port) not in names, tuple(names), metas)


def _meant_service(
    reference: Reference,
    services: ServiceIndex,
    namespace: str | None,
    selecting: Mapping[tuple[str, str], tuple[Service, ...]],
) -> Meta | None:
    """The Service that a monitor misses: it has the labels in its selector only, or is in another namespace."""
    selector = reference.selector
    if selector is None or selector.expressions or any(isinstance(one, Unknown) for one in selector.labels.values()):
        return None
    pairs = [(key, value) for key, value in selector.labels.items() if isinstance(value, str)]
    for service in min((selecting.get(pair, ()) for pair in pairs), key=len, default=())[:_MOST_SERVICES]:
        is_here = service.meta.namespace == namespace and labels_match(selector.labels, service.selector or {})
        names = _service_ports(reference, (service,))
        has_port = names is None or str(reference.port) in names
        if is_here and has_port and not any(key in service.meta.labels for key in selector.labels):
            return service.meta
    # a Service's name taken for its label: the label is there, with another value
    for key, value in pairs if len(pairs) == 1 else ():
        wired = services.find(value, namespace).service
        if wired and wired.service.meta.namespace == namespace and key in wired.service.meta.labels:
            return wired.service.meta
    labelled = services.labelled(selector.labels)
    away = [wired.service.meta for wired in labelled] if len(labelled) <= _MOST_SERVICES else []
    found = [meta for meta in away if meta.namespace and labels_match(selector.labels, meta.labels)]
    return found[0] if len(found) == 1 and namespace and found[0].namespace != namespace else None


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
