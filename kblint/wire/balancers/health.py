"""Health checks: what a balancer asks its targets, and whether they can answer it.

A target that does not answer is taken out of service; when none is left requests end in 503, or a closed connection.
https://docs.hetzner.cloud/reference/cloud#load-balancer-actions-add-service
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from msgspec import Struct

from kblint.model.balancer import DeclaredBy, Listener, LoadBalancer
from kblint.model.environment import Environment
from kblint.model.meta import Number, Text
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.wire.balancers.cloud_manager import CloudManager
from kblint.wire.balancers.destinations import Destination, DestinationKind, Destinations
from kblint.wire.evidence import Certainty
from kblint.wire.listening.nginx_answers import answered
from kblint.wire.listening.sockets import Socket
from kblint.wire.routes.hosts import Hosts

NGINX_HEALTH_PORT = 10254
"""ingress-nginx's own: https://kubernetes.github.io/ingress-nginx/user-guide/cli-arguments/ (`--healthz-port`)."""
KUBE_PROXY_HEALTH_PORT = 10256
"""Says whether a node takes part at all, which some check on purpose.

https://kubernetes.io/docs/reference/networking/virtual-ips/#traffic-policies
"""
_MANAGERS_DEFAULTS = ("HEALTH_CHECK_INTERVAL", "HEALTH_CHECK_TIMEOUT", "HEALTH_CHECK_RETRIES")
_OWN_ANSWERS = ("redirections", "default-backend-service")
"""Flags that make a controller answer what it has no route for: with a redirect, or out of a Service of its own."""
_USUAL: tuple[Text, ...] = ("2??", "3??")


class CheckFault(enum.Enum):
    """Why targets cannot pass a check, or pass one that says nothing."""

    CLOSED = "closed"
    """Nothing in the input opens the port on a node."""
    ELSEWHERE = "elsewhere"
    """Something else than what the listener sends to answers there."""
    TLS = "tls"
    """It asks in plain HTTP where TLS is spoken."""
    PLAIN = "plain"
    """It asks with TLS where plain HTTP is spoken."""
    NOT_FOUND = "not found"
    """The ingress controller has no route for what it asks, and answers 404."""
    REFUSED = "refused"
    """The program that is asked answers with a status that is none of those it takes."""


class EffectiveCheck(Struct, frozen=True, eq=False):
    """A check with its defaults. `port` is None where it is a node port that nobody knows yet."""

    protocol: Text
    port: Number | None
    path: Text
    domain: Text
    codes: tuple[Text, ...]
    is_written: bool


class WiredCheck(Struct, frozen=True, eq=False):
    """A check with what it meets. `holder` is who answers instead, or refuses; `shown` is what shows the fault."""

    question: EffectiveCheck
    destination: Destination
    fault: CheckFault | None = None
    certainty: Certainty = Certainty.KNOWN
    holder: str = ""
    shown: Place | None = None
    status: int | None = None
    """With what it is refused."""


def wired_check(
    asked: EffectiveCheck | None,
    listener: Listener,
    destination: Destination,
    nodes: Destinations,
    hosts: Mapping[str, Hosts],
    environment: Environment,
) -> WiredCheck | None:
    """What a listener's check meets; `destination` is the listener's own. None where that cannot be known."""
    if asked is None or isinstance(asked.protocol, Unknown):
        return None
    is_own = asked.port is None or asked.port == listener.destination_port
    found = destination if is_own else nodes.at(asked.port)
    if not is_own and destination.is_found:
        astray = _checks_other_port(asked, destination, found, environment)
        if astray:
            return astray
    return (
        _spoken(asked, found) or _not_found(asked, found, hosts) or _refused(asked, found) or WiredCheck(asked, found)
    )


def _checks_other_port(
    asked: EffectiveCheck, destination: Destination, found: Destination, environment: Environment
) -> WiredCheck | None:
    """A check that does not ask where the listener sends to."""
    if isinstance(asked.port, Unknown) or _belongs(asked.port, destination, found):
        return None
    holder, shown = "K3s's ServiceLB for Traefik", None
    if found.kind is DestinationKind.NOWHERE:
        holder = next((one.holder for one in environment.reserved if one.port == asked.port), "")
        if not holder:
            shown = found.mistaken.port.origin.place("nodePort") if found.mistaken else None
            return WiredCheck(asked, found, CheckFault.CLOSED, shown=shown)
    elif found.port:
        holder, shown = f"Service `{found.port.service.meta.name}`", found.port.port.origin.place("nodePort")
    elif found.pods:
        meta = found.pods[0].workload.meta
        holder, shown = f"{meta.kind} `{meta.name}`", meta.origin.place("metadata", "name")
    return WiredCheck(asked, found, CheckFault.ELSEWHERE, holder=holder, shown=shown)


