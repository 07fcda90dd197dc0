"""Subjects of the pod and process areas: Workload, Container, ContainerPort, Probe."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

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
from kblint.engine.subjects.references import SERVICE_REF, service_ref
from kblint.engine.subjects.workload_facts import FIELDS, workload_facts
from kblint.model.meta import Meta
from kblint.model.policy import Namespace
from kblint.model.service import Service
from kblint.model.workload import Container, ContainerPort, Workload
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.wire.evidence import Certainty
from kblint.wire.faults.refusals import service_links
from kblint.wire.journeys.delivery import crosses_overlay, pod_port_key
from kblint.wire.journeys.journey import Cause
from kblint.wire.listening.container import service_link
from kblint.wire.listening.sockets import Socket
from kblint.wire.services.ports import WiredPort
from kblint.wire.services.selection import selector_matches
from kblint.wire.topology import NamedPort, Topology, WiredProbe

WORKLOAD_REF = row_type(
    "WorkloadRef",
    "a workload, as others refer to it",
    {
        "kind": text("`DaemonSet`, `Deployment`, ..."),
        "name": text("its name"),
        "namespace": maybe_text("its namespace, null where none is written"),
        "hostNetwork": boolean("whether its pods use the node's network"),
        "onePerNode": boolean("whether every node gets one of its pods (a DaemonSet)"),
        "podLabels": labels("the labels of its pods"),
        "declaredPorts": integers("the container ports its pods declare"),
        "portNames": texts("the names of the ports its pods declare"),
    },
)
SOCKET = row_type(
    "Socket",
    "a socket a process listens on",
    {
        "port": integer("its port"),
        "address": text("what it is bound to"),
        "protocol": text("TCP or UDP"),
        "program": text("what listens"),
        "evidence": text("what shows it"),
    },
)
POD_SECURITY = row_type(
    "PodSecurity",
    "the Pod Security level that a namespace enforces",
    {"level": text("privileged, baseline or restricted"), "namespace": text("the namespace")},
)
MISMATCH = row_type(
    "LabelMismatch",
    "a label that a selector asks for and a pod template does not carry",
    {
        "key": text("the label's key"),
        "wanted": text("the value asked for"),
        "found": maybe_text("the value there, null where the label is missing"),
    },
)
WORKLOAD = row_type(
    "Workload",
    "anything with a pod or a pod template",
    {
        **WORKLOAD_REF.fields,
        "replicas": maybe_integer("how many pods, null where the kind has no such number"),
        "isBatch": boolean("whether its pods end by themselves (Job, CronJob)"),
        "isPinned": boolean("whether a node selector, affinity or name says on which nodes it runs"),
        "services": many("ServiceRef", "the Services that select its pods"),
        "nodeServices": many("ServiceRef", "those of them with node ports"),
        "localServices": many("ServiceRef", "those of them with `externalTrafficPolicy: Local`"),
        "crossesOverlay": boolean("whether a request may have to cross a broken overlay to reach its pods"),
        "overlayIsAssumed": boolean("whether only the profile says how its pods reach each other"),
        "onBrokenJourney": boolean("whether a known way in breaks for that reason"),
        "hostAccess": boolean("whether it uses the host network or a host port"),
        "balancedHostPorts": integers("host ports of its pods that a load balancer sends to directly"),
        "hostPorts": integers("the host ports its pods take, defaulted ones under `hostNetwork` too"),
        "selectorMismatch": maybe_one("LabelMismatch", "a label its selector wants and its own template lacks"),
        "podSecurity": maybe_one("PodSecurity", "the level its namespace enforces, null where none is written"),
        **FIELDS,
    },
)
CONTAINER = row_type(
    "Container",
    "a container that runs while its pod serves",
    {
        "name": text("its name"),
        "image": maybe_text("its image"),
        "workload": one("WorkloadRef", "the workload it belongs to"),
        "declaredPorts": integers("the ports it declares"),
        "undeclared": many("Socket", "sockets it is known to listen on and does not declare"),
        "linkVariable": maybe_text("the variable its image reads its port from, null where it is set or not known"),
        "linkService": maybe_one("ServiceRef", "the Service whose name makes Kubernetes inject that variable"),
    },
)
PORT_REF = row_type(
    "PortRef",
    "another entry of a pod's ports",
    {"number": integer("containerPort"), "name": maybe_text("its name"), "container": text("its container's name")},
)
TARGETING_PORT = row_type(
    "TargetingPort",
    "a Service port that sends traffic to a container port",
    {
        "serviceName": text("the Service's name"),
        "port": anything("the Service port's number"),
        "targetPort": anything("what is written or defaulted as targetPort"),
        "targetPortWritten": boolean("whether targetPort is written"),
        "certainty": text("how sure the selection is"),
    },
)
CONTAINER_PORT = row_type(
    "ContainerPort",
    "a port of a workload's pods that a container declares or a Service sends to",
    {
        "number": integer("the port"),
        "protocol": text("TCP, UDP or SCTP"),
        "name": maybe_text("the declared name"),
        "isDeclared": boolean("whether a container declares it"),
        "hostPort": maybe_integer("the written host port, null where none is written"),
        "hostIP": maybe_text("the written host address"),
        "container": maybe_text("the container that declares it or listens there"),
        "image": maybe_text("that container's image"),
        "workload": one("WorkloadRef", "the workload it belongs to"),
        "answers": boolean("whether a process listens there; left out where nothing tells"),
        "answerCertainty": text("how sure that is"),
        "listensInstead": many("Socket", "what the pod listens on instead, when nothing listens there"),
        "loopback": many("Socket", "sockets on this port that only the pod itself can reach"),
        "services": many("TargetingPort", "the Service ports that send traffic there"),
        "isProbed": boolean("whether a probe of its container asks there"),
        "nameIsReferenced": boolean("whether a Service or probe refers to it by its name"),
        "sameHostPort": maybe_one(
            "PortRef", "an earlier entry of the pod with the same protocol, hostIP and host port"
        ),
        "samePort": maybe_one("PortRef", "an entry of an earlier container of the pod with the same port and protocol"),
        "sameName": maybe_one("PortRef", "an earlier entry of the same container with the same name"),
    },
)
PROBE = row_type(
    "Probe",
    "a probe that asks a port",
    {
        "purpose": text("livenessProbe, readinessProbe or startupProbe"),
        "handler": text("httpGet, tcpSocket or grpc"),
        "port": anything("the port's number or name"),
        "container": text("its container's name"),
        "workload": one("WorkloadRef", "the workload it belongs to"),
        "isDeclared": boolean("whether its container declares the port"),
        "isDeclaredInPod": boolean("whether any container of the pod declares the port"),
        "declaresPorts": boolean("whether its container declares any port"),
        "answers": boolean("whether a process listens there; left out where nothing tells"),
        "listensInstead": many("Socket", "what the pod listens on instead"),
        "isMentioned": boolean("whether the container's command, environment or configuration names the port"),
        "otherHost": boolean("whether it asks another host than the pod"),
    },
)


def workload_ref(workload: Workload) -> Row:
    """The row of a workload as others refer to it."""
    return build(WORKLOAD_REF, workload.meta.origin.place("kind"), _ref_values(workload), _ref_places(workload))


def _ref_values(workload: Workload) -> dict[str, object]:
    ports = [port for container in workload.pod.running_containers for port in container.ports]
    return {
        "kind": workload.meta.kind,
        "name": workload.meta.name,
        "namespace": workload.meta.namespace,
        "hostNetwork": workload.pod.host_network,
        "onePerNode": workload.one_per_node,
        "podLabels": workload.pod.labels,
        "declaredPorts": [port.container_port for port in ports],
        "portNames": [port.name for port in ports if port.name is not None],
    }


def _ref_places(workload: Workload) -> dict[str, Place]:
    return {
        "name": workload.meta.origin.place("metadata", "name"),
        "hostNetwork": workload.pod.origin.place("hostNetwork"),
        "podLabels": workload.pod.meta_origin.place("labels"),
    }


def socket_row(socket: Socket, place: Place | None = None) -> Row:
    """The row of a socket, standing where its evidence stands unless another place says more."""
    return build(
        SOCKET,
        place or socket.evidence.place,
        {
            "port": socket.port,
            "address": socket.address,
            "protocol": socket.protocol,
            "program": socket.program,
            "evidence": socket.evidence.label,
        },
    )


def workloads(topology: Topology) -> Iterator[Subject]:
    """Every workload."""
    levels = _levels(topology)
    balanced = _balanced(topology)
    facts = workload_facts(topology)
    for workload in topology.bundle.all(Workload):
        services = topology.services.by_workload.get(workload, ())
        exposed = [wired.service for wired in services if wired.service.has_node_ports]
        ports = [
            number
            for container in workload.pod.running_containers
            for port in container.ports
            if isinstance(number := workload.pod.host_port_of(port), int)
        ]
        network_broken = not workload.is_batch and crosses_overlay(
            workload, topology.network, local_only=_is_local([wired.service for wired in services])
        )
        row = build(
            WORKLOAD,
            workload.meta.origin.place("kind"),
            {
                **_ref_values(workload),
                "replicas": workload.replicas,
                "isBatch": workload.is_batch,
                "isPinned": bool(
                    workload.pod.node_selector or workload.pod.node_affinity or workload.pod.node_name is not None
                ),
                "services": tuple(service_ref(wired.service) for wired in services[:MANY]),
                "nodeServices": tuple(service_ref(service) for service in exposed[:MANY]),
                "localServices": tuple(
                    service_ref(service) for service in exposed[:MANY] if service.external_traffic_policy == "Local"
                ),
                "crossesOverlay": network_broken,
                "overlayIsAssumed": topology.overlay.is_assumed_for(workload.meta.path),
                "onBrokenJourney": Cause("overlay", ("workload", id(workload))) in topology.broken,
                "hostAccess": workload.pod.host_network or bool(ports),
                "balancedHostPorts": sorted(balanced.get(id(workload), ())),
                "hostPorts": ports,
                "selectorMismatch": _mismatch(workload),
                "podSecurity": levels.get(workload.meta.namespace or ""),
                **facts.of(workload),
            },
            {
                **_ref_places(workload),
                "hostAccess": _host_access(workload),
                "dnsPolicy": workload.pod.origin.place("dnsPolicy"),
                "serviceName": workload.meta.origin.place("spec", "serviceName"),
            },
        )
        yield subject(topology, row, workload.meta, ("workload", id(workload)))


def _host_access(workload: Workload) -> Place:
    """Where a workload asks for its node's network: `hostNetwork`, else its first host port."""
    if not workload.pod.host_network:
        for container in workload.pod.running_containers:
            for port in container.ports:
                if port.host_port is not None:
                    return port.origin.place("hostPort")
    return workload.pod.origin.place("hostNetwork")


