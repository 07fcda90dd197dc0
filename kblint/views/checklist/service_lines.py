"""What leads to the pods inside the cluster: Services, routes, and ports that nobody else has."""

from __future__ import annotations

from collections.abc import Iterator

from kblint.checklist import Command
from kblint.source.values import Unknown, shown
from kblint.views.checklist.applications import App
from kblint.views.checklist.commands import kubectl, sockets
from kblint.views.checklist.line_draft import Part, crossed, left_open, ticked
from kblint.wire.balancers.destinations import DestinationKind
from kblint.wire.balancers.settings import destination_place
from kblint.wire.evidence import Certainty
from kblint.wire.faults.fault import Kind
from kblint.wire.faults.service import process_fault
from kblint.wire.routes.backends import WiredBackend
from kblint.wire.services.ports import PodPort, WiredPort


def service(app: App) -> list[Part]:
    """A NodePort Service, or a route's Service, sends to the right port of the pods."""
    parts = [_sends(app, wired, pod) for wired, pod in app.ports]
    ports = [wired for wired in app.direct if wired.destination_kind is DestinationKind.HOST_PORT]
    if ports and not parts:
        numbers = ", ".join(dict.fromkeys(shown(wired.listener.destination_port) for wired in ports))
        places = (destination_place(wired.balancer, wired.listener) for wired in ports)
        return [ticked(f"not needed, the balancer sends to host port {numbers} itself", *places)]
    command = kubectl(app.workload.meta.namespace, "get", "services", "-o", "wide")
    return parts or [left_open("no Service here selects its pods", command)]


def _sends(app: App, wired: WiredPort, pod: PodPort) -> Part:
    port = wired.port
    name = str(wired.service.meta)
    target = port.origin.place("targetPort")
    node_port = f"node port {shown(port.node_port)}, " if port.node_port is not None else ""
    way = f"{name}: {node_port}port {shown(port.port)} to {shown(port.target_port)}"
    if pod.number is None:
        reason = f"{name}: no container declares target port {shown(port.target_port)}"
        if any(isinstance(other.number, int) for other in wired.endpoints):
            return left_open(f"{reason}, and other pods get its requests", _endpoints(wired), at=(target,))
        return crossed(reason, target)
    if not isinstance(pod.number, int):
        return left_open(f"{way}, which cannot be known", _endpoints(wired), at=(target,))
    fault = process_fault(pod)
    if pod.declared is None and fault and fault.certainty is Certainty.KNOWN:
        return crossed(f"{name}: {fault.reason}", target, fault.place)
    if pod.declared is None and not pod.answers:
        return left_open(f"{way}, which no container declares", _endpoints(wired), at=(target,))
    if wired.certainty is not Certainty.KNOWN:
        detail = f"{way}; whether it stands in the namespace of the pods is not written"
        return left_open(detail, _endpoints(wired), at=(target,))
    if wired.service.has_node_ports and not isinstance(port.node_port, int):
        return left_open(f"{way}; the API server picks its node port", _node_ports(wired), at=(target,))
    if not wired.service.has_node_ports and not app.backends and not app.direct and not app.inside(pod):
        detail = f"{name} is of type {wired.service.type}: nothing outside the cluster reaches it"
        return left_open(detail, _node_ports(wired), at=(wired.service.origin.place("type"),))
    if doubt := app.doubt(port):
        at = (doubt.place,) if doubt.place else ()
        return left_open(f"{way}; {doubt.reason}", _endpoints(wired), at=at)
    return ticked(way, target, *([port.origin.place("nodePort")] if isinstance(port.node_port, int) else []))


def _endpoints(wired: WiredPort) -> Command:
    meta = wired.service.meta
    label = f"--selector=kubernetes.io/service-name={meta.name}"
    return kubectl(meta.namespace, "get", "endpointslices", label, expect="the pods' addresses and port")


def _node_ports(wired: WiredPort) -> Command:
    meta = wired.service.meta
    return kubectl(meta.namespace, "get", f"service/{meta.name}", expect="type NodePort and its node ports")


def route(app: App) -> list[Part]:
    """The routes lead to the Service; nothing where it has none."""
    return [_leads(app, wired) for wired in app.backends]


def _leads(app: App, wired: WiredBackend) -> Part:
    host = "any host" if wired.rule.host is None else shown(wired.rule.host)
    path = "/" if wired.rule.path is None else shown(wired.rule.path)
    backend = f"{shown(wired.backend.name)}:{shown(wired.backend.port)}"
    meta = wired.route.meta
    said = f"{meta}: {host}{path if path.startswith('/') else f' {path}'} to {backend}"
    place = wired.backend.origin.place("name")
    fault = app.topology.network.faults.first(wired.backend, Kind.BACKEND_SERVICE, Kind.BACKEND_PORT, Kind.GRANT)
    if fault and fault.certainty is Certainty.KNOWN:
        return crossed(f"{said}: {fault.reason}", place)
    doubt = app.doubt(wired.backend)
    if wired.port is None or isinstance(wired.rule.host, Unknown) or doubt:
        command = kubectl(meta.namespace, "get", f"{meta.kind.lower()}/{meta.name}")
        reason = f": {doubt.reason}" if doubt else ", which cannot be known"
        return left_open(f"{said}{reason}", command, at=((doubt.place if doubt else None) or place,))
    return ticked(said, place)


def unique(app: App) -> list[Part]:
    """Nobody else in the files claims its host ports and node ports."""
    return list(_held(app)) or [ticked("not needed, it takes no port of the nodes")]


def _held(app: App) -> Iterator[Part]:
    for place in app.node_places:
        entry = app.held.get(place)
        if entry is None or entry.port is None:
            continue
        port = f"{entry.kind.value} {entry.port}/{entry.protocol.lower()}"
        if not entry.conflict:
            yield ticked(port, place)
        elif entry.is_certain:
            yield crossed(f"{port} is {entry.conflict}", place)
        else:
            command = sockets(entry.port, entry.protocol)
            yield left_open(f"{port}: {entry.conflict}, on some nodes", command, at=(place,))
