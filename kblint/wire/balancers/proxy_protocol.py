"""The PROXY protocol: whether a balancer sends its header, and whether what is behind it takes one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kblint.model.annotations import as_boolean
from kblint.model.balancer import DeclaredBy, Listener, LoadBalancer
from kblint.model.bundle import Bundle
from kblint.model.cluster import ChartValues
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.wire.balancers.cloud_manager import CloudManager
from kblint.wire.balancers.destinations import Destination
from kblint.wire.balancers.proxy_charts import chart_receiver
from kblint.wire.balancers.proxy_receiver import ProxyProtocolMode, Receiver, by_config_map, by_socket, ingress_nginx
from kblint.wire.balancers.settings import Setting, is_written, place_of
from kblint.wire.balancers.stream_entries import StreamEntries, StreamEntry, stream_entries
from kblint.wire.evidence import Certainty
from kblint.wire.listening.sockets import Socket
from kblint.wire.services.controller_settings import ConfigMapOf, Settings, settings_of_container, usual_settings
from kblint.wire.services.controllers import controller_of_container
from kblint.wire.services.index import ServiceIndex
from kblint.wire.services.ports import WiredPort


@dataclass(frozen=True, slots=True)
class Sender:
    """Whether the header is sent, and where that is said; `program` is who sends it, None for the balancer itself."""

    sends: bool
    certainty: Certainty
    place: Place
    program: str | None = None


@dataclass(frozen=True, slots=True)
class ProxyProtocolLink:
    """A sender and a receiver."""

    sender: Sender
    receiver: Receiver

    @property
    def fails(self) -> bool:
        """Whether the two do not agree."""
        return self.receiver.mode is (ProxyProtocolMode.REFUSED if self.sender.sends else ProxyProtocolMode.REQUIRED)

    @property
    def certainty(self) -> Certainty:
        """How sure both are."""
        return min(self.sender.certainty, self.receiver.certainty)


@dataclass(frozen=True, slots=True, eq=False)
class ProxyProtocolLinks:
    """Finds both sides of what listeners hand on. `charts` are by the place of their values.

    `streams` are the ports that ingress-nginx passes on as they are, to Services of `services`.
    """

    config_map_of: ConfigMapOf
    charts: Mapping[Place, ChartValues]
    manager: CloudManager | None
    streams: StreamEntries
    services: ServiceIndex

    def of(self, balancer: LoadBalancer, listener: Listener, destination: Destination) -> ProxyProtocolLink | None:
        """Both sides of a listener; None where one of them cannot be known."""
        sent = sender(balancer, listener, self.manager)
        stream = self._stream(destination)
        if stream:
            return self._passed_on(sent, *stream) if sent else None
        taken = self._receiver(destination) if sent else None
        return ProxyProtocolLink(sent, taken) if sent and taken else None

    def _stream(self, destination: Destination) -> tuple[StreamEntry, Place] | None:
        """The entry of a port that the controller passes on as it is."""
        found = (self.streams.at(pod.workload, pod.number) for pod in destination.pods)
        return next((entry for entry in found if entry), None)

    def _passed_on(self, sent: Sender, entry: StreamEntry, place: Place) -> ProxyProtocolLink | None:
        """Both sides of a passed port: the controller only where its entry takes the header, else who is behind it.

        A header that is not taken goes on with the rest, as if the balancer spoke to that program itself.
        """
        behind = self._behind(entry)
        if entry.takes_header:
            setting = "the first `:PROXY` of the entry"
            controller = Receiver(ProxyProtocolMode.REQUIRED, Certainty.KNOWN, "ingress-nginx", setting, place)
            before = ProxyProtocolLink(sent, controller)
            if before.fails or behind is None:
                return before
            return ProxyProtocolLink(Sender(entry.sends_header, Certainty.KNOWN, place, "ingress-nginx"), behind)
        if behind is None or (entry.sends_header and sent.sends):
            return None
        own = Sender(sends=True, certainty=Certainty.KNOWN, place=place, program="ingress-nginx")
        return ProxyProtocolLink(own if entry.sends_header else sent, behind)

    def _behind(self, entry: StreamEntry) -> Receiver | None:
        wired = self.services.find(entry.service, entry.namespace).service
        ports = wired.ports if wired else ()
        named = (port for port in ports if entry.port in (str(port.port.port), port.port.name))
        return _alike(socket for port in named for pod in port.endpoints for socket in pod.sockets)

    def _receiver(self, destination: Destination) -> Receiver | None:
        if destination.port and destination.controller and not destination.pods:
            return self._beyond(destination.port, destination.controller)
        if destination.controller == "ingress-nginx":
            return self._ingress_nginx(destination)
        return _alike(socket for pod in destination.pods for socket in pod.sockets)

    def _beyond(self, port: WiredPort, controller: str) -> Receiver | None:
        """A controller whose pods are not in the input: by its chart's values, or a ConfigMap of the usual name."""
        service = port.service
        if service.is_from_chart:
            chart = self.charts.get(service.meta.origin.place())
            return chart_receiver(chart, controller, port.port.name) if chart else None
        settings = usual_settings(service.meta, self.config_map_of) if controller == "ingress-nginx" else None
        return by_config_map(settings.config_map, settings.certainty) if settings and settings.config_map else None

    def _ingress_nginx(self, destination: Destination) -> Receiver | None:
        found = {
            container: (pod.workload.meta.namespace, container)
            for pod in destination.pods
            for container in pod.workload.pod.running_containers
            if controller_of_container(container) == destination.controller
        }
        if len(found) != 1:
            return None
        ((namespace, container),) = found.values()
        settings = settings_of_container(namespace, container, self.config_map_of)
        return _by_settings(settings, container.origin.place("args")) if settings else None


