"""What selectors that pick nothing are meant to pick, seen among all Services: pods that nobody else leads to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from kblint.model.meta import Text
from kblint.model.workload import Workload
from kblint.source.grouping import grouped
from kblint.wire.services.labels import is_name, is_naming, is_variant
from kblint.wire.services.ports import ListeningOf, WiredService, pod_port
from kblint.wire.services.selection import NearMiss, PodIndex, labels_match
from kblint.wire.services.together import Together

_FEW = 50
"""Pods that carry one of a selector's pairs: where there are more, it says little about what is meant."""


def with_meant(
    services: Sequence[WiredService], pods: PodIndex, near: Together, listening_of: ListeningOf
) -> tuple[WiredService, ...]:
    """The Services with what those that select nothing probably mean, where only one workload can be meant."""
    empty = [one for one in services if not one.selected and not one.is_open and one.service.selector]
    if not empty:
        return tuple(services)
    taken = {one.workload for wired in services for one in wired.selected}
    # who declares no port, a worker most of all, is not what a Service is for
    left = [one for one in pods.workloads if one not in taken and not one.is_batch and one.pod.ports]
    lone = {
        namespace: found[0] for namespace, found in grouped((one.meta.namespace, one) for one in left).items()
        if len(found) == 1
    }  # fmt: skip
    askers = grouped((wired.service.meta.namespace, wired) for wired in empty if not wired.near)
    found: dict[WiredService, tuple[NearMiss, ...]] = {}
    for wired in empty:
        namespace = wired.service.meta.namespace
        wanted = {key: value for key, value in (wired.service.selector or {}).items() if isinstance(value, str)}
        if wired.near:
            found[wired] = tuple(replace(miss, is_meant=_is_meant(wanted, miss, taken)) for miss in wired.near)
            continue
        misses = [*_by_one_pair(wanted, namespace, pods, taken), *_away(wanted, namespace, pods, taken)]
        other = lone.get(namespace)
        if not misses and other and len(askers[namespace]) == 1 and _is_alike(wired, other, wanted, near):
            key = next(iter(wanted))
            misses = [NearMiss(other, key, wanted[key], _text(other.pod.labels, key))]
        if len(misses) == 1 and _has_ports(misses[0].workload, wired, listening_of):
            found[wired] = tuple(misses)
    return tuple(replace(wired, near=found.get(wired, wired.near)) for wired in services)


def _text(labels: Mapping[str, Text], key: str) -> str | None:
    value = labels.get(key)
    return value if isinstance(value, str) else None


def _is_meant(wanted: Mapping[str, str], miss: NearMiss, taken: set[Workload]) -> bool:
    """Whether the workload is meant for sure: its name says so, no pair of its labels is right, and it has no other."""
    labels = miss.workload.pod.labels
    return (
        miss.is_named and miss.workload not in taken and all(labels.get(key) != value for key, value in wanted.items())
    )


def _by_one_pair(
    wanted: Mapping[str, str], namespace: str | None, pods: PodIndex, taken: set[Workload]
) -> Iterator[NearMiss]:
    """Workloads that have the application's name right, and all else but one pair, which tells no variants apart."""
    names = [pair for pair in wanted.items() if is_name(pair[0])]
    carriers = {one: None for pair in names if len(pods.carrying(pair)) <= _FEW for one in pods.carrying(pair)}
    for workload in carriers:
        differing = [key for key, value in wanted.items() if workload.pod.labels.get(key) != value]
        is_here = workload.meta.namespace == namespace and workload not in taken and not workload.is_batch
        value = _text(workload.pod.labels, differing[0]) if len(differing) == 1 else None
        if is_here and value is not None and not is_variant(differing[0]):
            yield NearMiss(workload, differing[0], wanted[differing[0]], value)


def _away(wanted: Mapping[str, str], namespace: str | None, pods: PodIndex, taken: set[Workload]) -> Iterator[NearMiss]:
    """Workloads that carry all pairs, in another namespace."""
    carriers = min((pods.carrying(pair) for pair in wanted.items()), key=len, default=())
    for workload in carriers if namespace and len(carriers) <= _FEW else ():
        other = workload.meta.namespace
        if other and other != namespace and workload not in taken and labels_match(dict(wanted), workload.pod.labels):
            yield NearMiss(workload, None, namespace or "", other)


def _is_alike(wired: WiredService, workload: Workload, wanted: Mapping[str, str], near: Together) -> bool:
    """Whether a workload is deployed with a Service, and has the labels it asks for, all with other values."""
    labels = workload.pod.labels
    if not near.surely(wired.service.meta.path, workload.meta.path) or not wanted:
        return False
    return all(is_naming(key) and _text(labels, key) not in (None, value) for key, value in wanted.items())


def _has_ports(workload: Workload, wired: WiredService, listening_of: ListeningOf) -> bool:
    """Whether a workload's pods declare every port that a Service sends to."""
    ports = (pod_port(workload, port.target_port, port.protocol, listening_of) for port in wired.service.ports)
    return bool(wired.service.ports) and all(pod.declared is not None for pod in ports)
