"""The cloud controller manager in the input, its rival, its annotations, and nodes that it must leave out."""

from __future__ import annotations

import pytest

from kblint.model.balancer import BalancerAnnotation
from kblint.source.values import Unknown
from kblint.wire.balancers.cloud_manager import declared_nodes
from kblint.wire.balancers.settings import NoEffect, no_effect
from kblint.wire.services.service_lb import service_lb
from tests.given.hetzner import PREFIX, cloud_manager
from tests.given.manifests import Value, config_map, manifest, service
from tests.given.runs import checked, topology


@pytest.mark.parametrize(
    ("fields", "value"),
    [
        ({"env": "[{name: HCLOUD_LOAD_BALANCERS_LOCATION, value: fsn1}]"}, "fsn1"),
        ({"env": "[{name: HCLOUD_TOKEN, value: x}]"}, None),
        (
            {"env": "[{name: HCLOUD_LOAD_BALANCERS_LOCATION, valueFrom: {secretKeyRef: {name: hcloud, key: x}}}]"},
            Unknown("HCLOUD_LOAD_BALANCERS_LOCATION"),
        ),
        ({"envFrom": "[{secretRef: {name: hcloud}}]"}, Unknown("HCLOUD_LOAD_BALANCERS_LOCATION")),
    ],
)
def test_the_managers_variables_are_its_defaults(fields: dict[str, Value], value: object) -> None:
    (found,) = topology(cloud_manager(**fields)).managers.here

    assert value == found.default("LOCATION").value


def test_a_variable_of_a_config_map_is_read_there() -> None:
    settings = config_map("hcloud", namespace="kube-system", data="{HCLOUD_NETWORK: nodes}")
    found = topology(cloud_manager(envFrom="[{configMapRef: {name: hcloud}}]"), settings).managers.here

    assert found[0].variable("HCLOUD_NETWORK").value == "nodes"


def test_a_manager_of_another_provider_is_none() -> None:
    assert topology(cloud_manager(image="registry.k8s.io/cloud-controller-manager:v1")).managers.here == ()


@pytest.mark.parametrize(
    ("files", "is_known"),
    [
        (("ccm.yaml", "web.yaml"), True),
        (("infra/ccm.yaml", "apps/web.yaml"), True),
        (("test/e2e/ccm.yaml", "apps/web.yaml"), False),
        (("infra/ccm.yaml", "docs/web.yaml"), False),
        (("infra/plain/ccm.yaml", "apps/web.yaml", "infra/networks/ccm.yaml"), False),
        (("infra/plain/ccm.yaml", "infra/plain/web.yaml", "infra/networks/ccm.yaml"), True),
    ],
)
def test_a_manager_that_may_be_of_another_cluster_says_nothing(files: tuple[str, ...], is_known: bool) -> None:
    asking = service(type="LoadBalancer", annotations=f"{{{PREFIX}location: fsn1, {PREFIX}use-private-ip: 'true'}}")
    texts = [cloud_manager(), asking, cloud_manager(env="[{name: HCLOUD_NETWORK, value: nodes}]")]
    found = checked(dict(zip(files, texts, strict=False))).findings
    assert ("LB009" in {one.rule.id for one in found}) is is_known


@pytest.mark.parametrize(
    ("texts", "is_on"),
    [
        (["cluster-init: true\ntls-san: [k3s.example.com]"], True),
        (["cluster-init: true\ndisable: traefik"], True),
        (["cluster-init: true\ndisable: [traefik, servicelb]"], False),
        (["cluster-init: true\ndisable: traefik,servicelb"], False),
        (["cluster-init: true\ndisable: [traefik]", "cluster-init: true\ndisable+: [servicelb]"], False),
        (["cluster-init: true\ndisable: ['${COMPONENTS}']"], False),
        (["server: https://10.0.0.2:6443\nnode-ip: 10.0.0.3\nflannel-iface: eth1"], False),
        ([], False),
    ],
)
def test_service_lb_answers_where_a_server_does_not_disable_it(texts: list[str], is_on: bool) -> None:
    found = topology(*texts)

    assert is_on is (service_lb(found.bundle, found.environment) is not None)


def test_service_lb_may_be_disabled_in_the_configuration() -> None:
    found = topology("cluster-init: true\ndisable: [traefik]", disable=["servicelb"])

    assert service_lb(found.bundle, found.environment) is None


def test_nodes_are_node_objects_and_configurations_of_k3s() -> None:
    label = "node.kubernetes.io/exclude-from-external-load-balancers"
    found = topology(
        manifest("v1", "Node", "a", labels=f"{{{label}: ''}}"),
        manifest("v1", "Node", "b", labels="{role: worker}"),
        f"cluster-init: true\nnode-label: [role=control, {label}=true]",
        "server: https://10.0.0.2:6443\nflannel-iface: eth1",
    )

    nodes = [(node.name, node.excluded[0] if node.excluded else None) for node in declared_nodes(found.bundle)]

    assert nodes == [("a", ""), ("b", None), ("2.yaml", "true"), ("3.yaml", None)]


def effects(kind: str, spec: str, *annotations: str) -> dict[str, NoEffect | None]:
    lines = "".join(f"{PREFIX}{one}\n" for one in annotations)
    text = manifest("v1", kind, "web", annotations=lines, spec=f"{{{spec}}}")
    found = topology(text).bundle.all(BalancerAnnotation)
    return {one.name: no_effect(one) for one in found}


@pytest.mark.parametrize(
    ("kind", "spec", "effect"),
    [
        ("Service", "type: LoadBalancer, ports: [{port: 80}]", None),
        ("Service", "type: NodePort, ports: [{port: 80}]", NoEffect.TYPE),
        ("Service", "ports: [{port: 80}]", NoEffect.TYPE),
        ("Service", "type: '${TYPE}', ports: [{port: 80}]", None),
        ("Pod", "containers: []", NoEffect.NO_SERVICE),
        ("SomethingElse", "", None),
    ],
)
def test_annotations_are_for_services_of_type_load_balancer(kind: str, spec: str, effect: NoEffect | None) -> None:
    assert effects(kind, spec, "location: fsn1") == {"location": effect}


@pytest.mark.parametrize(
    ("annotations", "effect"),
    [
        ([], NoEffect.TCP_CHECK),
        (["protocol: http"], NoEffect.TCP_CHECK),
        (["protocol: http", "health-check-interval: 5s"], None),
        (["protocol: tcp", "health-check-interval: 5s"], NoEffect.TCP_CHECK),
        (["health-check-protocol: HTTP"], None),
        (["protocol: http", "health-check-protocol: tcp"], NoEffect.TCP_CHECK),
        (["health-check-protocol: ${PROTOCOL}"], None),
    ],
)
def test_a_path_is_only_asked_for_over_http(annotations: list[str], effect: NoEffect | None) -> None:
    found = effects("Service", "type: LoadBalancer, ports: [{port: 80}]", *annotations, "health-check-http-path: /up")

    assert effect is found["health-check-http-path"]
