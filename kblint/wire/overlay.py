"""Whether pods of different nodes reach each other."""

from __future__ import annotations

from dataclasses import dataclass

from kblint.model.bundle import Bundle
from kblint.model.cluster import K3sConfig
from kblint.model.environment import Environment
from kblint.model.firewall import CloudFirewall, FirewallRule, HostFirewall
from kblint.source.values import Unknown
from kblint.wire.link import Evidence

VXLAN_PORT = 8472
"""Flannel's VXLAN on Linux: https://docs.k3s.io/installation/requirements#networking"""


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """`works` is what journeys count on; `reason` says why, `evidence` shows it where a file tells.

    `is_assumed`: nothing but the profile says so, and nothing shows that the cluster is one the profile is made for.
    """

    works: bool
    reason: str
    evidence: Evidence | None
    is_assumed: bool = False


def overlay(bundle: Bundle, environment: Environment) -> Overlay:
    """The state of the overlay: the user's word first, then what the input proves, then the profile's assumption."""
    if environment.overlay_is_configured:
        said = "working" if environment.overlay_works else "blocked"
        return Overlay(environment.overlay_works, f"`cluster.overlay` says `{said}`", None)
    if environment.nodes == 1:
        return Overlay(works=True, reason="there is one node", evidence=None)
    for config in bundle.all(K3sConfig):
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
    rules = [rule for firewall in bundle.all(HostFirewall) for rule in firewall.rules]
    rules += [rule for firewall in bundle.all(CloudFirewall) for rule in firewall.rules]
    for rule in rules:
        if opens_vxlan(rule):
            return Overlay(
                works=True,
                reason="8472/udp is open between the nodes",
                evidence=Evidence(rule.place, "opens VXLAN between the nodes"),
            )
    taken = "working" if environment.overlay_works else "blocked"
    is_assumed = not bundle.all(K3sConfig)
    return Overlay(
        environment.overlay_works, f"profile `{environment.profile}` takes VXLAN as {taken}", None, is_assumed
    )


def opens_vxlan(rule: FirewallRule) -> bool:
    """Whether an incoming rule lets VXLAN through (from anywhere or from some network: the nodes' own, one assumes)."""
    return (
        rule.action.lets_through
        and rule.direction == "in"
        and rule.protocol == "udp"
        and not isinstance(rule.ports, Unknown)
        and any(VXLAN_PORT in ports for ports in rule.ports)
    )
