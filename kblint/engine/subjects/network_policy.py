"""The subjects NetworkPolicy, PolicyBlock and DnsBlock: network policies, and what they keep from flowing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kblint.engine.facts import Table, anything, boolean, integer, many, maybe_one, maybe_text, one, text
from kblint.engine.subject import SubjectKind
from kblint.engine.subjects.references import NAME_USE, SERVICE_PORT_REF, WORKLOAD_REF
from kblint.model.policy import NetworkPolicy, PolicyPort
from kblint.model.workload import Workload
from kblint.source.text import Place
from kblint.wire.clients.dns_names import NameUse, name_uses
from kblint.wire.evidence import Certainty
from kblint.wire.policies.applied import DnsBlocked
from kblint.wire.policies.blocks import PolicyBlock
from kblint.wire.topology import Topology


class _Policy(NamedTuple):
    """A policy, and the workloads it selects where all of them are on the host network."""

    of: NetworkPolicy
    on_host_network: tuple[Workload, ...]


class _DnsBlock(NamedTuple):
    workload: Workload
    blocked: DnsBlocked
    topology: Topology
    name: NameUse | None
    others: tuple[Workload, ...] = ()
    """Further workloads that the same policies keep from it."""

    @property
    def is_told(self) -> bool:
        """Whether its pods are known to send something, or to ask for a name."""
        return self.blocked.opens_any or self.name is not None


def _network_policies(topology: Topology) -> Iterator[_Policy]:
    only = topology.network.policies.on_host_network(topology.bundle.all(Workload))
    return (_Policy(policy, only.get(policy, ())) for policy in topology.bundle.all(NetworkPolicy))


def _has_policies(topology: Topology) -> bool:
    return bool(topology.network.policies.by_workload or topology.network.policies.by_namespace)


def _dns_blocks(topology: Topology) -> Iterator[_DnsBlock]:
    """The workloads that policies keep from asking for names: once for each cause, by the one that surely asks."""
    causes: dict[tuple[object, ...], list[_DnsBlock]] = {}
    for workload in topology.bundle.all(Workload) if _has_policies(topology) else ():
        if blocked := topology.network.policies.dns_blocked(workload):
            block = _DnsBlock(workload, blocked, topology, _name(workload, topology))
            causes.setdefault((*blocked.isolating, blocked.mistaken, block.is_told), []).append(block)
    for blocks in causes.values():
        first = max(blocks, key=lambda block: block.name.certainty if block.name else Certainty.UNKNOWN)
        yield first._replace(others=tuple(block.workload for block in blocks if block is not first))


def _dns_place(block: _DnsBlock) -> Place:
    blocked = block.blocked
    return blocked.mistaken.origin.place("port") if blocked.mistaken else blocked.isolating[0].origin.place("egress")


def _name(workload: Workload, topology: Topology) -> NameUse | None:
    uses = name_uses(workload, topology.services, topology.config_map_of)
    return max(uses, key=lambda use: use.certainty, default=None)


# fmt: off
POLICY_REF = Table[NetworkPolicy]("NetworkPolicyRef", "a NetworkPolicy, as others refer to it", "podSelector", (
    text("name", "its name", lambda p: p.meta.name, lambda p: p.meta.origin.place("metadata", "name")),
), lambda p: p.origin)
POLICY_PORT = Table[PolicyPort]("PolicyPort", "one `ports` entry of a policy's rule", "port", (
    anything("port", "the port's number or name, null for every port", lambda p: p.port, "port"),
    text("protocol", "TCP, UDP or SCTP", lambda p: p.protocol),
), lambda p: p.origin)
NETWORK_POLICY = Table[_Policy]("NetworkPolicy", "a NetworkPolicy of Kubernetes", "podSelector", (
    text("name", "its name", lambda p: p.of.meta.name),
    many("onHostNetwork", "the workloads it selects, where all of them are on the host network",
        lambda p: p.on_host_network, WORKLOAD_REF),
    boolean("selectsAll", "whether it selects every pod of its namespace", lambda p: p.of.pods.is_empty),
), lambda p: p.of.origin)
POLICY_BLOCK = Table[PolicyBlock](
    "PolicyBlock", "a Service port whose pods are isolated by policies that open it to nobody", "port", (
    one("port", "the Service port", lambda b: b.port, SERVICE_PORT_REF),
    one("workload", "the workload behind it", lambda b: b.blocked.pod.workload, WORKLOAD_REF),
    integer("number", "the port of its pods", lambda b: b.blocked.pod.number),
    text("protocol", "its protocol", lambda b: b.blocked.pod.protocol),
    many("policies", "the policies that isolate the pods", lambda b: b.blocked.isolating, POLICY_REF),
    maybe_one("mistaken", "an entry that opens something else where this port was meant",
        lambda b: b.mistaken[0] if b.mistaken else None, POLICY_PORT),
    maybe_text("mistake", "what it opens: the Service's port, another protocol, a name that no container declares",
        lambda b: b.mistaken[1].value if b.mistaken else None, lambda b: b.place),
    boolean("isEgress", "whether the policy limits what others send there", lambda b: b.is_egress),
    text("certainty", "how sure it is that the policies rest on these pods",
        lambda b: min(b.blocked.certainty, b.port.certainty).label),
), lambda b: b.port.port.origin)
DNS_BLOCK = Table[_DnsBlock](
    "DnsBlock", "a workload whose pods cannot ask for names, because policies limit what they may send", _dns_place, (
    one("workload", "the workload", lambda b: b.workload, WORKLOAD_REF),
    many("policies", "the policies that limit it", lambda b: b.blocked.isolating, POLICY_REF),
    maybe_one("tcpOnly", "an entry that opens port 53 for TCP only", lambda b: b.blocked.mistaken, POLICY_PORT),
    boolean("opensAny", "whether they may send anything else", lambda b: b.blocked.opens_any),
    maybe_one("name", "a name of the cluster that its pods ask for", lambda b: b.name, NAME_USE),
    integer("others", "how many further workloads the same policies keep from it", lambda b: len(b.others)),
    text("certainty", "how sure it is that the policies rest on these pods", lambda b: b.blocked.certainty.label),
))
SUBJECTS = (
    SubjectKind("policy", "a network policy", NETWORK_POLICY, _network_policies, lambda p: p.of.meta,
        lambda p: (p.of,)),
    SubjectKind("block", "a Service port that policies block", POLICY_BLOCK,
        lambda topology: topology.policy_blocks, lambda b: b.port.service.meta,
        lambda b: (b.port.port, b.blocked.pod.key)),
    SubjectKind("block", "a workload that policies keep from DNS", DNS_BLOCK, _dns_blocks, lambda b: b.workload.meta,
        lambda b: (b.workload, *b.others)),
)
