"""What is wrong at a balancer's listener: what Hetzner refuses, and what cannot be handed on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from kblint.model.annotations import PREFIX, known_keys, problem
from kblint.model.balancer import BalancerAnnotation, LoadBalancer
from kblint.source.values import Unknown, shown
from kblint.wire.balancers.destinations import DestinationKind
from kblint.wire.balancers.health import CheckFault, WiredCheck
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.balancers.settings import Setting, destination_place, listen_place, no_effect, place_of
from kblint.wire.evidence import Certainty
from kblint.wire.faults.fault import Failure, Fault, Kind, Outcome, rejected

_MAY_BE_OPEN = "something outside the input may open the port"
_ANSWERS = {
    CheckFault.CLOSED: _MAY_BE_OPEN,
    CheckFault.NOT_FOUND: "a route outside the input may answer the check",
}
"""What is missing for a check to pass, and who may make up for it."""


def listener_faults(
    wired: WiredListener, *, knows_nodes: bool, is_whole: bool, ends_tls: bool, has_service_lb: bool
) -> Iterator[Fault]:
    """Everything that is wrong at a listener, the first being what people meet first.

    `knows_nodes`: the input tells which ports nodes open, so that one that is missing there is missing; most likely,
    and for sure where it `is_whole`. `ends_tls`: the user states that balancers end TLS and send plain HTTP on.
    `has_service_lb`: something in the cluster may open the ports of Services of type LoadBalancer on its nodes.
    """
    yield from _refused(wired)
    if wired.destination_kind is DestinationKind.NOWHERE:
        is_open = has_service_lb and _may_be_balanced(wired)
        knows_it = is_whole or (wired.destination.mistaken is not None and not is_open)
        yield from _lost(wired, knows_nodes=knows_nodes, is_sure=knows_it, ends_tls=ends_tls)
    elif wired.destination_kind is not DestinationKind.UNKNOWN:
        yield from _protocol_mismatch(wired)
        yield from _proxy_protocol_mismatch(wired)
        yield from _failing_check(wired, is_whole=is_whole)
    if wired.listener.health.is_dead:
        place, reason = wired.listener.health.unhealthy[0], "the balancer says that none of its targets is healthy"
        yield Fault(Kind.HEALTH, wired.listener, place, reason, Failure.REFUSED)


def balancer_faults(balancer: LoadBalancer, annotations: Iterable[BalancerAnnotation]) -> Iterator[Fault]:
    """Annotations of its Service that the cloud controller manager cannot parse: it makes no balancer.

    One that is there already stays as it was.
    https://github.com/hetznercloud/hcloud-cloud-controller-manager/blob/main/docs/reference/load_balancer_annotations.md
    """
    for annotation in annotations:
        value = annotation.value
        is_read = annotation.name in known_keys()
        found = problem(annotation.name, value) if is_read and not isinstance(value, Unknown) else None
        # what it does not know as a type of certificate it takes for its default
        if found and found.kind == "value" and annotation.name != "certificate-type" and not no_effect(annotation):
            is_there = bool(balancer.addresses) or (balancer.meta and f"{PREFIX}id" in balancer.meta.annotations)
            place = annotation.origin.place(annotation.key)
            certainty = Certainty.UNKNOWN if is_there else Certainty.KNOWN
            reason = f"`{annotation.name}` is `{value}`, the cloud controller manager takes {found.expected}"
            yield Fault(Kind.ANNOTATION, annotation, place, reason, Outcome.NOT_MADE, certainty)


def _refused(wired: WiredListener) -> Iterator[Fault]:
    """What Hetzner, or the cloud controller manager, refuses.

    https://docs.hetzner.cloud/reference/cloud#load-balancer-actions-add-service
    """
    listener, balancer = wired.listener, wired.balancer

    if listener.protocol == "https" and listener.has_certificates is False:
        place = place_of(balancer, listener, Setting.PROTOCOL)
        yield rejected(Kind.CERTIFICATE, listener, place, "the https listener has no certificate")
    if wired.same_port is not None:
        place, reason = listen_place(balancer, listener), "another listener of the balancer has its port"
        yield rejected(Kind.LISTEN_PORT, listener, place, reason, other=wired.same_port)
    if listener.redirect_http is True:
        # the balancer itself answers on port 80: https://github.com/hetznercloud/hcloud-cloud-controller-manager/issues/333
        place, reason = place_of(balancer, listener, Setting.REDIRECT), "it cannot redirect from port 80"
        if isinstance(listener.protocol, str) and listener.protocol != "https":
            yield rejected(Kind.REDIRECT_CONFLICT, listener, place, reason, "not https")
        elif taker := wired.on_port_80 or wired.redirecting:
            yield rejected(Kind.REDIRECT_CONFLICT, listener, place, reason, "port 80 taken", taker)
            # whichever of the two is asked for first
            reason = "another listener of the balancer redirects from port 80"
            conflict = rejected(Kind.REDIRECT_CONFLICT, taker, place, reason, "port 80 taken", listener)
            yield replace(conflict, certainty=Certainty.UNKNOWN)
        elif listener.listen_port == 80:
            yield rejected(Kind.REDIRECT_CONFLICT, listener, place, reason, "own port 80")


def _may_be_balanced(wired: WiredListener) -> bool:
    """Whether it is the port of a Service of type LoadBalancer, as K3s's ServiceLB opens it on nodes."""
    mistaken = wired.destination.mistaken
    if mistaken is None or mistaken.service.type != "LoadBalancer" or mistaken.service.load_balancer_class:
        return False
    return mistaken.port.port == wired.listener.destination_port


