"""Checklist and register say what the ways in say."""

from __future__ import annotations

from pathlib import Path

import pytest

from kblint.checklist import Line, LineState
from kblint.config import read_config
from kblint.intake import read
from kblint.register import Entry
from kblint.run import judge_objects, wire_all
from kblint.source.text import Source
from kblint.views.checklist.build import checklist
from kblint.views.register import entries
from kblint.wire.topology import Topology
from tests.given.hetzner import balancer, listener
from tests.given.manifests import container, host, ingress, nginx, nginx_service, service, stream, workload

CONFIG = read_config(Source("kblint.yaml", "cluster: {overlay: working}"), folder=Path(), root=Path())
LOCATION = "{load-balancer.hetzner.cloud/location: fsn1}"
CONTROLLER = stream(
    nginx(ports="[{name: http, containerPort: 80}]"),
    nginx_service(type="LoadBalancer", ports="[{name: http, port: 80, targetPort: http}]", annotations=LOCATION),
    ingress(host("shop.example"), ingressClassName="nginx"),
)
REDIRECT = "{redirect_http: true, certificates: [1]}"
NODE_PORT = "[{port: 80, targetPort: http, nodePort: 30080}]"
SERVICE = service(type="NodePort", ports=NODE_PORT)


def wired(*texts: str) -> Topology:
    given = read([Source(f"{index}.yaml", text) for index, text in enumerate(texts)])
    (topology,) = wire_all(given, CONFIG, judge_objects(given, CONFIG))
    return topology


def line(found: Topology, id: str, name: str = "web") -> Line:
    (variant,) = checklist([found], (), "kubernetes").variants
    application = next(one for one in variant.applications if one.object.name == name)
    return next(one for one in application.lines if one.id == id)


def conflicts(found: Topology) -> list[tuple[int | None, str, str]]:
    return [(one.port, one.holder, one.conflict) for one in _sorted(entries(found)) if one.conflict]


def _sorted(found: tuple[Entry, ...]) -> list[Entry]:
    return sorted(found, key=lambda one: (one.port or 0, one.holder, one.use))


def test_a_balancer_that_a_service_asks_for_leads_to_the_applications_behind_it() -> None:
    found = line(wired(CONTROLLER, workload(), SERVICE), "balancer")
    assert (found.state, found.detail) == (LineState.TICKED, "tcp 80 to a port the API server picks")


def test_a_listener_that_is_refused_is_told_in_the_line_of_the_balancer_for_a_finding_to_cross() -> None:
    bare = listener("https", 443, 30080, http="{certificates: []}")
    found = line(wired(workload(), SERVICE, balancer(bare)), "balancer")
    assert (found.state, found.detail) == (
        LineState.OPEN,
        "https 443 to 30080: the https listener has no certificate",
    )


def test_a_firewall_that_nobody_asks_anything_of_is_not_judged() -> None:
    ufw = "Status: active\nDefault: deny (incoming), allow (outgoing), disabled (routed)\n\n22/tcp ALLOW IN Anywhere\n"
    given = read(
        [
            Source("0.yaml", workload(container(ports="[{containerPort: 8080}]"), hostNetwork=True)),
            Source("ufw.txt", ufw),
        ]
    )
    (topology,) = wire_all(given, CONFIG, judge_objects(given, CONFIG))
    assert line(topology, "host-firewall").state is LineState.OPEN


@pytest.mark.parametrize(
    ("listeners", "expected"),
    [
        ((listener("http", 80, 1),), []),
        (
            (
                listener("http", 80, 1),
                listener("tcp", 80, 2),
            ),
            [
                (80, "lb1", "also claimed by lb1 (tcp to port 2, which nothing here has)"),
                (80, "lb1", "also claimed by lb1 (http to port 1, which nothing here has)"),
            ],
        ),
        (
            (
                listener("https", 443, 1, http=REDIRECT),
                listener("https", 444, 1, http=REDIRECT),
            ),
            [
                (80, "lb1", "also claimed by lb1 (redirect to https 444)"),
                (80, "lb1", "also claimed by lb1 (redirect to https 443)"),
            ],
        ),
    ],
)
def test_a_balancers_ports_are_told_at_both_ends(
    listeners: tuple[str, ...], expected: list[tuple[int | None, str, str]]
) -> None:
    assert conflicts(wired(balancer(*listeners))) == expected


def test_a_node_port_that_is_refused_is_told_at_both_ends() -> None:
    other = service("zoo", type="NodePort", ports=NODE_PORT, selector="{app: web}")
    assert conflicts(wired(SERVICE, other)) == [
        (30080, "Service shop/web", "also claimed by Service shop/zoo"),
        (30080, "Service shop/zoo", "also claimed by Service shop/web"),
    ]
