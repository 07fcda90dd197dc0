"""VirtualServices of Istio and the Gateways that they are bound to."""

from __future__ import annotations

import pytest

from kblint.wire.faults.fault import Outcome
from kblint.wire.journeys.journey import Journey
from tests.given.manifests import container, manifest, mapping, service, workload
from tests.given.runs import topology

API = "networking.istio.io/v1"
APP = workload(container(image="nginx:1.27", ports="[{containerPort: 80, name: http}]"))


def gateway(hosts: str, name: str = "public", namespace: str = "shop") -> str:
    servers = f"[{{port: {{number: 80, name: http, protocol: HTTP}}, hosts: {hosts}}}]"
    spec = mapping({"selector": "{istio: ingressgateway}", "servers": servers})
    return manifest(API, "Gateway", name, namespace=namespace, spec=spec)


def journey(*gateways: str, named: str = "[public]", hosts: str = "[www.example.com]", port: int = 80) -> Journey:
    """The one way in through a VirtualService to the port `port` of a Service of port 80."""
    destination = f"[{{route: [{{destination: {{host: web, port: {{number: {port}}}}}}}]}}]"
    spec = mapping({"hosts": hosts, "gateways": named, "http": destination})
    route = manifest(API, "VirtualService", "web", namespace="shop", spec=spec)
    (found,) = (one for one in topology(route, APP, service(), *gateways).journeys if "example" in one.name)
    return found


@pytest.mark.parametrize(
    ("served", "asked"),
    [
        ("['*']", "[www.example.com]"),
        ("['*.example.com']", "[www.example.com]"),
        ("['./*']", "[www.example.com]"),
        ("['shop/www.example.com']", "[www.example.com]"),
        ("['*/www.example.com']", "[www.example.com]"),
        ("[a.example.org, WWW.example.com]", "[www.example.com]"),
        ("[www.example.com]", "['*.example.com']"),
        ("['{{ hosts }}']", "[www.example.com]"),
    ],
)
def test_a_gateway_takes_a_route_of_which_it_serves_a_host(served: str, asked: str) -> None:
    assert journey(gateway(served), hosts=asked).outcome is not Outcome.NOT_FOUND


@pytest.mark.parametrize("served", ["[www.example.org]", "['*.example.org']", "['edge/*']", "['edge/www.example.com']"])
def test_a_gateway_that_serves_no_host_of_a_route_answers_404(served: str) -> None:
    assert journey(gateway(served)).outcome is Outcome.NOT_FOUND


@pytest.mark.parametrize("named", ["[pubilc]", "[shop/pubilc]", "[pubilc, mesh]", "[public]"])
def test_a_route_that_names_no_gateway_which_is_there_is_told(named: str) -> None:
    elsewhere = "edge" if named == "[public]" else "shop"
    assert journey(gateway("['*']", namespace=elsewhere), named=named).outcome is Outcome.NOT_FOUND


@pytest.mark.parametrize(
    "named", ["[public, pubilc]", "[pubilc, edge/other]", "[pubilc, public.shop.svc.cluster.local]"]
)
def test_a_route_comes_in_by_any_gateway_that_may_take_it(named: str) -> None:
    assert journey(gateway("['*']"), named=named).outcome is not Outcome.NOT_FOUND


def test_a_route_to_a_port_that_its_service_lacks_answers_503() -> None:
    assert journey(gateway("['*']"), port=81).outcome is Outcome.UNAVAILABLE
