"""Rows that every rule sees besides its subject."""

from __future__ import annotations

from kblint.engine.row import Row
from kblint.engine.subjects.fields import boolean, build, integer, maybe_integer, row_type, text, texts
from kblint.source.text import Place, Source, Span
from kblint.wire.topology import Topology

PROFILE = row_type(
    "Profile",
    "what the chosen profile takes as given",
    {
        "name": text("the profile's name"),
        "isHetzner": boolean("whether nodes and balancers stand at Hetzner"),
        "isK3s": boolean("whether the cluster is K3s"),
        "balancerEndsTls": boolean("whether the load balancer ends TLS and sends plain HTTP on"),
    },
)
CLUSTER = row_type(
    "Cluster",
    "what is known about the cluster, from the input, the configuration and the profile",
    {
        "nodePortFirst": integer("first node port of the cluster's range"),
        "nodePortLast": integer("last node port of the cluster's range"),
        "nodes": maybe_integer("how many nodes there are, null where nobody said"),
        "overlayWorks": boolean("whether pods on the pod network reach each other across nodes"),
        "overlayReason": text("why it is taken to work or not"),
        "overlayIsShown": boolean("whether a file tells"),
        "disabled": texts("K3s components that are switched off"),
    },
)


def shared_rows(topology: Topology) -> dict[str, Row]:
    """The rows `profile` and `cluster`."""
    environment = topology.environment
    nowhere = Place(Source("", ""), Span(0, 0))
    overlay = topology.overlay
    return {
        "profile": build(
            PROFILE,
            nowhere,
            {
                "name": environment.profile,
                "isHetzner": environment.is_hetzner,
                "isK3s": environment.is_k3s,
                "balancerEndsTls": environment.balancer_ends_tls,
            },
        ),
        "cluster": build(
            CLUSTER,
            nowhere,
            {
                "nodePortFirst": environment.node_port_range.first,
                "nodePortLast": environment.node_port_range.last,
                "nodes": environment.nodes,
                "overlayWorks": overlay.works,
                "overlayReason": overlay.reason,
                "overlayIsShown": overlay.evidence is not None,
                "disabled": sorted(environment.disabled),
            },
            {"overlayReason": overlay.evidence.place} if overlay.evidence else {},
        ),
    }
