"""What the input shows of the cluster: whether it is K3s, whether it stands at Hetzner, how many nodes it has.

Also what else than flannel makes its pod network, and whether its nodes share a private network.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from kblint.model.balancer import BalancerAnnotation, LoadBalancer
from kblint.model.bundle import Bundle, Declaration, Other, path_of
from kblint.model.cluster import ClusterSign, K3sConfig, SignOf
from kblint.model.environment import Environment
from kblint.model.firewall import CloudFirewall
from kblint.model.meta import Meta
from kblint.model.release import ChartRelease
from kblint.model.service import Service
from kblint.model.workload import Workload
from kblint.source.grouping import grouped
from kblint.source.regex import regex
from kblint.source.values import Unknown, shown
from kblint.wire.evidence import Evidence

_HETZNER_IMAGE = regex(r"(^|/)hcloud-(cloud-controller-manager|csi-driver)([:@]|$)")
_K3S_IMAGE = regex(r"(^|/)rancher/(k3s|klipper|mirrored-library-traefik)|(^|/)k3s-upgrade\b")
_NETWORK_IMAGE = regex(
    r"(^|/)(cilium/cilium|calico/node|weaveworks/weave-kube|cloudnativelabs/kube-router"
    r"|antrea/antrea-agent|kubeovn/kube-ovn)(-\w+)?([:@]|$)"
)
_NETWORK_CHARTS = frozenset(
    {"antrea", "calico", "cilium", "kube-ovn", "kube-router", "ovn-kubernetes", "tigera-operator", "weave-net"}
)
_NETWORK_GROUPS = {"cilium.io": "cilium", "operator.tigera.io": "calico", "operator.antrea.io": "antrea"}
"""API groups of operators and their own objects, to the pod network they belong to."""
_CHART_KINDS = frozenset({"HelmRelease", "HelmChart", "Application"})
_JOINING = frozenset({"server", "cluster-init", "token", "token-file", "agent-token", "datastore-endpoint"})
"""Options of a K3s server that has others beside it: https://docs.k3s.io/cli/server"""


class Provider(Struct, frozen=True):
    """The files that show Hetzner and those that show K3s, each sorted; whether K3s's own Traefik is known to run."""

    hetzner: tuple[str, ...]
    k3s: tuple[str, ...]
    has_traefik: bool

    @property
    def shown_by(self) -> tuple[str, ...]:
        """A file that shows both; else the first that shows Hetzner, and the first that shows K3s."""
        both = next((path for path in self.hetzner if path in self.k3s), None)
        return (both,) if both else (*self.hetzner[:1], *self.k3s[:1])


def provider(declarations: Iterable[Declaration]) -> Provider:
    """What shows on which cloud the cluster stands, and which Kubernetes it is."""
    hetzner: set[str] = set()
    k3s: set[str] = set()
    configs: list[K3sConfig] = []
    is_amended = False
    for thing in declarations:
        if isinstance(thing, K3sConfig):
            configs.append(thing)
        is_amended = is_amended or _amends_traefik(thing)
        if _shows_hetzner(thing):
            hetzner.add(path_of(thing))
        if _shows_k3s(thing):
            k3s.add(path_of(thing))
    return Provider(tuple(sorted(hetzner)), tuple(sorted(k3s)), is_amended or _leaves_traefik(configs))


def _amends_traefik(thing: Declaration) -> bool:
    """Whether a HelmChartConfig gives values to the Traefik that K3s brings (https://docs.k3s.io/networking)."""
    if not isinstance(thing, Other):
        return False
    return (thing.meta.group, thing.meta.kind, thing.meta.name) == ("helm.cattle.io", "HelmChartConfig", "traefik")


def _leaves_traefik(configs: Iterable[K3sConfig]) -> bool:
    """Whether servers of K3s are set up, and none of them goes without its Traefik."""
    servers = [config for config in configs if config.role == "server"]
    disabled = [value for config in servers if (written := config.options.get("disable")) for value in written.values]
    if any(isinstance(value, Unknown) for value in disabled):
        return False
    return bool(servers) and not any("traefik" in config.values("disable") for config in servers)


def _shows_hetzner(thing: Declaration) -> bool:
    if isinstance(thing, ClusterSign):
        return thing.of is SignOf.HETZNER
    if isinstance(thing, ChartRelease):
        return thing.chart.startswith("hcloud-")
    if isinstance(thing, Workload):
        return _runs(thing, _HETZNER_IMAGE)
    if isinstance(thing, Other) and thing.meta.kind == "Node":
        return str(thing.meta.origin.get("spec", "providerID")).startswith("hcloud://")
    return isinstance(thing, LoadBalancer | BalancerAnnotation | CloudFirewall)


def _shows_k3s(thing: Declaration) -> bool:
    if isinstance(thing, ClusterSign):
        return thing.of is SignOf.K3S
    if isinstance(thing, Workload | Service) and _is_of_addon(thing.meta):
        return True
    if isinstance(thing, Workload):
        return _runs(thing, _K3S_IMAGE)
    if isinstance(thing, Other):
        if thing.meta.kind == "Node":
            return "+k3s" in str(thing.meta.origin.get("status", "nodeInfo", "kubeletVersion"))
        is_rke2 = thing.meta.name.startswith("rke2-")
        return thing.meta.group in ("helm.cattle.io", "k3s.cattle.io") and not is_rke2
    return isinstance(thing, K3sConfig)


def _is_of_addon(meta: Meta) -> bool:
    """Whether a dump shows that K3s itself brought it: https://docs.k3s.io/installation/packaged-components."""
    return str(meta.annotations.get("objectset.rio.cattle.io/owner-gvk", "")).startswith("k3s.cattle.io/")


