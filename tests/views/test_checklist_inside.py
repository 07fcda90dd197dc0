"""What belongs inside the cluster: the checklist opens it to nobody outside, and says where the input does."""

from __future__ import annotations

import pytest

from kblint.checklist import Checklist, Line, LineState
from kblint.intake import read
from kblint.run import judge_objects, wire_all
from kblint.source.text import Source
from kblint.views.checklist.build import checklist
from tests.given.hetzner import balancer, listener
from tests.given.manifests import container, host, ingress, service, stream, workload
from tests.given.runs import checked, configured

CONFIG = configured("{profile: hetzner-k3s, cluster: {overlay: working}}")
UFW = "Status: active\nDefault: deny (incoming), allow (outgoing), disabled (routed)\n\n22/tcp ALLOW IN Anywhere\n"
DB = container("db", image="postgres:17", ports="[{containerPort: 5432}]")
PORTS = "[{port: 5432}]"
NODE_PORTS = "[{port: 5432, nodePort: 30432}]"
CALLER = container(env="[{name: DATABASE_URL, value: 'postgres://db:5432/shop'}]")


def made(*texts: str, ufw: str = "") -> Checklist:
    sources = [Source("app.yaml", stream(*texts)), *([Source("ufw.txt", ufw)] if ufw else [])]
    given = read(sources)
    found = checked(sources, CONFIG).findings
    return checklist(wire_all(given, CONFIG, judge_objects(given, CONFIG)), found, "hetzner-k3s")


def lines(found: Checklist, name: str = "db") -> dict[str, Line]:
    applications = [one for variant in found.variants for one in variant.applications]
    return {line.id: line for one in applications if one.object.name == name for line in one.lines}


def said(found: Checklist) -> list[str]:
    return [
        text
        for variant in found.variants
        for application in variant.applications
        for line in application.lines
        for text in (line.help, *(command.command for command in line.commands))
    ]


def test_a_database_is_listed_with_who_asks_it_and_with_nothing_that_opens_it() -> None:
    database = workload(DB, kind="StatefulSet", name="db", spec="serviceName: db")
    found = made(database, service("db", ports=PORTS), workload(CALLER, name="api"))
    inside = lines(found)["inside"]
    assert inside.state is LineState.TICKED
    assert inside.detail == (
        "Service shop/db is of type ClusterIP, asked by Deployment shop/api: `postgres` belongs inside"
    )
    assert set(lines(found)) == {"host-ports", "listening", "service", "inside", "unique", "host-firewall", "test-node"}
    assert [one.command for one in lines(found)["test-node"].commands] == ["nc -z -v -w 3 CLUSTER_IP 5432"]


@pytest.mark.parametrize(
    ("image", "port"),
    [
        ("postgres:17", 5433),
        ("redis:8", 6379),
        ("rabbitmq:4", 5672),
        ("adminer:5", 8080),
        ("registry.example.com/own:1", 5432),
        ("registry.example.com/own:1", 27017),
    ],
)
@pytest.mark.parametrize("type", ["NodePort", "LoadBalancer"])
def test_what_the_input_exposes_is_to_be_closed_and_never_opened(image: str, port: int, type: str) -> None:
    pod = workload(container("db", image=image, ports=f"[{{containerPort: {port}}}]"), name="db", hostNetwork=True)
    found = made(pod, service("db", type=type, ports=f"[{{port: {port}, nodePort: 30432}}]"), ufw=UFW)
    inside = lines(found)["inside"]
    assert inside.state is LineState.OPEN
    assert "node port 30432 of Service shop/db leads to " in inside.detail
    assert "close it" in inside.detail
    assert {command.expect for command in inside.commands} == {"no connection, or a host that you trust"}
    opening = [text for text in said(found) if "allow" in text or "add-rule" in text]
    assert all("from NODE_NETWORK" in text or "from 10.42.0.0/16" in text for text in opening), opening


def test_a_balancer_a_host_port_and_a_route_are_to_be_confirmed() -> None:
    pod = workload(container("db", image="adminer:5", ports="[{containerPort: 8080, hostPort: 8088}]"), name="db")
    admin = service("db", type="NodePort", ports="[{port: 8080, nodePort: 30432}]")
    route = ingress(host("db.example", service="db", port="{number: 8080}"))
    detail = lines(made(pod, admin, route, balancer(listener("tcp", 8080, 30432))))["inside"].detail
    for way in ("lb1 8080", "node port 30432 of", "host port 8088, which UFW does not filter,", "Ingress shop/"):
        assert way in detail


def test_a_firewall_that_opens_it_to_everybody_is_shown() -> None:
    database = workload(DB, name="db", hostNetwork=True)
    found = made(database, service("db", ports=PORTS), ufw=f"{UFW}5432/tcp ALLOW IN Anywhere\n")
    firewall = lines(found)["host-firewall"]
    assert firewall.state is LineState.OPEN
    assert firewall.detail.startswith("5432/tcp is open to everybody, and belongs inside")
    assert not any("allow" in text for text in said(found))


def test_a_firewall_that_opens_it_to_the_nodes_and_pods_is_right() -> None:
    rules = "5432/tcp ALLOW IN 10.0.0.0/8\n"
    found = made(workload(DB, name="db", hostNetwork=True), service("db", ports=PORTS), ufw=UFW + rules)
    assert lines(found)["host-firewall"].state is LineState.TICKED


def test_that_ufw_keeps_people_from_a_database_is_no_error() -> None:
    database = workload(DB, name="db", hostNetwork=True)
    sources = [Source("app.yaml", stream(database, service("db", type="NodePort", ports=NODE_PORTS)))]
    found = checked([*sources, Source("ufw.txt", UFW)], CONFIG).findings
    assert [one.severity.name for one in found if one.rule.id == "NODE006"] == ["INFO"]


def test_metrics_of_an_application_are_not_opened_with_it() -> None:
    ports = "[{name: http, containerPort: 8080}, {name: metrics, containerPort: 9113}]"
    web = workload(container(ports=ports), hostNetwork=True)
    service_ports = "[{name: web, port: 80, targetPort: http, nodePort: 30080}, {name: metrics, port: 9113}]"
    firewall = lines(made(web, service(type="NodePort", ports=service_ports)), "web")["host-firewall"]
    assert [one.command for one in firewall.commands if "CLIENT_NETWORK" in one.command] == [
        "sudo ufw allow from CLIENT_NETWORK to any port 8080 proto tcp"
    ]
