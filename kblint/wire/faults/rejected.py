"""What the API server refuses: a Service that is never there.

Exact rules of validation: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from kblint.model.bundle import Declaration
from kblint.model.environment import Environment
from kblint.model.meta import Meta
from kblint.model.service import Service, ServicePort
from kblint.model.workload import ContainerPort
from kblint.source.regex import regex
from kblint.source.templates import unknown
from kblint.source.values import Origin
from kblint.wire.faults.fault import Fault, Kind, rejected
from kblint.wire.services.index import ServiceIndex
from kblint.wire.services.naming import ExternalNameFault, misnomer

PORTS = range(1, 65536)
_LABEL = regex(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_LONGEST_LABEL = 63
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


def at_port(
    kind: Kind, port: ServicePort | ContainerPort, key: str, reason: str, case: str = "", other: object = None
) -> Fault:
    """A port that is refused for its field `key`."""
    return rejected(kind, port, port.origin.place(key), reason, case, other)


def out_of_range(*numbers: object) -> str:
    """What is wrong with the first number that is no port; empty where all are."""
    wrong = next((one for one in numbers if isinstance(one, int) and one not in PORTS), None)
    return "" if wrong is None else f"port `{wrong}` is not between 1 and 65535"


def rejected_service(service: Service) -> Iterator[Fault]:
    """Every reason for which the API refuses a Service, whatever stands beside it."""
    yield from islice(_misfits(service), 1)
    yield from _misnamed(service)
    yield from _port_faults(service)


def rejected_services(
    services: ServiceIndex,
    environment: Environment,
    refused: Collection[Declaration],
    own: Callable[[Service], Sequence[Fault]],
) -> Iterator[tuple[Service, Fault]]:
    """Every reason for which the API refuses a Service, each Service's `own` first.

    Some are `refused` for their form.
    """
    sound: list[Service] = []
    # which of two is applied first no file says: by their names, so that the order of files changes nothing
    for wired in sorted(services.services, key=lambda one: by_name(one.service.meta)):
        service = wired.service
        found = (*own(service), *_outside_the_range(service, environment), *_health_check(service, environment))
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
                yield service, at_port(Kind.NODE_PORT_TAKEN, port, "nodePort", reason, other=holder)


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
    if unknown(service.type):
        return
    origin, is_inside = service.origin, service.type in ("ClusterIP", "ExternalName")
    if service.is_headless and service.type in ("NodePort", "LoadBalancer"):
        reason = f"`clusterIP: None` does not go with type `{service.type}`"
        yield rejected(Kind.SERVICE_TYPE, service, origin.place("clusterIP"), reason, "clusterIP")
    # an alias may have node ports, which nobody opens; a Service with addresses of its own is reached from outside
    is_alias, has_addresses = service.type == "ExternalName", bool(origin.get("externalIPs"))
    fields = [("nodePort", port.origin) for port in service.ports if port.node_port is not None and not is_alias]
    fields += [(field, origin) for field in _TYPES if _is_set(origin, field)]
    if service.meta.made:
        # charts leave out what their values leave empty
        fields = [(field, holder) for field, holder in fields if holder.get(field)]
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
        if reason := out_of_range(port.port, port.target_port):
            yield at_port(Kind.PORT_RANGE, port, "port", reason)
        same_number = numbers.get((port.port, port.protocol))
        same_name = names.get(port.name) if isinstance(port.name, str) else None
        if same_number:
            reason = f"port `{port.port}/{port.protocol.lower()}` stands twice"
            yield at_port(Kind.SERVICE_PORT, port, "port", reason, "port twice", same_number)
        elif port.name is None and len(service.ports) > 1:
            reason = f"port `{port.port}` has no name, which several ports need"
            yield at_port(Kind.SERVICE_PORT, port, "name", reason, "no name")
        elif same_name:
            reason = f"port name `{port.name}` stands twice"
            yield at_port(Kind.SERVICE_PORT, port, "name", reason, "name twice", same_name)
        elif isinstance(port.name, str) and (len(port.name) > _LONGEST_LABEL or not _LABEL.fullmatch(port.name)):
            reason = f"port name `{port.name}` is not well formed"
            yield at_port(Kind.SERVICE_PORT, port, "name", reason, "malformed")
        numbers[port.port, port.protocol] = port
        if isinstance(port.name, str):
            names[port.name] = port


def _outside_the_range(service: Service, environment: Environment) -> Iterator[Fault]:
    for port in service.ports:
        if not isinstance(port.node_port, int) or port.node_port in environment.node_port_range:
            continue
        reason = f"node port {port.node_port} is outside the cluster's range"
        yield at_port(Kind.NODE_PORT_RANGE, port, "nodePort", reason)


def _health_check(service: Service, environment: Environment) -> Iterator[Fault]:
    number = service.health_check_node_port
    if has_health_check(service) and isinstance(number, int) and number not in environment.node_port_range:
        reason = f"`healthCheckNodePort` {number} is outside the cluster's range of node ports"
        place = service.origin.place("healthCheckNodePort")
        yield rejected(Kind.SERVICE_TYPE, service, place, reason, "healthCheckNodePort")
