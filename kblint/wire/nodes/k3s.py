"""The options of K3s: what is wrong with them, and what they take from each other.

https://docs.k3s.io/cli/server
"""

from __future__ import annotations

import ipaddress
import posixpath
from collections.abc import Iterator

from msgspec import Struct

from kblint.model.bundle import Bundle
from kblint.model.cluster import K3sConfig, Option
from kblint.model.environment import Environment
from kblint.model.release import ChartRelease
from kblint.model.workload import Workload
from kblint.source.regex import regex
from kblint.source.spelling import RESEMBLES, nearest
from kblint.source.values import shown
from kblint.wire.conflict import Conflict
from kblint.wire.evidence import Evidence

_BACKENDS = ("none", "vxlan", "host-gw", "wireguard-native")
_REMOVED_BACKENDS = {"ipsec": "removed in v1.27", "wireguard": "replaced by `wireguard-native`"}
_COMPONENTS = ("coredns", "local-storage", "metrics-server", "runtimes", "servicelb", "traefik")
_RANGE = regex(r"\d{1,5}-\d{1,5}")
_LISTED = ("disable", "kubelet-arg", "kube-proxy-arg", "node-label", "node-taint", "tls-san")
"""Options that several files may add to, if they say so with a `+`."""
_DEFAULTS = {"cluster-cidr": "10.42.0.0/16", "service-cidr": "10.43.0.0/16"}
_OWN_CONTROLLER, _MANAGER = "disable-cloud-controller", "hcloud-cloud-controller-manager"
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class WiredOption(Struct, frozen=True, eq=False):
    """A K3s option, with what is written of it in one line."""

    config: K3sConfig
    option: Option
    value: str


def wired_options(bundle: Bundle) -> tuple[WiredOption, ...]:
    """Every option of every K3s configuration."""
    return tuple(
        WiredOption(config, option, ",".join(map(shown, option.values)))
        for config in bundle.all(K3sConfig)
        for option in config.options.values()
    )


def k3s_conflicts(bundle: Bundle, environment: Environment) -> Iterator[Conflict]:
    """What is wrong with every K3s configuration of a bundle."""
    configs = bundle.all(K3sConfig)
    for config in configs:
        for option in config.options.values():
            problem, meant = _problem(option, environment)
            if problem:
                yield _about(config, "k3s-option", option, problem, suggestion=meant)
        yield from _ranges(config)
    yield from _lost(configs)
    yield from _two_controllers(configs, bundle)


def _about(
    config: K3sConfig, kind: str, option: Option, other: str, case: str = "", *, suggestion: str | None = None,
    seen: tuple[Evidence, ...] = (),
) -> Conflict:  # fmt: skip
    value = ",".join(one for one in option.values if isinstance(one, str))
    owner = ("K3sConfig", config.name)
    return Conflict(kind, owner, option.place, option.name, value, other, case, suggestion, shown=seen)


def _problem(option: Option, environment: Environment) -> tuple[str | None, str | None]:
    values = [part.strip() for value in option.values if isinstance(value, str) for part in value.split(",")]
    if option.name == "flannel-backend":
        for value in values:
            if value.partition("=")[0] in _REMOVED_BACKENDS:
                return f"`{value}` is no flannel backend any more: {_REMOVED_BACKENDS[value]}", "wireguard-native"
            if value not in _BACKENDS:
                return f"`{value}` is no flannel backend", nearest(value, _BACKENDS, RESEMBLES)
    if option.name == "disable":
        for value in values:
            if value and value not in _COMPONENTS:
                words = value.split()
                if len(words) > 1 and set(words) <= set(_COMPONENTS):
                    return f"`{value}` is one name for K3s, and no component of it", f"[{', '.join(words)}]"
                meant = nearest(value, _COMPONENTS, RESEMBLES)
                if meant:
                    return f"`{value}` is no component of K3s", meant
    if option.name == "server":
        for value in values:
            if value.startswith("http://"):
                return f"`{value}` is asked by https only", f"https://{value.removeprefix('http://')}"
    if option.name == "service-node-port-range" and values:
        ports = environment.node_port_range
        if not _RANGE.fullmatch(values[-1]):
            return f"`{values[-1]}` is no range of ports", f"{ports.first}-{ports.last}"
        written = f"{ports.first}-{ports.last}"
        if environment.node_port_range_is_configured and values[-1] != written:
            return f"`cluster.node-port-range` in kblint.yaml says `{written}`", written
    return None, None


