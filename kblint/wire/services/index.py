"""Services of a bundle, wired to the workloads behind them and found by name or node port."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from kblint.model.bundle import Bundle
from kblint.model.meta import Text
from kblint.model.service import Endpoints, Service
from kblint.model.workload import Workload
from kblint.source.grouping import grouped
from kblint.source.spelling import Spellings
from kblint.source.values import Unknown
from kblint.wire.evidence import Certainty
from kblint.wire.listening.sockets import Socket
from kblint.wire.services.meant import with_meant
from kblint.wire.services.ports import ListeningOf, PodPort, WiredPort, WiredService, pod_port
from kblint.wire.services.selection import PodIndex, Selected, same_namespace
from kblint.wire.services.together import Together, in_one_folder

_SEVERAL = 2
MANY = 100
"""A Service that selects more workloads than this says little about any of them; looking at all would cost n²."""
_MOST_TOGETHER = 2000
"""Ports of a Service times workloads: of one with very many ports, fewer workloads are looked at."""


class Found(Struct, frozen=True, eq=False):
    """What a name leads to: a Service, None when there is none, and how sure that is."""

    service: WiredService | None
    certainty: Certainty
    elsewhere: tuple[WiredService, ...] = ()
    """Services of that name in other namespaces."""


class ServiceIndex(Struct, frozen=True, eq=False, dict=True):
    """All wired Services."""

    services: tuple[WiredService, ...]

    @cached_property
    def written(self) -> tuple[WiredService, ...]:
        """Those that stand in the input themselves: a chart makes more than its values tell."""
        return tuple(wired for wired in self.services if not wired.service.is_from_chart)

    @cached_property
    def _by_name(self) -> dict[str, tuple[WiredService, ...]]:
        return grouped((wired.service.meta.name, wired) for wired in self.services)

    @cached_property
    def by_node_port(self) -> dict[int, tuple[WiredPort, ...]]:
        """Service ports by the node port written for them."""
        ports = (port for wired in self.services for port in wired.ports)
        return grouped((number, port) for port in ports if isinstance(number := port.port.node_port, int))

    @cached_property
    def by_workload(self) -> dict[Workload, tuple[WiredService, ...]]:
        """Services by each workload they select."""
        return grouped((one.workload, wired) for wired in self.services for one in wired.selected)

    def in_namespace(self, namespace: str | None) -> tuple[WiredService, ...]:
        """Services surely in this namespace, those of charts left out."""
        return self._by_namespace.get(namespace, ())

    @cached_property
    def _by_namespace(self) -> dict[str | None, tuple[WiredService, ...]]:
        return grouped((wired.service.meta.namespace, wired) for wired in self.written)

    def labelled(self, labels: Mapping[str, Text]) -> tuple[WiredService, ...]:
        """Services that carry the rarest of these labels: few to look through; all of them where none is given."""
        pairs = [(key, value) for key, value in labels.items() if isinstance(value, str)]
        return min((self._by_label.get(pair, ()) for pair in pairs), key=len, default=self.written)

    @cached_property
    def _by_label(self) -> dict[tuple[str, str], tuple[WiredService, ...]]:
        return grouped(
            ((key, value), wired)
            for wired in self.written
            for key, value in wired.service.meta.labels.items()
            if isinstance(value, str)
        )

    def has_beside(self, path: str) -> bool:
        """Whether a Service without a written namespace stands in the folder of the file `path`."""
        return path.rpartition("/")[0] in self._folders

    @cached_property
    def _folders(self) -> frozenset[str]:
        return frozenset(
            wired.service.meta.path.rpartition("/")[0] for wired in self.written if wired.service.meta.namespace is None
        )

    def find(self, name: Text, namespace: str | None) -> Found:
        """The Service of this name as seen from `namespace`."""
        if isinstance(name, Unknown):
            return Found(None, Certainty.UNKNOWN)
        candidates = self._by_name.get(name, ())
        rated = ((same_namespace(namespace, wired.service.meta.namespace), wired) for wired in candidates)
        certainty, best = max(rated, key=lambda pair: pair[0], default=(Certainty.UNKNOWN, None))
        return Found(best, certainty) if certainty else Found(None, Certainty.KNOWN, candidates)

    def of(self, port: WiredPort) -> WiredService | None:
        """The Service that a port belongs to."""
        return self.find(port.service.meta.name, port.service.meta.namespace).service

    def of_role(self, name: str, namespace: str | None) -> WiredService | None:
        """The Service of a chart with a role behind this name, where the chart makes none without."""
        found = (self.find(f"{name}-{role}", namespace).service for role in ("master", "primary"))
        return next((one for one in found if one and one.service.meta.made), None)

    def similar(self, name: str, namespace: str | None) -> WiredService | None:
        """The Service surely in this namespace whose name differs by a slip of the hand, or was this one once."""
        renamed = self._renamed.get((namespace, name))
        if renamed:
            return renamed
        here, words = self._names.get(namespace, ({}, None))
        near = words.nearest(name) if words else None
        return here[near] if near and not _is_other_role(name, near) else None

    @cached_property
    def _renamed(self) -> dict[tuple[str | None, str], WiredService]:
        """The Services that kustomizations have renamed, by what they were called before."""
        metas = [(wired.service.meta, wired) for wired in self.written]
        return {(meta.namespace, old): wired for meta, wired in metas if (old := meta.written_name) != meta.name}

    @cached_property
    def _names(self) -> dict[str | None, tuple[dict[str, WiredService], Spellings]]:
        """The Services of each namespace by their names, and those names."""
        by_namespace = {
            namespace: {wired.service.meta.name: wired for wired in here}
            for namespace, here in self._by_namespace.items()
        }
        return {namespace: (names, Spellings(names)) for namespace, names in by_namespace.items()}


_ROLES = frozenset(
    {
        *("broker", "cache", "cassandra", "database", "db", "elasticsearch", "kafka", "mariadb", "memcached", "mongo"),
        *("mongodb", "mysql", "nats", "opensearch", "postgres", "postgresql", "queue", "rabbitmq", "redis", "valkey"),
    }
)
"""What a part of a name tells of the program behind it."""


def _is_other_role(name: str, near: str) -> bool:
    """Whether one of two names says of itself what the other is not: `shop-db` stands beside `shop`, not for it."""
    one, other = set(name.split("-")), set(near.split("-"))
    return (one < other or other < one) and not _ROLES.isdisjoint(one ^ other) and _ROLES.isdisjoint(one & other)


def wire_services(bundle: Bundle, pods: PodIndex, near: Together, listening_of: ListeningOf) -> ServiceIndex:
    """Every Service of the bundle with its workloads, ports and hand-made endpoints."""
    endpoints = grouped((one.service, one) for one in bundle.all(Endpoints) if one.service is not None)
    services = [
        _wire(service, pods, near, endpoints.get(service.meta.name, ()), listening_of)
        for service in bundle.all(Service)
    ]
    return ServiceIndex(with_meant(_unsure_of_more(services), pods, near, listening_of))


def _unsure_of_more(services: Sequence[WiredService]) -> Sequence[WiredService]:
    """Of a process that only a convention tells of, and that is asked where it listens, no further port is judged."""
    pods = (pod for wired in services for port in wired.ports for pod in port.endpoints)
    asked = {pod.workload for pod in pods if pod.answers and _is_guessed(pod.sockets)}
    return [_unsure_of(wired, asked) for wired in services] if asked else services


def _unsure_of(wired: WiredService, asked: AbstractSet[Workload]) -> WiredService:
    if asked.isdisjoint(one.workload for one in wired.selected):
        return wired
    judged = ((port, tuple(_unsure(one, asked) for one in port.endpoints)) for port in wired.ports)
    return replace(wired, ports=tuple(replace(port, endpoints=endpoints) for port, endpoints in judged))


def _unsure(pod: PodPort, asked: AbstractSet[Workload]) -> PodPort:
    is_judged = pod.answers is False and not pod.declared and not pod.loopback and pod.workload in asked
    return replace(pod, answers=None, certainty=Certainty.UNKNOWN) if is_judged and _is_guessed(pod.listens_on) else pod


def _is_guessed(sockets: Iterable[Socket]) -> bool:
    """Whether words on a command line tell of them, of a program that nobody knows."""
    return any(one.certainty is Certainty.LIKELY and not one.is_default for one in sockets)


def _wire(
    service: Service, pods: PodIndex, near: Together, endpoints: tuple[Endpoints, ...], listening_of: ListeningOf
) -> WiredService:
    own = tuple(one for one in endpoints if same_namespace(service.meta.namespace, one.meta.namespace))
    if not service.selector:
        ports = tuple(WiredPort(service, port, (), Certainty.UNKNOWN) for port in service.ports)
        return WiredService(service, (), (), ports, own, is_open=True)
    selection = pods.select(service.selector, service.meta.namespace, service.meta.name)
    # a finished pod serves nobody: a Job's pods carry the same labels as the application often enough
    # where all of them say where they are, no more are looked at than are kept
    most = max(1, min(MANY, _MOST_TOGETHER // max(1, len(service.ports))))
    enough = None if service.meta.namespace is None else most + 1
    selected = tuple(islice((one for one in selection.selected if not one.workload.is_batch), enough))
    selected = selected or selection.selected
    selected = _of_its_own(service, selected, near)
    is_cut = len(selected) > most
    selected = selected[:most]
    # nothing is said of all of them that is known of the first only
    certainty = Certainty.UNKNOWN if is_cut else min((one.certainty for one in selected), default=Certainty.UNKNOWN)
    ports = tuple(
        WiredPort(
            service,
            port,
            tuple(pod_port(one.workload, port.target_port, port.protocol, listening_of) for one in selected),
            certainty,
        )
        for port in service.ports
    )
    # a chart makes the pods too, whether or not it is known how
    is_open = selection.is_open or is_cut or (service.meta.made is not None and not selected)
    return WiredService(service, selected, selection.near, ports, own, is_open, is_cut)


def _of_its_own(service: Service, selected: tuple[Selected, ...], near: Together) -> tuple[Selected, ...]:
    """Of workloads that stand in whatever namespace like the Service itself, those that are deployed with it.

    All of them where none surely is: files may be sorted into folders by what they hold. What a chart makes belongs to
    the pods of the same release: of other values it is made again.
    """
    path, made = service.meta.path, service.meta.made
    if made is not None:
        return tuple(one for one in selected if one.workload.meta.made is made)
    if service.meta.namespace is not None or len(selected) < _SEVERAL:
        return selected
    own = tuple(one for one in selected if near.surely(path, one.workload.meta.path))
    return own or tuple(one for one in selected if in_one_folder(path, one.workload.meta.path)) or selected
