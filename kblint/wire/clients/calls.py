"""Calls inside the cluster: from a container to the Service, the pod or the process that its address names.

https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import islice
from typing import NamedTuple

from kblint.model.bundle import Bundle, Other, meta_of
from kblint.model.cluster import K3sConfig
from kblint.model.policy import Namespace
from kblint.model.workload import Container, Role, Workload
from kblint.source.grouping import grouped
from kblint.source.spelling import is_typo
from kblint.source.text import Place
from kblint.source.values import Unknown, strings
from kblint.wire.clients.addresses import endpoint
from kblint.wire.clients.own_pod import unheard, unheard_inside
from kblint.wire.clients.settings import in_settings
from kblint.wire.clients.told import MOST, Text, Told, in_text, mounted, told
from kblint.wire.clients.upstreams import in_servers
from kblint.wire.evidence import Certainty
from kblint.wire.listening.variables import Variables
from kblint.wire.services.absence import Elsewhere
from kblint.wire.services.controllers import ConfigMapOf
from kblint.wire.services.index import ServiceIndex
from kblint.wire.services.makers import Maker, Outside
from kblint.wire.services.ports import ListeningOf, PodPort, WiredPort, WiredService, pod_port

_CLUSTER = "cluster.local"
_LETTERS = re.compile(r"[a-z]+")
_OF_SET = re.compile(r"(?P<set>.+)-(?P<ordinal>\d{1,4})")


class Missing(enum.Enum):
    """Why a name leads nowhere in the cluster; the value is the case of the fault."""

    NOTHING = ""
    SIMILAR = "similar"
    """A Service of almost that name is there."""
    ELSEWHERE = "elsewhere"
    """A Service of that name is in another namespace."""
    WORKLOAD = "workload"
    """It is the name of a workload, whose Service has another one."""
    POD = "pod"
    """It is the bare name of a pod of a StatefulSet."""
    FORM = "form"
    """It is a name of the cluster in a form that the cluster does not have."""


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """What a host names. `certainty` is how sure that is; `workload` is set where it names one pod of a StatefulSet."""

    service: WiredService | None
    certainty: Certainty
    missing: Missing | None = None
    meant: WiredService | None = None
    right: str = ""
    """The name that is probably meant."""
    workload: Workload | None = None
    namespace: str | None = None
    maker: Maker | None = None


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


@dataclass(frozen=True, eq=False)
class Call:
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


@dataclass(frozen=True, eq=False)
class Cluster:
    """What names are looked up in."""

    bundle: Bundle
    services: ServiceIndex
    outside: Outside
    config_map_of: ConfigMapOf
    secret_of: ConfigMapOf
    listening_of: ListeningOf
    elsewhere: Elsewhere

    @cached_property
    def namespaces(self) -> frozenset[str]:
        """The namespaces that something of the input is in."""
        named = {one.meta.name for one in self.bundle.all(Namespace)}
        metas = (meta_of(one) for one in self.bundle.declarations if not isinstance(one, Other))
        return frozenset(named | {meta.namespace for meta in metas if meta and meta.namespace})

    @cached_property
    def sets(self) -> dict[str, tuple[Workload, ...]]:
        """StatefulSets by their name."""
        return grouped((one.meta.name, one) for one in self.bundle.all(Workload) if one.meta.kind == "StatefulSet")

    @cached_property
    def workloads(self) -> dict[tuple[str | None, str], Workload]:
        """Workloads by their namespace and name."""
        return {(one.meta.namespace, one.meta.name): one for one in self.bundle.all(Workload)}

    @cached_property
    def domains(self) -> frozenset[str]:
        """The cluster's own domain (https://docs.k3s.io/cli/server#networking)."""
        written = (one.value("cluster-domain") for one in self.bundle.all(K3sConfig))
        return frozenset({one for one in written if isinstance(one, str)} or {_CLUSTER})


def wire_calls(cluster: Cluster) -> tuple[Call, ...]:
    """Every call of every container, each once; what leads out of the cluster is none."""
    return tuple(call for workload in cluster.bundle.all(Workload) for call in _calls(workload, cluster))


