"""Whether pods of different nodes reach each other."""

from __future__ import annotations

from dataclasses import dataclass

from kblint.model.bundle import Bundle
from kblint.model.cluster import K3sConfig
from kblint.model.environment import Environment
from kblint.model.firewall import CloudFirewall, FirewallRule
from kblint.model.networks import is_private
from kblint.model.workload import Workload
from kblint.source.values import Unknown
from kblint.wire.evidence import Evidence
from kblint.wire.nodes.filtering import Filters
from kblint.wire.nodes.senders import Peer

VXLAN_PORT = 8472
"""Flannel's VXLAN on Linux: https://docs.k3s.io/installation/requirements#networking"""


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """`works` is what journeys count on; `reason` says why, `evidence` shows it where a file tells.

    Where nothing but the profile says so, `assumed_beyond` holds the folders of the K3s configurations: a workload
    outside them may belong to quite another cluster. None where it is not an assumption.
    """

    works: bool
    reason: str
    evidence: Evidence | None
    assumed_beyond: tuple[str, ...] | None = None

    def is_assumed_for(self, path: str) -> bool:
        """Whether it is no more than the profile's assumption for what the file `path` declares."""
        return self.assumed_beyond is not None and not any(path.startswith(folder) for folder in self.assumed_beyond)


def overlay(bundle: Bundle, environment: Environment, filters: Filters) -> Overlay:
    """The state of the overlay: the user's word first, then what the input proves, then the profile's assumption."""
    if environment.overlay_is_configured:
        said = "working" if environment.overlay_works else "blocked"
        return Overlay(environment.overlay_works, f"`cluster.overlay` says `{said}`", None)
    if environment.nodes == 1:
        return Overlay(works=True, reason="there is one node", evidence=None)
    filtered = _filtered(bundle, filters)
    if filtered:
        return filtered
    for config in bundle.all(K3sConfig):
        private = _private(config)
        if private:
            return Overlay(
                works=True, reason="flannel uses a private network, which no firewall filters", evidence=private
            )
        backend = config.value("flannel-backend")
        if isinstance(backend, str) and backend != "vxlan":
            place = config.options["flannel-backend"].place
            return Overlay(
                works=True,
                reason=f"`flannel-backend` is `{backend}`, not VXLAN",
                evidence=Evidence(place, "not VXLAN"),
            )
        if isinstance(backend, Unknown):
            place = config.options["flannel-backend"].place
            return Overlay(works=True, reason="`flannel-backend` cannot be known", evidence=Evidence(place, ""))
    for rule in (rule for firewall in bundle.all(CloudFirewall) for rule in firewall.rules):
        if opens_vxlan(rule):
            evidence = Evidence(rule.place, "opens VXLAN between the nodes")
            return Overlay(works=True, reason="8472/udp is open between the nodes", evidence=evidence)
    taken = "working" if environment.overlay_works else "blocked"
    return Overlay(
        environment.overlay_works,
        f"profile `{environment.profile}` takes VXLAN as {taken}",
        None,
        # with a cloud controller manager the nodes mostly share a private network, of which no file may tell
        tuple(_project(one, bundle) for one in bundle.all(K3sConfig) if not _has_cloud_manager(one)),
    )


def _filtered(bundle: Bundle, filters: Filters) -> Overlay | None:
    """What the nodes' own firewalls say, which filter private networks too; None where they do not tell, or matter."""
    backends = {config.value("flannel-backend") for config in bundle.all(K3sConfig)} - {None}
    if backends - {"vxlan"}:
        return None
    for firewall in filters.hosts:
        if firewall.active is False:
            continue
        is_open, rule = filters.decide(firewall, VXLAN_PORT, "udp", Peer.NODE)
        if is_open and rule:
            evidence = Evidence(rule.place, "opens VXLAN between the nodes")
            return Overlay(works=True, reason="8472/udp is open between the nodes", evidence=evidence)
        if is_open is False and firewall.is_complete:
            evidence = Evidence(rule.place if rule else firewall.place, "closes VXLAN between the nodes")
            return Overlay(works=False, reason="UFW does not let 8472/udp through between the nodes", evidence=evidence)
    return None


def _private(config: K3sConfig) -> Evidence | None:
    """What shows that flannel talks over a private network: an interface of its own, or a private address.

    Hetzner's firewalls do not filter private networks: https://docs.hetzner.com/cloud/firewalls/faq
    """
    if config.value("flannel-iface") is not None:
        return Evidence(config.options["flannel-iface"].place, "flannel uses this interface")
    address = config.value("node-ip")
    if isinstance(address, str) and is_private(address.split(",")[0]):
        return Evidence(config.options["node-ip"].place, "flannel uses the interface of this address")
    return None


def _has_cloud_manager(config: K3sConfig) -> bool:
    """Whether a node is told to leave its addresses to a cloud controller manager."""
    return config.is_on("disable-cloud-controller") or "cloud-provider=external" in config.values("kubelet-arg")


def _project(config: K3sConfig, bundle: Bundle) -> str:
    """The folder of the project a configuration belongs to: its own, or the one above where it lies apart."""
    folder = config.place.source.path.rpartition("/")[0]
    beside = any(workload.meta.path.rpartition("/")[0] == folder for workload in bundle.all(Workload))
    above = folder if beside or not folder else folder.rpartition("/")[0]
    return f"{above}/" if above else ""


def opens_vxlan(rule: FirewallRule) -> bool:
    """Whether an incoming rule lets VXLAN through (from anywhere or from some network: the nodes' own, one assumes)."""
    return (
        rule.action.lets_through
        and rule.direction == "in"
        and rule.protocol in ("udp", "any")
        and not isinstance(rule.ports, Unknown)
        and any(VXLAN_PORT in ports for ports in rule.ports)
    )
