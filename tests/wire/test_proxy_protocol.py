"""The PROXY protocol: who sends its header, who takes it, and how sure both are."""

from __future__ import annotations

import pytest

from kblint.wire.balancers.proxy_protocol import ProxyProtocolLink
from kblint.wire.balancers.proxy_receiver import ProxyProtocolMode
from kblint.wire.evidence import Certainty
from tests.wire.test_balancers import NGINX, balancer, last, way
from tests.wire.topologies import topology

PREFIX = "load-balancer.hetzner.cloud/"
CONTROLLER = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: ingress-nginx-controller, namespace: ingress-nginx}
spec:
  selector: {matchLabels: {app.kubernetes.io/name: ingress-nginx}}
  template:
    metadata: {labels: {app.kubernetes.io/name: ingress-nginx}}
    spec:
      containers:
        - name: controller
          image: registry.k8s.io/ingress-nginx/controller:v1.15.1
          args: [/nginx-ingress-controller, ARGUMENT]
          ports: [{name: http, containerPort: 80}, {name: https, containerPort: 443}]
"""
CONFIGURED = CONTROLLER.replace("ARGUMENT", "--configmap=$(POD_NAMESPACE)/settings")


def config_map(data: str, name: str = "settings", namespace: str = "ingress-nginx") -> str:
    return f"{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}, namespace: {namespace}}}, data: {{{data}}}}}"


def proxy_protocol(
    *manifests: str, sends: str = "proxyprotocol: true", destination: int = 31695
) -> ProxyProtocolLink | None:
    service = f"protocol: tcp, listen_port: 80, destination_port: {destination}, {sends}"
    return last(topology(*manifests, balancer(service))).proxy_protocol


@pytest.mark.parametrize(
    ("data", "takes"),
    [
        ('use-proxy-protocol: "true"', ProxyProtocolMode.REQUIRED),
        ('use-proxy-protocol: "1"', ProxyProtocolMode.REQUIRED),
        ('use-proxy-protocol: "false"', ProxyProtocolMode.REFUSED),
        ('use-forwarded-headers: "true"', ProxyProtocolMode.REFUSED),
        ("", ProxyProtocolMode.REFUSED),
    ],
)
def test_ingress_nginx_does_what_the_config_map_of_its_flag_says(data: str, takes: ProxyProtocolMode) -> None:
    found = proxy_protocol(NGINX, CONFIGURED, config_map(data))

    assert found is not None
    assert (found.receiver.mode, found.receiver.certainty) == (takes, Certainty.KNOWN)


@pytest.mark.parametrize(
    "manifests",
    [
        [CONFIGURED],
        [CONFIGURED, config_map('use-proxy-protocol: "${ON}"')],
        [CONFIGURED, config_map('use-proxy-protocol: "true"', namespace="other")],
        [CONTROLLER.replace("ARGUMENT", "'${FLAGS}'"), config_map('use-proxy-protocol: "true"')],
        [],
    ],
    ids=["not here", "unknown value", "another namespace", "unknown flags", "nothing at all"],
)
def test_what_ingress_nginx_reads_may_not_be_known(manifests: list[str]) -> None:
    assert proxy_protocol(NGINX, *manifests) is None


def test_ingress_nginx_without_the_flag_reads_no_config_map() -> None:
    found = proxy_protocol(NGINX, CONTROLLER.replace("ARGUMENT", "--v=2"), config_map('use-proxy-protocol: "true"'))

    assert found is not None
    assert found.receiver.mode is ProxyProtocolMode.REFUSED


@pytest.mark.parametrize("name", ["ingress-nginx-controller", "nginx-configuration"])
def test_a_controller_that_is_not_here_probably_reads_the_usual_config_map(name: str) -> None:
    found = proxy_protocol(NGINX, config_map('use-proxy-protocol: "true"', name))

    assert found is not None
    assert (found.receiver.mode, found.certainty) == (ProxyProtocolMode.REQUIRED, Certainty.LIKELY)


@pytest.mark.parametrize(
    ("arguments", "takes"),
    [
        ("--entryPoints.web.address=:8000", ProxyProtocolMode.REFUSED),
        (
            "--entryPoints.web.address=:8000, --entrypoints.web.proxyprotocol.trustedips=10.0.0.2",
            ProxyProtocolMode.OPTIONAL,
        ),
        ("--entryPoints.web.address=:8000, --entryPoints.web.proxyProtocol.insecure", ProxyProtocolMode.OPTIONAL),
        ("--entryPoints.web.address=:8000, --entryPoints.other.proxyProtocol.insecure", ProxyProtocolMode.REFUSED),
    ],
)
def test_traefik_takes_connections_with_and_without_the_header_once_it_is_told(
    arguments: str, takes: ProxyProtocolMode
) -> None:
    quoted = ", ".join(f'"{one}"' for one in arguments.split(", "))
    traefik = f"""
apiVersion: v1
kind: Service
metadata: {{name: traefik}}
spec: {{type: NodePort, selector: {{app: traefik}}, ports: [{{port: 80, targetPort: web, nodePort: 30080}}]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: traefik}}
spec:
  selector: {{matchLabels: {{app: traefik}}}}
  template:
    metadata: {{labels: {{app: traefik}}}}
    spec:
      containers:
        - {{name: traefik, image: "traefik:v3.5", args: [{quoted}], ports: [{{name: web, containerPort: 8000}}]}}
