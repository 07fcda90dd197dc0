"""Why a way in cannot be followed: each reason names the one thing that would tell."""

from __future__ import annotations

import pytest

from kblint.wire.journeys.journey import HopVerdict
from tests.given.manifests import container, helm_chart, host, ingress, manifest, service, workload
from tests.given.runs import topology

APP = "registry.example.com/web:1"


def reasons(*texts: str) -> list[str]:
    """Of all ways in, why they are not known."""
    hops = (hop for journey in topology(*texts).journeys for hop in journey.hops)
    return [hop.reason for hop in hops if hop.state is HopVerdict.UNKNOWN]


def at_node(pods: str, **more: str) -> str:
    """Why nobody knows what happens at a node port before these pods."""
    (reason,) = reasons(pods, service(type="NodePort", ports="[{port: 80, targetPort: 8080, nodePort: 30080}]", **more))
    return reason


@pytest.mark.parametrize(
    ("containers", "reason"),
    [
        ([container(image=APP, env="[]")], f"what image `{APP}` listens on is not known"),
        ([container(image=f"{APP}@sha256:0a", env="[]")], f"what image `{APP}` listens on is not known"),
        (
            [container(image=APP, ports="[{containerPort: 8080}]")],
            f"declared, and what image `{APP}` listens on is not known",
        ),
        (
            [container(image=APP, ports="[{containerPort: 9}]")],
            f"the pod declares other ports, and what image `{APP}` listens on is not known",
        ),
        (
            [container(image=APP, env="[]"), container("side", image="other:1", env="[]")],
            f"what images `{APP}` or `other:1` listens on is not known",
        ),
        ([container(image="'${IMAGE}'", env="[]")], "its image `${IMAGE}` cannot be known"),
        (
            [container(image="vault:1.15", args="[server, -config=/x.hcl]", ports="[{containerPort: 8080}]")],
            "declared, and what tells `vault:1.15` where to listen is not in the input",
        ),
    ],
)
def test_what_listens_is_unknown_because_of_an_image(containers: list[str], reason: str) -> None:
    assert at_node(workload(*containers)) == reason


def test_pods_are_named_by_the_labels_that_select_them() -> None:
    assert at_node("", selector="{app: web, tier: a}") == "no pods with `app: web`, `tier: a` are in the input"
    release = manifest("helm.toolkit.fluxcd.io/v2", "HelmRelease", "web", spec="{chart: {spec: {chart: x}}}")
    assert at_node(release) == "no pods with `app: web` are in the input, HelmRelease `web` may make them"


def test_the_release_of_the_services_name_is_the_one_that_may_make_it() -> None:
    releases = [
        manifest("helm.toolkit.fluxcd.io/v2", "HelmRelease", name, spec="{chart: {spec: {chart: x}}}")
        for name in ("api", "web")
    ]
    route = ingress(host("web.example.com", service="web-http"), ingressClassName="nginx")
    assert reasons(route, *releases)[-1] == "Service `web-http` is not in the input, HelmRelease `web` may make it"


def test_a_controller_that_a_release_may_install_is_named() -> None:
    route = ingress(host("web.example.com"), ingressClassName="haproxy")
    assert reasons(route)[0] == "nothing in the input installs it"
    chart = helm_chart("{}", "haproxy-ingress", "haproxy-ingress")
    assert reasons(route, chart)[0] == "HelmChart `haproxy-ingress` may install it, and its chart is not rendered"
    assert reasons(ingress(host("web.example.com")))[0] == "none is in the input, and the route names no class"


def test_an_alias_says_of_what() -> None:
    alias = service(type="ExternalName", externalName="db.example.com", selector="")
    route = ingress(host("web.example.com"), ingressClassName="nginx")
    assert reasons(route, alias)[-1] == "it is an alias of `db.example.com`"


def test_where_the_templates_of_a_chart_are_is_told() -> None:
    chart = helm_chart("ingress: {hosts: [a.example.com]}", "wiki", "wiki", repo="https://charts.example.com")
    assert reasons(chart) == ["it is not rendered: its templates of https://charts.example.com are not in the input"]


def test_who_installs_a_controller_is_told_where_its_values_are_not_known() -> None:
    script = '#cloud-config\nruncmd:\n  - helm upgrade --install edge traefik/traefik -f "$VALUES"\n'
    found = reasons(script, ingress(host(), ingressClassName="traefik"))
    assert found[0] == "helm `edge` installs it, and with which values is not in the input"
