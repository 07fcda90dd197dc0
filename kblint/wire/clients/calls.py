"""Calls inside the cluster: from a container to the Service, the pod or the process that its address names.

https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, partial
from itertools import islice
from typing import NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from kblint.model.policy import ConfigMap
from kblint.model.workload import Container, Role, Workload
from kblint.source.text import Place
from kblint.source.values import Unknown, strings
from kblint.syntax.passage import Scalar
from kblint.wire.clients.lines import in_lines
from kblint.wire.clients.names import Cluster, Named, named
from kblint.wire.clients.of_routes import of_routes
from kblint.wire.clients.own_pod import unheard, unheard_inside
from kblint.wire.clients.settings import in_settings
from kblint.wire.clients.texts import mounted, told
from kblint.wire.clients.told import MOST, Text, Told
from kblint.wire.clients.upstreams import in_servers
from kblint.wire.evidence import Certainty
from kblint.wire.listening.shared import Shared
from kblint.wire.listening.variables import FindConfigMap, Variables
from kblint.wire.services.ports import PodPort, WiredPort, WiredService, pod_port


class Mistaken(enum.Enum):
    """What a port that the Service does not have was taken from; the value is the case of the fault."""

    TARGET_PORT = "targetPort"
    NODE_PORT = "nodePort"
    DEFAULT = "default"


class CallKey(NamedTuple):
    """Names a call: who asks whom, and where that is written."""

    container: Container
    host: str
    port: int | None
    place: Place


class Call(Struct, frozen=True, eq=False, dict=True):
    """A container that asks for an address inside the cluster, or for one of its own pod.

    `port` is the Service's port that is asked, None where it has none of that number or where nobody knows. `pods` are
    the ports of pods that are asked themselves: of a headless Service, of one pod, of the caller's own.
    """

    workload: Workload
    told: Told
    named: Named | None
    port: WiredPort | None
    pods: tuple[PodPort, ...]
    is_port_missing: bool = False
    unheard: Certainty = Certainty.UNKNOWN
    """How sure it is that nobody listens on the port of `pods`."""

    @property
    def key(self) -> CallKey:
        """Names this call, in whichever scope it was found."""
        return CallKey(self.container, self.host, self.told.port, self.place)

    @property
    def container(self) -> Container:
        """Who asks."""
        return self.told.container

    @property
    def host(self) -> str:
        """Whom it asks."""
        return self.told.host

    @property
    def place(self) -> Place:
        """Where the host is written."""
        return self.told.host_place

    @property
    def service(self) -> WiredService | None:
        """The Service that is asked."""
        return self.named.service if self.named else None

    @property
    def certainty(self) -> Certainty:
        """How sure it is that this is asked of that."""
        return min(self.told.certainty, self.named.certainty if self.named else Certainty.KNOWN)

    @property
    def name(self) -> str:
        """What people call it."""
        port = "" if self.told.port is None else f":{self.told.port}"
        return f"{self.workload.meta.name} -> {self.host}{port}"

    @cached_property
    def mistaken(self) -> tuple[Mistaken, WiredPort] | None:
        """The Service's port that is probably meant where it has none of the number that is asked."""
        ports = self.service.ports if self.service and self.is_port_missing else ()
        number = self.told.port
        for port in ports:
            numbers = {port.port.target_port, *(pod.number for pod in port.endpoints)}
            if number in numbers:
                return Mistaken.TARGET_PORT, port
        for port in ports:
            if number == port.port.node_port:
                return Mistaken.NODE_PORT, port
        if self.told.is_default and len(ports) == 1:
            return Mistaken.DEFAULT, ports[0]
        return None


_EACH_TOLD = 2
"""Entries of a ConfigMap that take as long as a call."""


class Tellings(Struct, frozen=True):
    """What containers ask for: worked out once for all scopes in which one finds the same ConfigMaps and Secrets."""

    _known: dict[Container, list[tuple[dict[tuple[str, str], object], tuple[Told, ...]]]] = field(default_factory=dict)
    _files: dict[Place, tuple[Told, ...]] = field(default_factory=dict)
    """What mounted files tell, by where they begin."""
    shared: Shared = field(default_factory=Shared)

    def of(self, workload: Workload, container: Container, cluster: Cluster) -> tuple[Told, ...]:
        """The first of what a container asks for."""
        find = {
            "ConfigMap": partial(cluster.config_map_of, workload.meta.namespace),
            "Secret": partial(cluster.secret_of, workload.meta.namespace),
        }
        known = self._known.setdefault(container, [])
        for found, told_there in known:
            if all(find[kind](name) is one for (kind, name), one in found.items()):
                return told_there
        if self.shared.is_over(container):
            return ()
        asked: dict[tuple[str, str], object] = {}

        def config_map(name: str) -> ConfigMap | None:
            asked["ConfigMap", name] = found = cluster.config_map_of(workload.meta.namespace, name)
            return found

        def secret(name: str) -> ConfigMap | None:
            asked["Secret", name] = found = cluster.secret_of(workload.meta.namespace, name)
            return found

        read: list[str] = []
        told = tuple(islice(_told(workload, container, (config_map, secret), self._files, read), MOST))
        known.append((asked, told))
        maps = (one for (kind, _), one in asked.items() if kind == "ConfigMap" and isinstance(one, ConfigMap))
        self.shared.count(container, maps, sum(map(len, read)), _EACH_TOLD * len(told))
        return told


