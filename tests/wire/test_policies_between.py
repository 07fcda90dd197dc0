"""Network policies between a container that asks and the pods that it asks."""

from __future__ import annotations

import pytest

from kblint.wire.evidence import Certainty
from kblint.wire.faults.fault import Outcome
from kblint.wire.journeys.journey import Journey, Stage
from kblint.wire.policies.between import Parted
from tests.given.manifests import container, manifest, policy, service, workload
from tests.given.runs import topology

WEB = workload(container(env="[{name: DB_URL, value: 'postgres://db.data:6432'}]"), labels="{app: web, tier: front}")
SQL = container("db", "postgres:17.2", ports="[{name: sql, containerPort: 5432}]")
DB = workload(SQL, name="db", kind="StatefulSet", namespace="data")
SERVICE = service("db", namespace="data", ports="[{port: 6432, targetPort: sql}]")


def asked(*policies: str, caller: str = WEB, pods: str = DB) -> Journey:
    """The only call, with these policies."""
    (journey,) = topology(caller, pods, SERVICE, *policies, overlay="working").calls
    return journey


def parted(*policies: str, caller: str = WEB, pods: str = DB) -> Parted | None:
    """What policies keep apart."""
    others = [hop.fault.other for hop in asked(*policies, caller=caller, pods=pods).hops if hop.fault]
    return next((other for other in others if isinstance(other, Parted)), None)


def goes(egress: str) -> str:
    """A policy on the application that lets out only what is said, and questions for names."""
    names = "{ports: [{port: 53, protocol: UDP}]}"
    return policy(podSelector="{matchLabels: {app: web}}", policyTypes="[Egress]", egress=f"[{names}, {egress}]")


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
    assert (found.mistaken.port if found.mistaken else None) == mistaken


def test_the_node_network_is_left_alone() -> None:
    on_node = workload(
        container(env="[{name: DB_URL, value: 'postgres://db.data:6432'}]"),
        hostNetwork=True,
        dnsPolicy="ClusterFirstWithHostNet",
    )
    assert parted(goes("{ports: [{port: 443}]}"), caller=on_node) is None


def test_policies_of_another_kind_may_let_through_more() -> None:
    other = manifest("cilium.io/v2", "CiliumNetworkPolicy", "db", namespace="data", spec="{endpointSelector: {}}")
    assert parted(goes("{ports: [{port: 443}]}"), other) is None


def test_a_namespace_asked_for_by_labels() -> None:
    egress = "{to: [{namespaceSelector: {matchLabels: {team: data}}}]}"
    labels = manifest("v1", "Namespace", "data", labels="{team: data}")
    others = manifest("v1", "Namespace", "data", labels="{team: sales}")
    assert parted(goes(egress)) is None
    assert parted(goes(egress), labels) is None
    found = asked(goes(egress), others)
    assert [hop.stage for hop in found.hops if hop.fault] == [Stage.POLICY]
    assert found.outcome in (Outcome.REFUSED, Outcome.TIMEOUT)
    kept = parted(goes(egress), others)
    assert kept is not None
    assert kept.certainty is Certainty.KNOWN