def _is_local(services: list[Service]) -> bool:
    """Whether every request to it comes through node ports that stay on their node."""
    return bool(services) and all(
        service.has_node_ports and service.external_traffic_policy == "Local" for service in services
    )


def _balanced(topology: Topology) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for wired in topology.listeners:
        if wired.port is None:
            for pod in wired.pods:
                if isinstance(pod.number, int):
                    found.setdefault(id(pod.workload), set()).add(pod.number)
    return found


def _levels(topology: Topology) -> dict[str, Row]:
    label = "pod-security.kubernetes.io/enforce"
    return {
        namespace.meta.name: build(
            POD_SECURITY,
            namespace.meta.origin.place("metadata", "labels", label),
            {"level": namespace.meta.labels[label], "namespace": namespace.meta.name},
        )
        for namespace in topology.bundle.all(Namespace)
        if label in namespace.meta.labels
    }


def _mismatch(workload: Workload) -> Row | None:
    selector = workload.selector
    if selector is None or selector_matches(selector, workload.pod.labels) is not False:
        return None
    for key, wanted in selector.labels.items():
        found = workload.pod.labels.get(key)
        if isinstance(wanted, str) and not isinstance(found, Unknown) and found != wanted:
            return build(
                MISMATCH,
                selector.origin.place("matchLabels", key)
                if selector.origin.get("matchLabels")
                else selector.origin.place(key),
                {"key": key, "wanted": wanted, "found": found},
            )
    return None


