"""What is taken as given about the cluster: the profile's facts, overlaid by the user's configuration."""

from __future__ import annotations

from msgspec import Struct

from kblint.model.firewall import PortRange


class ReservedPort(Struct, frozen=True):
    """A port that something on a node already holds: on every node, or on servers only."""

    port: int
    protocol: str
    holder: str
    loopback: bool = False
    servers_only: bool = False
    is_default: bool = False
    """Held unless something is switched off."""
    is_declared: bool = False
    """Held by pods that declare it: a second one is not scheduled."""

    @property
    def is_everywhere(self) -> bool:
        """Whether it is surely held on every node and address."""
        return not (self.loopback or self.servers_only or self.is_default)


class Elsewhere(Struct, frozen=True):
    """Something the user says exists outside the input: a kind, a namespace (None: any), a name pattern (`*`)."""

    kind: str
    namespace: str | None
    name: str


class Environment(Struct, frozen=True):
    """Facts that no input file tells.

    `overlay_works` is what is taken as true unless the input proves otherwise; `overlay_is_configured` says that the
    user wrote it down, so nothing in the input overrides it. `nodes` is None where nobody said how many there are.
    `is_detected` says that nobody named the profile: what only it says is an assumption, and breaks nothing.
    `is_closed` is the user's word that the input holds everything that exists (`world: closed`): what is not in it is
    not there. `has_own_traefik` says that the Traefik that K3s brings is known to run, whichever scope shows it.
    """

    profile: str
    overlay_works: bool
    overlay_is_configured: bool
    balancer_ends_tls: bool
    is_hetzner: bool
    is_k3s: bool
    node_port_range: PortRange
    node_port_range_is_configured: bool = False
    nodes: int | None = None
    disabled: frozenset[str] = frozenset()
    reserved: tuple[ReservedPort, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()
    is_detected: bool = False
    is_closed: bool = False
    has_own_traefik: bool = False
