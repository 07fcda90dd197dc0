"""The hops at a load balancer and the cloud firewall behind it, and in which respects they break."""

from __future__ import annotations

from kblint.wire.balancers.destinations import DestinationKind
from kblint.wire.balancers.health import Fault
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.balancers.settings import destination_place
from kblint.wire.journeys.delivery import outcome_of
from kblint.wire.journeys.journey import Cause, Failure, Hop, HopVerdict, Outcome, Stage
from kblint.wire.journeys.wiring import Wiring, front_of, shown

_UNREACHED = (DestinationKind.NOWHERE, DestinationKind.UNKNOWN)


def cloud_firewall_hops(wired: WiredListener, wiring: Wiring) -> tuple[Hop, ...]:
    """The cloud firewall filters what comes to the nodes' public addresses, by the port that is asked for."""
    is_node_port = wired.port is not None and wired.destination_kind is DestinationKind.NODE_PORT
    number = wired.port.port.node_port if wired.port and is_node_port else wired.listener.destination_port
    is_public = any(target.use_private_ip is False for target in wired.balancer.targets)
    filters = wiring.network.filters
    if (
        not filters.cloud_firewalls
        or not is_public
        or not isinstance(number, int)
        or wired.destination_kind in _UNREACHED
    ):
        return ()
    label = f"cloud firewall {number}/tcp"
    workload = wired.pods[0].workload if wired.pods else None
    closed = filters.cloud(number, "TCP", wired.balancer.addresses, workload)
    if closed is None:
        return (Hop(Stage.CLOUD_FIREWALL, label, filters.cloud_firewalls[0].place),)
    reason = f"port {number} is not open to the load balancer"
    outcome = outcome_of(front_of(wired.listener), Failure.TIMEOUT)
    cause = Cause("cloud-firewall", closed)
    return (Hop(Stage.CLOUD_FIREWALL, label, closed.place, HopVerdict.BROKEN, reason, outcome, cause),)


def listener_hop(wired: WiredListener, wiring: Wiring) -> Hop:
    """The hop at a listener: whether the balancer can hand a request on, and what people see if not."""
    listener = wired.listener
    label = f"{wired.balancer.name} {shown(listener.protocol)} {shown(listener.listen_port)}"
    place = destination_place(wired.balancer, listener)

    def broken(aspect: str, reason: str, outcome: Outcome) -> Hop:
        return Hop(Stage.BALANCER, label, place, HopVerdict.BROKEN, reason, outcome, Cause(aspect, wired.key))

    if listener.protocol == "https" and listener.has_certificates is False:
        return broken("certificate", "the https listener has no certificate", Outcome.REJECTED)
    if wired.same_port is not None:
        return broken("listen-port", "another listener of the balancer has its port", Outcome.REJECTED)
    if listener.redirect_http is True and (listener.protocol != "https" or wired.on_port_80 is not None):
        return broken("redirect-conflict", "it cannot redirect from port 80", Outcome.REJECTED)
    if wired.destination_kind is DestinationKind.UNKNOWN:
        return Hop(Stage.BALANCER, label, place, HopVerdict.UNKNOWN, "its destination cannot be known")
    if wired.destination_kind is DestinationKind.NOWHERE:
        if wiring.services.by_node_port or wired.mistaken or listener.destination_port == 0 or wired.http_sibling:
            reason = f"nothing here has node port {shown(listener.destination_port)}"
            return broken("destination", reason, outcome_of(front_of(listener), Failure.REFUSED))
        return Hop(Stage.BALANCER, label, place, HopVerdict.UNKNOWN, "its destination is not in the input")
    found = _protocol_mismatch(wired) or _proxy_protocol_mismatch(wired) or _no_healthy_target(wired)
    return broken(*found) if found else Hop(Stage.BALANCER, label, place)


_Break = tuple[str, str, Outcome]
"""In which respect a hop is broken, why, and what people see."""


def _protocol_mismatch(wired: WiredListener) -> _Break | None:
    """Plain HTTP where TLS is spoken, or TLS where plain HTTP is."""
    listener, role = wired.listener, wired.app_protocol.role
    aspect = "listener-protocol"
    if role == "tls" and listener.protocol in ("http", "https"):
        outcome = Outcome.UNAVAILABLE if _checks_by(wired, "http") else Outcome.PLAIN_TO_TLS
        return aspect, "plain HTTP is sent to a port that speaks TLS", outcome
    if role == "tls" and listener.protocol == "tcp" and listener.listen_port == 80:
        return aspect, "plain HTTP is passed through to a port that speaks TLS", Outcome.PLAIN_TO_TLS
    if role == "http" and listener.protocol == "tcp" and listener.listen_port == 443:
        return aspect, "TLS is passed through to a port that speaks plain HTTP", Outcome.TLS_ERROR
    return None


def _proxy_protocol_mismatch(wired: WiredListener) -> _Break | None:
    """A PROXY protocol header that only one side knows of.

    With a check over http the targets fail that first, if checks carry the header as requests do.
    """
    proxy_protocol = wired.proxy_protocol
    if proxy_protocol is None or not proxy_protocol.fails:
        return None
    is_tcp = wired.listener.protocol == "tcp"
    taken_out = _checks_by(wired, "http", "https")
    if proxy_protocol.sender.sends:
        reason = f"the balancer sends a PROXY protocol header that {proxy_protocol.receiver.program} does not expect"
        outcome = Outcome.TLS_ERROR if is_tcp and wired.app_protocol.role == "tls" else Outcome.BAD_REQUEST
    else:
        reason = f"{proxy_protocol.receiver.program} expects a PROXY protocol header that the balancer does not send"
        outcome = Outcome.EMPTY_REPLY if is_tcp else Outcome.BAD_GATEWAY
    if taken_out:
        outcome = outcome_of(front_of(wired.listener), Failure.REFUSED)
    return "proxy-protocol", reason, outcome


def _no_healthy_target(wired: WiredListener) -> _Break | None:
    """No target passes the health check."""
    outcome = outcome_of(front_of(wired.listener), Failure.REFUSED)
    if wired.check and wired.check.is_hopeless:
        asked = wired.check.question
        reasons = {
            Fault.CLOSED: f"its health check asks port {shown(asked.port)}, which nothing here opens",
            Fault.TLS: "its health check asks in plain HTTP where TLS is spoken",
            Fault.PLAIN: "its health check asks with TLS where plain HTTP is spoken",
            Fault.NOT_FOUND: f"its health check asks for {shown(asked.path)}, which the controller answers with 404",
        }
        return "health-check", next(text for fault, text in reasons.items() if fault is wired.check.fault), outcome
    if wired.listener.health.is_dead:
        return "health", "the balancer says that none of its targets is healthy", outcome
    return None


def _checks_by(wired: WiredListener, *protocols: str) -> bool:
    return wired.check is not None and wired.check.question.protocol in protocols
