"""Whether pods of different nodes reach each other."""

from __future__ import annotations

from msgspec import Struct

from kblint.model.bundle import Bundle
from kblint.model.cluster import K3sConfig
from kblint.model.environment import Environment
from kblint.model.firewall import CloudFirewall, FirewallRule, HostFirewall
from kblint.model.networks import is_private
from kblint.source.values import Unknown
from kblint.wire.evidence import Evidence
from kblint.wire.nodes.closed_ports import ufw_line
from kblint.wire.nodes.filtering import Filters
from kblint.wire.nodes.senders import Peer
from kblint.wire.nodes.signs import flannel_backend, other_network, private_network, single_install, single_server

VXLAN_PORT = 8472
"""Flannel's VXLAN on Linux: https://docs.k3s.io/installation/requirements#networking"""


class Overlay(Struct, frozen=True, eq=False):
    """`works` is None where nobody knows; `reason` says why, `evidence` shows it where a file tells.

    `opening` is the command that opens a firewall which closes it.
    """

    works: bool | None
    reason: str
    evidence: Evidence | None = None
    opening: str = ""


def overlay(bundle: Bundle, environment: Environment, filters: Filters) -> Overlay:
    """The state of the overlay: the user's word first, then what the input proves, then the profile.

    A profile that the user named states that it is blocked, until something proves the contrary; of one that was only
    detected nothing is known, and signs that it works, short of proof, are enough.
    """
    if environment.overlay_is_configured:
        said = "working" if environment.overlay_works else "blocked"
        return Overlay(environment.overlay_works, f"`cluster.overlay` says `{said}`")
    return _proved(bundle, environment, filters) or _taken(bundle, environment, filters)


def _proved(bundle: Bundle, environment: Environment, filters: Filters) -> Overlay | None:
    """What the input proves, whatever a profile takes as given."""
    if environment.nodes == 1:
        return Overlay(works=True, reason="there is one node")
    if server := single_server(bundle):
        return Overlay(works=True, reason="there is one server", evidence=server)
    if network := other_network(bundle):
        return Overlay(works=True, reason=f"{network.label}, not flannel", evidence=network)
    backend = flannel_backend(bundle)
    if isinstance(backend, Unknown):
        return Overlay(works=None, reason=f"`flannel-backend` is `{backend.text}`, which cannot be known")
    if backend:
        return Overlay(works=True, reason=f"`flannel-backend` is {backend.label}", evidence=backend)
    if filtered := _filtered(filters):
        return filtered
    if private := _flannels_network(bundle):
        if _may_close(filters):
            return Overlay(works=None, reason="a firewall of the nodes may close 8472/udp", evidence=private)
        reason = "flannel uses a private network, where nothing closes 8472/udp"
        return Overlay(works=True, reason=reason, evidence=private)
    for rule in (rule for firewall in bundle.all(CloudFirewall) for rule in firewall.rules):
        if opens_vxlan(rule):
            evidence = Evidence(rule.place, "opens VXLAN between the nodes")
            return Overlay(works=True, reason="8472/udp is open between the nodes", evidence=evidence)
    return None


def _taken(bundle: Bundle, environment: Environment, filters: Filters) -> Overlay:
    """What the profile takes as given; of a detected one only a question is left, which signs may answer."""
    profile = environment.profile
    if environment.is_detected and any(_is_open(one, filters) is not True and one.active for one in filters.hosts):
        return Overlay(works=None, reason="nothing tells whether the firewall of the nodes lets 8472/udp through")
    if environment.overlay_works or not environment.is_detected:
        said = "working" if environment.overlay_works else "blocked"
        return Overlay(environment.overlay_works, f"profile `{profile}` takes VXLAN as {said}")
    if install := single_install(bundle):
        return Overlay(works=True, reason="K3s is installed on one server", evidence=install)
    network = private_network(bundle)
    if network and not _may_close(filters):
        reason = "the nodes share a private network, where nothing closes 8472/udp"
        return Overlay(works=True, reason=reason, evidence=network)
    return Overlay(works=None, reason="nothing here tells whether VXLAN gets from node to node")


def _filtered(filters: Filters) -> Overlay | None:
    """What the nodes' own firewalls say, which filter private networks too; None where they do not tell."""
    for firewall in filters.hosts:
        if firewall.active is False:
            continue
        is_open, rule = filters.decide(firewall, VXLAN_PORT, "udp", Peer.NODE)
        if is_open and rule:
            evidence = Evidence(rule.place, "opens VXLAN between the nodes")
            return Overlay(works=True, reason="8472/udp is open between the nodes", evidence=evidence)
        if is_open is False and firewall.is_complete:
            evidence = Evidence(rule.place if rule else firewall.place, "closes VXLAN between the nodes")
            reason = "UFW does not let 8472/udp through between the nodes"
            opening = ufw_line("NODE_NETWORK", [str(VXLAN_PORT)], "udp", first=rule is not None)
            return Overlay(works=False, reason=reason, evidence=evidence, opening=opening)
    return None


def _may_close(filters: Filters) -> bool:
    """Whether a host firewall closes VXLAN, for all that its rules tell."""
    return any(_is_open(one, filters) is False for one in filters.hosts if one.active is not False)


def _is_open(firewall: HostFirewall, filters: Filters) -> bool | None:
    """Whether a host firewall lets VXLAN in from other nodes; None where it cannot be told."""
    return filters.decide(firewall, VXLAN_PORT, "udp", Peer.NODE)[0]


def _flannels_network(bundle: Bundle) -> Evidence | None:
    """What shows that flannel talks over a private network: an interface of its own, or a private address.

    Hetzner's firewalls do not filter private networks: https://docs.hetzner.com/cloud/firewalls/faq
    """
    for config in bundle.all(K3sConfig):
        if config.value("flannel-iface") is not None:
            return Evidence(config.options["flannel-iface"].place, "flannel uses this interface")
        address = config.value("node-ip")
        if isinstance(address, str) and is_private(address.split(",")[0]):
            return Evidence(config.options["node-ip"].place, "flannel uses the interface of this address")
    return None


def opens_vxlan(rule: FirewallRule) -> bool:
    """Whether an incoming rule lets VXLAN through (from anywhere or from some network: the nodes' own, one assumes)."""
    return (
        rule.action.lets_through
        and rule.direction == "in"
        and rule.protocol in ("udp", "any")
        and not isinstance(rule.ports, Unknown)
        and any(VXLAN_PORT in ports for ports in rule.ports)
    )