def _runs(workload: Workload, image: re.Pattern[str]) -> bool:
    return any(isinstance(one.image, str) and image.search(one.image) for one in workload.pod.containers)


def other_network(bundle: Bundle) -> Evidence | None:
    """What shows that something else than flannel makes the pod network; None where nothing does."""
    for sign in _signs(bundle, SignOf.OTHER_NETWORK):
        return Evidence(sign.place, f"{sign.name} makes the pod network")
    for values in bundle.all(ChartRelease):
        if values.chart in _NETWORK_CHARTS:
            return Evidence(values.place, f"{values.chart} makes the pod network")
    for workload in bundle.all(Workload):
        if _runs(workload, _NETWORK_IMAGE):
            return Evidence(workload.meta.origin.place("metadata", "name"), f"{workload.meta.name} is its pod network")
    for other in bundle.all(Other):
        meta = other.meta
        name = _NETWORK_GROUPS.get(meta.group) or (_chart(other) if meta.kind in _CHART_KINDS else None)
        if name:
            return Evidence(meta.origin.place("kind"), f"{name} makes the pod network")
    return None


def _chart(other: Other) -> str | None:
    """The pod network that an object installs as a chart: HelmRelease, HelmChart, Application."""
    spec = other.meta.origin.child("spec")
    sources = (spec.child("source"), *spec.children("sources"))
    named = (spec.get("chart"), spec.get("chart", "spec", "chart"), *(source.get("chart") for source in sources))
    charts = [name.rstrip("/").rpartition("/")[2] for name in named if isinstance(name, str)]
    if not charts and spec.get("chartRef") is not None:
        charts.append(other.meta.name)
    return next((name for name in charts if name in _NETWORK_CHARTS), None)


def private_network(bundle: Bundle) -> Evidence | None:
    """What shows that the nodes share a private network, without saying that flannel uses it."""
    for sign in _signs(bundle, SignOf.PRIVATE_NETWORK):
        return Evidence(sign.place, "the nodes share a private network")
    for annotation in bundle.all(BalancerAnnotation):
        if annotation.name == "use-private-ip" and annotation.value == "true":
            return Evidence(annotation.origin.place(annotation.key), "the nodes share a private network")
    for balancer in bundle.all(LoadBalancer):
        for target in balancer.targets:
            if target.use_private_ip is True:
                return Evidence(target.origin.place("use_private_ip"), "the nodes share a private network")
    for workload in bundle.all(Workload):
        for variable in (one for container in workload.pod.containers for one in container.env):
            if variable.name == "HCLOUD_NETWORK":
                return Evidence(variable.origin.place("name"), "the nodes share a private network")
    for values in bundle.all(ChartRelease):
        networking = values.values.get("networking")
        is_manager = values.chart == "hcloud-cloud-controller-manager"
        if is_manager and isinstance(networking, dict) and networking.get("enabled") is True:
            return Evidence(values.place, "the nodes share a private network")
    return None


_TUNNELS = regex(r"\b(cloudflared|tailscale|ngrok|frpc|inlets|newt)\b")
"""Images of programs that bring requests in from the inside, past every firewall."""


def has_tunnel(bundle: Bundle) -> bool:
    """Whether requests may come another way than to an address of the nodes."""
    pods = (workload.pod for workload in bundle.all(Workload))
    images = (container.image for pod in pods for container in pod.running_containers)
    return any(isinstance(image, str) and _TUNNELS.search(image) for image in images)


def is_only_node(bundle: Bundle, environment: Environment) -> bool:
    """Whether the cluster has one node, by the user's word or by what is made."""
    return environment.nodes == 1 or single_server(bundle) is not None


def single_server(bundle: Bundle) -> Evidence | None:
    """What shows that one server is made, and no more; None where there are more, or nobody knows."""
    signs = tuple(_signs(bundle, SignOf.SERVERS))
    calls = grouped((call.name, call) for call in _signs(bundle, SignOf.MODULE))
    counts = [_made(sign, calls) for sign in signs]
    if sum(count or 0 for count in counts) != 1 or None in counts:
        return None
    return next(
        Evidence(sign.place, "the only server") for sign, count in zip(signs, counts, strict=True) if count == 1
    )


def _made(sign: ClusterSign, calls: Mapping[str, Sequence[ClusterSign]]) -> int | None:
    """How many servers a resource makes, with the calls of the module it stands in."""
    folder = sign.place.source.path.rpartition("/")[0]
    callers = calls.get(folder, ())
    if not callers:
        # who calls a module may lie elsewhere
        return None if "modules/" in f"{folder}/" else sign.count
    if sign.count is None or any(call.count is None for call in callers):
        return None
    return sign.count * len(callers)


def single_install(bundle: Bundle) -> Evidence | None:
    """The only command that starts K3s, as a server without others beside it; None where there is more."""
    configs = bundle.all(K3sConfig)
    installs = [config for config in configs if config.is_install]
    if any(_signs(bundle, SignOf.SERVERS)) or len(installs) != 1 or any(one.role == "agent" for one in configs):
        return None
    only = installs[0]
    if only.role != "server" or any(_JOINING & set(config.options) for config in configs):
        return None
    return Evidence(only.place, "the only server")


def flannel_backend(bundle: Bundle) -> Evidence | Unknown | None:
    """A backend of flannel other than VXLAN; unknown where one is written that cannot be known, None for VXLAN."""
    for config in bundle.all(K3sConfig):
        backend = config.value("flannel-backend")
        if isinstance(backend, Unknown):
            return backend
        if backend is not None and backend != "vxlan":
            return Evidence(config.options["flannel-backend"].place, f"`{shown(backend)}`, not VXLAN")
    return None


def _signs(bundle: Bundle, of: SignOf) -> Iterator[ClusterSign]:
    return (sign for sign in bundle.all(ClusterSign) if sign.of is of)
