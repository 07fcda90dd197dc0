"""The subjects ClosedPorts, FirewallRule, ClosedBetweenNodes and ClosedOutbound: what firewalls let through or not."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import NamedTuple

from msgspec.structs import replace

from kblint.engine.facts import Table, boolean, integer, many, maybe_one, maybe_text, one, text, texts
from kblint.engine.subject import SubjectKind
from kblint.engine.subjects.references import NODE_PORT_REF, WORKLOAD_REF
from kblint.finding import ObjectRef
from kblint.model.firewall import CloudFirewall, FirewallRule, HostFirewall
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.wire.clients.outbound import ClosedOutbound, OutsideCall, closed_outbound
from kblint.wire.nodes.closed_ports import BlockedPort, ClosedPorts, closed_ports
from kblint.wire.nodes.cluster_ports import OVERLAYS, ClosedBetweenNodes, NodePurpose, closed_between_nodes, exposed
from kblint.wire.services.ports import PortOfPods, WiredPort
from kblint.wire.topology import Topology

Firewall = HostFirewall | CloudFirewall


class _Rule(NamedTuple):
    firewall: Firewall
    rule: FirewallRule
    topology: Topology
    exposed: NodePurpose | None


def _kind(firewall: Firewall) -> str:
    return "host" if isinstance(firewall, HostFirewall) else "cloud"


def _tool(firewall: Firewall) -> str:
    return firewall.tool if isinstance(firewall, HostFirewall) else f"cloud firewall `{firewall.name}`"


def _object(firewall: Firewall) -> ObjectRef:
    return ObjectRef("HostFirewall" if isinstance(firewall, HostFirewall) else "CloudFirewall", None, firewall.name)


def _closed_hops(closed: ClosedPorts) -> Iterator[Hashable]:
    yield from closed.ports
    # one of several ports gives way to nothing: the others are closed all the same
    for opening in closed.ports if len(closed.numbers) == 1 else ():
        if opening.workload:
            yield PortOfPods(opening.workload, opening.port, opening.protocol)


def _closed(topology: Topology) -> Iterator[ClosedPorts]:
    for closed in closed_ports(topology.by_fault.closed):
        yield replace(closed, pods=topology.network.filters.pod_networks)


def _listening_place(opening: BlockedPort) -> Place | None:
    """Where the port is declared by who listens on it."""
    workload = opening.workload
    if workload is None:
        return None
    declared = next((port for port in workload.pod.ports if port.container_port == opening.port), None)
    return declared.origin.place("containerPort") if declared else workload.meta.origin.place("metadata", "name")


def _rules(topology: Topology) -> Iterator[_Rule]:
    filters = topology.network.filters
    firewalls: tuple[Firewall, ...] = (*filters.hosts, *filters.cloud_firewalls)
    for firewall in firewalls:
        for rule in firewall.rules:
            yield _Rule(firewall, rule, topology, exposed(rule))


def _named_node_port(it: _Rule) -> WiredPort | None:
    """The node port that a rule for a single incoming port names."""
    ports = () if isinstance(it.rule.ports, Unknown) else it.rule.ports
    if it.rule.direction != "in" or len(ports) != 1 or ports[0].first != ports[0].last:
        return None
    return next(iter(it.topology.services.by_node_port.get(ports[0].first, ())), None)


# fmt: off
RULE_REF = Table[FirewallRule]("FirewallRuleRef", "a rule of a firewall", lambda r: r.place, (
    text("protocol", "tcp, udp, any, ...", lambda r: r.protocol),
))
BLOCKED_PORT = Table[BlockedPort](
    "ClosedPort", "a port that a journey needs open in a firewall, and that is closed", lambda o: o.place, (
    text("firewall", "`host` (UFW) or `cloud` (Hetzner Cloud Firewall)", lambda o: _kind(o.firewall)),
    text("name", "the firewall's name", lambda o: o.firewall.name),
    integer("port", "the port the firewall sees: after translation for UFW, as asked for in the cloud",
        lambda o: o.port, _listening_place),
    text("protocol", "TCP or UDP", lambda o: o.protocol),
    texts("peers", "who has to reach it", lambda o: [peer.value for peer in o.peers]),
    boolean("isProved", "whether the firewall's listing is whole", lambda o: o.is_proved),
    boolean("isBypassed", "whether kube-proxy's way with packets is not sure (ipvs, Cilium)", lambda o: o.is_bypassed),
    maybe_one("closedBy", "the rule that closes it, null where nothing opens it", lambda o: o.rule, RULE_REF),
    maybe_one("mistaken", "a rule that opens the node port, which this firewall never sees", lambda o: o.mistaken,
        RULE_REF),
    maybe_one("workload", "who listens there", lambda o: o.workload, WORKLOAD_REF),
))
CLOSED_PORTS = Table[ClosedPorts](
    "ClosedPorts", "the ports of one firewall that journeys need open, and that are closed", lambda c: c.first.place, (
    text("firewall", "`host` (UFW) or `cloud` (Hetzner Cloud Firewall)", lambda c: _kind(c.firewall)),
    text("name", "the firewall's name", lambda c: c.firewall.name),
    one("first", "the port to show: one that a rule closes, or that is mistaken for another, before others",
        lambda c: c.first, BLOCKED_PORT),
    many("ports", "all of them", lambda c: c.ports, BLOCKED_PORT),
    texts("numbers", "the ports as one writes them, a range where the API has yet to pick one", lambda c: c.numbers),
    texts("peers", "who has to reach them", lambda c: [peer.value for peer in c.peers]),
    boolean("isProved", "whether the firewall's rules are all here", lambda c: all(o.is_proved for o in c.ports)),
    boolean("isBypassed", "whether kube-proxy's way with packets is not sure (ipvs, Cilium)",
        lambda c: c.first.is_bypassed),
    maybe_text("inside", "what answers there, where only people outside are kept out, who have no business with it",
        lambda c: c.inside),
    text("opening", "commands, or rules, that open them", lambda c: c.opening),
))
FIREWALL_RULE = Table[_Rule]("FirewallRule", "a rule of a firewall", lambda r: r.rule.place, (
    text("firewall", "`host` (UFW) or `cloud` (Hetzner Cloud Firewall)", lambda r: _kind(r.firewall)),
    text("tool", "what people call it: `UFW`, `firewalld`, a cloud firewall with its name",
        lambda r: _tool(r.firewall)),
    text("action", "allow, deny, reject or limit", lambda r: r.rule.action.value),
    maybe_one("nodePort", "the Service port whose node port it names", _named_node_port, NODE_PORT_REF),
    boolean("isBypassed", "whether kube-proxy's way with packets is not sure (ipvs, Cilium)",
        lambda r: r.topology.network.filters.is_bypassed),
    maybe_text("exposedPort", "a port between nodes that it opens to the world, as `8472/udp`",
        lambda r: r.exposed.written if r.exposed else None),
    text("exposedPurpose", "what listens there", lambda r: r.exposed.purpose if r.exposed else ""),
))
CLOSED_BETWEEN_NODES = Table[ClosedBetweenNodes](
    "ClosedBetweenNodes", "ports that the nodes of a cluster need from each other and that one firewall keeps closed",
    lambda c: c.place, (
    text("firewall", "`host` (UFW) or `cloud` (Hetzner Cloud Firewall)", lambda c: _kind(c.firewall)),
    text("name", "the firewall's name", lambda c: c.firewall.name),
    texts("ports", "the ports, as `8472/udp`", lambda c: [one.written for one in c.needed]),
    texts("purposes", "what listens there, in the same order", lambda c: [one.purpose for one in c.needed]),
    maybe_text("slipped", "the port that a rule opens for the other protocol only, as `8472/udp`",
        lambda c: c.slipped.written if c.slipped else None),
    text("slippedPurpose", "what listens there", lambda c: c.slipped.purpose if c.slipped else ""),
    maybe_one("otherProtocol", "the rule that opens it so", lambda c: c.slip, RULE_REF),
    maybe_one("closedBy", "the rule that closes the first, null where nothing opens it", lambda c: c.rule, RULE_REF),
    boolean("hasOverlay", "whether pods of different nodes need one of them to reach each other",
        lambda c: any(one in OVERLAYS.values() for one in c.needed)),
    text("opening", "commands that open them", lambda c: c.opening),
))
OUTSIDE_CALL = Table[OutsideCall]("OutsideCall", "a host outside the cluster that a container calls",
    lambda c: c.place, (
    text("host", "the host's name", lambda c: c.host),
    integer("port", "the port", lambda c: c.port),
    one("workload", "who calls it", lambda c: c.workload, WORKLOAD_REF),
))
CLOSED_OUTBOUND = Table[ClosedOutbound](
    "ClosedOutbound", "what pods call outside and a Cloud Firewall does not let out", lambda c: c.rule.place, (
    text("name", "the firewall's name", lambda c: c.firewall.name),
    texts("numbers", "the ports, each once", lambda c: list(dict.fromkeys(str(call.port) for call in c.calls))),
    many("calls", "who calls what", lambda c: c.calls, OUTSIDE_CALL),
))
SUBJECTS = (
    SubjectKind("closed", "what a firewall keeps closed", CLOSED_PORTS, _closed, lambda c: _object(c.firewall),
        _closed_hops),
    SubjectKind("rule", "a rule of a firewall", FIREWALL_RULE, _rules, lambda r: _object(r.firewall)),
    SubjectKind("closed", "ports closed between nodes", CLOSED_BETWEEN_NODES,
        lambda topology: closed_between_nodes(topology.bundle, topology.environment, topology.network.filters),
        lambda c: _object(c.firewall)),
    SubjectKind("outbound", "calls that are not let out", CLOSED_OUTBOUND,
        lambda topology: closed_outbound(topology.bundle, topology.network.filters), lambda c: _object(c.firewall)),
)
