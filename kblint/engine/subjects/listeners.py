"""Subjects about what balancers hand on: Listener, ProxyHandover."""

from __future__ import annotations

from collections.abc import Iterator

from kblint.engine.row import Row
from kblint.engine.subject import Subject
from kblint.engine.subjects.fields import (
    anything,
    boolean,
    build,
    integer,
    many,
    maybe_one,
    maybe_text,
    row_type,
    subject,
    text,
)
from kblint.engine.subjects.services import service_port_ref
from kblint.finding import ObjectRef
from kblint.model.balancer import Listener, LoadBalancer
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.wire.balancers.destinations import DestinationKind
from kblint.wire.balancers.health import Fault, WiredCheck
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.balancers.proxy_protocol import ProxyProtocolLink
from kblint.wire.balancers.settings import Setting, destination_place, is_written, listen_place, place_of
from kblint.wire.services.ports import WiredPort
from kblint.wire.topology import Topology

LISTENER_REF = row_type(
    "ListenerRef",
    "another listener of the same balancer",
    {
        "protocol": text("http, https or tcp"),
        "listenPort": anything("the port it listens on"),
        "destinationPort": anything("the port it sends to"),
    },
)
HEALTH_CHECK = row_type(
    "HealthCheck",
    "how a balancer asks whether a target lives, with the defaults of the form it is written in",
    {
        "protocol": text("http, https or tcp"),
        "port": anything("the port it asks, null where the API will pick it"),
        "path": text("the path it asks for, where it asks over http"),
        "domain": text("the host it asks for, empty for none"),
        "isWritten": boolean("whether a check is written; else it is the default"),
        "fault": maybe_text("why it says nothing, or fails: `closed`, `elsewhere`, `tls`, `plain`, `not found`"),
        "holder": text("who answers instead, where the fault is `elsewhere`"),
        "controller": maybe_text("the ingress controller that it asks"),
        "certainty": text("how sure the fault is"),
    },
)
LISTENER = row_type(
    "Listener",
    "one listener (a service, in Hetzner's words) of a load balancer",
    {
        "balancer": text("the balancer's name"),
        "form": text("hcloud, annotations, terraform, ansible or kblint.yaml"),
        "protocol": text("http, https or tcp"),
        "listenPort": anything("the port it listens on"),
        "destinationPort": anything("the port of the targets it sends to, null where the API will pick it"),
        "destination": text("how to name what it sends to: a node port, a host port, or the Service's port"),
        "arrival": text("what that port is: `node port`, `host port`, `nowhere` (in the input) or `unknown`"),
        "role": maybe_text("what is spoken there: `http` or `tls`, null where nothing tells"),
        "roleCertainty": text("how sure that is"),
        "roleEvidence": text("what shows it, empty where names do"),
        "roleIsProved": boolean("whether a process is known to speak it"),
        "controller": maybe_text("the ingress controller it leads to"),
        "servicePort": maybe_one("ServicePortRef", "the Service port behind it"),
        "plain": maybe_one("ServicePortRef", "the port of the same Service that speaks plain HTTP"),
        "tls": maybe_one("ServicePortRef", "the port of the same Service that speaks TLS"),
        "httpSibling": maybe_one("ListenerRef", "the balancer's plain HTTP listener"),
        "httpIsAnotherApp": boolean("whether that one is known to lead to another Service, or to other pods"),
        "port80Sibling": maybe_one("ListenerRef", "another listener of the balancer on port 80"),
        "samePort": maybe_one("ListenerRef", "an earlier listener of the balancer on the same port"),
        "mistaken": maybe_one("ServicePortRef", "the Service port with a node port whose port or targetPort it names"),
        "hasCertificates": boolean("whether it has a certificate; left out where it cannot be told"),
        "redirectHttp": boolean("whether it redirects port 80 to itself; left out where it cannot be told"),
        "nodePortsKnown": boolean("whether the input holds node ports or host ports at all"),
        "check": maybe_one("HealthCheck", "its health check, null where that cannot be known"),
        "unhealthyTargets": integer("how many targets a running balancer's output calls unhealthy on its port"),
        "otherTargets": integer("how many that output does not call unhealthy"),
    },
)
PROXY_HANDOVER = row_type(
    "ProxyHandover",
    "the two ends of a connection that may begin with a PROXY protocol header: a balancer and a program behind it",
    {
        "balancer": text("the balancer's name"),
        "sends": boolean("whether the balancer sends the header"),
        "others": many("ListenerRef", "further listeners of the balancer of which the same is true"),
        "takes": text("what the program does about the header: `required`, `optional` or `refused`"),
        "program": text("the program"),
        "setting": text("where the program is told"),
        "certainty": text("how sure both ends are"),
    },
)


