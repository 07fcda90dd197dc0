"""Everything declared in one scope: what is deployed together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from kblint.model.balancer import BalancerAnnotation, LoadBalancer
from kblint.model.cluster import VALUES_GROUP, ChartValues, K3sConfig
from kblint.model.firewall import CloudFirewall, HostFirewall
from kblint.model.meta import Meta
from kblint.model.policy import ConfigMap, Namespace, NetworkPolicy, Reference
from kblint.model.route import Gateway, ReferenceGrant, Route, RouteClass
from kblint.model.service import Endpoints, Service
from kblint.model.storage import VolumeClaim
from kblint.model.workload import Workload


@dataclass(frozen=True, slots=True, eq=False)
class Other:
    """An object that kblint does not look into; its existence still counts."""

    meta: Meta


Thing = (
    BalancerAnnotation
    | ChartValues
    | CloudFirewall
    | ConfigMap
    | Endpoints
    | Gateway
    | HostFirewall
    | K3sConfig
    | LoadBalancer
    | Namespace
    | NetworkPolicy
    | Other
    | Reference
    | ReferenceGrant
    | Route
    | RouteClass
    | Service
    | VolumeClaim
    | Workload
)
"""Anything a reader makes."""

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Bundle:
    """What is deployed together, in the order of reading."""

    things: tuple[Thing, ...]

    @cached_property
    def _by_type(self) -> dict[type, list[Thing]]:
        grouped: dict[type, list[Thing]] = {}
        for thing in self.things:
            grouped.setdefault(type(thing), []).append(thing)
        return grouped

    def all(self, kind: type[T]) -> tuple[T, ...]:
        """Every thing of one type, in the order of reading."""
        return tuple(thing for thing in self._by_type.get(kind, ()) if isinstance(thing, kind))


def identity(thing: Thing) -> tuple[object, ...] | None:
    """What makes two declarations the same object; None for things that may stand there any number of times."""
    if isinstance(thing, BalancerAnnotation | ChartValues | Reference | K3sConfig | HostFirewall):
        return None
    if isinstance(thing, LoadBalancer | CloudFirewall):
        # a balancer made from a Service's annotations is that Service; others are told apart by their name
        return None if isinstance(thing, LoadBalancer) and thing.meta else (type(thing).__name__, thing.name)
    # a chart's Service may come from several sets of values, which are laid over each other
    return None if thing.meta.group == VALUES_GROUP else thing.meta.key


def path_of(thing: Thing) -> str:
    """The file a thing was read from."""
    if isinstance(thing, CloudFirewall | HostFirewall | K3sConfig | ChartValues):
        return thing.place.source.path
    if isinstance(thing, LoadBalancer | BalancerAnnotation):
        return thing.origin.source.path
    return thing.meta.path


def object_count(things: Iterable[Thing]) -> int:
    """How many objects these are, for the last line of a run: a thing read out of another object is not counted."""
    return sum(1 for thing in things if identity(thing) is not None or isinstance(thing, K3sConfig | HostFirewall))
