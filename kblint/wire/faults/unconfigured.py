"""Pods that never start for want of a ConfigMap or a Secret."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kblint.model.bundle import Bundle, Other
from kblint.model.policy import ConfigMap
from kblint.model.workload import Container, Role, Volume, Workload
from kblint.source.grouping import grouped
from kblint.source.templates import unknown
from kblint.source.text import Place
from kblint.source.values import Origin
from kblint.wire.faults.fault import Failure, Fault, Kind
from kblint.wire.services.absence import Absent
from kblint.wire.services.selection import same_namespace

Settings = Mapping[tuple[str, str], tuple[str | None, ...]]
"""The namespaces of the ConfigMaps and Secrets of a scope, by their kind and name."""

_BY_CLUSTER = frozenset({("ConfigMap", "kube-root-ca.crt")})
"""What the cluster itself puts into every namespace."""
_OF_VOLUMES = {"configMap": ("ConfigMap", "name"), "secret": ("Secret", "secretName")}


@dataclass(frozen=True, slots=True)
class NeededSettings:
    """A ConfigMap or Secret without which the pods of a workload do not start; `place` is where it is named."""

    workload: Workload
    kind: str
    name: str
    place: Place
    is_mounted: bool


def known_settings(bundle: Bundle) -> Settings:
    """The ConfigMaps and Secrets that are here."""
    metas = [one.meta for one in bundle.all(ConfigMap)]
    metas += [one.meta for one in bundle.all(Other) if (one.meta.group, one.meta.kind) == ("", "Secret")]
    return grouped(((meta.kind, meta.name), meta.namespace) for meta in metas)


def unconfigured(workload: Workload, settings: Settings, absent: Absent) -> Iterator[Fault]:
    """What a workload's pods wait for and surely never get.

    https://kubernetes.io/docs/concepts/configuration/secret/#restriction-secret-must-exist
    """
    namespace = workload.meta.namespace
    for need in _first_of_each(_needed(workload)):
        held = settings.get((need.kind, need.name), ())
        is_here = any(same_namespace(namespace, one) for one in held) or (need.kind, need.name) in _BY_CLUSTER
        if not is_here and absent(need.kind, namespace, need.name):
            reason = f"its pods wait for {need.kind} `{need.name}`, which does not exist"
            yield Fault(Kind.CONFIGURATION, need, need.place, reason, Failure.NO_ENDPOINT)


def _first_of_each(needs: Iterable[NeededSettings]) -> Iterable[NeededSettings]:
    found: dict[tuple[str, str], NeededSettings] = {}
    for need in needs:
        found.setdefault((need.kind, need.name), need)
    return found.values()


def _needed(workload: Workload) -> Iterator[NeededSettings]:
    """Everything that must be there; what is `optional` need not."""
    for container in workload.pod.containers:
        if container.role is not Role.EPHEMERAL:
            yield from _by_variables(workload, container)
    for volume in workload.pod.volumes:
        yield from _by_volume(workload, volume)


def _by_variables(workload: Workload, container: Container) -> Iterator[NeededSettings]:
    for variable in container.env:
        for key, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
            yield from _need(workload, kind, variable.origin.child("valueFrom", key), "name", is_mounted=False)
    for all_of_it in container.env_from:
        for key, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            yield from _need(workload, kind, all_of_it.origin.child(key), "name", is_mounted=False)


def _by_volume(workload: Workload, volume: Volume) -> Iterator[NeededSettings]:
    if volume.kind in _OF_VOLUMES:
        kind, key = _OF_VOLUMES[volume.kind]
        origin = volume.origin.child(volume.kind)
        # inside a projection a Secret is named by `name`
        yield from _need(workload, kind, origin, key if origin.is_written(key) else "name", is_mounted=True)


def _need(workload: Workload, kind: str, origin: Origin, key: str, *, is_mounted: bool) -> Iterator[NeededSettings]:
    name = origin.get(key)
    if isinstance(name, str) and name and not unknown(name) and origin.get("optional") is not True:
        yield NeededSettings(workload, kind, name, origin.place(key), is_mounted)