def _calls(workload: Workload, cluster: Cluster) -> Iterator[Call]:
    own = {wired.service for wired in cluster.services.by_workload.get(workload, ())}
    aliases = _host_aliases(workload)
    seen: set[tuple[object, ...]] = set()
    for container in workload.pod.containers:
        for one in islice(_told(workload, container, cluster), MOST):
            key = (container, one.host, one.port, one.host_place)
            if one.host in aliases or key in seen:
                continue
            seen.add(key)
            call = _call(workload, one, cluster)
            if call and (call.service is None or call.service.service not in own):
                yield call


def _host_aliases(workload: Workload) -> frozenset[str]:
    """Names that a pod knows by itself."""
    entries = workload.pod.origin.children("hostAliases")
    return frozenset(name for entry in entries for name in strings(entry.get("hostnames")))


def _told(workload: Workload, container: Container, cluster: Cluster) -> Iterator[Told]:
    if container.role is Role.EPHEMERAL:
        return
    find = partial(cluster.config_map_of, workload.meta.namespace)
    variables = Variables(container, find, secret=partial(cluster.secret_of, workload.meta.namespace))
    files = list(mounted(workload.pod, container, variables))
    yield from told(container, variables)
    of_servers, read = in_servers(container, files, variables)
    yield from of_servers
    for path, file in files:
        if path in read:
            continue
        found = in_settings(container, file)
        yield from (
            in_text(container, Text(file, "", "in its configuration", Certainty.LIKELY)) if found is None else found
        )


def _call(workload: Workload, told: Told, cluster: Cluster) -> Call | None:
    if told.is_loopback:
        return None if workload.pod.host_network or told.port is None else _own(workload, told, cluster)
    named = _named(told, workload, cluster)
    if named is None:
        return None
    if named.service is None and not told.is_address:
        # an image and its tag look the same
        return None
    if named.service is None or named.service.service.is_external_name or told.port is None:
        return Call(workload, told, named, None, ())
    if named.workload is not None:
        return _direct(workload, told, named, (named.workload,), cluster)
    return _of_service(workload, told, named, named.service, cluster)


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
    if not told.is_address and not _may_mean(wired, told.port):
        return None
    return Call(workload, told, named, None, (), is_port_missing=True)


def _may_mean(wired: WiredService, number: int | None) -> bool:
    """Whether a number has to do with a Service: else it may be the tag of an image."""
    return any(
        number in (port.port.target_port, port.port.node_port, *(pod.number for pod in port.endpoints))
        for port in wired.ports
    )


def _named(told: Told, workload: Workload, cluster: Cluster) -> Named | None:
    """What a host names; None for one that is no name of this cluster, as far as the input tells."""
    labels = told.host.split(".")
    namespace = workload.meta.namespace
    if "svc" in labels[1:]:
        return _full(labels, namespace, cluster)
    domain = next((one for one in cluster.domains if told.host.endswith(f".{one}")), None)
    if domain:
        # `db.shop.cluster.local`: the `svc` is missing
        short = labels[: -len(domain.split("."))]
        return _misformed(short, namespace, cluster, domain)
    if len(labels) == 1:
        return _bare(labels[0], workload, cluster)
    if len(labels) == 2:
        found = _lookup(labels[0], labels[1], cluster)
        if found.service and found.certainty is Certainty.KNOWN:
            return found
        return _pod_of(labels[0], labels[1], namespace, cluster) or (found if labels[1] in cluster.namespaces else None)
    if len(labels) == 3 and labels[2] in cluster.namespaces:
        return _pod_of(labels[0], labels[1], labels[2], cluster)
    return None


def _full(labels: list[str], namespace: str | None, cluster: Cluster) -> Named | None:
    """A name with `svc` in it: of a Service, or with one label more of a pod."""
    at = labels.index("svc", 1)
    domain = ".".join(labels[at + 1 :])
    if domain and domain not in cluster.domains:
        # of another cluster
        return None
    match labels[:at]:
        case [name]:
            return _misformed([name], namespace, cluster, domain)
        case [name, space]:
            return _lookup(name, space, cluster)
        case [pod, name, space]:
            return _pod_of(pod, name, space, cluster)
        case _:
            return None


