"""Pod specs: where the pod runs, what it mounts, how it is secured.

Fields and defaults: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
"""

from __future__ import annotations

from collections.abc import Iterator

from kblint.model.workload import NodeTerm, Pod, Toleration, Volume
from kblint.read.kubernetes.containers import containers, security
from kblint.read.kubernetes.selectors import requirements
from kblint.read.values import (
    Fields,
    flag,
    known_word,
    mapping,
    mappings,
    text,
    text_map,
    word,
)
from kblint.source.values import Origin

NAME_KEYS = {"configMap": "name", "secret": "secretName", "persistentVolumeClaim": "claimName"}
"""Volume sources that name an object, and under which key."""


def pod(spec: Origin, meta_origin: Origin) -> Pod:
    """The pod of a spec and the mapping that holds its labels and annotations; both may be empty."""
    node = spec.node
    affinity = mapping(node, "affinity")
    return Pod(
        labels=text_map(meta_origin.node, "labels"),
        annotations=text_map(meta_origin.node, "annotations"),
        host_network=flag(node, "hostNetwork", default=False),
        dns_policy=word(node, "dnsPolicy", "ClusterFirst"),
        has_dns_config=bool(mapping(node, "dnsConfig")),
        enable_service_links=flag(node, "enableServiceLinks", default=True),
        node_name=text(node, "nodeName"),
        node_selector=text_map(node, "nodeSelector"),
        node_affinity=_node_terms(mapping(affinity, "nodeAffinity")),
        has_anti_affinity=any(sequence for sequence in mapping(affinity, "podAntiAffinity").values()),
        tolerations=tuple(map(_toleration, mappings(node, "tolerations"))),
        volumes=tuple(volume for item in spec.children("volumes") for volume in _volumes(item)),
        containers=containers(spec),
        security=security(mapping(node, "securityContext")),
        subdomain=known_word(node, "subdomain"),
        origin=spec,
        meta_origin=meta_origin,
    )


def _node_terms(affinity: Fields) -> tuple[NodeTerm, ...]:
    required = mapping(affinity, "requiredDuringSchedulingIgnoredDuringExecution")
    return tuple(
        NodeTerm(requirements(term, "matchExpressions") + requirements(term, "matchFields"))
        for term in mappings(required, "nodeSelectorTerms")
    )


def _toleration(fields: Fields) -> Toleration:
    return Toleration(
        word(fields, "key"), word(fields, "operator", "Equal"), word(fields, "value"), word(fields, "effect")
    )


def _volumes(origin: Origin) -> Iterator[Volume]:
    """The volume, or one for each ConfigMap and Secret that a projected volume puts together."""
    volume = word(origin.node, "name")
    kind = next((key for key in origin.node if key != "name"), "emptyDir")
    if kind != "projected":
        yield _volume(volume, kind, origin)
        return
    for source in origin.child("projected").children("sources"):
        for part in ("configMap", "secret"):
            if part in source.node:
                # inside a projection a Secret is named by `name`, as a ConfigMap is
                yield Volume(volume, part, known_word(mapping(source.node, part), "name"), _items(source, part), source)


def _volume(volume: str, kind: str, origin: Origin) -> Volume:
    name_key = NAME_KEYS.get(kind)
    name = known_word(mapping(origin.node, kind), name_key) if name_key else None
    return Volume(volume, kind, name, _items(origin, kind), origin)


def _items(origin: Origin, kind: str) -> dict[str, str]:
    return {word(item, "key"): word(item, "path") for item in mappings(mapping(origin.node, kind), "items")}
