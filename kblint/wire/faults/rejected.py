"""What the API server refuses: a Service or a workload that is never there.

Exact rules of validation: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from kblint.model.bundle import Declaration
from kblint.model.environment import Environment
from kblint.model.meta import Meta
from kblint.model.service import Service, ServicePort
from kblint.model.workload import Container, ContainerPort, Role, Workload
from kblint.source.text import Place
from kblint.source.values import Origin, Unknown
from kblint.wire.faults.fault import Failure, Fault, Kind, rejected
from kblint.wire.nodes.rollouts import Clash, clash_of
from kblint.wire.services.index import ServiceIndex
from kblint.wire.services.naming import ExternalNameFault, misnomer
from kblint.wire.services.selection import requirement_holds, selector_matches

PORTS = range(1, 65536)
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_LETTER = re.compile(r"[a-z]")
_LONGEST_LABEL = 63
_LONGEST_PORT_NAME = 15
_TYPES = {
    "externalTrafficPolicy": "`NodePort` or `LoadBalancer`",
    "allocateLoadBalancerNodePorts": "`LoadBalancer`",
    "loadBalancerClass": "`LoadBalancer`",
}
"""The types that a field of a Service needs."""
_NO_NAMES = (ExternalNameFault.MISSING, ExternalNameFault.NO_HOST_NAME)


class NodePortHolder(NamedTuple):
    """Who has a node port: a port of a Service, None for the Service's own health check."""

    service: Service
    port: ServicePort | None


class DeclaredPort(NamedTuple):
    """A port with the container and the workload that declare it."""

    container: Container
    port: ContainerPort
    workload: Workload


@dataclass(frozen=True, slots=True, eq=False)
class Mismatch:
    """A label that a workload's selector asks for and its own pods do not carry."""

    key: str
    wanted: str
    found: str | None
    place: Place


def _at_port(
    kind: Kind, port: ServicePort | ContainerPort, key: str, reason: str, case: str = "", other: object = None
) -> Fault:
    """A port that is refused for its field `key`."""
    return rejected(kind, port, port.origin.place(key), reason, case, other)


def rejected_services(
    services: ServiceIndex, environment: Environment, refused: Collection[Declaration]
) -> Iterator[tuple[Service, Fault]]:
    """Every reason for which the API refuses a Service, each Service's own first; some are `refused` for their form."""
    sound: list[Service] = []
    # which of two is applied first no file says: by their names, so that the order of files changes nothing
    for wired in sorted(services.services, key=lambda one: by_name(one.service.meta)):
        service = wired.service
        own = (*islice(_misfits(service), 1), *_misnamed(service), *_port_faults(service))
        found = (*own, *_outside_the_range(service, environment), *_health_check(service, environment))
        yield from ((service, fault) for fault in found)
        if not found and service not in refused:
            # what is refused takes no node port from others
            sound.append(service)
    yield from _taken_node_ports(sound)


def _taken_node_ports(services: Sequence[Service]) -> Iterator[tuple[Service, Fault]]:
    """Node ports that another Service has: the API's allocator knows numbers only, not protocols, not namespaces."""
    taken: dict[int, NodePortHolder] = {}
    for service in services:
        if isinstance(service.health_check_node_port, int):
            number = service.health_check_node_port
            holder = taken.setdefault(number, NodePortHolder(service, None))
            if holder.service is not service and has_health_check(service):
                place = service.origin.place("healthCheckNodePort")
                reason = f"node port {number} is already taken by the health check of `{holder.service.meta.name}`"
                yield service, rejected(Kind.SERVICE_TYPE, service, place, reason, "healthCheckNodePort")
    for service in services:
        for port in service.ports:
            if not isinstance(port.node_port, int):
                continue
            holder = taken.setdefault(port.node_port, NodePortHolder(service, port))
            # a chart's Service may come from several sets of values
            is_same_chart = holder.service.is_from_chart and service.is_from_chart
            is_other = holder.service is not service or not (holder.port is None or _may_share(holder.port, port))
            if is_other and not (is_same_chart and holder.service.meta.name == service.meta.name):
                reason = f"node port {port.node_port} is already taken by Service `{holder.service.meta.name}`"
                yield service, _at_port(Kind.NODE_PORT_TAKEN, port, "nodePort", reason, other=holder)


def _may_share(first: ServicePort, second: ServicePort) -> bool:
    """Whether two ports of one Service may have one node port: the same port, over two protocols."""
    return first is second or (first.port == second.port and first.protocol != second.protocol)


def has_health_check(service: Service) -> bool:
    """Whether a Service gets a node port for health checks of its own.

    https://kubernetes.io/docs/tasks/access-application-cluster/create-external-load-balancer/#preserving-the-client-source-ip
    """
    return service.type == "LoadBalancer" and service.external_traffic_policy == "Local"


