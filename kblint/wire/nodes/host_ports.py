"""Host ports of the pod network: who opens them on the nodes.

Not the kubelet but the pod network opens a `hostPort`: Cilium where it replaces kube-proxy, or with the plugin
`portmap` behind it. https://docs.cilium.io/en/stable/network/kubernetes/kubeproxy-free/#container-hostport-support ,
https://docs.cilium.io/en/stable/installation/cni-chaining-portmap/ and
https://docs.tigera.io/calico/latest/reference/installation/api (`hostPorts`)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kblint.model.bundle import Bundle, Other
from kblint.model.cluster import K3sConfig
from kblint.model.policy import ConfigMap
from kblint.model.release import ChartRelease
from kblint.source.grouping import grouped
from kblint.source.text import Place
from kblint.source.values import Origin
from kblint.wire.conflict import Conflict
from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.nodes.claims import HostClaim
from kblint.wire.services.ports import PortOfPods

_OFF = ("false", "disabled", "partial", "probe")
_CILIUM = "cilium-config"


def unmapped_host_ports(bundle: Bundle, claims: Iterable[HostClaim]) -> Iterator[Conflict]:
    """Host ports of pods on the pod network that the pod network does not open: the first of each workload."""
    closed = _closed(bundle)
    if closed is None:
        return
    shown = (Evidence(closed.place, "opens no host ports"),)
    by_workload = grouped((one.workload, one) for one in claims if not one.workload.pod.host_network)
    for workload, taken in by_workload.items():
        things = tuple(PortOfPods(workload, one.container_port, one.protocol) for one in taken)
        number, name = str(taken[0].port), str(workload.meta)
        yield Conflict(
            "portmap", workload.meta, taken[0].place, name, number, closed.label, shown=shown, things=things,
            stops=Certainty.LIKELY,
        )  # fmt: skip


def _closed(bundle: Bundle) -> Evidence | None:
    """The pod network that is told to open no host ports, and where; None where it opens them, or nobody knows."""
    if any(config.is_on("disable-kube-proxy") for config in bundle.all(K3sConfig)):
        return None
    for settings in bundle.all(ConfigMap):
        if settings.meta.name == _CILIUM and (place := _closed_by_settings(settings)):
            return Evidence(place, "Cilium")
    for chart in bundle.all(ChartRelease):
        if chart.chart == "cilium" and not chart.unknown and (place := _closed_by_values(chart.values)):
            return Evidence(place, "Cilium")
    for meta in (one.meta for one in bundle.all(Other)):
        path = ("spec", "calicoNetwork", "hostPorts")
        if (meta.group, meta.kind) == ("operator.tigera.io", "Installation") and meta.origin.get(*path) == "Disabled":
            return Evidence(meta.origin.place(*path), "Calico")
    return None


def _closed_by_settings(settings: ConfigMap) -> Place | None:
    data, key = settings.data, "kube-proxy-replacement"
    replaces, opens = data.get(key), data.get("enable-host-port", "false")
    chained = data.get("cni-chaining-mode", "none")
    is_closed = replaces in _OFF and opens == "false" and isinstance(chained, str) and chained in ("none", "")
    return settings.origin.place(key) if is_closed else None


def _closed_by_values(values: Origin) -> Place | None:
    replaces = values.get("kubeProxyReplacement")
    is_off = replaces is False or replaces in _OFF
    opens, chained = values.get("hostPort", "enabled"), values.get("cni", "chainingMode")
    is_closed = is_off and opens in (None, False) and chained in (None, "none")
    return values.place("kubeProxyReplacement") if is_closed else None
