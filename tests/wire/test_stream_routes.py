"""Traefik's routes for TCP and UDP: connections and packets that it passes on as they are, not requests."""

from __future__ import annotations

import pytest

from kblint.model.route import Route
from kblint.wire.faults.fault import Outcome
from kblint.wire.journeys.journey import Stage
from kblint.wire.routes.hosts import hosts_by_controller
from tests.given.manifests import helm_config, manifest, mapping, service
from tests.given.runs import topology

BALANCER = "{load-balancer.hetzner.cloud/location: nbg1, load-balancer.hetzner.cloud/name: lb}"
VALUES = f"""
ports:
  postgres: {{port: 5432, expose: {{default: true}}, exposedPort: 5432}}
service:
  annotations: {BALANCER}
"""
DNS = service("dns", ports="[{port: 53, protocol: UDP}]")


def route(kind: str, points: str, to: str, match: str = "") -> str:
    rule = mapping({"match": match, "services": to}) if match else mapping({"services": to})
    listed = "\n- " + rule.replace("\n", "\n  ").strip()
    spec = mapping({"entryPoints": points, "routes": listed} if points else {"routes": listed})
    return manifest("traefik.io/v1alpha1", kind, "passed", namespace="shop", spec=spec)


def tcp(points: str = "[postgres]", match: str = "HostSNI(`*`)", port: int = 5432) -> str:
    return route("IngressRouteTCP", points, f"[{{name: db, port: {port}}}]", match)


DB = service("db", ports="[{port: 5432}]")


def names(*texts: str) -> set[str]:
    return {journey.name for journey in topology(*texts).journeys}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (tcp(), "tcp://<any host>:<postgres>"),
        (tcp("[a, b]", "HostSNI(`db.example.com`)"), "tcp://db.example.com:<a, b>"),
        (tcp(""), "tcp://<any host>"),
        (route("IngressRouteUDP", "[dns]", "[{name: dns, port: 53}]"), "udp://<any host>:<dns>"),
        (
            route("IngressRoute", "[web]", "[{name: db, port: 5432}]", "Host(`db.example.com`)"),
            "http://db.example.com/",
        ),
    ],
)
def test_a_way_in_is_called_by_what_is_spoken_there(text: str, name: str) -> None:
    assert names(text, DB, DNS) == {name}


def test_packets_reach_a_port_for_packets() -> None:
    (way,) = topology(route("IngressRouteUDP", "[dns]", "[{name: dns, port: 53}]"), DNS).journeys
    assert way.outcome is Outcome.UNKNOWN
    (way,) = topology(tcp(), service("db", ports="[{port: 5432, protocol: UDP}]")).journeys
    # Traefik sends to the pods, whatever the Service calls the port
    assert way.outcome is Outcome.UNKNOWN


def test_a_route_leads_on_from_the_listener_of_its_entry_point_only() -> None:
    ways = {way.name: way for way in topology(tcp(), DB, helm_config(VALUES)).journeys}
    assert set(ways) == {"tcp://<any host>:5432", "http://lb:80", "https://lb:443"}
    assert any(hop.stage is Stage.ROUTE for hop in ways["tcp://<any host>:5432"].hops)


def test_nobody_answers_a_broken_connection_with_a_status() -> None:
    (way,) = topology(tcp(port=5433), DB).journeys
    assert way.outcome is Outcome.REFUSED
    (way,) = topology(route("IngressRoute", "", "[{name: db, port: 5433}]", "Host(`a.example.com`)"), DB).journeys
    assert way.outcome is Outcome.UNAVAILABLE


def test_a_route_for_connections_answers_no_request() -> None:
    named = route("IngressRoute", "[web]", "[{name: db, port: 5432}]", "Host(`a.example.com`)")
    every = route("IngressRoute", "[web]", "[{name: db, port: 5432}]", "PathPrefix(`/`)")

    def answers(*texts: str) -> bool | None:
        return hosts_by_controller(topology(*texts).bundle.all(Route), ())["traefik"].answers("", "/health")

    assert answers(named, every.replace("passed", "all")) is True
    assert answers(named, tcp()) is False
