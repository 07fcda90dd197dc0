"""Where `load-balancer.hetzner.cloud/` annotations stand: on objects, in Helm values, in values inside strings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kblint.model.annotations import PREFIX
from kblint.model.balancer import BalancerAnnotation
from kblint.model.meta import Meta
from kblint.read.inner_yaml import inner_yaml
from kblint.read.values import as_text, mapping, word
from kblint.source.spelling import is_typo
from kblint.source.text import Source
from kblint.source.values import Origin, PositionedDict, PositionedList

_EMBEDDING_KEYS = frozenset({"valuesContent", "values"})
"""Keys of strings that hold Helm values: K3s's HelmChart and HelmChartConfig, Argo's Application.

What is wrong inside such a string is told by the reader of those kinds.
"""


class _Spot(NamedTuple):
    """A container on the way down, the keys that lead to it, and the mapping it stands in."""

    path: tuple[str, ...]
    container: PositionedDict | PositionedList
    holder: PositionedDict


def annotations_below(origin: Origin, owner: Meta | None) -> Iterator[BalancerAnnotation]:
    """Every such annotation below `origin`; `owner` is the object it belongs to, None in a bare values file.

    They are found in mappings whose own key ends in `annotations`, however deep, and in strings that hold Helm values.
    """
    for spot in _spots(origin):
        written = spot.container
        if not spot.path or not spot.path[-1].lower().endswith("annotations") or isinstance(written, PositionedList):
            continue
        reaches = _reaches(spot.path, owner)
        service_type = _service_type(spot, owner) if reaches == "Service" else None
        yield from annotations_of(origin.source, written, owner, reaches, service_type)


def annotations_of(
    source: Source, written: PositionedDict, owner: Meta | None, reaches: str, service_type: str | None
) -> Iterator[BalancerAnnotation]:
    """Those of one mapping, and those that are meant for some: one slip of the hand before the `/`.

    What stands before a `/` that is wrong is part of such a name, which is none that the manager knows.
    """
    for key, value in written.items():
        domain, slash, _ = key.partition("/")
        if key.startswith(PREFIX) or (slash and is_typo(domain, PREFIX.removesuffix("/"))):
            yield BalancerAnnotation(
                name=key.removeprefix(PREFIX),
                value="" if value is None else as_text(value),
                owner=owner,
                reaches=reaches,
                service_type=service_type,
                origin=Origin(source, written, written.key_spans[key]),
                key=key,
            )


def _spots(origin: Origin) -> Iterator[_Spot]:
    """Every container below `origin`, each once, however many aliases lead to it."""
    visited: dict[int, object] = {}
    pending = [_Spot((), origin.node, origin.node)]
    while pending:
        spot = pending.pop()
        if id(spot.container) in visited:
            continue
        visited[id(spot.container)] = spot.container
        yield spot
        pending.extend(reversed(list(_inside(origin.source, spot))))


def _inside(source: Source, spot: _Spot) -> Iterator[_Spot]:
    container = spot.container
    if isinstance(container, PositionedList):
        for item in container:
            if isinstance(item, PositionedDict | PositionedList):
                yield _Spot(spot.path, item, spot.holder)
        return
    for key, value in container.items():
        inner: object = value
        if isinstance(value, str) and key in _EMBEDDING_KEYS and PREFIX in value:
            inner, _ = inner_yaml(Origin(source, container, container.key_spans[key]), key, value)
        if isinstance(inner, PositionedDict | PositionedList):
            yield _Spot((*spot.path, key), inner, container)


def _reaches(path: tuple[str, ...], owner: Meta | None) -> str:
    """The kind of thing that the annotations at `path` end on.

    Charts hand `service.annotations` to their Service; a Gateway's `spec.infrastructure.annotations` go to the Service
    made for it. https://gateway-api.sigs.k8s.io/reference/spec/#gatewayinfrastructure
    """
    if owner is None:
        return "unknown"
    if path == ("metadata", "annotations"):
        # Knative has Services too
        return f"{owner.kind}.{owner.group}" if owner.kind == "Service" and owner.group else owner.kind
    if owner.kind == "Gateway" and path == ("spec", "infrastructure", "annotations"):
        return "Service"
    return "Service" if path[-2:-1] == ("service",) else "unknown"


def _service_type(spot: _Spot, owner: Meta | None) -> str | None:
    """The type of the Service beside the annotations: `spec.type` of an object, `type` or `spec.type` of values."""
    if owner is not None and spot.path == ("metadata", "annotations"):
        return word(mapping(owner.origin.node, "spec"), "type", "ClusterIP")
    return word(spot.holder, "type") or word(mapping(spot.holder, "spec"), "type") or None
