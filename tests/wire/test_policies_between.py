"""Network policies between a container that asks and the pods that it asks."""

from __future__ import annotations

import pytest

from kblint.wire.evidence import Certainty
from kblint.wire.faults.fault import Outcome
from kblint.wire.journeys.journey import Journey, Stage
from kblint.wire.policies.between import Parted
from kblint.wire.policies.rules import EGRESS, INGRESS
from tests.given.manifests import Value, container, manifest, policy, service, workload
from tests.given.runs import topology

WEB = workload(container(env="[{name: DB_URL, value: 'postgres://db.data:6432'}]"), labels="{app: web, tier: front}")
SQL = container("db", "postgres:17.2", ports="[{name: sql, containerPort: 5432}]")
DB = workload(SQL, name="db", kind="StatefulSet", namespace="data")
SERVICE = service("db", namespace="data", ports="[{port: 6432, targetPort: sql}]")
SHOP = manifest("v1", "Namespace", "shop", labels="{team: sales}")


def asked(*policies: str, caller: str = WEB, pods: str = DB) -> Journey:
    """The only call, with these policies."""
    (journey,) = topology(caller, pods, SERVICE, *policies, overlay="working").calls
    return journey


def parted(*policies: str, caller: str = WEB, pods: str = DB) -> Parted | None:
    """What policies keep apart."""
    others = [hop.fault.other for hop in asked(*policies, caller=caller, pods=pods).hops if hop.fault]
    return next((other for other in others if isinstance(other, Parted)), None)


def comes(ingress: str, **fields: Value) -> str:
    """A policy on the database that lets in only what is said."""
    return policy(name="db", namespace="data", podSelector="{matchLabels: {app: db}}", ingress=ingress, **fields)


def goes(egress: str) -> str:
    """A policy on the application that lets out only what is said, and questions for names."""
    names = "{ports: [{port: 53, protocol: UDP}]}"
    return policy(podSelector="{matchLabels: {app: web}}", policyTypes="[Egress]", egress=f"[{names}, {egress}]")


BY_NAME = "{matchLabels: {kubernetes.io/metadata.name: shop}}"


@pytest.mark.parametrize(
    "peers",
    [
        f"[{{namespaceSelector: {BY_NAME}}}]",
        "[{namespaceSelector: {}}]",
        "[{namespaceSelector: {matchLabels: {team: sales}}}]",
        f"[{{namespaceSelector: {BY_NAME}, podSelector: {{matchLabels: {{tier: front}}}}}}]",
        f"[{{podSelector: {{}}}}, {{namespaceSelector: {BY_NAME}}}]",
        "[{ipBlock: {cidr: 10.42.0.0/16}}]",
        "[]",
    ],
)
def test_who_may_come(peers: str) -> None:
    assert parted(comes(f"[{{from: {peers}, ports: [{{port: 5432}}]}}]"), SHOP) is None


@pytest.mark.parametrize(
    "peers",
    [
        "[{podSelector: {}}]",
        "[{podSelector: {matchLabels: {app: web}}}]",
        "[{namespaceSelector: {matchLabels: {team: support}}}]",
        f"[{{namespaceSelector: {BY_NAME}, podSelector: {{matchLabels: {{tier: back}}}}}}]",
        "[{ipBlock: {cidr: 203.0.113.0/24}}]",
    ],
)
def test_who_may_not_come(peers: str) -> None:
    found = parted(comes(f"[{{from: {peers}, ports: [{{port: sql}}]}}]"), SHOP)
    assert found is not None
    assert (found.direction, found.certainty) == (INGRESS, Certainty.KNOWN)


def test_the_labels_of_a_namespace_that_is_not_here_may_be_any() -> None:
    opened = comes("[{from: [{namespaceSelector: {matchLabels: {team: support}}}]}]")
    assert parted(opened) is None
    assert parted(opened, SHOP) is not None


def test_a_port_that_is_opened_to_others_only() -> None:
    some = comes("[{from: [{podSelector: {}}], ports: [{port: 5432}]}, {ports: [{port: 9187}]}]")
    found = asked(some)
    assert [hop.stage for hop in found.hops if hop.fault] == [Stage.POLICY]
    assert found.outcome is Outcome.REFUSED or found.outcome is Outcome.TIMEOUT


def test_what_nobody_may_is_said_once() -> None:
    found = asked(comes("[{ports: [{port: 9187}]}]"))
    assert [hop.label for hop in found.hops if hop.stage is Stage.POLICY] == ["NetworkPolicy db"]
    assert parted(comes("[{ports: [{port: 9187}]}]")) is None


@pytest.mark.parametrize(
    "egress",
    [
        "{}",
        "{ports: [{port: 5432}]}",
        "{ports: [{port: 5000, endPort: 6000}]}",
        "{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: data}}}]}",
        "{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}",
    ],
)
def test_what_may_be_sent(egress: str) -> None:
    assert parted(goes(egress)) is None


@pytest.mark.parametrize(
    ("egress", "mistaken"),
    [
        ("{ports: [{port: 443}]}", None),
        ("{to: [{podSelector: {}}]}", None),
        ("{to: [{ipBlock: {cidr: 203.0.113.0/24}}]}", None),
        ("{ports: [{port: 5432, protocol: UDP}]}", None),
        ("{ports: [{port: 6432}]}", 6432),
        ("{to: [{namespaceSelector: {}}], ports: [{port: 443}, {port: 6432}]}", 6432),
        ("{to: [{podSelector: {}}], ports: [{port: 6432}]}", None),
    ],
)
def test_what_may_not_be_sent(egress: str, mistaken: int | None) -> None:
    found = parted(goes(egress))
    assert found is not None
    assert found.direction == EGRESS
    assert (found.mistaken.port if found.mistaken else None) == mistaken


def test_the_node_network_is_left_alone() -> None:
    closed = comes("[{from: [{podSelector: {}}]}]")
    on_node = workload(
        container(env="[{name: DB_URL, value: 'postgres://db.data:6432'}]"),
        hostNetwork=True,
        dnsPolicy="ClusterFirstWithHostNet",
    )
    assert parted(closed, caller=on_node) is None
    assert parted(goes("{ports: [{port: 443}]}"), caller=on_node) is None


def test_policies_of_another_kind_may_let_through_more() -> None:
    other = manifest("cilium.io/v2", "CiliumNetworkPolicy", "db", namespace="data", spec="{endpointSelector: {}}")
    assert parted(comes("[{from: [{podSelector: {}}]}]"), other) is None
