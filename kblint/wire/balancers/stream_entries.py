"""Entries of ingress-nginx's tcp-services and udp-services: which controller reads them, and what each says.

`port: namespace/service:port[:PROXY][:PROXY]`: the first `PROXY` takes the PROXY protocol's header from whoever
connects, the second sends it on. `use-proxy-protocol` does not reach these ports.
https://kubernetes.github.io/ingress-nginx/user-guide/exposing-tcp-udp-services/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kblint.model.bundle import Bundle
from kblint.model.policy import ConfigMap
from kblint.model.workload import Container, Workload
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.wire.evidence import Certainty
from kblint.wire.services.controllers import controller_of_container
from kblint.wire.services.selection import same_namespace

_ENTRY = re.compile(
    r"(?P<namespace>[\w.-]+)/(?P<service>[\w.-]+):(?P<port>[\w-]+)(?::(?P<takes>PROXY)?)?(?::(?P<sends>PROXY)?)?",
    re.ASCII | re.IGNORECASE,
)
_NAMESPACE = re.compile(r"\$\((?:POD_NAMESPACE|NAMESPACE)\)")
FLAGS = {"TCP": "--tcp-services-configmap", "UDP": "--udp-services-configmap"}
"""The flag that names the ConfigMap, by protocol."""


@dataclass(frozen=True, slots=True)
class StreamEntry:
    """What an entry says: where connections go, whether their header is taken, and whether one is sent on."""

    namespace: str
    service: str
    port: str
    takes_header: bool
    sends_header: bool


@dataclass(frozen=True, slots=True, eq=False)
class StreamController:
    """An ingress-nginx in the input; `names` are what its flags name, None where that cannot be known."""

    workload: Workload
    container: Container
    names: dict[str, tuple[str | None, str]] | None

    def reads(self, protocol: str, config_map: ConfigMap) -> bool:
        """Whether its flag names this ConfigMap."""
        named = (self.names or {}).get(protocol)
        if named is None or named[1] != config_map.meta.name:
            return False
        return same_namespace(named[0], config_map.meta.namespace) is not Certainty.UNKNOWN


def stream_entry(value: str) -> StreamEntry | None:
    """What is written for a port; None for what has not the form of an entry."""
    found = _ENTRY.fullmatch(value)
    if found is None:
        return None
    return StreamEntry(found["namespace"], found["service"], found["port"], bool(found["takes"]), bool(found["sends"]))


def stream_controllers(bundle: Bundle) -> Iterator[StreamController]:
    """Every ingress-nginx of the bundle."""
    for workload in bundle.all(Workload):
        for container in workload.pod.running_containers:
            if controller_of_container(container) == "ingress-nginx":
                yield StreamController(workload, container, _names(workload, container))


def _names(workload: Workload, container: Container) -> dict[str, tuple[str | None, str]] | None:
    words = [*(container.command or ()), *(container.args or ())]
    if container.args is None or any(isinstance(word, Unknown) for word in words):
        return None
    found = {}
    for word, following in zip(words, [*words[1:], ""], strict=True):
        for protocol, flag in FLAGS.items():
            name, is_joined, value = str(word).partition("=")
            if name == flag:
                space, _, config_map = (value if is_joined else str(following)).rpartition("/")
                found[protocol] = (_NAMESPACE.sub(workload.meta.namespace or "", space) or None, config_map)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class StreamEntries:
    """The entries for TCP that controllers of the input read, and where each is written."""

    by_port: dict[tuple[Workload, int], tuple[StreamEntry, Place]]

    def at(self, workload: Workload, port: object) -> tuple[StreamEntry, Place] | None:
        """The entry for a port of a controller's pods; None for the ports of its routes."""
        return self.by_port.get((workload, port)) if isinstance(port, int) else None


def stream_entries(bundle: Bundle) -> StreamEntries:
    """Every entry that a controller of the bundle surely reads."""
    found: dict[tuple[Workload, int], tuple[StreamEntry, Place]] = {}
    maps = bundle.all(ConfigMap)
    for controller in stream_controllers(bundle) if maps else ():
        for config_map in (one for one in maps if controller.reads("TCP", one)):
            for port, value in config_map.data.items():
                entry = stream_entry(value) if isinstance(value, str) else None
                if entry and port.isdecimal():
                    found[controller.workload, int(port)] = (entry, config_map.origin.place(port))
    return StreamEntries(found)
