"""Subjects of the service and ingress areas: Service, ServicePort, Backend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kblint.engine.row import Row
from kblint.engine.subject import Subject
from kblint.engine.subjects.fields import (
    MANY,
    anything,
    boolean,
    build,
    integer,
    integers,
    labels,
    many,
    maybe_integer,
    maybe_one,
    maybe_text,
    one,
    row_type,
    subject,
    text,
    texts,
)
from kblint.engine.subjects.references import service_ref
from kblint.engine.subjects.service_facts import PORT_FIELDS, SERVICE_FIELDS, PortFacts, service_facts
from kblint.engine.subjects.workloads import workload_ref
from kblint.model.route import Dialect
from kblint.model.service import Service, ServicePort
from kblint.model.workload import Workload
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.wire.evidence import Certainty
from kblint.wire.faults.refusals import service_misfit
from kblint.wire.journeys.delivery import pod_port_key
from kblint.wire.routes.backends import WiredBackend
from kblint.wire.services.controllers import AppProtocol, app_protocol
from kblint.wire.services.ports import PodPort, WiredPort, WiredService, may_be_injected
from kblint.wire.services.selection import NearMiss
from kblint.wire.topology import Topology

NEAR_MISS = row_type(
    "NearMiss",
    "a workload that a Service's selector misses by one label",
    {
        "workload": one("WorkloadRef", "the workload"),
        "key": text("the label's key"),
        "wanted": text("what the selector asks for"),
        "found": maybe_text("what the pods carry, null where the label is missing"),
        "isSlip": boolean("whether the two values differ by one slip of the hand"),
        "isElsewhere": boolean("whether the labels fit, and only the namespaces differ"),
        "sameName": boolean("whether the workload has the Service's own name"),
    },
)
MISFIT = row_type(
    "Misfit",
    "a field that does not fit the Service's type",
    {"field": text("the field"), "reason": text("why it does not fit")},
)
SERVICE = row_type(
    "Service",
    "a core Service",
    {
        "name": text("its name"),
        "namespace": maybe_text("its namespace, null where none is written"),
        "type": text("ClusterIP, NodePort, LoadBalancer or ExternalName"),
        "selector": labels("its selector, empty where none is written"),
        "hasSelector": boolean("whether a selector is written"),
        "isHeadless": boolean("whether `clusterIP` is None"),
        "isExternalName": boolean("whether it is a DNS alias"),
        "hasEndpoints": boolean("whether hand-made endpoints belong to it"),
        "isOpen": boolean("whether placeholders or run-time labels may make it select more"),
        "workloads": many("WorkloadRef", "the workloads it selects"),
        "near": maybe_one("NearMiss", "the workload it misses by one label, where it selects none"),
        "strangers": many("WorkloadRef", "selected workloads that have none of its target ports, while another has"),
        "portCount": integer("how many ports it has"),
        "misfit": maybe_one("Misfit", "a field that does not fit its type"),
        "certainty": text("how sure the selection is"),
        "namespaceHasWorkloads": boolean("whether other workloads of its namespace are in the input"),
        **SERVICE_FIELDS,
    },
)
PROTOCOL_CLASH = row_type(
    "ProtocolClash",
    "a container port with the number or name asked for, but another protocol",
    {
        "number": integer("containerPort"),
        "protocol": text("its protocol"),
        "container": text("its container"),
        "workload": one("WorkloadRef", "its workload"),
    },
)
SERVICE_PORT_REF = row_type(
    "ServicePortRef",
    "a Service port, as others refer to it",
    {
        "serviceName": text("the Service's name"),
        "namespace": maybe_text("the Service's namespace"),
        "name": maybe_text("its name"),
        "port": anything("its number"),
        "targetPort": anything("where it sends to"),
        "nodePort": maybe_integer("its written node port"),
        "protocol": text("TCP, UDP or SCTP"),
    },
)
SERVICE_PORT = row_type(
    "ServicePort",
    "one port of a Service",
    {
        "name": maybe_text("its name"),
        "port": integer("its number"),
        "targetPort": anything("what is written or defaulted as targetPort"),
        "targetPortWritten": boolean("whether targetPort is written"),
        "protocol": text("TCP, UDP or SCTP"),
        "nodePort": maybe_integer("the written node port"),
        "service": one("Service", "the Service it belongs to"),
        "unresolvedIn": many("WorkloadRef", "selected workloads that declare no port of the name asked for"),
        "resolvedIn": many("WorkloadRef", "selected workloads that declare the port asked for"),
        "undeclaredIn": many(
            "WorkloadRef",
            "selected workloads that do not declare the number asked for, and are not known to listen on it",
        ),
        "undeclaredByOthers": boolean("whether one of those declares other ports"),
        "portNames": texts("the names of all ports that the selected workloads declare"),
        "declaredPorts": integers("the numbers of all ports that the selected workloads declare"),
        "protocolClash": maybe_one("ProtocolClash", "the port asked for, declared with another protocol only"),
        "sameName": maybe_one("ServicePortRef", "an earlier port of the Service with the same name"),
        "samePort": maybe_one("ServicePortRef", "an earlier port of the Service with the same number and protocol"),
        **PORT_FIELDS,
    },
)
BACKEND_REF = row_type(
    "BackendRef",
    "a backend of another route",
    {"routeKind": text("Ingress, ..."), "routeName": text("the route's name"), "serviceName": text("where it sends")},
)
BACKEND = row_type(
    "Backend",
    "where a route sends requests",
    {
        "routeKind": text("Ingress, HTTPRoute, ..."),
        "routeName": text("the route's name"),
        "host": maybe_text("the host it serves, null for any"),
        "path": maybe_text("the path it serves"),
        "serviceName": text("the Service it names"),
        "namespace": maybe_text("where that Service is looked for, null where no namespace is written"),
        "port": anything("the port it names"),
        "isMissing": boolean("whether no Service of that name is in the input"),
        "similar": maybe_one("ServiceRef", "a Service there whose name differs by a slip of the hand"),
        "elsewhere": maybe_one("ServiceRef", "a Service of that name in another namespace"),
        "namespaceHasServices": boolean(
            "whether the input holds other Services of that namespace; of the same folder, where none is written"
        ),
        "service": maybe_one("ServiceRef", "the Service it leads to"),
        "portIsMissing": boolean("whether that Service has no such port; left out where it cannot be told"),
        "mistaken": maybe_one("ServicePortRef", "the Service port whose targetPort or nodePort was taken for its port"),
        "mistakenFor": maybe_text("`targetPort` or `nodePort`"),
        "certainty": text("how sure it is that this is the Service meant"),
        "isUngranted": boolean("whether it reaches into a namespace that grants it to nobody"),
        "rival": maybe_one("BackendRef", "another Ingress of the class that claims the same host and path"),
        "asksFor": text("what an ingress-nginx controller is told to speak to it: HTTP, HTTPS, GRPC, ..."),
        "asksForWritten": boolean("whether that is written"),
        "isPassedThrough": boolean("whether TLS is passed through to it"),
        "speaks": maybe_text("what the Service's port speaks: `http` or `tls`, null where nothing tells"),
        "speaksCertainty": text("how sure that is"),
        "isNginx": boolean("whether an ingress-nginx controller may serve it"),
    },
)


def services(topology: Topology) -> Iterator[Subject]:
    """Every Service."""
    for wired in topology.services.services:
        yield subject(topology, _service(wired, topology), wired.service.meta, ("service", id(wired.service)))


def _service(wired: WiredService, topology: Topology) -> Row:
    service = wired.service
    misfit = _misfit(service)
    near = wired.near[0] if wired.near else None
    return build(
        SERVICE,
        service.meta.origin.place("metadata", "name"),
        {
            "name": service.meta.name,
            "namespace": service.meta.namespace,
            "type": service.type,
            "selector": service.selector or {},
            "hasSelector": bool(service.selector),
            "isHeadless": service.is_headless,
            "isExternalName": service.is_external_name,
            "hasEndpoints": bool(wired.endpoints),
            "isOpen": wired.is_open,
            "workloads": tuple(workload_ref(one.workload) for one in wired.selected[:MANY]),
            "near": _near(near, service) if near else None,
            "strangers": tuple(workload_ref(workload) for workload in _strangers(wired)[:MANY]),
            "portCount": len(service.ports),
            "misfit": misfit,
            "certainty": wired.certainty.label,
            "namespaceHasWorkloads": service.meta.namespace in topology.workload_namespaces,
            **service_facts(service),
        },
        {
            "selector": service.origin.place("selector"),
            "type": service.origin.place("type"),
            "externalTrafficPolicy": service.origin.place("externalTrafficPolicy"),
        },
    )


def _near(miss: NearMiss, service: Service) -> Row:
    return build(
        NEAR_MISS,
        service.origin.place("selector", miss.key) if miss.key else service.meta.origin.place("metadata", "namespace"),
        {
            "workload": workload_ref(miss.workload),
            "key": miss.key,
            "wanted": miss.wanted,
            "found": miss.found,
            "isSlip": miss.is_typo,
            "isElsewhere": not miss.key,
            "sameName": miss.workload.meta.name == service.meta.name,
        },
        {"found": _found_place(miss)},
    )


def _found_place(miss: NearMiss) -> Place:
    if miss.key:
        return miss.workload.pod.meta_origin.place("labels", miss.key)
    return miss.workload.meta.origin.place("metadata", "namespace")


def _strangers(wired: WiredService) -> list[Workload]:
    """Workloads that declare ports but none that this Service asks for, beside others that do."""
    hits: set[int] = set()
    declaring: dict[int, Workload] = {}
    for port in wired.ports:
        for pod in port.endpoints:
            if any(container.ports for container in pod.workload.pod.running_containers):
                declaring[id(pod.workload)] = pod.workload
            if pod.declared or pod.answers or isinstance(pod.number, Unknown):
                hits.add(id(pod.workload))
    return [workload for key, workload in declaring.items() if key not in hits] if hits else []


def _misfit(service: Service) -> Row | None:
    found = service_misfit(service)
    return build(MISFIT, found.place, {"field": found.field, "reason": found.reason}) if found else None


def service_ports(topology: Topology) -> Iterator[Subject]:
    """Every port of every Service."""
    facts = PortFacts(topology)
    for wired in topology.services.services:
        row = _service(wired, topology)
        for port in wired.ports:
            if isinstance(port.port.port, Unknown):
                continue
            pods = (pod_port_key(pod.workload, pod.number) for pod in port.endpoints if pod.number is not None)
            made = _service_port(port, row, topology, facts.of(wired, port))
            yield subject(topology, made, wired.service.meta, port.key, *pods)


def _service_port(wired: WiredPort, service: Row, topology: Topology, further: Mapping[str, object]) -> Row:
    port = wired.port
    unresolved = [pod.workload for pod in wired.endpoints if pod.number is None]
    undeclared = [
        pod
        for pod in wired.endpoints
        if isinstance(pod.requested, int)
        and not pod.declared
        and not pod.answers
        and not may_be_injected(pod.requested)
        and (pod.answers is False or not topology.has_to_do_with(pod.workload, pod.requested))
    ]
    clash = None if any(pod.declared or pod.answers for pod in wired.endpoints) else _clash(wired)
    names, numbers = _declared(wired.endpoints)
    others = any(container.ports for pod in undeclared for container in pod.workload.pod.running_containers)
    return build(
        SERVICE_PORT,
        port.origin.place("port"),
        {
            "name": port.name,
            "port": port.port,
            "targetPort": port.target_port,
            "targetPortWritten": port.origin.is_written("targetPort"),
            "protocol": port.protocol,
            "nodePort": port.node_port,
            "service": service,
            "unresolvedIn": tuple(workload_ref(workload) for workload in unresolved[:MANY]),
            "resolvedIn": tuple(
                workload_ref(pod.workload)
                for pod in wired.endpoints[:MANY]
                if pod.declared or isinstance(pod.number, Unknown)
            ),
            "undeclaredIn": tuple(workload_ref(pod.workload) for pod in undeclared[:MANY]),
            "undeclaredByOthers": others,
            "portNames": names,
            "declaredPorts": numbers,
            "protocolClash": clash,
            **_earlier(wired),
            **further,
        },
        {
            "targetPort": port.origin.place("targetPort"),
            "name": port.origin.place("name"),
            "nodePort": port.origin.place("nodePort"),
            "protocol": port.origin.place("protocol"),
        },
    )


def _declared(behind: tuple[PodPort, ...]) -> tuple[list[str], list[int]]:
    ports = [port for pod in behind for container in pod.workload.pod.running_containers for port in container.ports]
    names = dict.fromkeys(port.name for port in ports if isinstance(port.name, str))
    numbers = dict.fromkeys(port.container_port for port in ports if isinstance(port.container_port, int))
    return list(names)[:MANY], list(numbers)[:MANY]


def _clash(wired: WiredPort) -> Row | None:
    for pod in wired.endpoints:
        for container in pod.workload.pod.running_containers:
            for port in container.ports:
                if pod.requested in (port.name, port.container_port) and port.protocol != wired.port.protocol:
                    at = "protocol" if port.origin.is_written("protocol") else "containerPort"
                    return build(
                        PROTOCOL_CLASH,
                        port.origin.place(at),
                        {
                            "number": port.container_port,
                            "protocol": port.protocol,
                            "container": container.name,
                            "workload": workload_ref(pod.workload),
                        },
                    )
    return None


def _earlier(wired: WiredPort) -> dict[str, Row | None]:
    found: dict[str, Row | None] = {"sameName": None, "samePort": None}
    for other in wired.service.ports:
        if other is wired.port:
            break
        if other.name == wired.port.name and isinstance(other.name, str):
            found["sameName"] = service_port_ref(wired.service, other, "name")
        if other.port == wired.port.port and other.protocol == wired.port.protocol:
            found["samePort"] = service_port_ref(wired.service, other, "port")
    return found


def service_port_ref(service: Service, port: ServicePort, at: str) -> Row:
    """The row of a Service port as others refer to it, standing at its key `at`."""
    return build(
        SERVICE_PORT_REF,
        port.origin.place(at),
        {
            "serviceName": service.meta.name,
            "namespace": service.meta.namespace,
            "name": port.name,
            "port": port.port,
            "targetPort": port.target_port,
            "nodePort": port.node_port,
            "protocol": port.protocol,
        },
        {
            "port": port.origin.place("port"),
            "nodePort": port.origin.place("nodePort"),
            "targetPort": port.origin.place("targetPort"),
        },
    )


def backends(topology: Topology) -> Iterator[Subject]:
    """Every backend of every route that names a Service."""
    for wired in topology.backends:
        keys = [wired.key]
        if wired.port:
            keys.append(wired.port.key)
        yield subject(topology, _backend(wired, topology), wired.route.meta, *keys)


def _backend(wired: WiredBackend, topology: Topology) -> Row:
    backend = wired.backend
    mistaken = None
    if wired.mistaken and wired.service:
        mistaken = service_port_ref(wired.service.service, wired.mistaken, wired.mistaken_for or "port")
    return build(
        BACKEND,
        backend.origin.place("name"),
        {
            "routeKind": wired.route.meta.kind,
            "routeName": wired.route.meta.name,
            "host": wired.rule.host,
            "path": wired.rule.path,
            "serviceName": backend.name,
            "namespace": wired.namespace,
            "port": backend.port,
            "isMissing": Unknown() if wired.service_missing is None else wired.service_missing,
            "similar": service_ref(wired.similar[0].service) if wired.similar else None,
            "elsewhere": service_ref(wired.in_other_namespaces[0].service) if wired.in_other_namespaces else None,
            "namespaceHasServices": bool(topology.services.in_namespace(wired.namespace))
            if wired.namespace
            else topology.services.has_beside(wired.route.meta.path),
            "service": service_ref(wired.service.service) if wired.service else None,
            "portIsMissing": Unknown() if wired.port_missing is None else wired.port_missing,
            "mistaken": mistaken,
            "mistakenFor": wired.mistaken_for,
            "certainty": wired.certainty.label,
            "isUngranted": id(backend) in topology.ungranted,
            "rival": _rival(wired, topology),
            **_protocols(wired),
        },
        {
            "port": _port_place(wired),
            "isUngranted": backend.origin.place("namespace"),
            "path": wired.rule.origin.place("path"),
            "asksFor": wired.route.meta.origin.place("metadata", "annotations", _BACKEND_PROTOCOL),
            "speaks": _speech_place(wired),
        },
    )


_BACKEND_PROTOCOL = "nginx.ingress.kubernetes.io/backend-protocol"
_PASSTHROUGH = "nginx.ingress.kubernetes.io/ssl-passthrough"


def _speech_place(wired: WiredBackend) -> Place:
    spoken = app_protocol(wired.port, None) if wired.port else None
    return spoken.evidence.place if spoken and spoken.evidence else wired.backend.origin.place("name")


def _protocols(wired: WiredBackend) -> dict[str, object]:
    """What the controller is told to speak, and what the Service's port speaks."""
    route = wired.route
    asked = route.meta.annotations.get(_BACKEND_PROTOCOL)
    spoken = app_protocol(wired.port, None) if wired.port else AppProtocol(None, Certainty.UNKNOWN, None)
    is_nginx = route.dialect is Dialect.INGRESS and route.class_name in (None, "nginx")
    return {
        "asksFor": "HTTP" if asked is None else asked if isinstance(asked, Unknown) else asked.upper(),
        "asksForWritten": asked is not None,
        "isPassedThrough": route.meta.annotations.get(_PASSTHROUGH) == "true",
        "speaks": spoken.role,
        "speaksCertainty": spoken.certainty.label,
        "isNginx": is_nginx,
    }


def _rival(wired: WiredBackend, topology: Topology) -> Row | None:
    other = topology.rivals.get(id(wired.backend))
    if other is None:
        return None
    place = other.rule.origin.place("path")
    meta = other.route.meta
    return build(
        BACKEND_REF,
        place,
        {"routeKind": meta.kind, "routeName": meta.name, "serviceName": other.backend.name},
    )


def _port_place(wired: WiredBackend) -> Place:
    """Where a backend's port is written: each dialect has its own key."""
    origin = wired.backend.origin
    for path in (("port", "number"), ("port", "name"), ("servicePort",), ("port",)):
        if origin.is_written(*path):
            return origin.place(*path)
    return origin.place()


TYPES = (BACKEND_REF, NEAR_MISS, MISFIT, SERVICE, PROTOCOL_CLASH, SERVICE_PORT_REF, SERVICE_PORT, BACKEND)
