"""Subjects about network policies: NetworkPolicy, PolicyBlock, DnsBlock."""

from __future__ import annotations

from collections.abc import Iterator

from kblint.engine.row import Row
from kblint.engine.subject import Subject
from kblint.engine.subjects.fields import (
    MANY,
    anything,
    boolean,
    build,
    integer,
    many,
    maybe_one,
    maybe_text,
    one,
    row_type,
    subject,
    text,
)
from kblint.engine.subjects.name_uses import name_use_row
from kblint.engine.subjects.services import service_port_ref
from kblint.engine.subjects.workloads import workload_ref
from kblint.model.policy import NetworkPolicy, PolicyPort
from kblint.model.workload import Workload
from kblint.wire.clients.dns_names import name_uses
from kblint.wire.evidence import Certainty
from kblint.wire.journeys.delivery import pod_port_key
from kblint.wire.policies.applied import Blocked, DnsBlocked
from kblint.wire.services.ports import WiredPort
from kblint.wire.topology import Topology

POLICY_REF = row_type(
    "NetworkPolicyRef",
    "a NetworkPolicy, as others refer to it",
    {"name": text("its name"), "namespace": maybe_text("its namespace, null where none is written")},
)
POLICY_PORT = row_type(
    "PolicyPort",
    "one `ports` entry of a policy's rule",
    {
        "port": anything("the port's number or name, null for every port"),
        "protocol": text("TCP, UDP or SCTP"),
    },
)
NETWORK_POLICY = row_type(
    "NetworkPolicy",
    "a NetworkPolicy of Kubernetes",
    {
        **POLICY_REF.fields,
        "onHostNetwork": many("WorkloadRef", "the workloads it selects, where all of them are on the host network"),
        "selectsAll": boolean("whether it selects every pod of its namespace"),
    },
)
POLICY_BLOCK = row_type(
    "PolicyBlock",
    "a Service port whose pods are isolated by policies that open it to nobody",
    {
        "port": one("ServicePortRef", "the Service port"),
        "workload": one("WorkloadRef", "the workload behind it"),
        "number": integer("the port of its pods"),
        "protocol": text("its protocol"),
        "policies": many("NetworkPolicyRef", "the policies that isolate the pods"),
        "mistaken": maybe_one("PolicyPort", "an entry that opens something else where this port was meant"),
        "mistake": maybe_text("what it opens: the Service's port, another protocol, a name that no container declares"),
        "certainty": text("how sure it is that the policies rest on these pods"),
    },
)
DNS_BLOCK = row_type(
    "DnsBlock",
    "a workload whose pods cannot ask for names, because policies limit what they may send",
    {
        "workload": one("WorkloadRef", "the workload"),
        "policies": many("NetworkPolicyRef", "the policies that limit it"),
        "tcpOnly": maybe_one("PolicyPort", "an entry that opens port 53 for TCP only"),
        "opensAny": boolean("whether they may send anything else"),
        "name": maybe_one("NameUse", "a name of the cluster that its pods ask for"),
        "certainty": text("how sure it is that the policies rest on these pods"),
    },
)


def _policy_ref(policy: NetworkPolicy) -> Row:
    return build(
        POLICY_REF,
        policy.origin.place("podSelector"),
        {"name": policy.meta.name, "namespace": policy.meta.namespace},
        {"name": policy.meta.origin.place("metadata", "name")},
    )


def _entry(entry: PolicyPort | None) -> Row | None:
    if entry is None:
        return None
    place = entry.origin.place("port")
    return build(POLICY_PORT, place, {"port": entry.port, "protocol": entry.protocol}, {"port": place})


def network_policies(topology: Topology) -> Iterator[Subject]:
    """Every NetworkPolicy."""
    on_host_network = _on_host_network(topology)
    for policy in topology.bundle.all(NetworkPolicy):
        only = on_host_network.get(id(policy), ())
        row = build(
            NETWORK_POLICY,
            policy.origin.place("podSelector"),
            {
                "name": policy.meta.name,
                "namespace": policy.meta.namespace,
                "onHostNetwork": tuple(workload_ref(workload) for workload in only[:MANY]),
                "selectsAll": policy.pods.is_empty,
            },
        )
        yield subject(topology, row, policy.meta, ("policy", id(policy)))


