"""The way from the Internet: the balancer's listeners, and the tests to make, from a node first."""

from __future__ import annotations

from collections.abc import Sequence

from kblint.checklist import Command, LineState
from kblint.model.balancer import LoadBalancer
from kblint.source.values import shown
from kblint.views.checklist.applications import App
from kblint.views.checklist.commands import (
    ROUTE_EXPECTED,
    connect,
    curl,
    url_host,
    url_path,
)
from kblint.views.checklist.line_draft import LineDraft, Part, joined
from kblint.views.checklist.probe_commands import ask, expected, probe_path
from kblint.wire.balancers.destinations import DestinationKind
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.balancers.settings import destination_place
from kblint.wire.faults.fault import Fault
from kblint.wire.routes.backends import WiredBackend

_ROUTES = 5
"""Hosts and paths that are tested; more would hide the rest of the list."""


def balancer(app: App) -> LineDraft | None:
    """Http and https arrive where plain HTTP is spoken; None where nothing here has a balancer."""
    id, title = "balancer", "Load balancer sends http and https to the right port"
    topology = app.topology
    if not (topology.environment.is_hetzner or topology.listeners):
        return None
    ask = Command("hcloud load-balancer describe LOAD_BALANCER -o yaml", "give this to kblint as a file")
    listeners = app.listeners
    if not listeners:
        return LineDraft(
            id, title, LineState.OPEN, "no balancer here leads to it", (), (Command("hcloud load-balancer list"), ask)
        )
    # a listener whose destination nobody here has may be meant for this
    lost = [
        wired for wired in app.beside if wired.destination_kind in (DestinationKind.NOWHERE, DestinationKind.UNKNOWN)
    ]
    faults = topology.network.faults
    parts = [_arrives(wired, faults.of(wired.listener)) for wired in (*listeners, *lost)]
    draft = joined(id, title, parts)
    if draft.state is LineState.OPEN:
        return LineDraft(id, title, draft.state, draft.detail, draft.evidence, (ask,))
    return draft


def _arrives(wired: WiredListener, faults: Sequence[Fault]) -> Part:
    listener = wired.listener
    place = destination_place(wired.balancer, listener)
    number = wired.destination_port
    where = "a port the API server picks" if number is None else shown(number)
    told = f"{shown(listener.protocol)} {shown(listener.listen_port)} to {where}"
    if wired.destination_kind in (DestinationKind.NOWHERE, DestinationKind.UNKNOWN):
        return Part(LineState.OPEN, f"{told}, which nothing here has", (place,))
    for fault in faults:
        state = LineState.CROSSED if fault.certainty else LineState.OPEN
        return Part(state, f"{told}: {fault.reason}", tuple(dict.fromkeys((fault.place, place))))
    if wired.app_protocol.role is None and listener.protocol in ("http", "https"):
        return Part(LineState.OPEN, f"{told}: what is spoken there is not written", (place,))
    return Part(LineState.TICKED, told, (place,))


def test_from_node(app: App) -> LineDraft:
    """On a node: the host port, the node port, then through the ingress controller."""
    commands: dict[Command, None] = {}
    if app.workload.pod.host_network:
        for pod in app.reached:
            commands.update(dict.fromkeys(ask(app, pod, "127.0.0.1", pod.number)))
    for wired, pod in app.ports:
        commands.update(dict.fromkeys(ask(app, pod, "127.0.0.1", wired.port.node_port)))
    for backend in _routes(app):
        for door in app.doors[:1]:
            url = f"http://127.0.0.1:{door}{url_path(backend.rule.path)}"
            commands[curl(url, ROUTE_EXPECTED, host=url_host(backend.rule.host))] = None
    detail = "host port, node port, then through the ingress" if app.backends else "host port, node port"
    return LineDraft("test-node", "Tested from a node, first", LineState.OPEN, detail, (), tuple(commands))


def _routes(app: App) -> list[WiredBackend]:
    """One backend for each host and path that can be asked for."""
    found = {
        (url_host(wired.rule.host), url_path(wired.rule.path)): wired
        for wired in reversed(app.backends)
        if wired.rule.host is None or url_host(wired.rule.host)
    }
    return list(reversed(found.values()))[:_ROUTES]


def test_from_internet(app: App) -> LineDraft:
    """From anywhere else: what people type."""
    commands: dict[Command, None] = {}
    for wired in app.through:
        for backend in _routes(app):
            host = url_host(backend.rule.host) or _address(wired.balancer)
            command = _through_balancer(wired, host, url_path(backend.rule.path), ROUTE_EXPECTED)
            commands.update(dict.fromkeys(command))
    for wired in app.direct:
        for pod in wired.pods:
            if pod.workload is app.workload:
                path = probe_path(app, pod)
                found = _through_balancer(wired, _address(wired.balancer), url_path(path), expected(path))
                commands.update(dict.fromkeys(found))
    if not commands:
        commands.update(dict.fromkeys(_without_balancer(app)))
    return LineDraft(
        "test-internet", "Tested from the Internet, then", LineState.OPEN, "what people type", (), tuple(commands)
    )


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
    if not commands:
        for wired, pod in app.ports:
            commands += ask(app, pod, "NODE_IP", wired.port.node_port)
    return commands


def _address(balancer: LoadBalancer) -> str:
    """Where people reach a balancer: its first address, which is the public one."""
    return next((address for address in balancer.addresses if ":" not in address), "BALANCER_IP")