def listeners(topology: Topology) -> Iterator[Subject]:
    """Every listener of every balancer."""
    known = bool(topology.services.by_node_port or topology.claims)
    for wired in topology.listeners:
        keys = [wired.key]
        if wired.port:
            keys.append(wired.port.key)
        made = subject(topology, _listener(wired, node_ports_known=known), wired.balancer.meta, *keys)
        yield named(made, wired.balancer)


def named(made: Subject, balancer: LoadBalancer) -> Subject:
    """A subject under the name of its balancer, where no object of the cluster stands for it."""
    if balancer.meta is not None:
        return made
    return Subject(made.row, ObjectRef("LoadBalancer", None, balancer.name), made.hops, made.breaks)


def _listener(wired: WiredListener, *, node_ports_known: bool) -> Row:
    listener, balancer = wired.listener, wired.balancer
    protocol = place_of(balancer, listener, Setting.PROTOCOL)
    places = {
        "protocol": protocol,
        "destinationPort": destination_place(balancer, listener),
        "redirectHttp": place_of(balancer, listener, Setting.REDIRECT),
        "hasCertificates": protocol,
    }
    if wired.app_protocol.evidence:
        places["role"] = wired.app_protocol.evidence.place
    if listener.health.unhealthy:
        places["unhealthyTargets"] = listener.health.unhealthy[0]
    return build(
        LISTENER,
        listen_place(balancer, listener),
        {
            "balancer": balancer.name,
            "form": balancer.form.value,
            "protocol": listener.protocol,
            "listenPort": listener.listen_port,
            "destinationPort": listener.destination_port,
            "destination": _destination(wired),
            "arrival": wired.destination_kind.value,
            "role": wired.app_protocol.role,
            "roleCertainty": wired.app_protocol.certainty.label,
            "roleEvidence": wired.app_protocol.evidence.label if wired.app_protocol.evidence else "",
            "roleIsProved": any(
                socket.speaks == wired.app_protocol.role for pod in wired.pods for socket in pod.sockets
            ),
            "controller": wired.controller,
            "servicePort": _port(wired.port),
            "plain": _port(wired.destination.plain),
            "tls": _port(wired.destination.tls),
            "httpSibling": _sibling(wired, wired.http_sibling),
            "httpIsAnotherApp": _is_another_app(wired),
            "port80Sibling": _sibling(wired, wired.on_port_80),
            "samePort": _sibling(wired, wired.same_port, at_listen_port=True),
            "mistaken": _port(wired.mistaken),
            "hasCertificates": listener.has_certificates,
            "redirectHttp": listener.redirect_http,
            "nodePortsKnown": node_ports_known or wired.destination_kind is not DestinationKind.NOWHERE,
            "check": _check(wired, wired.check) if wired.check else None,
            "unhealthyTargets": len(listener.health.unhealthy),
            "otherTargets": listener.health.others,
        },
        places,
    )


def _destination(wired: WiredListener) -> str | Unknown:
    """What the listener sends to; a node port that nobody has picked yet goes by the Service's port."""
    number = wired.listener.destination_port
    if isinstance(number, Unknown):
        return number
    if number is None:
        return f"Service port `{wired.port.port.port}`" if wired.port else Unknown()
    kind = wired.destination_kind.value if wired.destination.is_found else "port"
    return f"{kind} `{number}`"


def _port(wired: WiredPort | None) -> Row | None:
    return service_port_ref(wired.service, wired.port, "nodePort") if wired else None


