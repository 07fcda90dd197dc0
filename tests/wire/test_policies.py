from __future__ import annotations

import pytest

from kblint.wire.evidence import Certainty
from kblint.wire.faults.fault import Outcome
from kblint.wire.journeys.journey import Stage
from kblint.wire.policies.applied import Blocked
from kblint.wire.policies.rules import Mistake
from kblint.wire.topology import Topology
from tests.given.manifests import Value, container, manifest, policy, service, workload
from tests.given.runs import service_of, topology, workload_of

WEB = "{matchLabels: {app: web}}"
PORTS = "[{name: http, containerPort: 8080}, {name: dns, containerPort: 53, protocol: UDP}]"
PODS = workload(container(ports=PORTS))
NODE_PORT = service(type="NodePort", ports="[{name: web, port: 80, targetPort: http, nodePort: 30080}]")


def blocked(*policies: str, pods: str = PODS) -> Blocked | None:
    found = topology(pods, service(), *policies)
    return found.network.policies.blocked(service_of(found).ports[0].endpoints[0])


def mistake(entry: str) -> Mistake | None:
    found = topology(PODS, service(), opens(f"[{{ports: [{entry}]}}]"))
    port = service_of(found).ports[0]
    why = found.network.policies.blocked(port.endpoints[0])
    assert why is not None
    mistaken = found.network.policies.mistaken(why, port.port)
    return mistaken[1] if mistaken else None


def isolating(**fields: Value) -> str:
    """A policy that isolates the pods and opens nothing."""
    return policy(podSelector=WEB, **fields)


def opens(ingress: str) -> str:
    """A policy that isolates the pods and opens what is said."""
    return policy(podSelector=WEB, ingress=ingress)


def sends(egress: str, **fields: Value) -> str:
    """A policy that lets the pods send only what is said."""
    return policy(podSelector=WEB, policyTypes="[Egress]", egress=egress, **fields)


@pytest.mark.parametrize(
    "opened",
    [
        "[{}]",
        "[{from: [{podSelector: {}}]}]",
        "[{ports: [{port: 8080}]}]",
        "[{ports: [{port: http}]}]",
        "[{ports: [{protocol: TCP}]}]",
        "[{ports: [{port: 8000, endPort: 8080}]}]",
        "[{ports: [{port: 9}]}, {ports: [{port: 8080}], from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]",
        "[{ports: ['${PORT}', {port: 9}]}]",
        "[{ports: [{port: '${PORT}'}]}]",
        "[{ports: [{port: 8000, endPort: '${PORT}'}]}]",
        "'${RULES}'",
        "['${RULE}']",
    ],
)
def test_a_port_that_some_rule_opens_or_may_open_is_not_blocked(opened: str) -> None:
    assert blocked(opens(opened)) is None


@pytest.mark.parametrize(
    "opened",
    [
        "[]",
        "[{ports: [{port: 80}]}]",
        "[{ports: [{port: 8080, protocol: UDP}]}]",
        "[{ports: [{port: dns, protocol: UDP}]}]",
        "[{ports: [{port: 8081, endPort: 8089}]}]",
        "[{ports: [{port: web}]}]",
    ],
)
def test_a_port_that_no_rule_opens_is_blocked(opened: str) -> None:
    found = blocked(opens(opened))
    assert found is not None
    assert [one.meta.name for one in found.isolating] == ["limits"]
    assert found.certainty is Certainty.KNOWN


def test_policies_add_up() -> None:
    everyone = policy(podSelector="{}", name="deny")
    assert blocked(everyone) is not None
    assert blocked(everyone, opens("[{ports: [{port: 8080}]}]")) is None
    assert blocked(isolating(), policy(podSelector="{}", ingress="[{ports: [{port: 8080}]}]", name="open")) is None


def test_a_policy_that_may_rest_on_the_pods_opens_but_does_not_isolate() -> None:
    perhaps = "{matchLabels: {app: '${APP}'}}"
    assert blocked(policy(podSelector=perhaps)) is None
    assert blocked(isolating(), policy(podSelector=perhaps, ingress="[{}]", name="open")) is None
    assert blocked(policy(podSelector="'${PODS}'")) is None


def test_what_isolates_nothing_blocks_nothing() -> None:
    assert blocked(isolating(policyTypes="[Egress]")) is None
    assert blocked(policy(podSelector="{matchLabels: {app: other}}")) is None
    assert blocked(isolating(namespace="other")) is None
    assert blocked(isolating(), pods=workload(container(ports=PORTS), hostNetwork=True)) is None


def test_an_unset_namespace_is_only_likely() -> None:
    found = blocked(isolating(namespace=""))
    assert found is not None
    assert found.certainty is Certainty.LIKELY
    assert blocked(policy(podSelector="{}", namespace="")) is None


def test_an_unset_namespace_may_be_any_whose_pods_are_all_let_in() -> None:
    unset = (
        workload(container(ports=PORTS), namespace=""),
        service(namespace=""),
        policy(podSelector="{}", name="deny", namespace=""),
    )
    found = topology(*unset)
    assert found.network.policies.blocked(service_of(found).ports[0].endpoints[0]) is not None
    found = topology(*unset, policy(podSelector="{}", ingress="[{}]", namespace="other"))
    assert found.network.policies.blocked(service_of(found).ports[0].endpoints[0]) is None


