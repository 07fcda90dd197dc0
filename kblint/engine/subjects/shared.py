"""Rows that every rule sees besides its subject."""

from __future__ import annotations

from collections.abc import Mapping

from kblint.engine.facts import Table, boolean, integer, text
from kblint.source.text import Place, Source, Span
from kblint.wire.topology import Topology


def _nowhere(_: Topology) -> Place:
    """What the profile says stands in no file."""
    return Place(Source("", ""), Span(0, 0))


# fmt: off
PROFILE = Table[Topology]("Profile", "what the chosen profile takes as given", _nowhere, (
    text("name", "the profile's name", lambda t: t.environment.profile),
    boolean("isHetzner", "whether nodes and balancers stand at Hetzner", lambda t: t.environment.is_hetzner),
    boolean("isK3s", "whether the cluster is K3s", lambda t: t.environment.is_k3s),
    boolean("balancerEndsTls", "whether the load balancer ends TLS and sends plain HTTP on",
        lambda t: t.environment.balancer_ends_tls),
))
CLUSTER = Table[Topology](
    "Cluster", "what is known about the cluster, from the input, the configuration and the profile", _nowhere, (
    integer("nodePortFirst", "first node port of the cluster's range", lambda t: t.environment.node_port_range.first),
    integer("nodePortLast", "last node port of the cluster's range", lambda t: t.environment.node_port_range.last),
    boolean("overlayWorks", "whether pods on the pod network surely reach each other across nodes",
        lambda t: t.overlay.works is True),
    text("overlayReason", "why it is taken to work or not", lambda t: t.overlay.reason,
        lambda t: t.overlay.evidence.place if t.overlay.evidence else None),
    boolean("closedWorld", "whether the input holds everything that exists (`world: closed`)",
        lambda t: t.environment.is_closed),
    text("overlayOpening", "the command that opens the firewall which closes it, empty where none is known to",
        lambda t: t.overlay.opening),
    boolean("overlayIsShown", "whether a file tells", lambda t: t.overlay.evidence is not None),
))
SHARED: Mapping[str, Table[Topology]] = {"profile": PROFILE, "cluster": CLUSTER}
"""The tables of the variables that every rule sees."""