def _alike(sockets: Iterable[Socket]) -> Receiver | None:
    """What proved sockets do, where all of them do the same."""
    found = [receiver for socket in sockets if (receiver := by_socket(socket))]
    return found[0] if len({receiver.mode for receiver in found}) == 1 else None


def _by_settings(settings: Settings, container: Place) -> Receiver | None:
    if settings.config_map is None:
        return ingress_nginx(ProxyProtocolMode.REFUSED, settings.certainty, container)
    return by_config_map(settings.config_map, settings.certainty)


def proxy_protocol_links(
    bundle: Bundle, config_map_of: ConfigMapOf, manager: CloudManager | None, services: ServiceIndex
) -> ProxyProtocolLinks:
    """What finds both sides in a bundle."""
    charts = {chart.place: chart for chart in bundle.all(ChartValues)}
    return ProxyProtocolLinks(config_map_of, charts, manager, stream_entries(bundle), services)


def sender(balancer: LoadBalancer, listener: Listener, manager: CloudManager | None) -> Sender | None:
    """Whether a listener sends the header; None where that cannot be known."""
    place = place_of(balancer, listener, Setting.PROXY_PROTOCOL)
    sends = listener.proxy_protocol
    if isinstance(sends, Unknown):
        return None
    if is_written(balancer, listener, Setting.PROXY_PROTOCOL) or balancer.form in (
        DeclaredBy.TERRAFORM,
        DeclaredBy.ANSIBLE,
    ):
        return Sender(sends, Certainty.KNOWN, place)
    if balancer.form is not DeclaredBy.CCM or manager is None:
        # whoever describes a balancer leaves out what is usual, and the manager's default may be another
        return Sender(sends, Certainty.LIKELY, place)
    default = manager.default("USES_PROXYPROTOCOL")
    if isinstance(default.value, Unknown):
        return None
    if default.value is None:
        return Sender(sends=False, certainty=Certainty.KNOWN, place=place)
    told = as_boolean(default.value)
    return None if told is None else Sender(told, Certainty.KNOWN, default.place)