"""
    found = proxy_protocol(traefik, destination=30080)

    assert found is not None
    assert takes is found.receiver.mode


def values(chart: str, text: str) -> str:
    lines = "".join(f"    {line}\n" for line in text.strip().splitlines())
    kind = f"apiVersion: helm.cattle.io/v1\nkind: HelmChartConfig\nmetadata: {{name: {chart}, namespace: kube-system}}"
    return f"{kind}\nspec:\n  valuesContent: |-\n{lines}"


SERVICE = 'service: {annotations: {load-balancer.hetzner.cloud/uses-proxyprotocol: "true"}}'


@pytest.mark.parametrize(
    ("chart", "settings", "takes", "certainty"),
    [
        ("traefik", "", ProxyProtocolMode.REFUSED, Certainty.LIKELY),
        (
            "traefik",
            "ports: {websecure: {proxyProtocol: {trustedIPs: []}}}",
            ProxyProtocolMode.REFUSED,
            Certainty.LIKELY,
        ),
        ("traefik", "ports: {web: {proxyProtocol: {insecure: true}}}", ProxyProtocolMode.REFUSED, Certainty.LIKELY),
        (
            "traefik",
            "ports: {websecure: {proxyProtocol: {insecure: true}}}",
            ProxyProtocolMode.OPTIONAL,
            Certainty.KNOWN,
        ),
        (
            "traefik",
            'additionalArguments: ["--entryPoints.websecure.proxyProtocol.insecure=true"]',
            ProxyProtocolMode.OPTIONAL,
            Certainty.KNOWN,
        ),
    ],
)
def test_a_charts_values_tell_each_entry_point_for_itself(
    chart: str, settings: str, takes: ProxyProtocolMode, certainty: Certainty
) -> None:
    found = last(topology(values(chart, f"{SERVICE}\n{settings}"))).proxy_protocol

    assert found is not None
    assert (found.receiver.mode, found.receiver.certainty) == (takes, certainty)


@pytest.mark.parametrize(
    ("written", "sends", "certainty"),
    [
        ("proxyprotocol: true", True, Certainty.KNOWN),
        ("proxyprotocol: false", False, Certainty.KNOWN),
        ("", False, Certainty.LIKELY),
    ],
)
def test_what_a_described_balancer_leaves_out_is_only_likely(written: str, sends: bool, certainty: Certainty) -> None:
    found = proxy_protocol(NGINX, CONFIGURED, config_map(""), sends=written)

    assert found is not None
    assert (found.sender.sends, found.sender.certainty) == (sends, certainty)


MANAGER = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: hccm}
spec:
  selector: {matchLabels: {app: hccm}}
  template:
    metadata: {labels: {app: hccm}}
    spec:
      containers:
        - name: hccm
          image: hetznercloud/hcloud-cloud-controller-manager:v1.30.0
          env: [{name: HCLOUD_TOKEN, value: x}, ENTRY]
"""


@pytest.mark.parametrize(
    ("annotation", "manager", "sends", "certainty"),
    [
        ("location: fsn1", "", False, Certainty.LIKELY),
        ('uses-proxyprotocol: "true"', "", True, Certainty.KNOWN),
        ("location: fsn1", "{name: OTHER}", False, Certainty.KNOWN),
        ("location: fsn1", '{name: HCLOUD_LOAD_BALANCERS_USES_PROXYPROTOCOL, value: "true"}', True, Certainty.KNOWN),
        (
            'uses-proxyprotocol: "false"',
            '{name: HCLOUD_LOAD_BALANCERS_USES_PROXYPROTOCOL, value: "true"}',
            False,
            Certainty.KNOWN,
        ),
    ],
)
def test_the_managers_default_counts_where_no_annotation_is_written(
    annotation: str, manager: str, sends: bool, certainty: Certainty
) -> None:
    annotated = NGINX.split("---")[0].replace("type: NodePort", "type: LoadBalancer")
    annotated = annotated.replace(
        "namespace: ingress-nginx}", f"namespace: ingress-nginx, annotations: {{{PREFIX}{annotation}}}}}"
    )
    managers = [MANAGER.replace("ENTRY", manager)] if manager else []

    found = last(topology(annotated, CONFIGURED, config_map(""), *managers)).proxy_protocol

    assert found is not None
    assert (found.sender.sends, found.sender.certainty) == (sends, certainty)


@pytest.mark.parametrize(
    ("sends", "expects", "protocol", "check", "outcome"),
    [
        (True, True, "http", "tcp", "ok"),
        (False, False, "http", "tcp", "ok"),
        (True, False, "http", "tcp", "400"),
        (True, False, "http", "http", "503"),
        (True, False, "tcp", "tcp", "400"),
        (False, True, "http", "tcp", "502"),
        (False, True, "http", "http", "503"),
        (False, True, "tcp", "tcp", "empty reply"),
    ],
)
def test_what_people_see_where_one_side_only_knows_of_the_header(
    sends: bool, expects: bool, protocol: str, check: str, outcome: str
) -> None:
    service = (
        f"protocol: {protocol}, listen_port: 80, destination_port: 31695, proxyprotocol: {str(sends).lower()},"
        f" health_check: {{protocol: {check}, port: 31695, http: {{path: /healthz}}}}"
    )
    settings = config_map(f'use-proxy-protocol: "{str(expects).lower()}"')

    assert outcome == way(topology(NGINX, CONFIGURED, settings, balancer(service))).outcome.value