def containers(topology: Topology) -> Iterator[Subject]:
    """Every container that runs while its pod serves."""
    links = service_links(topology.services)
    for workload in topology.bundle.all(Workload):
        for container in workload.pod.running_containers:
            variable = service_link(container) if workload.pod.enable_service_links else None
            service = links.get((variable, workload.meta.namespace)) if variable else None
            declared = [port.container_port for port in container.ports]
            undeclared = [
                socket
                for socket in topology.listening_of(container).sockets
                if socket.port not in declared and socket.certainty is Certainty.KNOWN and not socket.is_loopback
            ]
            row = build(
                CONTAINER,
                container.origin.place("name"),
                {
                    "name": container.name,
                    "image": container.image,
                    "workload": workload_ref(workload),
                    "declaredPorts": declared,
                    "undeclared": tuple(socket_row(socket) for socket in undeclared[:MANY]),
                    "linkVariable": variable,
                    "linkService": service_ref(service) if service else None,
                },
                {"image": container.origin.place("image"), "declaredPorts": container.origin.place("ports")},
            )
            yield subject(topology, row, workload.meta, ("container", id(container)))


def container_ports(topology: Topology) -> Iterator[Subject]:
    """Every port of a pod that somebody names."""
    pods: dict[int, list[tuple[Container, ContainerPort]]] = {}
    for named in topology.named_ports:
        workload = named.workload
        entries = pods.get(id(workload))
        if entries is None:
            entries = [(container, port) for container in workload.pod.running_containers for port in container.ports]
            pods[id(workload)] = entries
        yield subject(
            topology,
            _container_port(named, entries),
            _owner(named),
            pod_port_key(workload, named.pod.number),
            *(port.key for port in named.services),
        )


