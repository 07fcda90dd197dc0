"""Firewalls: Hetzner's in front of a server, and the host's own (UFW)."""

from __future__ import annotations

import enum

from msgspec import Struct

from kblint.model.meta import Text
from kblint.source.text import Place
from kblint.source.values import Unknown


class Action(enum.Enum):
    """What a rule does with what it matches. UFW's `limit` lets through, but slowly."""

    ALLOW = "allow"
    DENY = "deny"
    REJECT = "reject"
    LIMIT = "limit"

    @property
    def lets_through(self) -> bool:
        """Whether a packet passes."""
        return self in (Action.ALLOW, Action.LIMIT)


class PortRange(Struct, frozen=True):
    """Ports from `first` to `last`, both included."""

    first: int
    last: int

    def __contains__(self, port: int) -> bool:
        return self.first <= port <= self.last


class FirewallRule(Struct, frozen=True, eq=False):
    """One rule, in its order.

    `direction` is in, out or routed; `protocol` is tcp, udp, any or another IP protocol; `ports` is empty for all
    ports; `sources` are networks in CIDR form, empty for anywhere; `interface` None for every interface.
    """

    action: Action
    direction: str
    protocol: str | Unknown
    ports: tuple[PortRange, ...] | Unknown
    sources: tuple[str, ...] | Unknown
    interface: str | None
    destination: str | None
    place: Place


class CloudFirewall(Struct, frozen=True, eq=False):
    """A Hetzner Cloud Firewall: stateful, in front of the server's public addresses, inbound closed unless allowed.

    https://docs.hetzner.com/cloud/firewalls/overview . `is_applied` is None where the form does not tell.
    """

    name: str
    rules: tuple[FirewallRule, ...]
    is_applied: bool | None
    applied_to: tuple[Text, ...]
    place: Place


class HostFirewall(Struct, frozen=True, eq=False):
    """UFW on a node, or another `tool`. `active` is None where the form does not tell.

    `default_*` are allow, deny or reject.

    `is_complete` says that every rule is here: of a listing, or of a script that begins with a reset and switches UFW
    on. `is_listing`: it is what UFW printed or keeps, not what a script would make of it.
    """

    name: str
    rules: tuple[FirewallRule, ...]
    active: bool | None
    default_incoming: str | None
    default_routed: str | None
    is_complete: bool
    place: Place
    is_listing: bool = False
    tool: str = "UFW"