def wire_calls(cluster: Cluster, tellings: Tellings) -> tuple[Call, ...]:
    """Every call of every container, each once; what leads out of the cluster is none."""
    by_routes = of_routes(cluster.bundle)
    workloads = cluster.bundle.all(Workload)
    return tuple(call for workload in workloads for call in _calls(workload, cluster, tellings, by_routes))


def _calls(
    workload: Workload, cluster: Cluster, tellings: Tellings, by_routes: Mapping[Container, tuple[Told, ...]]
) -> Iterator[Call]:
    own = {wired.service for wired in cluster.services.by_workload.get(workload, ())}
    aliases = _host_aliases(workload)
    seen: set[tuple[object, ...]] = set()
    for container in workload.pod.containers:
        for one in (*tellings.of(workload, container, cluster), *by_routes.get(container, ())):
            key = (container, one.host, one.port, one.host_place)
            if one.host in aliases or key in seen:
                continue
            seen.add(key)
            call = _call(workload, one, cluster) or _passed_out(workload, one)
            if call and (call.service is None or call.service.service not in own):
                yield call


def _host_aliases(workload: Workload) -> frozenset[str]:
    """Names that a pod knows by itself."""
    entries = workload.pod.origin.children("hostAliases")
    return frozenset(name for entry in entries for name in strings(entry.get("hostnames")))


def _told(
    workload: Workload,
    container: Container,
    find: tuple[FindConfigMap, FindConfigMap],
    known: dict[Place, tuple[Told, ...]],
    characters: list[str],
) -> Iterator[Told]:
    """What a container is told; the texts that only it reads so, with its own variables, go into `characters`."""
    if container.role is Role.EPHEMERAL:
        return
    config_map, secret = find
    variables = Variables(container, config_map, secret=secret)
    files = list(mounted(workload.pod, container, variables))
    yield from told(container, variables)
    of_servers, read = in_servers(container, files, variables)
    characters += [file.text for path, file in files if path in read]
    yield from of_servers
    for path, file in files:
        if path in read:
            continue
        holder = file.holder
        is_scalar = isinstance(holder, Scalar) and not any(file.starts[:1])
        # where its first character stands in a scalar takes long to find out
        place = holder.where if isinstance(holder, Scalar) and is_scalar else file.place(0, 1)
        if place not in known:
            # a file that many containers mount tells all of them the same
            found = in_settings(container, file)
            text = Text(container, file, "", "in its configuration", Certainty.LIKELY)
            known[place] = tuple(islice(in_lines(text), MOST) if found is None else found)
        yield from (replace(one, container=container) for one in known[place])


def _call(workload: Workload, told: Told, cluster: Cluster) -> Call | None:
    if told.is_loopback:
        return None if workload.pod.host_network or told.port is None else _own(workload, told, cluster)
    whom = named(told.host, workload, cluster)
    if whom is None:
        return None
    if whom.service is None and not told.is_address:
        # an image and its tag look the same
        return None
    if whom.service is None or whom.service.service.is_external_name or told.port is None:
        return Call(workload, told, whom, None, ())
    if whom.workload is not None:
        return _direct(workload, told, whom, (whom.workload,), cluster)
    return _of_service(workload, told, whom, whom.service, cluster)


def _passed_out(workload: Workload, told: Told) -> Call | None:
    """Where a server passes requests out of the cluster; whatever else asks for the Internet is no call."""
    is_own = told.is_loopback or not told.passes
    return None if is_own else Call(workload, told, Named(None, Certainty.UNKNOWN), None, ())


def _own(workload: Workload, told: Told, cluster: Cluster) -> Call:
    """A call of the caller's own pod."""
    pods = _pods((workload,), told.port, cluster)
    return Call(workload, told, None, None, pods, unheard=unheard_inside(told, pods[0], cluster.config_map_of))


def _pods(workloads: Iterable[Workload], number: int | None, cluster: Cluster) -> tuple[PodPort, ...]:
    if number is None:
        return ()
    return tuple(pod_port(workload, number, "TCP", cluster.listening_of) for workload in workloads)


def _direct(workload: Workload, told: Told, named: Named, asked: Iterable[Workload], cluster: Cluster) -> Call:
    """A call of pods themselves, on their own ports."""
    pods = _pods(asked, told.port, cluster)
    return Call(workload, told, named, None, pods, unheard=unheard(pods, cluster.config_map_of))


def _of_service(workload: Workload, told: Told, named: Named, wired: WiredService, cluster: Cluster) -> Call | None:
    fitting = [port for port in wired.ports if port.port.port == told.port]
    port = next((one for one in fitting if one.port.protocol == "TCP"), next(iter(fitting), None))
    is_open = wired.service.is_from_chart or any(isinstance(one.port.port, Unknown) for one in wired.ports)
    if wired.service.is_headless:
        # who asks gets the pods' own addresses, and their own ports
        return _direct(workload, told, named, (one.workload for one in wired.selected), cluster)
    if port is not None or is_open or not wired.ports:
        return Call(workload, told, named, port, ())
    if not told.is_address and not told.is_pair and not _may_mean(wired, told.port):
        return None
    return Call(workload, told, named, None, (), is_port_missing=True)


def _may_mean(wired: WiredService, number: int | None) -> bool:
    """Whether a number has to do with a Service: else it may be the tag of an image."""
    return any(
        number in (port.port.target_port, port.port.node_port, *(pod.number for pod in port.endpoints))
        for port in wired.ports
    )
