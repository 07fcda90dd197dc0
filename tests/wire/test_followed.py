"""What was not judged is a question, never right: processes, controllers, Gateways and classes that no file shows."""

from __future__ import annotations

import pytest

from kblint.intake import Input, read
from kblint.run import judge_objects, settle, wire_all
from kblint.source.text import Source
from kblint.wire.faults.fault import Outcome
from kblint.wire.journeys.journey import HopVerdict, Journey, Stage
from tests.given.hetzner import WORKERS, balancer, check, k3s, listener
from tests.given.manifests import (
    Value,
    container,
    helm_config,
    host,
    ingress,
    manifest,
    nginx,
    nginx_service,
    service,
    workload,
)
from tests.given.runs import configured, topology, way

APP = (workload(container(image="nginx:1.27", ports="[{containerPort: 80}]")), service(ports="[{port: 80}]"))
CLASS = manifest("networking.k8s.io/v1", "IngressClass", "nginx", spec="{controller: k8s.io/ingress-nginx}")


def node_port(*fields: str, **ports: str) -> Journey:
    """The way in through the node port of a program that nobody knows."""
    about = dict(field.split(": ", 1) for field in fields)
    pod = container(ports=ports.get("ports", "[{name: http, containerPort: 8080}]"), **about)
    found = topology(workload(pod), service(type="NodePort", ports="[{port: 80, targetPort: 8080, nodePort: 30080}]"))
    (journey,) = found.journeys
    return journey


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ((), Outcome.UNKNOWN),
        (("readinessProbe: {httpGet: {path: /, port: 8080}}",), Outcome.OK),
        (("livenessProbe: {tcpSocket: {port: http}}",), Outcome.OK),
        (("readinessProbe: {httpGet: {path: /, port: 9090}}",), Outcome.UNKNOWN),
        (("readinessProbe: {exec: {command: [/bin/check]}}",), Outcome.UNKNOWN),
        (("command: [web, --port=8080]",), Outcome.OK),
    ],
)
def test_a_declared_port_is_right_once_a_probe_asks_it_or_a_process_shows(
    fields: tuple[str, ...], outcome: Outcome
) -> None:
    assert node_port(*fields).outcome is outcome


def test_a_controller_whose_pods_no_file_shows_is_a_question() -> None:
    before = balancer(listener("http", 80, 31695, health_check=check("tcp", 31695)), targets=WORKERS)
    route = ingress(host(), ingressClassName="nginx")
    unseen = way(topology(nginx_service(), CLASS, route, *APP, before))
    seen = way(topology(nginx_service(), nginx(), CLASS, route, *APP, before))

    assert (unseen.outcome, seen.outcome) == (Outcome.UNKNOWN, Outcome.OK)
    assert [hop.stage for hop in unseen.hops if hop.state is HopVerdict.UNKNOWN] == [Stage.CONTROLLER]


def route_outcome(*texts: str) -> Outcome:
    """What symptom on the way in that begins at the only route."""
    (journey,) = topology(*APP, *texts).journeys
    return journey.outcome


def test_a_route_that_nobody_leads_to_is_followed_only_where_its_controller_is_known() -> None:
    traefik = ingress(host(), ingressClassName="traefik")
    helm = helm_config("ports: {}")

    assert route_outcome(traefik) is Outcome.UNKNOWN
    assert route_outcome(ingress(host())) is Outcome.UNKNOWN
    for_nginx = ingress(host(), ingressClassName="nginx")
    assert route_outcome(for_nginx, nginx("--watch"), CLASS) is Outcome.UNKNOWN, "nothing leads to its pods"
    assert route_outcome(for_nginx, nginx("--watch"), CLASS, nginx_service()) is Outcome.OK
    assert settled_outcome(traefik, helm) is Outcome.OK, "K3s brings it"
    assert settled_outcome(traefik, k3s()) is Outcome.OK
    assert settled_outcome(traefik, k3s(disable="[traefik]")) is Outcome.UNKNOWN


def given(*texts: str) -> Input:
    return read([Source(f"{index}.yaml", text) for index, text in enumerate(texts)])


def settled_outcome(*texts: str) -> Outcome:
    """The same, with all that the whole input shows."""
    from_files = given(*APP, *texts)
    config = settle(configured("cluster: {overlay: working}"), from_files)
    (found,) = wire_all(from_files, config, judge_objects(from_files, config))
    (journey,) = found.journeys
    return journey.outcome


def test_a_class_that_is_not_here_breaks_nothing_but_a_near_miss_does() -> None:
    other, typo = ingress(host(), ingressClassName="traefik"), ingress(host(), ingressClassName="ngnix")

    assert route_outcome(other, CLASS) is Outcome.UNKNOWN
    assert route_outcome(typo, CLASS) is Outcome.NOT_FOUND


def test_a_class_that_the_controller_behind_a_balancer_does_not_serve_is_lost() -> None:
    before = balancer(listener("http", 80, 31695, health_check=check("tcp", 31695)))
    route = ingress(host(), ingressClassName="inner")

    assert way(topology(nginx_service(), nginx(), CLASS, route, *APP, before)).outcome is Outcome.NOT_FOUND


@pytest.mark.parametrize("port", ["443", "22"])
def test_a_cloud_firewall_stands_before_the_traefik_that_k3s_brings(port: str) -> None:
    rule = f'{{direction: in, protocol: tcp, port: "{port}", source_ips: [0.0.0.0/0]}}'
    firewall = f"name: nodes\nrules: [{rule}]\napplied_to: [{{type: server, server: {{id: 1}}}}]\n"
    outcome = settled_outcome(ingress(host(), ingressClassName="traefik"), k3s(), firewall)

    assert outcome is (Outcome.OK if port == "443" else Outcome.UNKNOWN)


@pytest.mark.parametrize(("destination", "lost_at"), [("'${PORT}'", "balancer"), (30080, None)])
def test_a_way_is_lost_only_where_its_end_is_not_known(destination: Value, lost_at: str | None) -> None:
    web = service(type="NodePort", ports="[{port: 80, targetPort: nope, nodePort: 30080}]")
    found = topology(web, workload(), balancer(listener("tcp", 1, destination), targets=WORKERS))
    assert way(found).lost_at == lost_at
