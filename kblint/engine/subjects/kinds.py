"""Every subject a rule may be about, and every row type."""

from __future__ import annotations

from collections.abc import Mapping

from kblint.engine.row import RowType
from kblint.engine.subject import SubjectKind
from kblint.engine.subjects import (
    balancers,
    firewalls,
    listeners,
    local_gaps,
    name_uses,
    nodes,
    passed_ports,
    picked_ports,
    policies,
    redirects,
    referring,
    rollouts,
    routes,
    service_facts,
    services,
    shared,
    workload_facts,
    workloads,
)
from kblint.wire.topology import Topology

SHARED: Mapping[str, str] = {"profile": "Profile", "cluster": "Cluster"}
"""Variables that every rule sees besides its subject, with their row types."""


def kinds() -> dict[str, SubjectKind[Topology]]:
    """All subject kinds by name."""
    return {
        kind.name: kind
        for kind in (
            SubjectKind("Workload", "workload", "Workload", "a workload", workloads.workloads),
            SubjectKind("Rollout", "rollout", "Rollout", "how a workload's pods are replaced", rollouts.rollouts),
            SubjectKind("Container", "container", "Container", "a container of a workload", workloads.containers),
            SubjectKind(
                "ContainerPort", "port", "ContainerPort", "a port of a workload's pods", workloads.container_ports
            ),
            SubjectKind("Probe", "probe", "Probe", "a probe that asks a port", workloads.probes),
            SubjectKind("Service", "service", "Service", "a Service", services.services),
            SubjectKind("ServicePort", "port", "ServicePort", "a port of a Service", services.service_ports),
            SubjectKind("Backend", "backend", "Backend", "a route's backend", services.backends),
            SubjectKind("Listener", "listener", "Listener", "a listener of a load balancer", listeners.listeners),
            SubjectKind("LoadBalancer", "balancer", "LoadBalancer", "a load balancer", balancers.load_balancers),
            SubjectKind("Annotation", "annotation", "Annotation", "a CCM annotation", balancers.balancer_annotations),
            SubjectKind("Node", "node", "Node", "a node that a label keeps out of balancers", balancers.nodes),
            SubjectKind(
                "ProxyHandover",
                "proxy",
                "ProxyHandover",
                "a balancer and a program behind it",
                listeners.proxy_handovers,
            ),
            SubjectKind("HostSocket", "socket", "HostSocket", "a port taken on a node", nodes.host_sockets),
            SubjectKind(
                "Opening", "opening", "Opening", "a port that a firewall keeps closed", firewalls.blocked_ports
            ),
            SubjectKind("FirewallRule", "rule", "FirewallRule", "a rule of a firewall", firewalls.firewall_rules),
            SubjectKind("ClusterPort", "port", "ClusterPort", "a port between nodes", firewalls.cluster_port_subjects),
            SubjectKind("K3sOption", "option", "K3sOption", "an option of K3s", firewalls.k3s_options),
            SubjectKind("Route", "route", "Route", "an Ingress, or a route of another dialect", routes.routes),
            SubjectKind(
                "PassedPort", "entry", "PassedPort", "a port ingress-nginx passes through", passed_ports.passed_ports
            ),
            SubjectKind("Redirect", "redirect", "Redirect", "what may redirect plain requests", redirects.redirects),
            SubjectKind("Reference", "reference", "Reference", "an object that names another", referring.references),
            SubjectKind(
                "LocalGap", "gap", "LocalGap", "node ports that are dead on some nodes", local_gaps.local_gap_subjects
            ),
            SubjectKind("NetworkPolicy", "policy", "NetworkPolicy", "a network policy", policies.network_policies),
            SubjectKind(
                "PolicyBlock", "block", "PolicyBlock", "a Service port that policies block", policies.policy_blocks
            ),
            SubjectKind("DnsBlock", "block", "DnsBlock", "a workload that policies keep from DNS", policies.dns_blocks),
            SubjectKind(
                "PickedPort",
                "picked",
                "PickedPort",
                "a node port of the API's choice that a listener names",
                picked_ports.named_allocated_node_ports,
            ),
            SubjectKind("NodePort", "nodePort", "NodePort", "a node port of a Service", nodes.node_ports),
        )
    }


def row_types() -> dict[str, RowType]:
    """All row types by name."""
    types = (
        shared.PROFILE,
        shared.CLUSTER,
        *workloads.TYPES,
        *workload_facts.TYPES,
        *name_uses.TYPES,
        *rollouts.TYPES,
        *local_gaps.TYPES,
        *policies.TYPES,
        *services.TYPES,
        *service_facts.TYPES,
        *nodes.TYPES,
        *picked_ports.TYPES,
        *listeners.TYPES,
        *balancers.TYPES,
        *firewalls.TYPES,
        *passed_ports.TYPES,
        *redirects.TYPES,
        *referring.TYPES,
        *routes.TYPES,
    )
    return {type_.name: type_ for type_ in types}
