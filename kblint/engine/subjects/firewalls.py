"""Subjects about firewalls and K3s itself: Opening, FirewallRule, ClusterPort, K3sOption."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from kblint.engine.row import Row
from kblint.engine.subject import Subject
from kblint.engine.subjects.fields import (
    anything,
    boolean,
    build,
    integer,
    maybe_integer,
    maybe_one,
    maybe_text,
    row_type,
    subject,
    text,
    texts,
)
from kblint.engine.subjects.services import service_port_ref
from kblint.engine.subjects.workloads import workload_ref
from kblint.finding import ObjectRef
from kblint.model.firewall import CloudFirewall, FirewallRule, HostFirewall
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.wire.journeys.delivery import pod_port_key
from kblint.wire.nodes.filtering import BlockedPort
from kblint.wire.nodes.k3s import ClusterPort, WiredOption, cluster_ports, exposed, wired_options
from kblint.wire.services.ports import WiredPort
from kblint.wire.services.service_lb import is_k3s
from kblint.wire.topology import Topology

RULE_REF = row_type(
    "FirewallRuleRef",
    "a rule of a firewall",
    {"action": text("allow, deny, reject or limit"), "protocol": text("tcp, udp, any, ...")},
)
BLOCKED_PORT = row_type(
    "Opening",
    "a port that a journey needs open in a firewall, and that is closed",
    {
        "firewall": text("`host` (UFW) or `cloud` (Hetzner Cloud Firewall)"),
        "name": text("the firewall's name"),
        "port": integer("the port the firewall sees: after translation for UFW, as asked for in the cloud"),
        "protocol": text("TCP or UDP"),
        "peers": texts("who has to reach it"),
        "isProved": boolean("whether the firewall's listing is whole"),
        "isBypassed": boolean("whether kube-proxy's way with packets is not sure (ipvs, Cilium)"),
        "closedBy": maybe_one("FirewallRuleRef", "the rule that closes it, null where nothing opens it"),
        "mistaken": maybe_one("FirewallRuleRef", "a rule that opens the node port, which this firewall never sees"),
        "nodePort": maybe_integer("the node port the request comes through"),
        "workload": maybe_one("WorkloadRef", "who listens there"),
    },
)
FIREWALL_RULE = row_type(
    "FirewallRule",
    "a rule of a firewall",
    {
        "firewall": text("`host` (UFW) or `cloud` (Hetzner Cloud Firewall)"),
        "name": text("the firewall's name"),
        "action": text("allow, deny, reject or limit"),
        "nodePort": maybe_one("ServicePortRef", "the Service port whose node port it names"),
        "isBypassed": boolean("whether kube-proxy's way with packets is not sure (ipvs, Cilium)"),
        "exposedPort": maybe_integer("a port between nodes that it opens to the world"),
        "exposedPurpose": text("what listens there"),
    },
)
CLUSTER_PORT = row_type(
    "ClusterPort",
    "a port that the nodes of a K3s cluster need from each other, in one firewall",
    {
        "firewall": text("`host` (UFW) or `cloud` (Hetzner Cloud Firewall)"),
        "name": text("the firewall's name"),
        "port": integer("the port"),
        "protocol": text("tcp or udp"),
        "purpose": text("what listens there"),
        "isOpen": boolean("whether other nodes reach it; left out where it cannot be told"),
        "otherProtocol": maybe_one("FirewallRuleRef", "a rule that opens the number for the other protocol only"),
    },
)
K3S_OPTION = row_type(
    "K3sOption",
    "an option of a K3s configuration",
    {
        "name": text("the option, without `--`"),
        "value": anything("its value; several joined by commas"),
        "problem": maybe_text("what is wrong with it"),
        "suggestion": maybe_text("what is probably meant"),
    },
)


def _kind(firewall: HostFirewall | CloudFirewall) -> str:
    return "host" if isinstance(firewall, HostFirewall) else "cloud"


def _object(firewall: HostFirewall | CloudFirewall) -> ObjectRef:
    return ObjectRef("HostFirewall" if isinstance(firewall, HostFirewall) else "CloudFirewall", None, firewall.name)


def _rule_ref(rule: FirewallRule | None) -> Row | None:
    if rule is None:
        return None
    return build(RULE_REF, rule.place, {"action": rule.action.value, "protocol": rule.protocol})


def _about(topology: Topology, row: Row, object_: ObjectRef, *keys: Hashable) -> Subject:
    made = subject(topology, row, None, *keys)
    return Subject(made.row, object_, made.hops, made.breaks)


def blocked_ports(topology: Topology) -> Iterator[Subject]:
    """Every port that a journey needs and a firewall keeps closed."""
    for opening in topology.blocked_ports:
        keys: list[Hashable] = [opening]
        if opening.workload:
            keys.append(pod_port_key(opening.workload, opening.port))
        yield _about(topology, _opening(opening), _object(opening.firewall), *keys)


def _opening(opening: BlockedPort) -> Row:
    return build(
        BLOCKED_PORT,
        opening.place,
        {
            "firewall": _kind(opening.firewall),
            "name": opening.firewall.name,
            "port": opening.port,
            "protocol": opening.protocol,
            "peers": [peer.value for peer in opening.peers],
            "isProved": opening.is_proved,
            "isBypassed": opening.is_bypassed,
            "closedBy": _rule_ref(opening.rule),
            "mistaken": _rule_ref(opening.mistaken),
            "nodePort": opening.node_port,
            "workload": workload_ref(opening.workload) if opening.workload else None,
        },
        _port_place(opening),
    )


def _port_place(opening: BlockedPort) -> dict[str, Place]:
    """Where the port is declared by who listens on it."""
    for container in opening.workload.pod.running_containers if opening.workload else ():
        for port in container.ports:
            if port.container_port == opening.port:
                return {"port": port.origin.place("containerPort")}
    return {"port": opening.workload.meta.origin.place("metadata", "name")} if opening.workload else {}


def firewall_rules(topology: Topology) -> Iterator[Subject]:
    """Every rule of every firewall."""
    filters = topology.network.filters
    in_cluster = is_k3s(topology.bundle, topology.environment)
    firewalls: tuple[HostFirewall | CloudFirewall, ...] = (*filters.hosts, *filters.cloud_firewalls)
    for firewall in firewalls:
        for rule in firewall.rules:
            found = exposed(rule) if in_cluster else None
            port = _named_node_port(rule, topology)
            row = build(
                FIREWALL_RULE,
                rule.place,
                {
                    "firewall": _kind(firewall),
                    "name": firewall.name,
                    "action": rule.action.value,
                    "nodePort": service_port_ref(port.service, port.port, "nodePort") if port else None,
                    "isBypassed": filters.is_bypassed,
                    "exposedPort": found[0] if found else None,
                    "exposedPurpose": found[1] if found else "",
                },
            )
            yield _about(topology, row, _object(firewall))


def _named_node_port(rule: FirewallRule, topology: Topology) -> WiredPort | None:
    """The node port that a rule for a single incoming port names."""
    ports = () if isinstance(rule.ports, Unknown) else rule.ports
    if rule.direction != "in" or len(ports) != 1 or ports[0].first != ports[0].last:
        return None
    return next(iter(topology.services.by_node_port.get(ports[0].first, ())), None)


def cluster_port_subjects(topology: Topology) -> Iterator[Subject]:
    """Every port between nodes, for every firewall that tells about it."""
    for one in cluster_ports(topology.bundle, topology.environment, topology.network.filters):
        yield _about(topology, _cluster_port(one), _object(one.firewall))


def _cluster_port(one: ClusterPort) -> Row:
    place = one.other_protocol.place if one.other_protocol else one.firewall.place
    return build(
        CLUSTER_PORT,
        place,
        {
            "firewall": _kind(one.firewall),
            "name": one.firewall.name,
            "port": one.port,
            "protocol": one.protocol,
            "purpose": one.purpose,
            "isOpen": Unknown() if one.is_open is None else one.is_open,
            "otherProtocol": _rule_ref(one.other_protocol),
        },
    )


def k3s_options(topology: Topology) -> Iterator[Subject]:
    """Every option of every K3s configuration."""
    for one in wired_options(topology.bundle, topology.environment):
        yield _about(topology, _option(one), ObjectRef("K3sConfig", None, one.config.name))


def _option(one: WiredOption) -> Row:
    return build(
        K3S_OPTION,
        one.option.place,
        {"name": one.option.name, "value": one.value, "problem": one.problem, "suggestion": one.suggestion},
    )


TYPES = (RULE_REF, BLOCKED_PORT, FIREWALL_RULE, CLUSTER_PORT, K3S_OPTION)
