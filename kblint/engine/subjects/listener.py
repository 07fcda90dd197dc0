"""The subject Listener: where a load balancer listens."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import NamedTuple

from kblint.engine.facts import Table, anything, boolean, integer, maybe_integer, maybe_one, maybe_text, text
from kblint.engine.subject import Among, SubjectKind, among
from kblint.engine.subjects.references import NODE_PORT_REF, faults
from kblint.finding import ObjectRef
from kblint.model.balancer import Listener, LoadBalancer
from kblint.model.meta import Meta
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.wire.balancers.destinations import DestinationKind
from kblint.wire.balancers.health import CheckFault, WiredCheck
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.balancers.settings import Setting, destination_place, is_written, listen_place, place_of
from kblint.wire.faults.fault import Kind


class Sibling(NamedTuple):
    """A listener of a balancer, as another one refers to it, and where to look."""

    listener: Listener
    place: Place


class _Check(NamedTuple):
    wired: WiredListener
    check: WiredCheck


def about(balancer: LoadBalancer) -> Meta | ObjectRef:
    """What a finding is about: the object of the cluster that stands for a balancer, else the balancer."""
    return balancer.meta or ObjectRef("LoadBalancer", None, balancer.name)


def _setting_place(it: Among[WiredListener], setting: Setting) -> Place:
    return place_of(it.wired.balancer, it.wired.listener, setting)


def _knows_ports(it: Among[WiredListener]) -> bool:
    """Whether the input holds node ports or host ports at all; one is held if it is this listener's destination."""
    known = it.topology.services.by_node_port or it.topology.claims
    return bool(known) or it.wired.destination_kind is not DestinationKind.NOWHERE


def _hops(listener: Among[WiredListener]) -> Iterator[Hashable]:
    yield listener.wired.listener
    if listener.wired.port:
        yield listener.wired.port.port


def _destination(listener: Among[WiredListener]) -> str | Unknown:
    """What the listener sends to; a node port that nobody has picked yet goes by the Service's port."""
    wired, number = listener.wired, listener.wired.listener.destination_port
    if isinstance(number, Unknown):
        return number
    if number is None:
        return f"Service port `{wired.port.port.port}`" if wired.port else Unknown()
    kind = wired.destination_kind.value if wired.destination.is_found else "port"
    return f"{kind} `{number}`"


def _sibling(it: Among[WiredListener], listener: Listener | None) -> Sibling | None:
    return Sibling(listener, destination_place(it.wired.balancer, listener)) if listener else None


def _same_port(it: Among[WiredListener]) -> Sibling | None:
    earlier = it.wired.same_port
    return Sibling(earlier, listen_place(it.wired.balancer, earlier)) if earlier else None


_ABOUT = {
    CheckFault.CLOSED: Setting.CHECK_PORT,
    CheckFault.ELSEWHERE: Setting.CHECK_PORT,
    CheckFault.TLS: Setting.CHECK_PROTOCOL,
    CheckFault.PLAIN: Setting.CHECK_PROTOCOL,
    CheckFault.NOT_FOUND: Setting.CHECK_PATH,
    CheckFault.REFUSED: Setting.CHECK_PATH,
}


def _check_place(it: _Check) -> Place:
    """The setting that its fault is about, where that is written."""
    balancer, listener = it.wired.balancer, it.wired.listener
    settings = [_ABOUT[it.check.fault]] if it.check.fault else []
    settings += [Setting.CHECK_PROTOCOL, Setting.CHECK_PORT, Setting.CHECK]
    written = next((one for one in settings if is_written(balancer, listener, one)), Setting.PROTOCOL)
    return place_of(balancer, listener, written)


def _check_port_place(it: _Check) -> Place | None:
    asked = (it.wired.balancer, it.wired.listener, Setting.CHECK_PORT)
    return place_of(*asked) if is_written(*asked) else None


