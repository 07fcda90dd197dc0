from __future__ import annotations

import pytest

from kblint.model.bundle import Other
from kblint.model.route import Dialect, Route
from tests.given.manifests import manifest
from tests.given.readings import declarations, every, one

SPEC = "{hosts: [site.example.com], gateways: [edge/public], http: [{%s}]}"


def virtual_service(spec: str) -> str:
    """A VirtualService in the namespace `site`."""
    return manifest("networking.istio.io/v1", "VirtualService", "site", namespace="site", spec=spec)


def test_a_virtual_service_is_a_route_with_its_backends() -> None:
    match = "match: [{uri: {prefix: /api}}, {uri: {exact: /}}, {uri: {regex: /x.*}}, {headers: {a: {exact: b}}}], "
    found = one(Route, virtual_service(SPEC % f"{match}route: [{{destination: {{host: api, port: {{number: 80}}}}}}]"))
    assert found.dialect is Dialect.ISTIO
    paths = [(rule.host, rule.path if isinstance(rule.path, str) else None, rule.path_type) for rule in found.rules]
    assert paths == [
        ("site.example.com", "/api", "Prefix"),
        ("site.example.com", "/", "Exact"),
        ("site.example.com", None, None),
        ("site.example.com", None, None),
    ]
    (backend,) = found.rules[0].backends
    assert (backend.kind, backend.name, backend.namespace, backend.port) == ("Service", "api", None, 80)


@pytest.mark.parametrize(
    ("host", "backend"),
    [
        ("api", ("Service", "api", None)),
        ("api.other.svc.cluster.local", ("Service", "api", "other")),
        ("api.other.svc", ("Service", "api", "other")),
        ("api.example.com", ("ServiceEntry", "api.example.com", None)),
    ],
)
def test_the_host_of_a_destination_names_a_service(host: str, backend: tuple[str, str, str | None]) -> None:
    found = one(Route, virtual_service(SPEC % f"route: [{{destination: {{host: {host}}}}}]"))
    (named,) = found.rules[0].backends
    assert (named.kind, named.name, named.namespace, named.port) == (*backend, None)


@pytest.mark.parametrize(
    "spec",
    [
        "{hosts: [api], http: [{route: [{destination: {host: api}}]}]}",
        "{hosts: [api], gateways: [mesh], http: [{route: [{destination: {host: api}}]}]}",
        "{hosts: [api], gateways: [edge/public], tcp: [{route: [{destination: {host: api}}]}]}",
    ],
)
def test_what_only_pods_ask_or_what_passes_connections_on_is_no_route(spec: str) -> None:
    assert every(Route, virtual_service(spec)) == []
    assert [type(thing) for thing in declarations(virtual_service(spec))] == [Other]
