"""What stands behind a port of the nodes: a Service's node port, a host port, or nothing that the input holds."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from kblint.model.bundle import Declaration
from kblint.model.environment import Environment
from kblint.model.service import Service
from kblint.source.grouping import grouped
from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.nodes.claims import HostClaim
from kblint.wire.services.controllers import (
    NO_APP_PROTOCOL,
    AppProtocol,
    app_protocol,
    controller_of_service,
    controller_of_workload,
    socket_protocol,
)
from kblint.wire.services.entry_points import Charts, EntryPoint, entry_point
from kblint.wire.services.index import ServiceIndex
from kblint.wire.services.ports import ListeningOf, PodPort, WiredPort, WiredService, pod_port
from kblint.wire.services.service_lb import TRAEFIK_PORTS, OpenedPorts

_ROLES = {"http": "http", "web": "http", "https": "tls", "websecure": "tls"}


class DestinationKind(enum.Enum):
    """What stands at a port of the nodes."""

    NODE_PORT = "node port"
    HOST_PORT = "host port"
    """A pod's own, or one that K3s's ServiceLB opens for a Service."""
    NOWHERE = "nowhere"
    """Nothing in the input has that port on a node."""
    UNKNOWN = "unknown"


class Destination(Struct, frozen=True, eq=False):
    """What a port of the nodes leads to.

    `port` is the Service port behind a node port; `pods` is who answers there, or holds a host port of that number.
    `plain` and `tls` are ports of the same Service with a node port that speak plain HTTP and TLS. `mistaken` is a
    Service port with a node port whose target port or own port was taken for it. `controller` is the ingress controller
    that it leads to, or was meant to lead to. `meant` is the only Service port with a node port that has the number
    which people ask for. `datagrams` is the Service port that has the number for UDP alone. `entry_point` is Traefik's.
    """

    kind: DestinationKind
    port: WiredPort | None = None
    pods: tuple[PodPort, ...] = ()
    controller: str | None = None
    app_protocol: AppProtocol = NO_APP_PROTOCOL
    plain: WiredPort | None = None
    tls: WiredPort | None = None
    mistaken: WiredPort | None = None
    meant: WiredPort | None = None
    datagrams: WiredPort | None = None
    entry_point: EntryPoint | None = None
    holder: str = ""
    """The program of the nodes themselves that has the port, as far as anybody knows: the API server, sshd."""
    is_in_values: bool = False
    """Whether a chart that is not followed has the number in its values."""

    @property
    def is_found(self) -> bool:
        """Whether the input tells what stands there."""
        return self.kind in (DestinationKind.NODE_PORT, DestinationKind.HOST_PORT)


NOT_KNOWN = Destination(DestinationKind.UNKNOWN)


class Destinations:
    """Finds what stands behind a port of the nodes."""

    def __init__(
        self,
        services: ServiceIndex,
        claims: tuple[HostClaim, ...],
        not_there: frozenset[Declaration],
        listening_of: ListeningOf,
        charts: Charts,
        opened: OpenedPorts,
        environment: Environment,
        api_servers: Iterable[object] = (),
    ) -> None:
        self._services = services
        self._charts = charts
        self._opened_ports = opened
        fixed = (one for one in environment.reserved if not (one.loopback or one.is_declared))
        self._reserved: dict[object, str] = {one.port: one.holder for one in fixed if one.protocol == "TCP"}
        self._reserved.update(dict.fromkeys(api_servers, "the Kubernetes API server"))
        self._listening_of = listening_of
        self._claims = grouped(
            (number, claim) for claim in claims if claim.protocol == "TCP" for number in _asked_for(claim)
        )
        self._speech: dict[tuple[Service, bool], tuple[WiredPort | None, WiredPort | None]] = {}
        self._not_there = not_there
        self._by_target: dict[int, WiredPort] = {}
        self._by_host_port: dict[int, WiredPort] = {}
        opened_by = (port for wired in services.services for port in wired.ports if _has_node_port(port))
        self._by_own_port = grouped((one.port.port, one) for one in opened_by)
        for one in (port for wired in services.services for port in wired.ports):
            if isinstance(one.port.host_port, int) and one.port.protocol == "TCP":
                self._by_host_port.setdefault(one.port.host_port, one)
            if _has_node_port(one):
                for number in (one.port.port, one.port.target_port):
                    if isinstance(number, int):
                        self._by_target.setdefault(number, one)

    def at(self, number: object, asked: object = None) -> Destination:
        """What stands behind TCP port `number`, not known where it is no number; `asked` is what people ask for."""
        if not isinstance(number, int):
            return NOT_KNOWN
        ports = self._services.by_node_port.get(number, ())
        port = next((port for port in ports if port.port.protocol == "TCP"), None)
        if port:
            return self.behind(port)
        claims = self._claims.get(number, ())
        # what is refused takes no port from others; where there is nobody else, it is what was meant
        held = tuple(claim for claim in claims if claim.workload not in self._not_there) or claims
        if not held:
            if number in self._reserved:
                # the nodes' own programs answer there: the API server, sshd
                return replace(NOT_KNOWN, holder=self._reserved[number])
            opened = self._opened(number)
            if opened is None and number in self._opened_ports.in_values:
                return replace(NOT_KNOWN, is_in_values=True)
            datagrams = next((port for port in ports if port.port.protocol == "UDP"), None)
            return opened or self._nowhere(self._by_target.get(number), asked, datagrams)
        pods = tuple(pod_port(claim.workload, claim.container_port, "TCP", self._listening_of) for claim in held)
        controller = next((name for claim in held if (name := controller_of_workload(claim.workload))), None)
        point = entry_point(None, pods, self._charts) if controller == "traefik" else None
        spoken = _host_speech(held, pods)
        return Destination(DestinationKind.HOST_PORT, None, pods, controller, spoken, entry_point=point)

    def _nowhere(self, mistaken: WiredPort | None, asked: object, datagrams: WiredPort | None) -> Destination:
        controller = self.behind(mistaken).controller if mistaken else None
        fitting = self._by_own_port.get(asked, ()) if isinstance(asked, int) and mistaken is None else ()
        meant = fitting[0] if len(fitting) == 1 else None
        found = Destination(DestinationKind.NOWHERE, mistaken=mistaken, meant=meant, controller=controller)
        return replace(found, mistaken=None, meant=None, datagrams=datagrams) if datagrams else found

    def _opened(self, number: int) -> Destination | None:
        """A port of the nodes that no pod in the input has: a chart's pods do, or ServiceLB's."""
        port = self._by_host_port.get(number) or self._opened_ports.services.get(number)
        if port:
            return replace(self.behind(port), kind=DestinationKind.HOST_PORT)
        if not self._opened_ports.has_traefik or number not in TRAEFIK_PORTS:
            return None
        name, role = TRAEFIK_PORTS[number]
        spoken, point = AppProtocol(role, Certainty.LIKELY, None), EntryPoint(name)
        return Destination(DestinationKind.HOST_PORT, None, (), "traefik", spoken, entry_point=point)

    def behind(self, port: WiredPort, *, is_allocated_later: bool = False) -> Destination:
        """What stands behind the node port of a Service's port; `is_allocated_later`: nobody need have written it."""
        wired = self._services.of(port)
        controller = controller_of_service(wired) if wired else None
        plain, tls = self._plain_and_tls(wired, controller, is_later=is_allocated_later) if wired else (None, None)
        point = entry_point(port, port.endpoints, self._charts) if controller == "traefik" else None
        spoken, pods = app_protocol(port, controller), port.endpoints
        return Destination(DestinationKind.NODE_PORT, port, pods, controller, spoken, plain, tls, entry_point=point)

    def _plain_and_tls(
        self, wired: WiredService, controller: str | None, *, is_later: bool
    ) -> tuple[WiredPort | None, WiredPort | None]:
        """The ports of a Service that speak HTTP and TLS: looked for once, asked for by each of its node ports."""
        key = (wired.service, is_later)
        if key not in self._speech:
            pinned = tuple(one for one in wired.ports if is_later or isinstance(one.port.node_port, int))
            self._speech[key] = _by_speech(pinned, controller)
        return self._speech[key]

    def port_of(self, name: str, namespace: str | None, number: object) -> WiredPort | None:
        """The TCP port `number` of a Service."""
        wired = self._services.find(name, namespace).service
        ports = wired.ports if wired else ()
        return next((port for port in ports if port.port.port == number and port.port.protocol == "TCP"), None)


def _has_node_port(one: WiredPort) -> bool:
    return one.service.has_node_ports and isinstance(one.port.node_port, int) and one.port.protocol == "TCP"


def _asked_for(claim: HostClaim) -> Iterator[int]:
    """The port, and under `hostNetwork` the container's where that differs: the pod is refused, and meant by either."""
    yield claim.port
    if claim.workload.pod.host_network and isinstance(claim.container_port, int) and claim.container_port != claim.port:
        yield claim.container_port


def _by_speech(ports: tuple[WiredPort, ...], controller: str | None) -> tuple[WiredPort | None, WiredPort | None]:
    found: dict[str, WiredPort] = {}
    for port in ports:
        role = app_protocol(port, controller).role
        if role:
            found.setdefault(role, port)
    return found.get("http"), found.get("tls")


def _host_speech(claims: tuple[HostClaim, ...], pods: tuple[PodPort, ...]) -> AppProtocol:
    if spoken := socket_protocol(pods):
        return spoken
    for claim in claims:
        role = _ROLES.get(str(claim.declared.name)) if claim.declared else None
        if role:
            return AppProtocol(role, Certainty.LIKELY, Evidence(claim.place, ""))
    return NO_APP_PROTOCOL
