"""What makes ways in that nothing here follows is said in the last lines, beside what was followed."""

from __future__ import annotations

import pytest

from kblint.finding import NotRead
from tests.given.hetzner import k3s
from tests.given.manifests import container, helm_chart, manifest, service, workload
from tests.given.runs import checked, configured

RELEASES = {
    "HelmRelease `shop`": manifest("helm.toolkit.fluxcd.io/v2", "HelmRelease", "shop", spec="{chartRef: {name: shop}}"),
    "HelmChart `shop`": helm_chart("a: 1", "shop", "shop"),
    "Application `shop`": manifest(
        "argoproj.io/v1alpha1", "Application", "shop", spec="{source: {chart: shop, repoURL: 'https://example.com'}}"
    ),
    "ApplicationSet `shop`": manifest(
        "argoproj.io/v1alpha1", "ApplicationSet", "shop", spec="{template: {spec: {source: {chart: shop}}}}"
    ),
    "chart `shop`": "apiVersion: v2\nname: shop\ndependencies: [{name: web}]\n",
    "`helm_release.shop`": 'resource "helm_release" "shop" {\n  name = "shop"\n}\n',
    "`install.sh`": "helm upgrade --install shop example/shop\n",
}
ELSEWHERE = {
    "Application `shop`": manifest(
        "argoproj.io/v1alpha1", "Application", "shop", spec="{source: {path: deploy, repoURL: 'https://example.com'}}"
    ),
    "Kustomization `shop`": manifest("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "shop", spec="{path: deploy}"),
    "`install.sh`": "kubectl apply -f https://example.com/shop.yaml\n",
}
FILES = {"chart `shop`": "Chart.yaml", "`helm_release.shop`": "main.tf", "`install.sh`": "install.sh"}


def not_read(name: str, text: str) -> list[tuple[str, str]]:
    result = checked({FILES.get(name, "shop.yaml"): text}, configured("profile: kubernetes"))
    return [(one.kind.value, one.name) for one in result.summary.not_read]


@pytest.mark.parametrize(("name", "text"), RELEASES.items(), ids=RELEASES)
def test_a_release_of_a_chart_is_said(name: str, text: str) -> None:
    assert not_read(name, text) == [("release", name)]


@pytest.mark.parametrize(("name", "text"), ELSEWHERE.items(), ids=ELSEWHERE)
def test_manifests_from_elsewhere_are_said(name: str, text: str) -> None:
    assert not_read(name, text) == [("manifests", name)]


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [
        ("networking.istio.io/v1", "VirtualService"),
        ("networking.istio.io/v1", "Gateway"),
        ("networking.istio.io/v1", "DestinationRule"),
        ("route.openshift.io/v1", "Route"),
        ("projectcontour.io/v1", "HTTPProxy"),
        ("configuration.konghq.com/v1beta1", "TCPIngress"),
        ("k8s.nginx.org/v1", "VirtualServer"),
        ("serving.knative.dev/v1", "Service"),
    ],
)
def test_a_route_of_a_kind_that_is_not_read_is_said(api_version: str, kind: str) -> None:
    text = manifest(api_version, kind, "site", spec="{template: {spec: {containers: [{image: web}]}}}")
    assert not_read("", text) == [("route", f"{kind} `site`")]


@pytest.mark.parametrize(
    "text",
    [
        helm_chart("controller: {kind: DaemonSet}"),
        manifest("helm.cattle.io/v1", "HelmChartConfig", "traefik", spec="{valuesContent: 'a: 1'}"),
        manifest("networking.example.com/v1", "VirtualService", "site"),
        manifest("monitoring.coreos.com/v1", "ServiceMonitor", "site"),
        "apiVersion: v2\nname: shop\n",
        k3s(),
    ],
)
def test_what_is_followed_or_makes_no_way_in_is_not(text: str) -> None:
    assert not_read("chart `shop`" if text.startswith("apiVersion: v2") else "", text) == []


def test_each_is_said_once_with_its_place() -> None:
    release = RELEASES["HelmRelease `shop`"]
    app = workload(container(image="nginx:1.27", ports="[{containerPort: 80}]"))
    node_port = service(type="NodePort", ports="[{port: 80, nodePort: 30080}]")
    files = {"b.yaml": release, "a.yaml": RELEASES["HelmChart `shop`"], "app.yaml": app, "service.yaml": node_port}
    found: tuple[NotRead, ...] = checked(files, configured("profile: kubernetes")).summary.not_read
    assert [(one.place.source.path, one.place.text) for one in found] == [("a.yaml", "shop"), ("b.yaml", "shop")]
