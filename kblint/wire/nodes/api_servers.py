"""The Kubernetes API servers that the input sets up on nodes: by K3s, by kubeadm, or by a module that installs K3s."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from kblint.model.bundle import Bundle, Other
from kblint.model.cluster import ClusterSign, K3sConfig, SignOf
from kblint.source.text import Place

_USUAL = 6443
"""https://docs.k3s.io/cli/server#listeners and
https://kubernetes.io/docs/reference/networking/ports-and-protocols/#control-plane
"""
_KUBEADM = "kubeadm.k8s.io"


class ApiServer(Struct, frozen=True):
    """An API server: who brings it, and where that is said."""

    name: str
    place: Place


def api_servers(bundle: Bundle) -> Mapping[object, ApiServer]:
    """Every API server, by its port; servers with a port that cannot be known are left out."""
    found: dict[object, ApiServer] = {}
    for config in bundle.all(K3sConfig):
        if config.role == "server":
            written = config.value("https-listen-port")
            port = int(written) if isinstance(written, str) and written.isdecimal() else written
            found.setdefault(_USUAL if port is None else port, ApiServer("K3s's API server", config.place))
    for sign in bundle.all(ClusterSign):
        if sign.of is SignOf.KUBEADM:
            found.setdefault(_USUAL, ApiServer("the API server of kubeadm", sign.place))
    for one in bundle.all(Other):
        if one.meta.group == _KUBEADM and one.meta.kind == "InitConfiguration":
            bound = one.meta.origin.get("localAPIEndpoint", "bindPort")
            place = one.meta.origin.place()
            found.setdefault(_USUAL if bound is None else bound, ApiServer("the API server of kubeadm", place))
    return found