def _not_found(asked: EffectiveCheck, found: Destination, hosts: Mapping[str, Hosts]) -> WiredCheck | None:
    """An http check for which the ingress controller has no route."""
    routed = [hosts[name] for name in (found.controller or "", "") if name in hosts]
    if asked.protocol == "tcp" or not found.is_found or not found.controller or not routed:
        return None
    takes_404 = any(isinstance(code, Unknown) or fnmatchcase("404", code) for code in asked.codes)
    if isinstance(asked.path, Unknown) or isinstance(asked.domain, Unknown) or takes_404:
        return None
    if any(one.answers(asked.domain, asked.path) is not False for one in routed):
        return None
    if found.entry_point and found.entry_point.redirect:
        return None
    containers = [container for pod in found.pods for container in pod.workload.pod.running_containers]
    words = [word for container in containers for word in container.words]
    # or what it is told cannot be known
    is_told = any(isinstance(word, Unknown) or any(sign in word.lower() for sign in _OWN_ANSWERS) for word in words)
    if is_told or _is_health_path(found.controller, asked.path, words):
        return None
    # Traefik redirects everything to https where it is told to, and nobody here tells what it is told
    sure = found.controller != "traefik" or bool(found.pods)
    certainty = Certainty.KNOWN if sure else Certainty.LIKELY
    return WiredCheck(asked, found, CheckFault.NOT_FOUND, certainty, shown=next(one.shown for one in routed))


def question(balancer: LoadBalancer, listener: Listener, manager: CloudManager | None) -> EffectiveCheck | None:
    """What a listener's check asks, with the defaults of the form it is written in.

    The API checks http and https listeners by asking for `/`; the cloud controller manager asks for a TCP connection
    unless something about checks is set. None where somebody only describes a balancer and leaves the check out.
    """
    check = listener.health_check
    by_api = "http" if listener.protocol == "https" else listener.protocol
    if check is None:
        if balancer.form is DeclaredBy.CONFIG:
            return None
        if balancer.form is not DeclaredBy.CCM:
            protocol = by_api
        else:
            # a default of the manager's for checks replaces the TCP check by one in the listener's own protocol
            has_default = manager and any(manager.default(name).value is not None for name in _MANAGERS_DEFAULTS)
            protocol = listener.protocol if has_default else "tcp"
        return EffectiveCheck(protocol, listener.destination_port, "/", "", _USUAL, is_written=False)
    port = listener.destination_port if check.port is None else check.port
    protocol, codes = check.protocol or by_api, check.status_codes or _USUAL
    return EffectiveCheck(protocol, port, check.path or "/", check.domain or "", codes, is_written=True)


def _belongs(number: int | None, destination: Destination, found: Destination) -> bool:
    """Whether a port other than the listener's destination is on the way to the same processes."""
    if number == KUBE_PROXY_HEALTH_PORT:
        return True
    workloads = [pod.workload for pod in destination.pods]
    if number == NGINX_HEALTH_PORT and destination.controller == "ingress-nginx":
        return not workloads or any(workload.pod.host_network for workload in workloads)
    if found.is_found and found.controller and not found.pods and found.controller == destination.controller:
        return True
    if destination.port:
        service = destination.port.service
        if number == service.health_check_node_port or (found.port and found.port.service is service):
            return True
    return any(pod.workload is workload for pod in found.pods for workload in workloads)


def _spoken(asked: EffectiveCheck, found: Destination) -> WiredCheck | None:
    """A check in plain HTTP of what speaks TLS, or the other way round."""
    role, evidence = found.app_protocol.role, found.app_protocol.evidence
    mismatches = {("http", "tls"): CheckFault.TLS, ("https", "http"): CheckFault.PLAIN}
    fault = mismatches.get((str(asked.protocol), role or ""))
    if fault is None:
        return None
    return WiredCheck(asked, found, fault, found.app_protocol.certainty, shown=evidence.place if evidence else None)


def _is_health_path(controller: str, path: str, words: list[Text]) -> bool:
    """Whether the controller itself answers a path for hosts that it has no route for.

    https://kubernetes.github.io/ingress-nginx/user-guide/cli-arguments/ (`--health-check-path`) and
    https://doc.traefik.io/traefik/reference/install-configuration/observability/healthcheck/
    """
    own = {"ingress-nginx": "/healthz", "traefik": "/ping"}.get(controller)
    flags = [word.partition("=") for word in words if isinstance(word, str)]
    written = [value for flag, _, value in flags if flag == "--health-check-path"]
    return any(path.startswith(one) for one in (*written, own) if one)


def refusal(wired: WiredCheck) -> str:
    """With what some of those that are asked fail a check, for all that is known; empty for none."""
    for socket, status in _refusing(wired.question, wired.destination):
        return f"its health check asks for {wired.question.path}, which `{socket.program}` answers with {status}"
    return ""


def _refused(asked: EffectiveCheck, found: Destination) -> WiredCheck | None:
    """A check that the program which is asked fails by its own configuration, in every pod."""
    refusing = tuple(_refusing(asked, found))
    if not refusing or len(refusing) != sum(len(pod.sockets) for pod in found.pods):
        return None
    if not all(pod.sockets for pod in found.pods):
        return None
    socket, status = refusing[0]
    certainty = min(one.certainty for one, _ in refusing)
    shown, holder = socket.evidence.place, socket.program
    return WiredCheck(asked, found, CheckFault.REFUSED, certainty, holder, shown, status)


def _refusing(asked: EffectiveCheck, found: Destination) -> Iterator[tuple[Socket, int]]:
    """The processes that answer a check with what it does not take."""
    if asked.protocol == "tcp" or not isinstance(asked.path, str) or found.controller:
        return
    for pod in found.pods:
        for socket in pod.sockets:
            code = answered(socket.answers, asked.path)
            passes = any(isinstance(one, Unknown) or fnmatchcase(str(code), one) for one in asked.codes)
            if code is not None and not passes:
                yield socket, code
