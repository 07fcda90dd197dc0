"""The PROXY protocol: whether a balancer sends its header, and whether what is behind it takes one.

ingress-nginx and nginx refuse a connection without the header once they are told to expect it, and take the header for
a broken request while they are not. Traefik, once told, takes connections with and without. What the values of their
charts leave out is the chart's default, unless further values come from elsewhere.
https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/configmap/#use-proxy-protocol ,
https://nginx.org/en/docs/http/ngx_http_core_module.html#listen ,
https://doc.traefik.io/traefik/reference/install-configuration/entrypoints/#proxyprotocol-and-load-balancers ,
https://github.com/traefik/traefik-helm-chart/blob/master/traefik/VALUES.md and
https://github.com/kubernetes/ingress-nginx/blob/main/charts/ingress-nginx/README.md
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable

from msgspec import Struct

from kblint.model.annotations import as_boolean
from kblint.model.balancer import DeclaredBy, Listener, LoadBalancer
from kblint.model.policy import ConfigMap
from kblint.model.release import ChartRelease
from kblint.source.regex import regex
from kblint.source.text import Place
from kblint.source.values import Origin, Unknown
from kblint.wire.balancers.cloud_manager import CloudManager
from kblint.wire.balancers.destinations import Destination
from kblint.wire.balancers.settings import Setting, is_written, place_of
from kblint.wire.balancers.stream_entries import StreamEntries, StreamEntry
from kblint.wire.evidence import Certainty
from kblint.wire.listening.sockets import Socket
from kblint.wire.services.controllers import ConfigMapOf, controller_of_container, settings_of_container, usual_settings
from kblint.wire.services.entry_points import Charts
from kblint.wire.services.ports import PodPort, WiredPort

_KEY = "use-proxy-protocol"
_PROGRAMS = {
    "ingress-nginx": ("ingress-nginx", f"`{_KEY}`"),
    "nginx": ("nginx", "`proxy_protocol` of `listen`"),
    "haproxy": ("haproxy", "`accept-proxy` of `bind`"),
    "traefik": ("Traefik", "`proxyProtocol.trustedIPs` of the entry point"),
}
"""How a program is called, and the setting that tells it."""
_BY_CONFIGURATION = ("nginx", "haproxy", "traefik")
_FLAG = regex(r"--entrypoints\.(\w+)\.proxyprotocol(?:\.|=|$)", re.IGNORECASE)


class ProxyProtocolMode(enum.Enum):
    """What a program does about the header."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    REFUSED = "refused"


class Receiver(Struct, frozen=True):
    """What takes the connection: `program`, told by its `setting` at `place`; empty where it cannot be told."""

    mode: ProxyProtocolMode
    certainty: Certainty
    program: str
    setting: str
    place: Place


def receiver(program: str, certainty: Certainty, place: Place, *, is_told: bool) -> Receiver:
    """One of the programs of which it is known what they do once they are told to expect the header, and before."""
    told = ProxyProtocolMode.OPTIONAL if program == "traefik" else ProxyProtocolMode.REQUIRED
    return Receiver(told if is_told else ProxyProtocolMode.REFUSED, certainty, *_PROGRAMS[program], place)


def by_config_map(found: ConfigMap, certainty: Certainty) -> Receiver | None:
    """An ingress-nginx that reads this ConfigMap; None where its value cannot be known."""
    written = found.data.get(_KEY)
    if isinstance(written, Unknown):
        return None
    place = found.origin.place(_KEY) if written is not None else found.meta.origin.place("metadata", "name")
    return receiver("ingress-nginx", certainty, place, is_told=written is not None and as_boolean(written) is True)


def by_socket(socket: Socket) -> Receiver | None:
    """What a proved socket does; programs of which nothing is known, or only from a ConfigMap, may do either."""
    if socket.certainty is not Certainty.KNOWN:
        return None
    told, place = socket.accepts_proxy_protocol, socket.evidence.place
    if socket.program in _BY_CONFIGURATION:
        return receiver(socket.program, Certainty.KNOWN, place, is_told=told is True)
    return Receiver(ProxyProtocolMode.REFUSED, Certainty.KNOWN, socket.program, "", place) if told is False else None


def by_chart(chart: ChartRelease, controller: str, port_name: object) -> Receiver | None:
    """What the controller does about the header on the Service port of this name; None where it cannot be known."""
    values = chart.values
    if controller == "ingress-nginx":
        return _by_nginx_values(values)
    return _by_traefik_values(values, port_name) if controller == "traefik" and isinstance(port_name, str) else None


def _by_nginx_values(values: Origin) -> Receiver | None:
    path = ("controller", "config", _KEY)
    place, written = values.place(*path), values.get(*path)
    if not values.is_written(*path):
        return receiver("ingress-nginx", Certainty.LIKELY, place, is_told=False)
    told = written if isinstance(written, bool) else as_boolean(written) if isinstance(written, str) else None
    return None if told is None else receiver("ingress-nginx", Certainty.KNOWN, place, is_told=told)