def _lost(configs: tuple[K3sConfig, ...]) -> Iterator[Conflict]:
    """Values that a file of `config.yaml.d` replaces, where it was to add to them.

    https://docs.k3s.io/installation/configuration#multiple-config-files
    """
    earlier: dict[tuple[str, str], tuple[K3sConfig, Option]] = {}
    for config in sorted(configs, key=lambda one: one.name):
        folder, name = posixpath.split(config.name)
        is_part = folder.endswith("config.yaml.d")
        if config.is_install or not (is_part or name == "config.yaml"):
            continue
        home = folder.removesuffix("config.yaml.d").rstrip("/")
        for option in (config.options[name] for name in _LISTED if name in config.options):
            held = earlier.get((home, option.name))
            known = [one for one in (held[1].values if held else ()) if isinstance(one, str)]
            lost = [one for one in known if one not in option.values]
            if is_part and held and lost and not option.is_added:
                seen = (Evidence(held[1].place, "replaced, and not added to"),)
                yield _about(config, "k3s-option", option, f"it replaces `{', '.join(lost)}`", "lost", seen=seen)
            earlier[home, option.name] = (config, option)


def _two_controllers(configs: tuple[K3sConfig, ...], bundle: Bundle) -> Iterator[Conflict]:
    """Servers that leave balancers to Hetzner's cloud controller manager, and keep K3s's own controller beside it.

    Whichever sees a node first gives it its provider ID, and the manager adds no node of K3s's as a target.
    https://github.com/hetznercloud/hcloud-cloud-controller-manager/blob/main/docs/guides/quickstart.md
    """
    servers = [config for config in configs if config.role == "server"]
    leaving = next((one for one in servers if "servicelb" in one.values("disable")), None)
    if leaving is None or any(_OWN_CONTROLLER in one.options for one in configs):
        return
    releases = (one.place for one in bundle.all(ChartRelease) if one.chart == _MANAGER)
    images = (
        container.origin.place("image")
        for workload in bundle.all(Workload)
        for container in workload.pod.running_containers
        if isinstance(container.image, str) and f"/{_MANAGER}:" in container.image
    )
    place = next(releases, None) or next(images, None)
    if place:
        seen = (Evidence(place, "Hetzner's cloud controller manager"),)
        told = "it leaves K3s's own cloud controller beside that of Hetzner"
        yield _about(leaving, "k3s-option", leaving.options["disable"], told, "controllers", seen=seen)


def _ranges(config: K3sConfig) -> Iterator[Conflict]:
    """Addresses of pods, Services, the DNS and the nodes that lie in each other's way; the first pair of networks."""
    networks = {name: _network(config, name) for name in _DEFAULTS}
    pods, services = networks["cluster-cidr"], networks["service-cidr"]
    if pods and services and pods.version == services.version and pods.overlaps(services):
        written = config.options.get("service-cidr") or config.options["cluster-cidr"]
        yield _about(config, "address-range", written, f"pods have addresses of {pods}", "overlap")
        return
    asked = (("cluster-dns", services, True), ("node-ip", pods, False), ("node-ip", services, False))
    for name, network, is_inside in asked:
        option, address = config.options.get(name), _address(config.value(name))
        if not (option and address and network) or address.version != network.version:
            continue
        if (address in network) is not is_inside:
            case = "dns" if is_inside else "node"
            whose = "Services" if network is services else "pods"
            yield _about(config, "address-range", option, f"{whose} have addresses of {network}", case)
            return


def _network(config: K3sConfig, name: str) -> _Network | None:
    """The network that an option gives, or its default; None where it cannot be known, or there are several."""
    written = config.value(name) if name in config.options else _DEFAULTS[name]
    try:
        return ipaddress.ip_network(written, strict=False) if isinstance(written, str) else None
    except ValueError:
        return None


def _address(written: object) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(written) if isinstance(written, str) else None
    except ValueError:
        return None