def _misformed(short: list[str], namespace: str | None, cluster: Cluster, domain: str) -> Named | None:
    """A name without its namespace, or without `svc`, that a Service of the input was meant by."""
    space = short[1] if len(short) == 2 else namespace
    found = cluster.services.find(short[0], space) if len(short) in (1, 2) else None
    meant = (found.service or next(iter(found.elsewhere), None)) if found else None
    if meant is None:
        return None
    real = meant.service.meta.namespace or space or "NAMESPACE"
    right = f"{short[0]}.{real}.svc{f'.{domain}' if domain else ''}"
    return Named(None, Certainty.KNOWN, Missing.FORM, meant, right, namespace=real)


def _bare(name: str, workload: Workload, cluster: Cluster) -> Named | None:
    """A name of one label, which is looked up in the caller's own namespace."""
    namespace = workload.meta.namespace
    found = _lookup(name, namespace, cluster)
    if found.service is not None:
        if found.certainty is Certainty.KNOWN and namespace is None:
            near = cluster.outside.together.surely(workload.meta.path, found.service.service.meta.path)
            return found if near else Named(found.service, Certainty.LIKELY)
        return found
    if name == workload.meta.name or workload.pod.has_dns_config:
        # a pod knows its own name, and more names than these may be looked up for it
        return None
    own = _OF_SET.fullmatch(name)
    sets = cluster.sets.get(own["set"], ()) if own else ()
    named_set = next((one for one in sets if one.meta.namespace == namespace and one is not workload), None)
    if named_set is not None:
        governing = named_set.service_name if isinstance(named_set.service_name, str) else "SERVICE"
        return Named(None, Certainty.LIKELY, Missing.POD, None, f"{name}.{governing}", named_set, namespace)
    other = cluster.workloads.get((namespace, name))
    selecting = cluster.services.by_workload.get(other, ()) if other else ()
    if other is not None and len(selecting) == 1 and selecting[0].certainty is Certainty.KNOWN:
        meant = selecting[0]
        return Named(None, Certainty.LIKELY, Missing.WORKLOAD, meant, meant.service.meta.name, other, namespace)
    return found


def _lookup(name: str, namespace: str | None, cluster: Cluster) -> Named:
    """A Service by its name and namespace; where there is none, what is probably meant."""
    found = cluster.services.find(name, namespace)
    if found.service is not None:
        return Named(found.service, found.certainty, namespace=namespace)
    if cluster.elsewhere("Service", namespace, name):
        return Named(None, Certainty.UNKNOWN, namespace=namespace)
    maker = cluster.outside.makers.of(namespace)
    similar = cluster.services.similar(name, namespace)
    if similar and _LETTERS.findall(similar.service.meta.name) != _LETTERS.findall(name):
        right = similar.service.meta.name
        is_sure = is_typo(name, right) and maker is None
        certainty = Certainty.KNOWN if is_sure else Certainty.LIKELY
        return Named(None, certainty, Missing.SIMILAR, similar, right, namespace=namespace, maker=maker)
    meant = _away(found.elsewhere, namespace, cluster) if maker is None else None
    if meant is not None:
        right = f"{name}.{meant.service.meta.namespace}"
        return Named(None, Certainty.LIKELY, Missing.ELSEWHERE, meant, right, namespace=namespace)
    return Named(None, Certainty.KNOWN, Missing.NOTHING, namespace=namespace, maker=maker)


def _away(others: Iterable[WiredService], namespace: str | None, cluster: Cluster) -> WiredService | None:
    """The Service that is probably meant by a name in the wrong namespace: one that is here, or misspelled."""
    for other in others:
        real = other.service.meta.namespace
        is_here = namespace in cluster.namespaces or namespace == "default"
        if namespace and real and (is_here or is_typo(namespace, real)):
            return other
    return None


def _pod_of(pod: str, name: str, namespace: str | None, cluster: Cluster) -> Named | None:
    """One pod of a StatefulSet behind the Service that names its pods."""
    found = cluster.services.find(name, namespace)
    own = _OF_SET.fullmatch(pod)
    sets = cluster.sets.get(own["set"], ()) if own else ()
    workload = next(
        (one for one in sets if found.service and one.meta.namespace == found.service.service.meta.namespace), None
    )
    if found.service is None or workload is None:
        return None
    return Named(found.service, found.certainty, workload=workload, namespace=namespace)


def alias_target(wired: WiredService) -> str | None:
    """The name that an alias stands for."""
    name = wired.service.external_name
    return name if wired.service.is_external_name and isinstance(name, str) and endpoint(name) else None
