"""What leads to the pods inside the cluster: Services, routes, and ports that nobody else has."""

from __future__ import annotations

from collections.abc import Mapping

from kblint.checklist import Command, LineState
from kblint.register import Entry
from kblint.source.text import Place
from kblint.source.values import Unknown, shown
from kblint.views.checklist.applications import App
from kblint.views.checklist.commands import kubectl, sockets
from kblint.views.checklist.line_draft import LineDraft, Part, joined
from kblint.wire.balancers.destinations import DestinationKind
from kblint.wire.balancers.settings import destination_place
from kblint.wire.evidence import Certainty
from kblint.wire.faults.fault import Kind
from kblint.wire.faults.index import Faults
from kblint.wire.faults.service import process_fault
from kblint.wire.routes.backends import WiredBackend
from kblint.wire.services.ports import PodPort, WiredPort


def service(app: App) -> LineDraft:
    """A NodePort Service, or a route's Service, sends to the right port of the pods."""
    title = "Service sends to that port"
    parts = [_sends(app, wired, pod) for wired, pod in app.ports]
    if not parts:
        parts = _without_service(app)
    return joined("service", title, parts)


def _without_service(app: App) -> list[Part]:
    ports = [wired for wired in app.direct if wired.destination_kind is DestinationKind.HOST_PORT]
    if ports:
        numbers = ", ".join(dict.fromkeys(shown(wired.listener.destination_port) for wired in ports))
        evidence = tuple(destination_place(wired.balancer, wired.listener) for wired in ports)
        return [Part(LineState.TICKED, f"not needed, the balancer sends to host port {numbers} itself", evidence)]
    command = kubectl(app.workload.meta.namespace, "get", "services", "-o", "wide")
    return [Part(LineState.OPEN, "no Service here selects its pods", (), (command,))]


def _sends(app: App, wired: WiredPort, pod: PodPort) -> Part:
    port = wired.port
    name = str(wired.service.meta)
    target = port.origin.place("targetPort")
    way = f"{name}: {_way_in(wired)}port {shown(port.port)} to {shown(port.target_port)}"
    if pod.number is None:
        return Part(
            LineState.CROSSED, f"{name}: no container declares target port {shown(port.target_port)}", (target,)
        )
    if not isinstance(pod.number, int):
        return Part(LineState.OPEN, f"{way}, which cannot be known", (target,), (_endpoints(wired),))
    fault = process_fault(pod)
    if pod.declared is None and fault and fault.certainty is Certainty.KNOWN:
        return Part(LineState.CROSSED, f"{name}: {fault.reason}", (target, fault.place))
    if pod.declared is None and not pod.answers:
        return Part(LineState.OPEN, f"{way}, which no container declares", (target,), (_endpoints(wired),))
    if wired.certainty is not Certainty.KNOWN:
        detail = f"{way}; whether it stands in the namespace of the pods is not written"
        return Part(LineState.OPEN, detail, (target,), (_endpoints(wired),))
    if wired.service.has_node_ports and not isinstance(port.node_port, int):
        return Part(LineState.OPEN, f"{way}; the API server picks its node port", (target,), (_node_ports(wired),))
    if not wired.service.has_node_ports and not app.backends and not app.direct:
        detail = f"{name} is of type {wired.service.type}: nothing outside the cluster reaches it"
        return Part(LineState.OPEN, detail, (wired.service.origin.place("type"),), (_node_ports(wired),))
    evidence = (target, port.origin.place("nodePort")) if isinstance(port.node_port, int) else (target,)
    return Part(LineState.TICKED, way, evidence)


def _way_in(wired: WiredPort) -> str:
    number = wired.port.node_port
    return f"node port {shown(number)}, " if number is not None else ""


def _endpoints(wired: WiredPort) -> Command:
    meta = wired.service.meta
    label = f"--selector=kubernetes.io/service-name={meta.name}"
    return kubectl(meta.namespace, "get", "endpointslices", label, expect="the pods' addresses and port")


def _node_ports(wired: WiredPort) -> Command:
    meta = wired.service.meta
    return kubectl(meta.namespace, "get", f"service/{meta.name}", expect="type NodePort and its node ports")


def route(app: App) -> LineDraft | None:
    """The routes lead to the Service; None where it has none."""
    if not app.backends:
        return None
    faults = app.topology.network.faults
    return joined("route", "Ingress leads to the Service", [_leads(wired, faults) for wired in app.backends])


def _leads(wired: WiredBackend, faults: Faults) -> Part:
    host = "any host" if wired.rule.host is None else shown(wired.rule.host)
    path = "/" if wired.rule.path is None else shown(wired.rule.path)
    backend = f"{shown(wired.backend.name)}:{shown(wired.backend.port)}"
    said = f"{wired.route.meta}: {host}{path if path.startswith('/') else f' {path}'} to {backend}"
    place = wired.backend.origin.place("name")
    fault = faults.first(wired.backend, Kind.BACKEND_SERVICE, Kind.BACKEND_PORT, Kind.GRANT)
    if fault:
        return Part(LineState.CROSSED, f"{said}: {fault.reason}", (place,))
    if wired.port is None or isinstance(wired.rule.host, Unknown):
        command = kubectl(wired.route.meta.namespace, "get", f"{wired.route.meta.kind.lower()}/{wired.route.meta.name}")
        return Part(LineState.OPEN, f"{said}, which cannot be known", (place,), (command,))
    return Part(LineState.TICKED, said, (place,))


def unique(app: App, entries: Mapping[Place, Entry]) -> LineDraft:
    """Nobody else in the files claims its host ports and node ports."""
    places = [wired.claim.place for wired in app.claims]
    places += [wired.port.origin.place("nodePort") for wired, _ in app.ports]
    parts = []
    for place in dict.fromkeys(places):
        entry = entries.get(place)
        if entry is None or entry.port is None:
            continue
        port = f"{entry.kind.value} {entry.port}/{entry.protocol.lower()}"
        if not entry.conflict:
            parts.append(Part(LineState.TICKED, port, (place,)))
        elif entry.is_certain:
            parts.append(Part(LineState.CROSSED, f"{port} is {entry.conflict}", (place,)))
        else:
            command = sockets(entry.port, entry.protocol)
            parts.append(Part(LineState.OPEN, f"{port}: {entry.conflict}, on some nodes", (place,), (command,)))
    if not parts:
        parts = [Part(LineState.TICKED, "not needed, it takes no port of the nodes")]
    return joined("unique", "Its ports are nobody else's", parts)
