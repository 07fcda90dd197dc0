"""Entries of ingress-nginx's tcp-services and udp-services: which controller reads them, and what each says.

`port: namespace/service:port[:PROXY][:PROXY]`: the first `PROXY` takes the PROXY protocol's header from whoever
connects, the second sends it on. `use-proxy-protocol` does not reach these ports.
https://kubernetes.github.io/ingress-nginx/user-guide/exposing-tcp-udp-services/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from kblint.model.bundle import Bundle
from kblint.model.policy import ConfigMap
from kblint.model.workload import Container, Workload
from kblint.source.regex import regex
from kblint.source.text import Place
from kblint.wire.services.controllers import controller_of_container, named_config_maps
from kblint.wire.services.index import ServiceIndex
from kblint.wire.services.ports import PodPort
from kblint.wire.services.selection import same_namespace

ENTRY = regex(
    r"(?P<namespace>[\w.-]+)/(?P<service>[\w.-]+):(?P<port>[\w-]+)(?::(?P<takes>PROXY)?)?(?::(?P<sends>PROXY)?)?",
    re.ASCII | re.IGNORECASE,
)
"""The form of what is written for a port."""
FLAGS = {"TCP": "--tcp-services-configmap", "UDP": "--udp-services-configmap"}
"""The flag that names the ConfigMap, by protocol."""


class StreamEntry(Struct, frozen=True, eq=False):
    """An entry that is read: whether the header is taken, whether one is sent on, and to the ports of which `pods`."""

    takes_header: bool
    sends_header: bool
    place: Place
    pods: tuple[PodPort, ...]


StreamEntries = Mapping[tuple[Workload, object], StreamEntry]
"""The entries for TCP by the controller that reads them and the port of its pods."""


class StreamController(Struct, frozen=True, eq=False):
    """An ingress-nginx in the input; `names` are what its flags name, None where that cannot be known."""

    workload: Workload
    container: Container
    names: dict[str, tuple[str | None, str]] | None

    def reads(self, protocol: str, config_map: ConfigMap) -> bool:
        """Whether its flag names this ConfigMap."""
        named, meta = (self.names or {}).get(protocol), config_map.meta
        return named is not None and named[1] == meta.name and bool(same_namespace(named[0], meta.namespace))


def stream_controllers(bundle: Bundle) -> Iterator[StreamController]:
    """Every ingress-nginx of the bundle."""
    for workload in bundle.all(Workload):
        for container in workload.pod.running_containers:
            if controller_of_container(container) == "ingress-nginx":
                yield StreamController(workload, container, _names(workload, container))


def _names(workload: Workload, container: Container) -> dict[str, tuple[str | None, str]] | None:
    if container.args is None:
        return None
    found = {}
    for protocol, flag in FLAGS.items():
        named = named_config_maps(workload.meta.namespace, container, flag)
        if named is None:
            return None
        if named:
            found[protocol] = named[-1]
    return found


def stream_entries(bundle: Bundle, services: ServiceIndex) -> StreamEntries:
    """Every entry for TCP that a controller of the bundle surely reads."""
    maps = bundle.all(ConfigMap)
    return {
        (controller.workload, int(port)): _entry(written, config_map.origin.place(port), services)
        for controller in (stream_controllers(bundle) if maps else ())
        for config_map in maps
        if controller.reads("TCP", config_map)
        for port, value in config_map.data.items()
        if port.isdecimal() and isinstance(value, str) and (written := ENTRY.fullmatch(value))
    }


def _entry(written: re.Match[str], place: Place, services: ServiceIndex) -> StreamEntry:
    wired = services.find(written["service"], written["namespace"]).service
    named = [port for port in wired.ports if written["port"] in (str(port.port.port), port.port.name)] if wired else []
    pods = tuple(pod for port in named for pod in port.endpoints)
    return StreamEntry(bool(written["takes"]), bool(written["sends"]), place, pods)
