"""Balancer listeners to what answers on their destination port, to health checks and to the PROXY protocol."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kblint.model.balancer import Form, Listener, LoadBalancer
from kblint.model.bundle import Bundle
from kblint.wire.controllers import Speech
from kblint.wire.health import Checks, WiredCheck
from kblint.wire.landing import Arrival, Landing, Landings
from kblint.wire.ports import PodPort, WiredPort
from kblint.wire.proxy_protocol import Handover, Handovers


@dataclass(frozen=True, slots=True, eq=False)
class WiredListener:
    """A listener with what its destination port leads to.

    `same_port` is an earlier listener of the balancer on the same listen port, `on_port_80` another one on port 80,
    `http_sibling` another one that is plain HTTP, and `http_landing` where that one leads. `check` and `handover` are
    None where they cannot be known.
    """

    balancer: LoadBalancer
    listener: Listener
    landing: Landing
    same_port: Listener | None
    on_port_80: Listener | None
    http_sibling: Listener | None
    http_landing: Landing | None
    check: WiredCheck | None
    handover: Handover | None

    @property
    def key(self) -> tuple[str, int]:
        """Names this hop."""
        return ("listener", id(self.listener))

    @property
    def arrival(self) -> Arrival:
        """What stands at the destination port."""
        return self.landing.arrival

    @property
    def port(self) -> WiredPort | None:
        """The Service port behind the node port."""
        return self.landing.port

    @property
    def pods(self) -> tuple[PodPort, ...]:
        """Who answers at the destination port."""
        return self.landing.pods

    @property
    def controller(self) -> str | None:
        """The ingress controller it leads to."""
        return self.landing.controller

    @property
    def speech(self) -> Speech:
        """What is spoken at the destination port."""
        return self.landing.speech

    @property
    def mistaken(self) -> WiredPort | None:
        """A Service port with a node port whose target port or own port was taken for it."""
        return self.landing.mistaken


def wire_balancers(
    bundle: Bundle, landings: Landings, checks: Checks, handovers: Handovers
) -> tuple[WiredListener, ...]:
    """Every listener of every balancer."""
    return tuple(
        wired for balancer in bundle.all(LoadBalancer) for wired in _wired(balancer, landings, checks, handovers)
    )


def _wired(balancer: LoadBalancer, landings: Landings, checks: Checks, handovers: Handovers) -> Iterator[WiredListener]:
    found = {id(listener): _landing(balancer, listener, landings) for listener in balancer.listeners}
    plain = [listener for listener in balancer.listeners if listener.protocol == "http"]
    on_port_80 = [listener for listener in balancer.listeners if listener.listen_port == 80]
    earlier: dict[int, Listener] = {}
    for listener in balancer.listeners:
        landing = found[id(listener)]
        number = listener.listen_port
        http_sibling = _other(plain, listener)
        http_landing = found[id(http_sibling)] if http_sibling else None
        if http_landing and listener.protocol == "https" and landing.arrival is Arrival.NOWHERE:
            # TLS ends at the balancer, and what it decrypts is meant for where plain requests go
            landing = replace(landing, controller=landing.controller or http_landing.controller)
        yield WiredListener(
            balancer=balancer,
            listener=listener,
            landing=landing,
            same_port=earlier.get(number) if isinstance(number, int) else None,
            on_port_80=_other(on_port_80, listener),
            http_sibling=http_sibling,
            http_landing=http_landing,
            check=checks.wire(balancer, listener, landing),
            handover=handovers.of(balancer, listener, landing),
        )
        if isinstance(number, int):
            earlier.setdefault(number, listener)


def _other(listeners: list[Listener], listener: Listener) -> Listener | None:
    """The first that is not `listener`."""
    return next((one for one in listeners[:2] if one is not listener), None)


def _landing(balancer: LoadBalancer, listener: Listener, landings: Landings) -> Landing:
    if balancer.form is not Form.CCM or balancer.meta is None:
        return landings.at(listener.destination_port)
    if listener.destination_port == 0:
        # the Service asks for no node ports, and the manager sends to port 0
        return Landing(Arrival.NOWHERE)
    port = landings.port_of(balancer.meta.name, balancer.meta.namespace, listener.listen_port)
    return landings.behind(port, is_picked_later=True) if port else landings.at(None)