# fmt: off
LISTENER_REF = Table[Sibling]("ListenerRef", "another listener of the same balancer", lambda s: s.place, (
    text("protocol", "http, https or tcp", lambda s: s.listener.protocol),
    anything("listenPort", "the port it listens on", lambda s: s.listener.listen_port),
    anything("destinationPort", "the port it sends to", lambda s: s.listener.destination_port),
))
HEALTH_CHECK = Table[_Check](
    "HealthCheck", "how a balancer asks whether a target lives, with the defaults of the form it is written in",
    _check_place, (
    text("protocol", "http, https or tcp", lambda c: c.check.question.protocol),
    anything("port", "the port it asks, null where the API will pick it", lambda c: c.check.question.port,
        _check_port_place),
    boolean("portWritten", "whether that port is written for this check; else it is the default",
        lambda c: _check_port_place(c) is not None),
    text("path", "the path it asks for, where it asks over http", lambda c: c.check.question.path),
    text("domain", "the host it asks for, empty for none", lambda c: c.check.question.domain),
    boolean("isWritten", "whether a check is written; else it is the default", lambda c: c.check.question.is_written),
    maybe_text("fault", "why it says nothing, or fails: `closed`, `elsewhere`, `tls`, `plain`, `not found`, `refused`",
        lambda c: c.check.fault.value if c.check.fault else None),
    text("holder", "who answers instead, or the program that refuses", lambda c: c.check.holder,
        lambda c: c.check.shown),
    maybe_integer("status", "with what it is refused, where the fault is `refused`", lambda c: c.check.status),
    maybe_text("controller", "the ingress controller that it asks", lambda c: c.check.destination.controller),
    text("certainty", "how sure the fault is", lambda c: c.check.certainty.label),
))
LISTENER = Table[Among[WiredListener]](
    "Listener", "one listener (a service, in Hetzner's words) of a load balancer",
    lambda it: listen_place(it.wired.balancer, it.wired.listener), (
    text("balancer", "the balancer's name", lambda it: it.wired.balancer.name),
    text("form", "hcloud, annotations, terraform, ansible or kblint.yaml", lambda it: it.wired.balancer.form.value),
    text("protocol", "http, https or tcp", lambda it: it.wired.listener.protocol,
        lambda it: _setting_place(it, Setting.PROTOCOL)),
    anything("listenPort", "the port it listens on", lambda it: it.wired.listener.listen_port),
    anything("destinationPort", "the port of the targets it sends to, null where the API will pick it",
        lambda it: it.wired.listener.destination_port,
        lambda it: destination_place(it.wired.balancer, it.wired.listener)),
    faults(lambda it: it.topology.network.faults.of(it.wired.listener)),
    text("destination", "how to name what it sends to: a node port, a host port, or the Service's port", _destination),
    text("arrival", "what that port is: `node port`, `host port`, `nowhere` (in the input) or `unknown`",
        lambda it: it.wired.destination_kind.value),
    maybe_text("role", "what is spoken there: `http` or `tls`, null where nothing tells",
        lambda it: it.wired.app_protocol.role,
        lambda it: it.wired.app_protocol.evidence.place if it.wired.app_protocol.evidence else None),
    text("roleCertainty", "how sure that is", lambda it: it.wired.app_protocol.certainty.label),
    text("roleEvidence", "what shows it, empty where names do",
        lambda it: it.wired.app_protocol.evidence.label if it.wired.app_protocol.evidence else ""),
    boolean("roleIsProved", "whether a process is known to speak it",
        lambda it: any(one.speaks == it.wired.app_protocol.role for pod in it.wired.pods for one in pod.sockets)),
    maybe_text("controller", "the ingress controller it leads to", lambda it: it.wired.controller),
    maybe_one("servicePort", "the Service port behind it", lambda it: it.wired.port, NODE_PORT_REF),
    maybe_one("plain", "the port of the same Service that speaks plain HTTP", lambda it: it.wired.destination.plain,
        NODE_PORT_REF),
    maybe_one("tls", "the port of the same Service that speaks TLS", lambda it: it.wired.destination.tls,
        NODE_PORT_REF),
    maybe_one("httpSibling", "the balancer's plain HTTP listener", lambda it: _sibling(it, it.wired.http_sibling),
        LISTENER_REF),
    boolean("httpIsAnotherApp", "whether that one is known to lead to another Service, or to other pods",
        lambda it: it.wired.is_another_app),
    maybe_one("port80Sibling", "the listener on port 80 that is in the way of a redirect",
        lambda it: _sibling(it, it.topology.network.faults.other(it.wired.listener, Kind.REDIRECT_CONFLICT, Listener)),
        LISTENER_REF),
    maybe_one("samePort", "an earlier listener of the balancer on the same port", _same_port, LISTENER_REF),
    maybe_one("mistaken", "the Service port with a node port whose port or targetPort it names",
        lambda it: it.wired.destination.mistaken, NODE_PORT_REF),
    maybe_one("datagrams", "the Service port that has the number as its node port for UDP alone",
        lambda it: it.wired.destination.datagrams, NODE_PORT_REF.standing(lambda p: p.port.origin.place("protocol"))),
    maybe_one("meant", "the only Service port with a node port that has the number which the listener is asked on",
        lambda it: it.wired.destination.meant, NODE_PORT_REF),
    boolean("redirectHttp", "whether it redirects port 80 to itself; left out where it cannot be told",
        lambda it: it.wired.listener.redirect_http,
        lambda it: _setting_place(it, Setting.REDIRECT)),
    boolean("nodePortsKnown", "whether the input holds node ports or host ports at all", _knows_ports),
    maybe_one("check", "its health check, null where that cannot be known",
        lambda it: _Check(it.wired, it.wired.check) if it.wired.check else None, HEALTH_CHECK),
    integer("unhealthyTargets", "how many targets a running balancer's output calls unhealthy on its port",
        lambda it: len(it.wired.listener.health.unhealthy),
        lambda it: next(iter(it.wired.listener.health.unhealthy), None)),
    integer("otherTargets", "how many that output does not call unhealthy", lambda it: it.wired.listener.health.others),
))
SUBJECTS = (
    SubjectKind("listener", "a listener of a load balancer", LISTENER, among(lambda topology: topology.listeners),
        lambda it: about(it.wired.balancer), _hops),
)