def _owner(named: NamedPort) -> Meta:
    return named.workload.meta if named.declared else named.services[0].service.meta


def _container_port(named: NamedPort, entries: list[tuple[Container, ContainerPort]]) -> Row:
    declared, pod = named.declared, named.pod
    places = {}
    if declared:
        place = declared.origin.place("containerPort")
        places = {"hostPort": declared.origin.place("hostPort"), "name": declared.origin.place("name")}
    else:
        place = named.services[0].port.origin.place("targetPort")
    holder = named.container or pod.holder
    return build(
        CONTAINER_PORT,
        place,
        {
            "number": pod.number,
            "protocol": pod.protocol,
            "name": declared.name if declared else None,
            "isDeclared": declared is not None,
            "hostPort": declared.host_port if declared else None,
            "hostIP": declared.host_ip if declared else None,
            "container": holder.name if holder else None,
            "image": holder.image if holder else None,
            "workload": workload_ref(named.workload),
            "answers": Unknown() if pod.answers is None else pod.answers,
            "answerCertainty": _answer_certainty(named),
            "listensInstead": tuple(socket_row(socket) for socket in pod.listens_on[:MANY]),
            "loopback": tuple(socket_row(socket, socket.bound) for socket in pod.loopback[:MANY]),
            "services": tuple(_targeting(port) for port in named.services[:MANY]),
            "isProbed": bool(named.probes),
            "nameIsReferenced": declared is not None and _is_referenced(named, declared),
            **(
                _twins(named, declared, entries)
                if declared
                else dict.fromkeys(("sameHostPort", "samePort", "sameName"))
            ),
        },
        places,
    )


def _answer_certainty(named: NamedPort) -> str:
    links = [named.pod.certainty]
    if not named.declared:
        links += [port.certainty for port in named.services]
    return min(links).label


