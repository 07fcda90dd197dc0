"""The way from the Internet: the balancer's listeners, and the tests to make, from a node first."""

from __future__ import annotations

from collections.abc import Iterator

from kblint.checklist import Command
from kblint.model.balancer import LoadBalancer
from kblint.model.networks import is_private
from kblint.source.values import shown
from kblint.views.checklist.applications import App
from kblint.views.checklist.commands import ROUTE_EXPECTED, ask, connect, curl, expected, probe_path, url_host, url_path
from kblint.views.checklist.line_draft import Part, crossed, left_open, ticked
from kblint.wire.balancers.destinations import DestinationKind
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.balancers.settings import destination_place
from kblint.wire.evidence import Certainty
from kblint.wire.routes.backends import WiredBackend
from kblint.wire.services.ports import PodPort, WiredPort

_ROUTES = 5
"""Hosts and paths that are tested; more would hide the rest of the list."""
_NOT_HERE = (DestinationKind.NOWHERE, DestinationKind.UNKNOWN)
_DESCRIBE = Command("hcloud load-balancer describe LOAD_BALANCER -o yaml", "give this to kblint as a file")


def balancer(app: App) -> list[Part]:
    """Http and https arrive where plain HTTP is spoken; nothing where nothing here has a balancer."""
    topology = app.topology
    if not app.listeners and (app.is_inside or not (topology.environment.is_hetzner or topology.listeners)):
        return []
    if not app.listeners:
        return [left_open("no balancer here leads to it", Command("hcloud load-balancer list"), _DESCRIBE)]
    # a listener whose destination nobody here has may be meant for this
    lost = [wired for wired in app.beside if wired.destination_kind in _NOT_HERE]
    return [_arrives(app, wired) for wired in (*app.listeners, *lost)]


def _arrives(app: App, wired: WiredListener) -> Part:
    listener = wired.listener
    place = destination_place(wired.balancer, listener)
    number = wired.destination_port
    where = "a port the API server picks" if number is None else shown(number)
    told = f"{shown(listener.protocol)} {shown(listener.listen_port)} to {where}"
    if wired.destination_kind in _NOT_HERE:
        return left_open(f"{told}, which nothing here has", _DESCRIBE, at=(place,))
    fault = app.topology.network.faults.first(listener)
    if fault and fault.certainty is Certainty.KNOWN:
        return crossed(f"{told}: {fault.reason}", fault.place, place)
    if fault:
        return left_open(f"{told}: {fault.reason}", _DESCRIBE, at=(fault.place, place))
    if wired.app_protocol.role is None and listener.protocol in ("http", "https"):
        return left_open(f"{told}: what is spoken there is not written", _DESCRIBE, at=(place,))
    doubt = app.doubt(listener)
    return left_open(f"{told}: {doubt.reason}", _DESCRIBE, at=(place,)) if doubt else ticked(told, place)


def test_from_node(app: App) -> list[Part]:
    """On a node: the host port, the node port or else the Service's own, then through the ingress controller."""
    ways = {
        "host port": [command for pod in app.reached for command in ask(app, pod, "127.0.0.1", pod.number)]
        if app.workload.pod.host_network
        else [],
        "node port": [
            command for wired, pod in app.ports for command in ask(app, pod, "127.0.0.1", wired.port.node_port)
        ],
    }
    if not any(ways.values()):
        ways["its Service"] = [command for wired, pod in app.ports for command in _inside(app, wired, pod)]
    ways["then through the ingress"] = [
        curl(f"http://127.0.0.1:{door}{url_path(backend.rule.path)}", ROUTE_EXPECTED, host=url_host(backend.rule.host))
        for backend in _routes(app)
        for door in app.doors[:1]
    ]
    commands = [command for found in ways.values() for command in found]
    return [left_open(", ".join(way for way, found in ways.items() if found), *commands)] if commands else []


def _inside(app: App, wired: WiredPort, pod: PodPort) -> list[Command]:
    """How a Service is asked at an address of the cluster, which every node reaches."""
    if wired.service.is_headless:
        return ask(app, pod, "POD_IP", pod.number)
    return ask(app, pod, "CLUSTER_IP", wired.port.port)


def _routes(app: App) -> list[WiredBackend]:
    """One backend for each host and path that can be asked for."""
    found = {
        (url_host(wired.rule.host), url_path(wired.rule.path)): wired
        for wired in reversed(app.backends)
        if wired.rule.host is None or url_host(wired.rule.host)
    }
    return list(reversed(found.values()))[:_ROUTES]


def test_from_internet(app: App) -> list[Part]:
    """From anywhere else: what people type; nothing for what belongs inside."""
    commands: list[Command] = [*_through_balancers(app)] or _without_balancer(app)
    return [left_open("what people type", *commands)] if commands and not app.is_inside else []


def _through_balancers(app: App) -> Iterator[Command]:
    for wired in app.through:
        for backend in _routes(app):
            host = url_host(backend.rule.host) or _address(wired.balancer)
            yield from _through_balancer(wired, host, url_path(backend.rule.path), ROUTE_EXPECTED)
    for wired in app.direct:
        for pod in wired.pods:
            if pod.workload is app.workload:
                path = probe_path(app, pod)
                yield from _through_balancer(wired, _address(wired.balancer), url_path(path), expected(path))


def _through_balancer(wired: WiredListener, host: str, path: str, expect: str) -> list[Command]:
    listener = wired.listener
    port = listener.listen_port
    if not isinstance(port, int):
        return []
    is_tls = wired.takes_tls
    if not is_tls and listener.protocol != "http" and port != 80 and wired.app_protocol.role != "http":
        return [connect(host, port, "TCP")]
    scheme = "https" if is_tls else "http"
    suffix = "" if port == (443 if is_tls else 80) else f":{port}"
    # a certificate names a host, never the balancer's address
    return [curl(f"{scheme}://{host}{suffix}{path}", expect, insecure=is_tls and host == _address(wired.balancer))]


def _without_balancer(app: App) -> list[Command]:
    commands = []
    for backend in _routes(app):
        host = url_host(backend.rule.host)
        tls = any(not entry.hosts or host in entry.hosts for entry in backend.route.tls)
        if host:
            commands.append(curl(f"{'https' if tls else 'http'}://{host}{url_path(backend.rule.path)}", ROUTE_EXPECTED))
    asked = [(pod, "NODE_IP", wired.port.node_port) for wired, pod in app.ports]
    asked += [(pod, "BALANCER_IP", one.port.port) for one, pod in app.ports if one.service.type == "LoadBalancer"]
    if not any(isinstance(port, int) for _, _, port in asked):
        claimed: dict[object, int] = {claim.claim.container_port: claim.claim.port for claim in app.claims}
        asked = [(pod, "NODE_IP", claimed.get(pod.number)) for pod in app.reached]
    return commands or [command for pod, address, port in asked for command in ask(app, pod, address, port)]


def _address(balancer: LoadBalancer) -> str:
    """Where people reach a balancer: its public address, never one of a private network."""
    public = (one for one in balancer.addresses if ":" not in one and not is_private(one))
    return next(public, "BALANCER_IP")
