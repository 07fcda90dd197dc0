"""Ports that ingress-nginx passes through as they are: the entries of its tcp-services and udp-services ConfigMaps.

An entry needs the flag that names its ConfigMap, a port in the controller's Service, and a listener of the balancer.
https://kubernetes.github.io/ingress-nginx/user-guide/exposing-tcp-udp-services/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from kblint.model.bundle import Bundle
from kblint.model.policy import ConfigMap
from kblint.model.workload import Workload
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.balancers.stream_entries import ENTRY, FLAGS, StreamController, stream_controllers
from kblint.wire.services.absence import Elsewhere
from kblint.wire.services.index import ServiceIndex
from kblint.wire.services.ports import WiredPort


class StreamFault(Struct, frozen=True):
    """What keeps requests away: `kind` is `flag`, `value`, `service`, `service port`, `controller port` or `listener`.

    `shown` is the other end of it.
    """

    kind: str
    reason: str
    shown: Place | None = None
    label: str = ""


class StreamPort(Struct, frozen=True, eq=False):
    """One entry: requests for `port` of the controller go to `value`. `obstacle` is None where none is known."""

    config_map: ConfigMap
    port: str
    value: str
    protocol: str
    place: Place
    fault: StreamFault | None


class _Ways(NamedTuple):
    services: ServiceIndex
    listeners: tuple[WiredListener, ...]
    elsewhere: Elsewhere


def stream_ports(
    bundle: Bundle, services: ServiceIndex, listeners: tuple[WiredListener, ...], elsewhere: Elsewhere
) -> tuple[StreamPort, ...]:
    """Every entry of every such ConfigMap."""
    maps = bundle.all(ConfigMap)
    controllers = tuple(stream_controllers(bundle)) if maps else ()
    ways = _Ways(services, listeners, elsewhere)
    return tuple(
        found
        for one in maps
        if (protocol := _protocol(one, controllers))
        for found in _wired(one, protocol, controllers, ways)
    )


def _protocol(config_map: ConfigMap, controllers: tuple[StreamController, ...]) -> str | None:
    """The protocol of a ConfigMap of entries; None for any other ConfigMap."""
    told = next((one for it in controllers for one in FLAGS if it.reads(one, config_map)), None)
    if told:
        return told
    name = config_map.meta.name.lower()
    protocol = next((one for one in FLAGS if one.lower() in re.split(r"[^a-z]+", name)), None)
    entries = config_map.data.items()
    looks_so = all(port.isdecimal() and isinstance(text, str) and ENTRY.fullmatch(text) for port, text in entries)
    return protocol if entries and looks_so else None


def _wired(
    config_map: ConfigMap, protocol: str, controllers: tuple[StreamController, ...], ways: _Ways
) -> Iterator[StreamPort]:
    by_chart = config_map.meta.made is not None
    readers = tuple(one for one in controllers if one.reads(protocol, config_map))
    unread = _unread(protocol, controllers) if not readers and not by_chart else None
    for port, value in config_map.data.items():
        if isinstance(value, Unknown):
            continue
        fault = unread or _backend(value, ways)
        if fault is None and port.isdecimal():
            fault = _way_in(int(port), protocol, readers, ways)
        place = config_map.origin.place(port)
        yield StreamPort(config_map, port, value, protocol, place, fault)
        if unread:
            # one missing flag is told once
            return


def _unread(protocol: str, controllers: tuple[StreamController, ...]) -> StreamFault | None:
    """Nobody reads the ConfigMap, although a controller is here."""
    if not controllers or any(one.names is None for one in controllers):
        return None
    flag = FLAGS[protocol]
    named = next((one.names[protocol] for one in controllers if one.names and protocol in one.names), None)
    reason = f"ingress-nginx has no `{flag}`"
    if named:
        reason = f"ingress-nginx reads ConfigMap `{'/'.join(part for part in named if part)}` instead"
    return StreamFault("flag", reason, controllers[0].container.origin.place("args"), f"no `{flag}` for it")


def _backend(value: str, ways: _Ways) -> StreamFault | None:
    """The Service that an entry names, and its port."""
    entry = ENTRY.fullmatch(value)
    if entry is None:
        return StreamFault("value", f"`{value}` is not of the form `namespace/service:port`")
    namespace, name, port = entry["namespace"], entry["service"], entry["port"]
    found = ways.services.find(name, namespace)
    if found.service is None:
        if not ways.services.in_namespace(namespace) or ways.elsewhere("Service", namespace, name):
            return None
        near = ways.services.similar(name, namespace)
        shown = near.service.meta.origin.place("metadata", "name") if near else None
        reason = f"there is no Service `{name}` in namespace `{namespace}`"
        return StreamFault("service", reason, shown, "probably meant")
    service = found.service.service
    known = [one for item in service.ports for one in (item.port, item.name)]
    if service.is_external_name or service.is_from_chart or any(isinstance(one, Unknown) for one in known):
        return None
    if port in (str(one) for one in known if one is not None):
        return None
    reason = f"Service `{name}` has no port `{port}`"
    return StreamFault("service port", reason, service.origin.place("ports"), "its ports")


def _way_in(number: int, protocol: str, readers: tuple[StreamController, ...], ways: _Ways) -> StreamFault | None:
    """The port of the controller's Service, and the listener before it; a controller on the host needs no Service."""
    if len(readers) != 1:
        return None
    workload, pod = readers[0].workload, readers[0].workload.pod
    on_host = pod.host_network or any(pod.host_port_of(port) == number for port in pod.ports)
    ports: list[WiredPort] = []
    if not on_host:
        services = ways.services.by_workload.get(workload, ())
        ports = [
            port
            for wired in services
            for port in wired.ports
            if port.port.protocol == protocol and any(pod.number == number for pod in port.endpoints)
        ]
        numbers = (pod.number for one in services for port in one.ports for pod in port.endpoints)
        outside = next((one.service for one in services if one.service.type in ("NodePort", "LoadBalancer")), None)
        if outside is None or any(isinstance(one, Unknown) for one in numbers):
            return None
        if not ports:
            shown = outside.origin.place("ports")
            reason = f"Service `{outside.meta.name}` of ingress-nginx has no port for it"
            return StreamFault("controller port", reason, shown, f"no port with target port `{number}`")
    return _listener(number, workload, ports, ways) if protocol == "TCP" else None


def _listener(number: int, workload: Workload, ports: list[WiredPort], ways: _Ways) -> StreamFault | None:
    before = [one for one in ways.listeners if any(pod.workload is workload for pod in one.pods)]
    wanted = {number} if not ports else {one.port.node_port for one in ports}
    if not before or any(isinstance(one, Unknown) for one in wanted) or None in wanted:
        return None
    destinations = [one.listener.destination_port for one in before]
    if any(isinstance(one, Unknown) or one is None or one in wanted for one in destinations):
        return None
    first = before[0]
    reason = f"no listener of load balancer `{first.balancer.name}` leads to it"
    return StreamFault("listener", reason, first.listener.origin.place(), "leads to the same controller")
