"""Nodes that the service controller leaves out of every load balancer, whatever value their label has.

https://kubernetes.io/docs/reference/labels-annotations-taints/#node-kubernetes-io-exclude-from-external-load-balancers
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kblint.model.bundle import Bundle, Other
from kblint.model.cluster import K3sConfig
from kblint.model.meta import Text
from kblint.source.text import Place

LABEL = "node.kubernetes.io/exclude-from-external-load-balancers"


@dataclass(frozen=True, slots=True)
class DeclaredNode:
    """A node as far as the input tells: a Node object, or the K3s configuration of one.

    `excluded` is the value of the label and where it stands, None where the node does not carry it.
    """

    name: str
    excluded: tuple[Text, Place] | None


def declared_nodes(bundle: Bundle) -> tuple[DeclaredNode, ...]:
    """Every node that the input tells of."""
    return (*_objects(bundle), *_configurations(bundle))


def _objects(bundle: Bundle) -> Iterator[DeclaredNode]:
    for thing in bundle.all(Other):
        meta = thing.meta
        if (meta.group, meta.kind) == ("", "Node"):
            value = meta.labels.get(LABEL)
            place = meta.origin.key_place("metadata", "labels", LABEL)
            yield DeclaredNode(meta.name, None if value is None else (value, place))


def _configurations(bundle: Bundle) -> Iterator[DeclaredNode]:
    for config in bundle.all(K3sConfig):
        option = config.options.get("node-label")
        labels = [value.partition("=") for value in config.values("node-label")]
        value = next((written for key, _, written in labels if key == LABEL), None)
        yield DeclaredNode(config.name, (value, option.place) if option and value is not None else None)
