"""The configuration of hetzner-k3s, which makes servers, their network and K3s on them.

https://vitobotta.github.io/hetzner-k3s/Creating_a_cluster/
"""

from __future__ import annotations

from collections.abc import Iterator

from kblint.model.cluster import ClusterSign, SignOf
from kblint.model.input_format import InputFormat
from kblint.read.reading import Reading
from kblint.source.values import Document, Origin

FORMAT = InputFormat(
    "hetzner-k3s",
    "its `cluster.yaml`",
    "what its `additional_*` commands do",
)

_OWN_KEYS = frozenset({"hetzner_token", "k3s_version", "cluster_name", "kubeconfig_path"})


def read_document(document: Document) -> Reading | None:
    """What such a configuration shows of its cluster; None for anything else."""
    origin = document.origin
    if "masters_pool" not in origin.node or len(_OWN_KEYS & set(origin.node)) < 2:
        return None
    return Reading(tuple(_signs(origin)))


def _signs(origin: Origin) -> Iterator[ClusterSign]:
    name, place = "hetzner-k3s", origin.key_place("masters_pool")
    yield ClusterSign(SignOf.HETZNER, name, place)
    yield ClusterSign(SignOf.K3S, name, place)
    pools = (origin.child("masters_pool"), *origin.children("worker_node_pools"))
    for pool in pools:
        size = pool.get("instance_count")
        # not known where it changes with the load
        is_fixed = pool.get("autoscaling", "enabled") is not True
        count = size if is_fixed and isinstance(size, int) else None
        yield ClusterSign(SignOf.SERVERS, name, pool.place("instance_count"), count)
    if origin.get("networking", "private_network", "enabled") is not False:
        yield ClusterSign(SignOf.PRIVATE_NETWORK, name, origin.place("networking", "private_network"))
    network = origin.get("networking", "cni", "mode")
    if isinstance(network, str) and network != "flannel":
        yield ClusterSign(SignOf.OTHER_NETWORK, network, origin.place("networking", "cni", "mode"))