def _targeting(port: WiredPort) -> Row:
    return build(
        TARGETING_PORT,
        port.port.origin.place("targetPort"),
        {
            "serviceName": port.service.meta.name,
            "port": port.port.port,
            "targetPort": port.port.target_port,
            "targetPortWritten": port.port.origin.is_written("targetPort"),
            "certainty": port.certainty.label,
        },
        {"targetPort": port.port.origin.place("targetPort"), "port": port.port.origin.place("port")},
    )


def _is_referenced(named: NamedPort, declared: ContainerPort) -> bool:
    return any(port.port.target_port == declared.name for port in named.services) or any(
        probe.port == declared.name for probe in named.probes
    )


def _twins(
    named: NamedPort, declared: ContainerPort, entries: list[tuple[Container, ContainerPort]]
) -> dict[str, Row | None]:
    pod = named.workload.pod
    found: dict[str, Row | None] = {"sameHostPort": None, "samePort": None, "sameName": None}
    host_port = pod.host_port_of(declared)
    for container, other in entries:
        if other is declared:
            break
        if other.protocol == declared.protocol:
            if host_port is not None and pod.host_port_of(other) == host_port and other.host_ip == declared.host_ip:
                found["sameHostPort"] = _port_ref(container, other, "hostPort")
            if other.container_port == declared.container_port and container is not named.container:
                found["samePort"] = _port_ref(container, other, "containerPort")
        if other.name == declared.name and declared.name is not None and container is named.container:
            found["sameName"] = _port_ref(container, other, "name")
    return found


def _port_ref(container: Container, port: ContainerPort, key: str) -> Row:
    at = key if port.origin.is_written(key) else "containerPort"
    return build(
        PORT_REF,
        port.origin.place(at),
        {"number": port.container_port, "name": port.name, "container": container.name},
    )


def probes(topology: Topology) -> Iterator[Subject]:
    """Every probe that asks a port."""
    for wired in topology.probes:
        yield subject(topology, _probe(wired, topology), wired.workload.meta, *_probe_keys(wired))


def _probe_keys(wired: WiredProbe) -> tuple[Hashable, ...]:
    own = ("probe", id(wired.probe))
    return (own, pod_port_key(wired.workload, wired.pod.number)) if wired.pod else (own,)


def _probe(wired: WiredProbe, topology: Topology) -> Row:
    probe, pod = wired.probe, wired.pod
    asked_of_pod = any(
        probe.port in (port.name, port.container_port)
        for container in wired.workload.pod.running_containers
        for port in container.ports
    )
    unknown = any(isinstance(port.name, Unknown) for port in wired.container.ports)
    return build(
        PROBE,
        probe.origin.place(probe.handler.value, "port"),
        {
            "purpose": probe.purpose,
            "handler": probe.handler.value,
            "port": Unknown() if probe.port_unknown else probe.port,
            "container": wired.container.name,
            "workload": workload_ref(wired.workload),
            "isDeclared": Unknown() if unknown and not wired.declared else wired.declared is not None,
            "isDeclaredInPod": asked_of_pod,
            "declaresPorts": bool(wired.container.ports),
            "answers": pod.answers if pod and pod.answers is not None else Unknown(),
            "listensInstead": tuple(socket_row(socket) for socket in pod.listens_on[:MANY]) if pod else (),
            "isMentioned": isinstance(probe.port, int) and topology.has_to_do_with(wired.workload, probe.port),
            "otherHost": probe.host is not None,
        },
        {
            "port": probe.origin.place(probe.handler.value, "port"),
            "declaresPorts": wired.container.origin.place("ports"),
        },
    )


TYPES = (
    WORKLOAD_REF,
    SOCKET,
    POD_SECURITY,
    MISMATCH,
    SERVICE_REF,
    WORKLOAD,
    CONTAINER,
    PORT_REF,
    TARGETING_PORT,
    CONTAINER_PORT,
    PROBE,
)
