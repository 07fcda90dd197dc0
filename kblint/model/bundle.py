"""Everything declared in one scope: what is deployed together."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TypeVar, cast

from msgspec import Struct

from kblint.model.balancer import BalancerAnnotation, LoadBalancer
from kblint.model.cluster import CHART_GROUP, ClusterSign, K3sConfig
from kblint.model.firewall import CloudFirewall, HostFirewall
from kblint.model.meta import Meta
from kblint.model.policy import ConfigMap, Namespace, NetworkPolicy, Reference
from kblint.model.release import ChartRelease
from kblint.model.route import Gateway, ReferenceGrant, Route, RouteClass
from kblint.model.service import Endpoints, Service
from kblint.model.workload import VolumeClaim, Workload
from kblint.source.grouping import grouped
from kblint.source.templates import unknown


class Other(Struct, frozen=True, eq=False):
    """An object that kblint does not look into; its existence still counts."""

    meta: Meta


Declaration = (
    BalancerAnnotation
    | CloudFirewall
    | ClusterSign
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
    | ChartRelease
    | Route
    | RouteClass
    | Service
    | VolumeClaim
    | Workload
)
"""Anything a reader makes."""

T = TypeVar("T")


class Bundle(Struct, frozen=True, eq=False, dict=True):
    """What is deployed together, in the order of reading."""

    declarations: tuple[Declaration, ...]

    @cached_property
    def _by_type(self) -> dict[type, tuple[Declaration, ...]]:
        return grouped((type(declaration), declaration) for declaration in self.declarations)

    def all(self, kind: type[T]) -> tuple[T, ...]:
        """Every thing of one type, in the order of reading."""
        return cast("tuple[T, ...]", self._by_type.get(kind, ()))  # which it is by its key


def identity(declaration: Declaration) -> tuple[object, ...] | None:
    """What makes two declarations the same object; None for things that may stand there any number of times.

    What has no name (a kustomization, a kubeconfig), or one that is still to be filled in, is never the same.
    """
    key = _key(declaration)
    name = key[-1] if key else None
    return key if isinstance(name, str) and name and not unknown(name) else None


def _key(declaration: Declaration) -> tuple[object, ...] | None:
    if isinstance(declaration, BalancerAnnotation | ChartRelease | ClusterSign | Reference | K3sConfig | HostFirewall):
        return None
    if isinstance(declaration, LoadBalancer | CloudFirewall):
        # a balancer made from a Service's annotations is that Service; others are told apart by their name
        return (
            None
            if isinstance(declaration, LoadBalancer) and declaration.meta
            else (type(declaration).__name__, declaration.name)
        )
    # what a chart makes may come from several sets of values, which are laid over each other
    return None if declaration.meta.made or declaration.meta.group == CHART_GROUP else declaration.meta.key


def meta_of(declaration: Declaration) -> Meta | None:
    """What names a declaration as an object of the API, if it is one."""
    meta = getattr(declaration, "meta", None)
    return meta if isinstance(meta, Meta) else None


def path_of(declaration: Declaration) -> str:
    """The file a thing was read from."""
    if isinstance(declaration, CloudFirewall | ClusterSign | HostFirewall | K3sConfig | ChartRelease):
        return declaration.place.source.path
    if isinstance(declaration, LoadBalancer | BalancerAnnotation):
        return declaration.origin.source.path
    return declaration.meta.path


def object_count(declarations: Iterable[Declaration]) -> int:
    """How many objects these are, for the last line of a run: a thing read out of another object is not counted."""
    return sum(
        1
        for declaration in declarations
        if _key(declaration) is not None or isinstance(declaration, K3sConfig | HostFirewall)
    )
