"""Balancer listeners to what answers on their destination port, to health checks and to the PROXY protocol."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from kblint.model.balancer import DeclaredBy, Listener, LoadBalancer
from kblint.model.bundle import Bundle
from kblint.model.environment import Environment
from kblint.model.meta import Meta, Number
from kblint.wire.balancers.cloud_manager import CloudManagers
from kblint.wire.balancers.destinations import Destination, DestinationKind, Destinations
from kblint.wire.balancers.health import WiredCheck, question, wired_check
from kblint.wire.balancers.proxy_protocol import ProxyProtocolLink, proxy_protocol_link
from kblint.wire.balancers.stream_entries import StreamEntries
from kblint.wire.routes.hosts import Hosts
from kblint.wire.services.controllers import AppProtocol, ConfigMapOf
from kblint.wire.services.entry_points import Charts
from kblint.wire.services.ports import PodPort, WiredPort


class WiredListener(Struct, frozen=True, eq=False):
    """A listener with what its destination port leads to.

    `same_port` is an earlier listener of the balancer on the same listen port, `on_port_80` another one on port 80,
    `redirecting` an earlier one that redirects from port 80, `http_sibling` another one that is plain HTTP, and
    `http_destination` where that one leads. `check` and `proxy_protocol` are None where they cannot be known.
    """

    balancer: LoadBalancer
    listener: Listener
    destination: Destination
    same_port: Listener | None
    on_port_80: Listener | None
    redirecting: Listener | None
    http_sibling: Listener | None
    http_destination: Destination | None
    check: WiredCheck | None
    proxy_protocol: ProxyProtocolLink | None

    @property
    def takes_tls(self) -> bool:
        """Whether clients speak TLS to it: one that passes 443 through is there for that."""
        listener = self.listener
        return listener.protocol == "https" or (listener.protocol == "tcp" and listener.listen_port == 443)

    @property
    def destination_port(self) -> Number | None:
        """The port of the nodes that it sends to: the one of the Service behind it, once that has one."""
        if self.port and self.destination_kind is DestinationKind.NODE_PORT:
            return self.port.port.node_port
        return self.listener.destination_port

    @property
    def goes_elsewhere(self) -> bool:
        """Whether what it decrypts goes to another port than the balancer's plain HTTP listener sends to."""
        sibling = self.http_sibling
        return (
            self.listener.protocol == "https"
            and sibling is not None
            and sibling.destination_port != self.listener.destination_port
        )

    @property
    def is_another_app(self) -> bool:
        """Whether the balancer's plain HTTP listener is known to lead somewhere else altogether."""
        here, there = self.destination, self.http_destination
        if there is None or not here.is_found or not there.is_found:
            return False
        if here.port and there.port:
            return here.port.service is not there.port.service
        mine = {pod.workload for pod in here.pods}
        return bool(mine) and mine.isdisjoint(pod.workload for pod in there.pods)

    @property
    def destination_kind(self) -> DestinationKind:
        """What stands at the destination port."""
        return self.destination.kind

    @property
    def port(self) -> WiredPort | None:
        """The Service port behind the node port."""
        return self.destination.port

    @property
    def pods(self) -> tuple[PodPort, ...]:
        """Who answers at the destination port."""
        return self.destination.pods

    @property
    def meta_behind(self) -> Meta | None:
        """The object that answers: the workload, else the Service; None where neither is here."""
        if self.pods:
            return self.pods[0].workload.meta
        return self.port.service.meta if self.port else None

    @property
    def controller(self) -> str | None:
        """The ingress controller it leads to."""
        return self.destination.controller

    @property
    def app_protocol(self) -> AppProtocol:
        """What is spoken at the destination port."""
        return self.destination.app_protocol


class Surroundings(Struct, frozen=True, eq=False):
    """What listeners are wired to."""

    nodes: Destinations
    hosts: Mapping[str, Hosts]
    charts: Charts
    streams: StreamEntries
    config_map_of: ConfigMapOf
    managers: CloudManagers
    environment: Environment


def wire_balancers(bundle: Bundle, around: Surroundings) -> tuple[WiredListener, ...]:
    """Every listener of every balancer."""
    return tuple(wired for balancer in bundle.all(LoadBalancer) for wired in _wired(balancer, around))


def _wired(balancer: LoadBalancer, around: Surroundings) -> Iterator[WiredListener]:
    found = {listener: _destination(balancer, listener, around.nodes) for listener in balancer.listeners}
    plain = [listener for listener in balancer.listeners if listener.protocol == "http"]
    on_port_80 = [listener for listener in balancer.listeners if listener.listen_port == 80]
    is_led = any(found[one].controller for one in balancer.listeners if one.protocol == "https")
    manager = around.managers.of(balancer)
    earlier: dict[int, Listener] = {}
    redirecting: Listener | None = None
    for listener in balancer.listeners:
        destination = found[listener]
        number = listener.listen_port
        http_sibling = _other(plain, listener)
        http_destination = found[http_sibling] if http_sibling else None
        if http_destination and not is_led and _is_for_plain(listener, destination):
            # TLS ends at the balancer, and what it decrypts is meant for where plain requests go
            destination = replace(destination, controller=http_destination.controller)
        asked = question(balancer, listener, manager)
        check = wired_check(asked, listener, destination, around.nodes, around.hosts, around.environment)
        proxies = (around.charts, around.streams, around.config_map_of, manager)
        yield WiredListener(
            balancer=balancer,
            listener=listener,
            destination=destination,
            same_port=earlier.get(number) if isinstance(number, int) else None,
            on_port_80=_other(on_port_80, listener),
            redirecting=redirecting,
            http_sibling=http_sibling,
            http_destination=http_destination,
            check=check,
            proxy_protocol=proxy_protocol_link(balancer, listener, destination, *proxies),
        )
        if isinstance(number, int):
            earlier.setdefault(number, listener)
        if listener.redirect_http is True:
            redirecting = redirecting or listener


def _is_for_plain(listener: Listener, destination: Destination) -> bool:
    """Whether a listener that leads nowhere is meant for where its balancer's plain requests go.

    An https one is, unless another application's port was mistaken.
    """
    is_lost = destination.kind is DestinationKind.NOWHERE and destination.mistaken is None
    return listener.protocol == "https" and is_lost


def _other(listeners: list[Listener], listener: Listener) -> Listener | None:
    """The first that is not `listener`."""
    return next((one for one in listeners[:2] if one is not listener), None)


def _destination(balancer: LoadBalancer, listener: Listener, destinations: Destinations) -> Destination:
    if balancer.form is not DeclaredBy.CCM or balancer.meta is None:
        # what ends TLS sends plain HTTP on
        asked = 80 if listener.protocol == "https" and listener.listen_port == 443 else listener.listen_port
        found = destinations.at(listener.destination_port, asked)
        plain = destinations.behind(found.mistaken).plain if listener.protocol == "https" and found.mistaken else None
        return replace(found, mistaken=plain) if plain else found
    if listener.destination_port == 0:
        # the Service asks for no node ports, and the manager sends to port 0
        return Destination(DestinationKind.NOWHERE)
    port = destinations.port_of(balancer.meta.name, balancer.meta.namespace, listener.listen_port)
    return destinations.behind(port, is_allocated_later=True) if port else destinations.at(None)