def by_name(meta: Meta) -> tuple[str, str, str]:
    """An order of objects in which the order of files plays no part."""
    return (meta.namespace or "", meta.name, meta.kind)


def _misfits(service: Service) -> Iterator[Fault]:
    """Each field that does not go with the type of a Service, and what it needs.

    https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/#ServiceSpec
    """
    origin, is_inside = service.origin, service.type in ("ClusterIP", "ExternalName")
    if service.is_headless and service.type in ("NodePort", "LoadBalancer"):
        reason = f"`clusterIP: None` does not go with type `{service.type}`"
        yield rejected(Kind.SERVICE_TYPE, service, origin.place("clusterIP"), reason, "clusterIP")
    # an alias may have node ports, which nobody opens; a Service with addresses of its own is reached from outside
    is_alias, has_addresses = service.type == "ExternalName", bool(origin.get("externalIPs"))
    fields = [("nodePort", port.origin) for port in service.ports if port.node_port is not None and not is_alias]
    fields += [(field, origin) for field in _TYPES if _is_set(origin, field)]
    if has_addresses and not is_alias:
        fields = [(field, holder) for field, holder in fields if field != "externalTrafficPolicy"]
    for field, holder in fields:
        types = _TYPES.get(field, "`NodePort` or `LoadBalancer`")
        if is_inside or (service.type != "LoadBalancer" and types == "`LoadBalancer`"):
            reason = f"`{field}` needs type {types}, this Service is `{service.type}`"
            yield rejected(Kind.SERVICE_TYPE, service, holder.place(field), reason, field)


def _is_set(origin: Origin, field: str) -> bool:
    """Whether a field holds more than the API takes for none: null, and the empty text where it is a plain one."""
    written = origin.get(field)
    return written is not None and not (field == "externalTrafficPolicy" and written == "")


def _misnamed(service: Service) -> Iterator[Fault]:
    """An alias that names nothing, or nothing that could be a host."""
    alias = misnomer(service)
    if alias and alias.fault in _NO_NAMES:
        is_missing = alias.fault is ExternalNameFault.MISSING
        reason = f"type `ExternalName` names {'nothing' if is_missing else f'`{service.external_name}`, no host'}"
        yield rejected(Kind.EXTERNAL_NAME, service, alias.place, reason, alias.fault.value)


def _port_faults(service: Service) -> Iterator[Fault]:
    """Ports of a Service whose numbers or names the API refuses."""
    names: dict[str, ServicePort] = {}
    numbers: dict[tuple[int, str], ServicePort] = {}
    for port in service.ports:
        if not isinstance(port.port, int):
            continue
        if reason := _out_of_range(port.port, port.target_port):
            yield _at_port(Kind.PORT_RANGE, port, "port", reason)
        same_number = numbers.get((port.port, port.protocol))
        same_name = names.get(port.name) if isinstance(port.name, str) else None
        if same_number:
            reason = f"port `{port.port}/{port.protocol}` stands twice"
            yield _at_port(Kind.SERVICE_PORT, port, "port", reason, "port twice", same_number)
        elif port.name is None and len(service.ports) > 1:
            reason = f"port `{port.port}` has no name, which several ports need"
            yield _at_port(Kind.SERVICE_PORT, port, "name", reason, "no name")
        elif same_name:
            reason = f"port name `{port.name}` stands twice"
            yield _at_port(Kind.SERVICE_PORT, port, "name", reason, "name twice", same_name)
        elif isinstance(port.name, str) and (len(port.name) > _LONGEST_LABEL or not _LABEL.fullmatch(port.name)):
            reason = f"port name `{port.name}` is not well formed"
            yield _at_port(Kind.SERVICE_PORT, port, "name", reason, "malformed")
        numbers[port.port, port.protocol] = port
        if isinstance(port.name, str):
            names[port.name] = port


def _outside_the_range(service: Service, environment: Environment) -> Iterator[Fault]:
    for port in service.ports:
        if not isinstance(port.node_port, int) or port.node_port in environment.node_port_range:
            continue
        reason = f"node port {port.node_port} is outside the cluster's range"
        yield _at_port(Kind.NODE_PORT_RANGE, port, "nodePort", reason)


def _health_check(service: Service, environment: Environment) -> Iterator[Fault]:
    number = service.health_check_node_port
    if has_health_check(service) and isinstance(number, int) and number not in environment.node_port_range:
        reason = f"`healthCheckNodePort` {number} is outside the cluster's range of node ports"
        place = service.origin.place("healthCheckNodePort")
        yield rejected(Kind.SERVICE_TYPE, service, place, reason, "healthCheckNodePort")


