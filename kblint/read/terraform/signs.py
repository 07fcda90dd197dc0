"""What Terraform shows of the cluster: how many servers it makes, their networks, and the modules that make a K3s."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from kblint.model.cluster import ClusterSign, SignOf
from kblint.read.signs import POD_NETWORKS
from kblint.read.terraform.resources import FolderFiles
from kblint.read.terraform.values import Folder, Scope
from kblint.source.text import Place, Source
from kblint.syntax.hcl import Block

SERVER = "hcloud_server"
NETWORKS = ("hcloud_network", "hcloud_network_subnet", "hcloud_server_network")
_DEPLOYS = ("helm_release", "kustomization_resource")
"""Resources that make objects of the cluster, which others than Terraform know."""
_TELLING = ("hcloud", "module", *_DEPLOYS)
_KUBE_HETZNER = "kube-hetzner"
"""https://registry.terraform.io/modules/kube-hetzner/kube-hetzner/hcloud"""


def may_show(text: str) -> bool:
    """Whether a `.tf` file may show anything."""
    return any(word in text for word in _TELLING)


def signs(files: FolderFiles) -> Iterator[ClusterSign]:
    """What the `.tf` files of one folder show."""
    return (sign for source, body in files.bodies for block in body.blocks for sign in _of_block(source, block))


def _of_block(source: Source, block: Block) -> Iterator[ClusterSign]:
    place = Place(source, block.head)
    if block.type == "provider" and block.labels == ("hcloud",):
        yield ClusterSign(SignOf.HETZNER, "provider hcloud", place)
    elif block.type == "module":
        yield from _of_module(source, block, place)
    elif block.type == "resource" and block.labels:
        yield from _of_resource(source, block, block.labels[0], place)


def _of_resource(source: Source, block: Block, type: str, place: Place) -> Iterator[ClusterSign]:
    if type.startswith("hcloud_"):
        yield ClusterSign(SignOf.HETZNER, type, place)
    if type in NETWORKS:
        yield ClusterSign(SignOf.PRIVATE_NETWORK, type, place)
    if type == SERVER:
        yield ClusterSign(SignOf.SERVERS, type, place, _count(block), _labels(source, block))
        if any(True for _ in block.body.blocks_of("network")):
            yield ClusterSign(SignOf.PRIVATE_NETWORK, type, place)
    if type in _DEPLOYS:
        yield ClusterSign(SignOf.RELEASE, f"`{'.'.join(block.labels)}`", place)
    chart = _text(source, block, "chart") if type == "helm_release" else None
    if chart and chart.rpartition("/")[2] in POD_NETWORKS:
        yield ClusterSign(SignOf.OTHER_NETWORK, chart.rpartition("/")[2], place)


def _of_module(source: Source, block: Block, place: Place) -> Iterator[ClusterSign]:
    called = _text(source, block, "source") or ""
    if _KUBE_HETZNER in called:
        for of in (SignOf.HETZNER, SignOf.K3S, SignOf.PRIVATE_NETWORK):
            yield ClusterSign(of, _KUBE_HETZNER, place)
        yield ClusterSign(SignOf.SERVERS, _KUBE_HETZNER, place)
        network = _text(source, block, "cni_plugin")
        if network and network != "flannel":
            yield ClusterSign(SignOf.OTHER_NETWORK, network, place)
    elif called.startswith("."):
        folder = posixpath.normpath(posixpath.join(posixpath.dirname(source.path), called))
        yield ClusterSign(SignOf.MODULE, folder, place, _count(block))


def _count(block: Block) -> int | None:
    """How many there are of a block: one, unless it is repeated."""
    return None if {"count", "for_each"} & set(block.body.attributes) else 1


def _labels(source: Source, block: Block) -> dict[str, str]:
    """The labels that are written out."""
    attribute = block.body.attributes.get("labels")
    found = Scope(Folder({}, {}), source.text).value(attribute.value) if attribute else None
    pairs = found.items() if isinstance(found, dict) else ()
    return {key: value for key, value in pairs if isinstance(key, str) and isinstance(value, str)}


def _text(source: Source, block: Block, name: str) -> str | None:
    """A string that is written out; None for an expression, and where there is none."""
    attribute = block.body.attributes.get(name)
    value = Scope(Folder({}, {}), source.text).value(attribute.value) if attribute else None
    return value if isinstance(value, str) else None