def _lost(wired: WiredListener, *, knows_nodes: bool, is_sure: bool, ends_tls: bool) -> Iterator[Fault]:
    """A destination that nothing here opens on a node."""
    listener = wired.listener
    place = destination_place(wired.balancer, listener)
    reason = f"nothing here has node port {shown(listener.destination_port)}"
    mistaken = wired.destination.mistaken
    if wired.destination.datagrams:
        reason = f"node port {shown(listener.destination_port)} is UDP"
        yield Fault(Kind.DESTINATION, listener, place, reason, Failure.REFUSED, case="udp")
    elif knows_nodes or mistaken or listener.destination_port == 0:
        is_known = is_sure or listener.destination_port == 0
        certainty, doubt = (Certainty.KNOWN, "") if is_known else (Certainty.LIKELY, _MAY_BE_OPEN)
        yield Fault(Kind.DESTINATION, listener, place, reason, Failure.REFUSED, certainty, other=mistaken, doubt=doubt)
    elif wired.goes_elsewhere:
        kind, sibling = Kind.LISTENER_PROTOCOL, wired.http_sibling
        certainty, doubt = (
            (Certainty.KNOWN, "") if ends_tls else (Certainty.LIKELY, "nothing here tells what the port speaks")
        )
        yield Fault(kind, listener, place, reason, Failure.REFUSED, certainty, "other port", sibling, doubt)


def _protocol_mismatch(wired: WiredListener) -> Iterator[Fault]:
    """Plain HTTP where TLS is spoken, or TLS where plain HTTP is."""
    listener, spoken = wired.listener, wired.app_protocol
    if spoken.role == "tls" and listener.protocol in ("http", "https"):
        case, reason = "tls", "plain HTTP is sent to a port that speaks TLS"
        outcome = Outcome.UNAVAILABLE if _is_checked_by(wired, "http") else Outcome.PLAIN_TO_TLS
    elif spoken.role == "tls" and listener.protocol == "tcp" and listener.listen_port == 80:
        case, reason = "tls", "plain HTTP is passed through to a port that speaks TLS"
        outcome = Outcome.PLAIN_TO_TLS
    elif spoken.role == "http" and listener.protocol == "tcp" and wired.takes_tls:
        case, reason = "plain", "TLS is passed through to a port that speaks plain HTTP"
        outcome = Outcome.TLS_ERROR
    else:
        return
    place = destination_place(wired.balancer, listener)
    doubt = "only the name or number of the port says what it speaks"
    yield Fault(Kind.LISTENER_PROTOCOL, listener, place, reason, outcome, spoken.certainty, case, spoken, doubt)


def _proxy_protocol_mismatch(wired: WiredListener) -> Iterator[Fault]:
    """A PROXY protocol header that only one side knows of.

    With a check over http the targets fail that first, if checks carry the header as requests do.
    """
    proxy_protocol = wired.proxy_protocol
    if proxy_protocol is None or not proxy_protocol.fails:
        return
    is_tcp = wired.listener.protocol == "tcp"
    who = proxy_protocol.sender.program or "the balancer"
    if proxy_protocol.sender.sends:
        case = "not expected"
        reason = f"{who} sends a PROXY protocol header that {proxy_protocol.receiver.program} does not expect"
        outcome = Outcome.TLS_ERROR if is_tcp and wired.app_protocol.role == "tls" else Outcome.BAD_REQUEST
    else:
        case = "not sent"
        reason = f"{proxy_protocol.receiver.program} expects a PROXY protocol header that {who} does not send"
        outcome = Outcome.EMPTY_REPLY if is_tcp else Outcome.BAD_GATEWAY
    effect = Failure.REFUSED if _is_checked_by(wired, "http", "https") else outcome
    place, certainty = proxy_protocol.sender.place, proxy_protocol.certainty
    doubt = "one side's settings are a default, or are told by a convention"
    yield Fault(Kind.PROXY_PROTOCOL, wired.listener, place, reason, effect, certainty, case, proxy_protocol, doubt)


def _failing_check(wired: WiredListener, *, is_whole: bool) -> Iterator[Fault]:
    """No target passes the health check, unless something outside the input answers it."""
    listener, check = wired.listener, wired.check
    if check and check.fault and check.fault is not CheckFault.ELSEWHERE:
        place, reason, case = destination_place(wired.balancer, listener), _why(check, check.fault), check.fault.value
        is_missing = check.fault in _ANSWERS and not is_whole and not check.destination.mistaken
        most, doubt = (Certainty.LIKELY, _ANSWERS[check.fault]) if is_missing else (Certainty.KNOWN, "")
        certainty = min(check.certainty, most)
        yield Fault(Kind.HEALTH_CHECK, listener, place, reason, Failure.REFUSED, certainty, case, check, doubt)


def _why(check: WiredCheck, fault: CheckFault) -> str:
    asked = check.question
    return {
        CheckFault.CLOSED: f"its health check asks port {shown(asked.port)}, which nothing here opens",
        CheckFault.TLS: "its health check asks in plain HTTP where TLS is spoken",
        CheckFault.PLAIN: "its health check asks with TLS where plain HTTP is spoken",
        CheckFault.NOT_FOUND: f"its health check asks for {shown(asked.path)}, which the controller answers with 404",
        CheckFault.REFUSED: (
            f"its health check asks for {shown(asked.path)}, which `{check.holder}` answers with {check.status}"
        ),
        CheckFault.ELSEWHERE: f"its health check asks port {shown(asked.port)}, where {check.holder} answers",
    }[fault]


def _is_checked_by(wired: WiredListener, *protocols: str) -> bool:
    return wired.check is not None and wired.check.question.protocol in protocols