def rejected_workload(workload: Workload) -> Iterator[Fault]:
    """Every reason for which the API refuses a workload, or the pods that it would make."""
    yield from _ports(workload)
    found = mismatch(workload)
    if workload.selector and selector_matches(workload.selector, workload.pod.labels) is False:
        place = workload.pod.meta_origin.place("labels")
        reason = "its selector does not select its own pods"
        yield rejected(Kind.WORKLOAD_SELECTOR, workload, place, reason, other=found)
    clash = clash_of(workload)
    if workload.rollout and clash in (Clash.BOTH, Clash.NEITHER):
        place = workload.rollout.origin.place("rollingUpdate", "maxSurge")
        reason = "`maxSurge` and `maxUnavailable` do not fit each other"
        yield rejected(Kind.ROLLOUT, workload, place, reason, clash.value)


def _ports(workload: Workload) -> Iterator[Fault]:
    pod = workload.pod
    taken: dict[tuple[int, str, object], DeclaredPort] = {}
    for container in pod.running_containers:
        names: dict[str, DeclaredPort] = {}
        # a sidecar is an init container: its host ports are compared with its own only
        is_sidecar = container.role is Role.SIDECAR
        claims = {} if is_sidecar else taken
        for port in container.ports:
            if not isinstance(port.container_port, int):
                continue
            here = DeclaredPort(container, port, workload)
            is_other = isinstance(port.host_port, int) and port.host_port != port.container_port
            if pod.host_network and is_other and not is_sidecar:
                yield _at_port(Kind.HOST_PORT, port, "hostPort", "`hostPort` differs from `containerPort`")
            number = pod.host_port_of(port)
            if isinstance(number, int):
                claim = (number, port.protocol, port.host_ip)
                if claim in claims:
                    yield _twice(here, claims[claim])
                claims[claim] = here
            if reason := _out_of_range(port.container_port, port.host_port):
                yield _at_port(Kind.CONTAINER_PORT_RANGE, port, "containerPort", reason)
            if isinstance(port.name, str):
                yield from _port_name(port, port.name, names.get(port.name))
                names[port.name] = here


def _twice(here: DeclaredPort, first: DeclaredPort) -> Fault:
    """A host port that a pod asks for a second time.

    Under the host network the API fills in what is not written, in pods and not in templates: it takes the workload,
    and refuses its pods.
    """
    reason = "a host port is asked for twice"
    is_filled_in = here.port.host_port is None or first.port.host_port is None
    if is_filled_in and here.workload.meta.kind != "Pod":
        place, failure = here.port.origin.place("hostPort"), Failure.NO_ENDPOINT
        return Fault(Kind.HOST_PORT_TWICE, here.port, place, reason, failure, case="template", other=first)
    return _at_port(Kind.HOST_PORT_TWICE, here.port, "hostPort", reason, other=first)


def _out_of_range(*numbers: object) -> str:
    """What is wrong with the first number that is no port; empty where all are."""
    wrong = next((one for one in numbers if isinstance(one, int) and one not in PORTS), None)
    return "" if wrong is None else f"port `{wrong}` is not between 1 and 65535"


def _port_name(port: ContainerPort, name: str, same: DeclaredPort | None) -> Iterator[Fault]:
    if same:
        case, reason = "twice", "stands twice"
    elif len(name) > _LONGEST_PORT_NAME:
        case, reason = "long", f"has {len(name)} characters, 15 are allowed"
    elif not _LABEL.fullmatch(name) or not _LETTER.search(name) or "--" in name:
        case, reason = "malformed", "is not well formed"
    else:
        return
    yield _at_port(Kind.PORT_NAME, port, "name", f"port name `{name}` {reason}", case, same)


def mismatch(workload: Workload) -> Mismatch | None:
    """The first label, or expression, by which a workload's selector misses its own pods."""
    selector, labels = workload.selector, workload.pod.labels
    if selector is None:
        return None
    for key, wanted in selector.labels.items():
        found = labels.get(key)
        if isinstance(wanted, str) and not isinstance(found, Unknown) and found != wanted:
            path = ("matchLabels", key) if selector.origin.get("matchLabels") else (key,)
            return Mismatch(key, wanted, found, selector.origin.place(*path))
    for requirement in selector.expressions:
        if requirement_holds(requirement, labels) is False:
            found = labels.get(requirement.key)
            wanted = " ".join([requirement.operator, ", ".join(requirement.values)]).strip()
            value, place = found if isinstance(found, str) else None, selector.origin.place("matchExpressions")
            return Mismatch(requirement.key, wanted, value, place)
    return None