def _on_host_network(topology: Topology) -> dict[int, tuple[Workload, ...]]:
    """The workloads of each policy whose pods are all on the host network, by the policy's identity."""
    policies = topology.network.policies
    by_namespace: dict[str | None, list[Workload]] = {}
    by_policy: dict[int, list[tuple[Workload, Certainty]]] = {}
    for workload in topology.bundle.all(Workload):
        by_namespace.setdefault(workload.meta.namespace, []).append(workload)
        for resting in policies.by_workload.get(workload, ()):
            by_policy.setdefault(id(resting.policy), []).append((workload, resting.certainty))
    found: dict[int, tuple[Workload, ...]] = {}
    for key, pairs in by_policy.items():
        if all(workload.pod.host_network for workload, _ in pairs):
            found[key] = tuple(workload for workload, certainty in pairs if certainty is Certainty.KNOWN)
    for namespace, all_of_it in policies.by_namespace.items():
        # pods without a namespace may be of this one
        workloads = [*by_namespace.get(namespace, ()), *by_namespace.get(None, ())]
        if all(workload.pod.host_network for workload in workloads):
            only = tuple(by_namespace.get(namespace, ()))
            found |= {id(one.policy): only for one in all_of_it if one.certainty is Certainty.KNOWN}
    return found


def policy_blocks(topology: Topology) -> Iterator[Subject]:
    """Every Service port and workload behind it that policies let nobody reach."""
    policies = topology.network.policies
    for wired in topology.services.services:
        for port in wired.ports:
            for pod in port.endpoints:
                blocked = policies.blocked(pod)
                if blocked:
                    yield subject(
                        topology,
                        _policy_block(port, blocked, topology),
                        wired.service.meta,
                        port.key,
                        pod_port_key(pod.workload, pod.number),
                    )


def _policy_block(port: WiredPort, blocked: Blocked, topology: Topology) -> Row:
    found = topology.network.policies.mistaken(blocked, port.port)
    entry = found[0] if found else None
    at = entry.origin.place("port") if entry else blocked.isolating[0].origin.place("podSelector")
    return build(
        POLICY_BLOCK,
        port.port.origin.place("port"),
        {
            "port": service_port_ref(port.service, port.port, "port"),
            "workload": workload_ref(blocked.pod.workload),
            "number": blocked.pod.number,
            "protocol": blocked.pod.protocol,
            "policies": tuple(_policy_ref(policy) for policy in blocked.isolating[:MANY]),
            "mistaken": _entry(entry) if entry else None,
            "mistake": found[1].value if found else None,
            "certainty": min(blocked.certainty, port.certainty).label,
        },
        {"mistake": at},
    )


def dns_blocks(topology: Topology) -> Iterator[Subject]:
    """Every workload that policies keep from asking for names."""
    for workload in topology.bundle.all(Workload):
        blocked = topology.network.policies.dns_blocked(workload)
        if blocked:
            row = _dns_block(workload, blocked, topology)
            yield subject(topology, row, workload.meta, ("workload", id(workload)))


def _dns_block(workload: Workload, blocked: DnsBlocked, topology: Topology) -> Row:
    uses = name_uses(workload, topology.services, topology.config_map_of)
    use = max(uses, key=lambda one: one.certainty, default=None)
    at = blocked.mistaken.origin if blocked.mistaken else blocked.isolating[0].origin
    return build(
        DNS_BLOCK,
        at.place("port" if blocked.mistaken else "egress"),
        {
            "workload": workload_ref(workload),
            "policies": tuple(_policy_ref(policy) for policy in blocked.isolating[:MANY]),
            "tcpOnly": _entry(blocked.mistaken),
            "opensAny": blocked.opens_any,
            "name": name_use_row(use) if use else None,
            "certainty": blocked.certainty.label,
        },
    )


TYPES = (POLICY_REF, POLICY_PORT, NETWORK_POLICY, POLICY_BLOCK, DNS_BLOCK)
