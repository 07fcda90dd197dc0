from __future__ import annotations

import pytest

from kblint.model.bundle import Other
from kblint.model.policy import ConfigMap, Namespace, NetworkPolicy, Reference
from kblint.source.values import Unknown
from tests.given.manifests import manifest
from tests.given.readings import declarations, every, one


def test_a_namespace_keeps_its_labels() -> None:
    text = (
        "{apiVersion: v1, kind: Namespace, metadata: {name: n, labels: {pod-security.kubernetes.io/enforce: baseline}}}"
    )
    assert one(Namespace, text).meta.labels == {"pod-security.kubernetes.io/enforce": "baseline"}


def test_a_config_map_keeps_texts_with_their_places() -> None:
    text = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: m}
        data:
          nginx.conf: |
            listen 80;
            log ${X};
          port: ${PORT}
          number: 8080
          empty:
        """
    found = one(ConfigMap, text)
    assert found.data == {
        "nginx.conf": "listen 80;\nlog ${X};\n",
        "port": Unknown("${PORT}"),
        "number": Unknown("8080"),
        "empty": "",
    }
    assert found.origin.place("number").text == "8080"


def policy(spec: str) -> NetworkPolicy:
    return one(NetworkPolicy, manifest("networking.k8s.io/v1", "NetworkPolicy", "a", spec=spec))


@pytest.mark.parametrize(
    ("spec", "types"),
    [
        ("{}", ("Ingress",)),
        ("{egress: []}", ("Ingress",)),
        ("{egress: [{}]}", ("Ingress", "Egress")),
        ("{policyTypes: [Egress]}", ("Egress",)),
    ],
)
def test_policy_types_are_defaulted(spec: str, types: tuple[str, ...]) -> None:
    assert policy(spec).types == types


def test_policy_rules() -> None:
    found = policy(
        """{podSelector: {matchLabels: {a: b}}, ingress: [{
        from: [{podSelector: {}}, {namespaceSelector: {matchLabels: {c: d}}},
        {ipBlock: {cidr: 10.0.0.0/8}}],
        ports: [{port: 80}, {port: web, protocol: UDP}, {port: 1, endPort: 9}, {}]}, {}]}"""
    )
    assert found.pods.labels == {"a": "b"}
    rule, everyone = found.ingress
    pods, namespaces, block = rule.peers
    assert pods.pods is not None
    assert pods.pods.is_empty
    assert (pods.namespaces, pods.cidr) == (None, None)
    assert namespaces.namespaces is not None
    assert namespaces.namespaces.labels == {"c": "d"}
    assert block.cidr == "10.0.0.0/8"
    assert [(port.port, port.protocol, port.end_port) for port in rule.ports] == [
        (80, "TCP", None),
        ("web", "UDP", None),
        (1, "TCP", 9),
        (None, "TCP", None),
    ]
    assert (everyone.ports, everyone.peers) == ((), ())


def references(version: str, kind: str, body: str) -> list[tuple[object, ...]]:
    text = f"{{apiVersion: {version}, kind: {kind}, metadata: {{name: a, namespace: here}}, {body}}}"
    assert isinstance(declarations(text)[0], Other), "the object itself exists"
    return [
        (
            found.purpose,
            found.kind,
            found.name,
            found.namespace,
            found.port,
            found.selector.labels if found.selector else None,
        )
        for found in every(Reference, text)
    ]


def test_a_scale_target() -> None:
    body = "spec: {scaleTargetRef: {kind: Deployment, name: web}}"
    assert references("autoscaling/v2", "HorizontalPodAutoscaler", body) == [
        ("scale-target", "Deployment", "web", None, None, None)
    ]


def test_a_disruption_budget() -> None:
    body = "spec: {selector: {matchLabels: {a: b}}}"
    assert references("policy/v1", "PodDisruptionBudget", body) == [
        ("disruption-budget", "Pod", None, None, None, {"a": "b"})
    ]


@pytest.mark.parametrize(
    ("where", "namespace"),
    [("{}", None), ("{matchNames: [ns]}", "ns"), ("{matchNames: [ns, ms]}", "*"), ("{any: true}", "*")],
)
def test_a_service_monitor_names_each_port(where: str, namespace: str | None) -> None:
    body = f"""spec: {{selector: {{matchLabels: {{a: b}}}}, namespaceSelector: {where},
        endpoints: [{{port: metrics}}, {{targetPort: 9090}}, {{}}]}}"""
    assert references("monitoring.coreos.com/v1", "ServiceMonitor", body) == [
        ("monitor-port", "Service", None, namespace, "metrics", {"a": "b"}),
        ("monitor-target-port", "Service", None, namespace, 9090, {"a": "b"}),
        ("monitor-target-port", "Service", None, namespace, None, {"a": "b"}),
    ]


def test_a_pod_monitor() -> None:
    body = "spec: {selector: {}, podMetricsEndpoints: [{port: metrics}, {portNumber: 9}]}"
    assert references("monitoring.coreos.com/v1", "PodMonitor", body) == [
        ("monitor-port", "Pod", None, None, "metrics", {}),
        ("monitor-target-port", "Pod", None, None, 9, {}),
    ]


@pytest.mark.parametrize("kind", ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"])
def test_webhooks(kind: str) -> None:
    body = """webhooks: [{clientConfig: {service: {name: s, namespace: ns}}}, {clientConfig: {url: 'https://x'}},
        {clientConfig: {service: {name: t, namespace: ns, port: 9443}}}]"""
    assert references("admissionregistration.k8s.io/v1", kind, body) == [
        ("webhook", "Service", "s", "ns", 443, None),
        ("webhook", "Service", "t", "ns", 9443, None),
    ]


def test_an_api_service() -> None:
    body = "spec: {service: {name: s, namespace: ns}}"
    assert references("apiregistration.k8s.io/v1", "APIService", body) == [
        ("api-service", "Service", "s", "ns", 443, None)
    ]
    assert references("apiregistration.k8s.io/v1", "APIService", "spec: {}") == []


@pytest.mark.parametrize("written", ["webhook: {clientConfig: %s}", "webhookClientConfig: %s"])
def test_a_conversion_webhook(written: str) -> None:
    body = "spec: {conversion: {%s}}" % (written % "{service: {name: s, namespace: ns, port: 1}}")
    assert references("apiextensions.k8s.io/v1", "CustomResourceDefinition", body) == [
        ("conversion-webhook", "Service", "s", "ns", 1, None)
    ]