def _sibling(wired: WiredListener, listener: Listener | None, *, at_listen_port: bool = False) -> Row | None:
    if listener is None:
        return None
    where = listen_place if at_listen_port else destination_place
    return build(
        LISTENER_REF,
        where(wired.balancer, listener),
        {
            "protocol": listener.protocol,
            "listenPort": listener.listen_port,
            "destinationPort": listener.destination_port,
        },
    )


def _is_another_app(wired: WiredListener) -> bool:
    """Whether the plain HTTP listener is known to lead somewhere else altogether."""
    here, there = wired.destination, wired.http_destination
    if there is None or not here.is_found or not there.is_found:
        return False
    if here.port and there.port:
        return here.port.service is not there.port.service
    mine = {id(pod.workload) for pod in here.pods}
    return bool(mine) and mine.isdisjoint(id(pod.workload) for pod in there.pods)


_ABOUT = {
    Fault.CLOSED: Setting.CHECK_PORT,
    Fault.ELSEWHERE: Setting.CHECK_PORT,
    Fault.TLS: Setting.CHECK_PROTOCOL,
    Fault.PLAIN: Setting.CHECK_PROTOCOL,
    Fault.NOT_FOUND: Setting.CHECK_PATH,
}


def _check(wired: WiredListener, check: WiredCheck) -> Row:
    asked, balancer, listener = check.question, wired.balancer, wired.listener
    settings = [_ABOUT[check.fault]] if check.fault else []
    settings += [Setting.CHECK_PROTOCOL, Setting.CHECK_PORT, Setting.CHECK]
    written = next((one for one in settings if is_written(balancer, listener, one)), Setting.PROTOCOL)
    places = {"holder": check.shown} if check.shown else {}
    if is_written(balancer, listener, Setting.CHECK_PORT):
        places["port"] = place_of(balancer, listener, Setting.CHECK_PORT)
    return build(
        HEALTH_CHECK,
        place_of(balancer, listener, written),
        {
            "protocol": asked.protocol,
            "port": asked.port,
            "path": asked.path,
            "domain": asked.domain,
            "isWritten": asked.is_written,
            "fault": check.fault.value if check.fault else None,
            "holder": check.holder,
            "controller": check.destination.controller,
            "certainty": check.certainty.label,
        },
        places,
    )


def proxy_handovers(topology: Topology) -> Iterator[Subject]:
    """Every balancer with every program behind it: the listeners that do not agree first, once for all of them."""
    groups: dict[tuple[int, Place], list[tuple[WiredListener, ProxyProtocolLink]]] = {}
    for wired in topology.listeners:
        if wired.proxy_protocol:
            key = (id(wired.balancer), wired.proxy_protocol.receiver.place)
            groups.setdefault(key, []).append((wired, wired.proxy_protocol))
    for group in groups.values():
        failing = [pair for pair in group if pair[1].fails] or group
        balancer = failing[0][0].balancer
        found = [wired for wired, _ in failing]
        row = _handover(balancer.name, failing[0][1], found)
        yield named(subject(topology, row, balancer.meta, *(wired.key for wired in found)), balancer)


def _handover(name: str, proxy_protocol: ProxyProtocolLink, found: list[WiredListener]) -> Row:
    sender, receiver = proxy_protocol.sender, proxy_protocol.receiver
    others = [row for wired in found[1:] if (row := _sender(wired))]
    return build(
        PROXY_HANDOVER,
        sender.place,
        {
            "balancer": name,
            "sends": sender.sends,
            "others": tuple(others),
            "takes": receiver.mode.value,
            "program": receiver.program,
            "setting": receiver.setting,
            "certainty": proxy_protocol.certainty.label,
        },
        {"takes": receiver.place},
    )


def _sender(wired: WiredListener) -> Row:
    listener = wired.listener
    return build(
        LISTENER_REF,
        wired.proxy_protocol.sender.place if wired.proxy_protocol else listen_place(wired.balancer, listener),
        {
            "protocol": listener.protocol,
            "listenPort": listener.listen_port,
            "destinationPort": listener.destination_port,
        },
    )


TYPES = (LISTENER_REF, HEALTH_CHECK, LISTENER, PROXY_HANDOVER)
