"""Ways in through routes to which no balancer leads: what stands between people and the ingress controller."""

from __future__ import annotations

import pytest

from kblint.intake import read
from kblint.run import judge_objects, settle, wire_all
from kblint.source.text import Source
from kblint.wire.faults.fault import Outcome
from kblint.wire.journeys.journey import Hop, HopVerdict, Journey, Stage
from tests.given.hetzner import k3s, ufw
from tests.given.manifests import (
    container,
    helm_config,
    host,
    ingress,
    manifest,
    nginx,
    nginx_service,
    service,
    stream,
    workload,
)
from tests.given.runs import configured

APP = (workload(container(image="nginx:1.27", ports="[{containerPort: 80}]")), service(ports="[{port: 80}]"))
TRAEFIK = ingress(host(), ingressClassName="traefik")
NGINX = ingress(host(), ingressClassName="nginx")
CLASS = manifest("networking.k8s.io/v1", "IngressClass", "nginx", spec="{controller: k8s.io/ingress-nginx}")
FIREWALL = """\
name: nodes
rules:
  - {direction: in, protocol: tcp, port: "80", source_ips: [0.0.0.0/0]}
"""
APPLIED = f"{FIREWALL}applied_to: [{{type: server, server: {{id: 1}}}}]\n"


def way(*texts: str, cluster: str = "{overlay: working}") -> Journey:
    """The only way in that begins at a route, with all that the whole input shows."""
    named = (("ufw.txt" if text.startswith("Status") else f"{number}.yaml", text) for number, text in enumerate(texts))
    given = read([Source("app.yaml", stream(*APP)), *(Source(*one) for one in named)])
    config = settle(configured(f"cluster: {cluster}"), given)
    (found,) = wire_all(given, config, judge_objects(given, config))
    return next(one for one in found.journeys if "www.example.com" in one.name)


def first(journey: Journey) -> list[tuple[Stage, str, HopVerdict]]:
    """What stands before the route."""
    hops: list[Hop] = []
    for hop in journey.hops[1:]:
        if hop.stage is Stage.ROUTE:
            break
        hops.append(hop)
    return [(hop.stage, hop.label, hop.state) for hop in hops]


def test_the_traefik_of_k3s_answers_on_the_nodes() -> None:
    found = way(TRAEFIK, k3s(), APPLIED)
    assert first(found) == [
        (Stage.CLOUD_FIREWALL, "cloud firewall 80/tcp", HopVerdict.OK),
        (Stage.NODE, "host port 80", HopVerdict.OK),
        (Stage.CONTROLLER, "traefik", HopVerdict.OK),
    ]
    assert found.outcome is Outcome.OK


def test_a_firewall_of_which_nobody_knows_whether_it_is_applied_is_a_question() -> None:
    closed = FIREWALL.replace('"80"', '"22"')
    assert way(TRAEFIK, k3s(), closed).outcome is Outcome.UNKNOWN


def test_values_for_the_traefik_of_k3s_leave_it_there() -> None:
    found = way(TRAEFIK, k3s(), helm_config("ports: {web: {forwardedHeaders: {insecure: true}}}"))
    assert [stage for stage, _, _ in first(found)][:2] == [Stage.NODE, Stage.SERVICE], "its chart makes its pods"
    assert found.outcome is Outcome.OK


def test_a_route_without_a_class_is_the_traefiks_of_k3s() -> None:
    found = way(ingress(host()), k3s(), nginx(), CLASS)
    assert (Stage.CONTROLLER, "traefik", HopVerdict.OK) in first(found)


def test_the_only_pod_of_traefik_is_on_one_node() -> None:
    found = way(TRAEFIK, k3s(), cluster="{overlay: blocked}")
    assert first(found)[-2:] == [
        (Stage.OVERLAY, "VXLAN between nodes", HopVerdict.UNKNOWN),
        (Stage.CONTROLLER, "traefik", HopVerdict.OK),
    ]


ON_HOST = nginx(hostNetwork=True)


@pytest.mark.parametrize(("rules", "outcome"), [(("80/tcp ALLOW Anywhere",), Outcome.OK), ((), Outcome.TIMEOUT)])
def test_a_host_firewall_stands_before_a_controller_on_the_host_network(
    rules: tuple[str, ...], outcome: Outcome
) -> None:
    found = way(NGINX, CLASS, ON_HOST, ufw(*rules))
    assert found.outcome is outcome
    assert [stage for stage, _, _ in first(found)][:2] == [Stage.NODE, Stage.HOST_FIREWALL]


@pytest.mark.parametrize(
    ("texts", "stages", "outcome"),
    [
        ((nginx_service(),), [Stage.NODE, Stage.SERVICE], Outcome.OK),
        ((nginx_service(type="LoadBalancer"), k3s(disable="traefik")), [Stage.NODE, Stage.SERVICE], Outcome.OK),
        ((nginx_service(type="LoadBalancer", ports="[{name: http, port: 80, targetPort: http}]"),),
         [Stage.BALANCER, Stage.SERVICE], Outcome.UNKNOWN),
        ((nginx_service(type="ClusterIP", ports="[{name: http, port: 80, targetPort: http}]"),),
         [Stage.CONTROLLER], Outcome.UNKNOWN),
    ],
)  # fmt: skip
def test_how_requests_come_to_a_controller_of_the_input(
    texts: tuple[str, ...], stages: list[Stage], outcome: Outcome
) -> None:
    found = way(NGINX, CLASS, nginx(), *texts)
    assert [stage for stage, _, _ in first(found)][: len(stages)] == stages
    assert found.outcome is outcome


def test_what_is_broken_before_the_controller_is_seen_as_it_is() -> None:
    wrong = nginx_service(ports="[{name: http, port: 80, targetPort: web, nodePort: 31695}]")
    assert way(NGINX, CLASS, nginx(), wrong).outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    "web",
    ["redirections: {entryPoint: {to: websecure, scheme: https}}", "redirectTo: {port: websecure}"],
)
def test_people_are_sent_to_https_where_traefik_does_so_with_every_request(web: str) -> None:
    found = way(TRAEFIK, k3s(), helm_config(f"ports: {{web: {{{web}}}}}"))
    assert found.name == "https://www.example.com/"
    assert first(found)[0] == (Stage.NODE, "host port 443", HopVerdict.OK)


TCP = manifest(
    "traefik.io/v1alpha1", "IngressRouteTCP", "web",
    spec="{entryPoints: [tunnel], routes: [{match: 'HostSNI(`www.example.com`)', services: [{name: web, port: 80}]}]}",
)  # fmt: skip


def test_connections_come_in_at_the_port_of_their_entry_point() -> None:
    values = "ports: {tunnel: {port: 9000, expose: {default: true}, exposedPort: 5432}}"
    found = way(TCP, k3s(), helm_config(values))
    assert found.name == "tcp://www.example.com:5432"
    assert first(found)[0] == (Stage.NODE, "host port 5432", HopVerdict.OK)


def test_an_entry_point_without_a_known_port_is_called_by_its_name() -> None:
    found = way(TCP, k3s())
    assert found.name == "tcp://www.example.com:<tunnel>"