def test_other_languages_of_policies_leave_all_unknown() -> None:
    other = manifest("cilium.io/v2", "CiliumNetworkPolicy", "a")
    pool = manifest("crd.projectcalico.org/v1", "IPPool", "a")
    assert blocked(isolating(), other) is None
    assert blocked(isolating(), pool) is not None


def test_a_port_of_unknown_name_or_number_is_not_reported() -> None:
    assert blocked(isolating(), pods=PODS.replace("name: dns", "name: '${NAME}'")) is None
    assert blocked(isolating(), pods=PODS.replace("8080", "'${PORT}'")) is None


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("{port: 80}", Mistake.SERVICE_PORT),
        ("{port: web}", Mistake.SERVICE_PORT),
        ("{port: 8080, protocol: UDP}", Mistake.PROTOCOL),
        ("{port: http, protocol: UDP}", Mistake.PROTOCOL),
        ("{port: htpp}", Mistake.NAME),
        ("{port: dns}", None),
        ("{port: 9090}", None),
        ("{port: 80, endPort: 90}", None),
        ("{port: 8000, endPort: 8100, protocol: UDP}", Mistake.PROTOCOL),
    ],
)
def test_what_was_opened_by_mistake(entry: str, expected: Mistake | None) -> None:
    assert mistake(entry) is expected


def test_a_name_that_other_pods_of_the_policy_may_have_is_no_mistake() -> None:
    both = policy(podSelector="{matchExpressions: [{key: app, operator: Exists}]}", ingress="[{ports: [{port: api}]}]")
    found = topology(PODS, workload(name="api"), service(), both)
    port = service_of(found).ports[0]
    why = found.network.policies.blocked(port.endpoints[0])
    assert why is not None
    assert found.network.policies.mistaken(why, port.port) is None


def outcome(found: Topology) -> Outcome:
    (journey,) = found.journeys
    assert Stage.POLICY in [hop.stage for hop in journey.hops]
    return journey.outcome


def test_k3s_refuses_and_others_drop() -> None:
    manifests = (PODS, NODE_PORT, isolating())
    assert outcome(topology(*manifests)) is Outcome.TIMEOUT
    assert outcome(topology(*manifests, profile="hetzner-k3s", overlay="working")) is Outcome.REFUSED


@pytest.mark.parametrize(
    ("egress", "expected"),
    [
        ("[]", True),
        ("[{ports: [{port: 443}]}]", True),
        ("[{ports: [{port: 53}]}]", True),
        ("[{ports: [{port: 53, protocol: UDP}]}]", False),
        ("[{ports: [{port: dns, protocol: UDP}]}]", False),
        ("[{ports: [{protocol: UDP}]}]", False),
        ("[{ports: [{port: 1, endPort: 99, protocol: UDP}]}]", False),
        ("[{ports: [{port: 5353, protocol: UDP}]}]", False),
        ("[{ports: [{port: '${PORT}', protocol: UDP}]}]", False),
        ("[{}]", False),
        ("[{to: [{podSelector: {}}]}]", True),
        ("[{to: [{namespaceSelector: {}}]}]", False),
        ("[{to: [{namespaceSelector: {matchLabels: {team: a}}}]}]", False),
        ("[{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}}]}]", True),
        ("[{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}]}]", False),
        (
            """
            - to:
                - namespaceSelector:
                    matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: [a, b]}]
            """,
            True,
        ),
        ("[{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]", False),
        ("[{to: [{ipBlock: {cidr: 10.43.0.10/32}}]}]", False),
        ("[{to: [{ipBlock: {cidr: 203.0.113.7/32}}]}]", True),
        ("[{to: [{ipBlock: {cidr: '${CIDR}'}}]}]", False),
        ("['${RULE}']", False),
    ],
)
def test_who_can_ask_for_names(egress: str, expected: bool) -> None:
    found = topology(PODS, sends(egress))
    assert (found.network.policies.dns_blocked(workload_of(found)) is not None) is expected


def test_port_53_over_tcp_only_is_told() -> None:
    found = topology(PODS, sends("[{ports: [{port: 53}]}]"))
    why = found.network.policies.dns_blocked(workload_of(found))
    assert why is not None
    assert why.mistaken is not None
    assert why.opens_any


def test_dns_itself_is_reached_by_pods_of_its_own_namespace() -> None:
    own = workload(container(ports=PORTS), namespace="kube-system")
    found = topology(own, sends("[{to: [{podSelector: {}}]}]", namespace="kube-system"))
    assert found.network.policies.dns_blocked(workload_of(found)) is None


def test_k3s_without_its_policy_controller_enforces_nothing() -> None:
    off = "disable-network-policy: true"
    assert not topology(off).network.policies.is_enforced
    other_cni = topology(f"{off}\nflannel-backend: none", profile="hetzner-k3s").network.policies
    assert other_cni.is_enforced
    assert not other_cni.rejects