def _by_traefik_values(values: Origin, name: str) -> Receiver | None:
    """Each entry point is told for itself; its name in lower case is that of the Service's port."""
    points = values.child("ports").node
    point = next((key for key in points if key.lower() == name), name)
    written, arguments = values.get("ports", point, "proxyProtocol"), values.get("additionalArguments")
    if isinstance(written, Unknown) or isinstance(arguments, Unknown):
        return None
    words = [str(word) for word in arguments] if isinstance(arguments, list) else []
    is_flagged = any((match := _FLAG.match(word)) and match[1].lower() == name for word in words)
    is_written = isinstance(written, dict) and bool(written.get("trustedIPs") or written.get("insecure"))
    is_told = is_written or is_flagged
    place = values.place("ports", point, *(["proxyProtocol"] if written is not None else []))
    return receiver("traefik", Certainty.KNOWN if is_told else Certainty.LIKELY, place, is_told=is_told)


class Sender(Struct, frozen=True):
    """Whether the header is sent, and where that is said; `program` is who sends it, None for the balancer itself."""

    sends: bool
    certainty: Certainty
    place: Place
    program: str | None = None


class ProxyProtocolLink(Struct, frozen=True):
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


def proxy_protocol_link(
    balancer: LoadBalancer,
    listener: Listener,
    destination: Destination,
    charts: Charts,
    streams: StreamEntries,
    config_map_of: ConfigMapOf,
    manager: CloudManager | None,
) -> ProxyProtocolLink | None:
    """Both sides of what a listener hands on; None where one of them cannot be known."""
    sent = sender(balancer, listener, manager)
    if sent is None:
        return None
    passed = (streams.get((pod.workload, pod.number)) for pod in destination.pods)
    if entry := next((one for one in passed if one), None):
        return _passed_on(sent, entry)
    taken = _receiver(destination, charts, config_map_of)
    return ProxyProtocolLink(sent, taken) if taken else None


def _passed_on(sent: Sender, entry: StreamEntry) -> ProxyProtocolLink | None:
    """Both sides of a port that ingress-nginx passes on: itself where it takes the header, else who is behind it.

    A header that is not taken goes on with the rest, as if the balancer spoke to that program itself.
    """
    behind = _alike(entry.pods)
    own = Sender(entry.sends_header, Certainty.KNOWN, entry.place, "ingress-nginx")
    if entry.takes_header:
        setting = "the first `:PROXY` of the entry"
        controller = Receiver(ProxyProtocolMode.REQUIRED, Certainty.KNOWN, "ingress-nginx", setting, entry.place)
        before = ProxyProtocolLink(sent, controller)
        return before if before.fails or behind is None else ProxyProtocolLink(own, behind)
    if behind is None or (entry.sends_header and sent.sends):
        return None
    return ProxyProtocolLink(own if entry.sends_header else sent, behind)


def _receiver(destination: Destination, charts: Charts, config_map_of: ConfigMapOf) -> Receiver | None:
    if destination.port and destination.controller and not destination.pods:
        return _beyond(destination.port, destination.controller, charts, config_map_of)
    if destination.controller == "ingress-nginx":
        return _by_flag(destination, config_map_of)
    return _alike(destination.pods)


def _alike(pods: Iterable[PodPort]) -> Receiver | None:
    """What the proved sockets of pods do, where all of them do the same."""
    found = [one for pod in pods for socket in pod.sockets if (one := by_socket(socket))]
    return found[0] if len({one.mode for one in found}) == 1 else None


def _beyond(port: WiredPort, controller: str, charts: Charts, config_map_of: ConfigMapOf) -> Receiver | None:
    """A controller whose pods are not in the input: by its chart's values, or a ConfigMap of the usual name."""
    service = port.service
    if service.is_from_chart:
        chart = charts.get(service.meta.origin.place())
        return by_chart(chart, controller, port.port.name) if chart else None
    settings = usual_settings(service.meta, config_map_of) if controller == "ingress-nginx" else None
    return by_config_map(settings.config_map, settings.certainty) if settings and settings.config_map else None


def _by_flag(destination: Destination, config_map_of: ConfigMapOf) -> Receiver | None:
    found = {
        container: pod.workload.meta.namespace
        for pod in destination.pods
        for container in pod.workload.pod.running_containers
        if controller_of_container(container) == destination.controller
    }
    if len(found) != 1:
        return None
    ((container, namespace),) = found.items()
    settings = settings_of_container(namespace, container, config_map_of)
    if settings is None:
        return None
    if settings.config_map:
        return by_config_map(settings.config_map, settings.certainty)
    return receiver("ingress-nginx", settings.certainty, container.origin.place("args"), is_told=False)


def sender(balancer: LoadBalancer, listener: Listener, manager: CloudManager | None) -> Sender | None:
    """Whether a listener sends the header; None where that cannot be known."""
    place = place_of(balancer, listener, Setting.PROXY_PROTOCOL)
    sends = listener.proxy_protocol
    if isinstance(sends, Unknown):
        return None
    is_whole = balancer.form in (DeclaredBy.TERRAFORM, DeclaredBy.ANSIBLE, DeclaredBy.COMMANDS)
    if is_whole or is_written(balancer, listener, Setting.PROXY_PROTOCOL):
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
