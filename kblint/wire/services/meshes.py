"""Sidecars that a service mesh injects into pods: no file shows them, and what comes to the pod comes to them first.

https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/ ,
https://istio.io/latest/docs/ambient/usage/add-workloads/ , https://linkerd.io/2/features/proxy-injection/ ,
https://kuma.io/docs/latest/production/dp-config/dpp-on-kubernetes/ and
https://developer.hashicorp.com/consul/docs/k8s/annotations-and-labels
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from kblint.model.bundle import Bundle
from kblint.model.meta import Text
from kblint.model.policy import Namespace
from kblint.model.workload import Workload
from kblint.source.values import Unknown
from kblint.wire.listening.sockets import Listening

_KEYS = {
    "istio-injection": "Istio",
    "istio.io/rev": "Istio",
    "istio.io/dataplane-mode": "Istio",
    "sidecar.istio.io/inject": "Istio",
    "linkerd.io/inject": "Linkerd",
    "kuma.io/sidecar-injection": "Kuma",
    "consul.hashicorp.com/connect-inject": "Consul",
}
"""Labels and annotations of namespaces and pods that ask for a sidecar, or keep it out; some are one, some both."""
_OFF = frozenset({"", "disabled", "false", "none"})


def meshed(bundle: Bundle) -> Mapping[Workload, str]:
    """The workloads whose pods may get a sidecar, with the mesh that it is of; pods of the host network get none."""
    spaces = {one.meta.name: _asked(one.meta.labels, one.meta.annotations) for one in bundle.all(Namespace)}
    found: dict[Workload, str] = {}
    for workload in bundle.all(Workload):
        asked = spaces.get(workload.meta.namespace or "", {}) | _asked(workload.pod.labels, workload.pod.annotations)
        mesh = next((name for name, is_on in asked.items() if is_on), None)
        if mesh and not workload.pod.host_network:
            found[workload] = mesh
    return found


def _asked(labels: Mapping[str, Text], annotations: Mapping[str, Text]) -> dict[str, bool]:
    """Whether each mesh is asked for, or kept out; what cannot be known may ask."""
    written = {**annotations, **labels}
    return {
        mesh: isinstance(value, Unknown) or value.lower() not in _OFF
        for key, mesh in _KEYS.items()
        if (value := written.get(key)) is not None
    }


def behind_sidecar(listening: Listening) -> Listening:
    """What is known of a container whose connections a sidecar takes, on whatever port, and hands on to loopback."""
    sockets = tuple(one for one in listening.sockets if not one.is_loopback)
    return replace(listening, sockets=sockets, is_complete=False, is_open=False)
