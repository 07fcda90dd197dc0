from __future__ import annotations

import pytest

from kblint.model.route import Dialect, Gateway, ReferenceGrant, Route, RouteClass
from kblint.read.kubernetes.traefik import MAX_MATCHES, matches
from kblint.source.values import Unknown
from tests.given.manifests import manifest
from tests.given.readings import one


def route(kind: str, spec: str, version: str = "networking.k8s.io/v1", annotations: str = "{}") -> Route:
    return one(Route, manifest(version, kind, "a", annotations=annotations, spec=spec))


def rows(found: Route) -> list[tuple[object, ...]]:
    return [
        (rule.host, rule.path, rule.path_type, [(backend.name, backend.port) for backend in rule.backends])
        for rule in found.rules
    ]


def test_an_ingress_of_v1() -> None:
    found = route(
        "Ingress",
        """{ingressClassName: nginx, defaultBackend: {service: {name: d, port: {number: 80}}},
        tls: [{hosts: [a.example], secretName: s}],
        rules: [{host: a.example, http: {paths: [{path: /x, pathType: Prefix,
        backend: {service: {name: b, port: {name: web}}}}]}},
        {host: b.example}, {http: {paths: [{backend: {resource: {kind: Bucket, apiGroup: k.io, name: r}}}]}}]}""",
    )
    assert (found.dialect, found.class_name) == (Dialect.INGRESS, "nginx")
    assert rows(found) == [
        (None, None, None, [("d", 80)]),
        ("a.example", "/x", "Prefix", [("b", "web")]),
        ("b.example", None, None, []),
        (None, None, None, [("r", None)]),
    ]
    assert [(tls.hosts, tls.secret) for tls in found.tls] == [(("a.example",), "s")]
    (resource,) = found.rules[3].backends
    assert (resource.kind, resource.group) == ("Bucket", "k.io")
    assert found.rules[1].backends[0].origin.place("port", "name").text == "web"


@pytest.mark.parametrize("version", ["extensions/v1beta1", "networking.k8s.io/v1beta1"])
def test_an_ingress_before_v1(version: str) -> None:
    found = route(
        "Ingress",
        """{backend: {serviceName: d, servicePort: 80},
        rules: [{host: h, http: {paths: [{path: /, backend: {serviceName: b, servicePort: web}}]}}]}""",
        version,
        "{kubernetes.io/ingress.class: traefik}",
    )
    assert found.class_name == "traefik"
    assert rows(found) == [(None, None, None, [("d", 80)]), ("h", "/", None, [("b", "web")])]


def test_an_ingress_class_may_be_the_default() -> None:
    text = """{apiVersion: networking.k8s.io/v1, kind: IngressClass, spec: {controller: c},
        metadata: {name: a, annotations: %s}}"""
    found = one(RouteClass, text % "{ingressclass.kubernetes.io/is-default-class: 'true'}")
    assert (found.controller, found.is_default) == ("c", True)
    assert not one(RouteClass, text % "{}").is_default


GATEWAY_API = "gateway.networking.k8s.io/v1"


def test_a_gateway() -> None:
    found = one(
        Gateway,
        f"""{{apiVersion: {GATEWAY_API}, kind: Gateway, metadata: {{name: g}}, spec: {{gatewayClassName: c, listeners: [
        {{name: web, port: 80, protocol: HTTP}},
        {{name: tls, port: 443, protocol: HTTPS, hostname: '*.example', tls: {{}}, allowedRoutes: {{
        namespaces: {{from: Selector, selector: {{matchLabels: {{a: b}}}}}}, kinds: [{{kind: HTTPRoute}}]}}}}]}}}}""",
    )
    web, tls = found.listeners
    assert (web.name, web.port, web.protocol, web.from_namespaces) == ("web", 80, "HTTP", "Same")
    assert (tls.hostname, tls.from_namespaces, tls.allowed_kinds) == ("*.example", "Selector", ("HTTPRoute",))
    assert tls.namespace_selector is not None
    assert tls.namespace_selector.labels == {"a": "b"}
    assert web.namespace_selector is None


def test_an_http_route_has_a_rule_for_each_host_and_path() -> None:
    found = route(
        "HTTPRoute",
        """{hostnames: [a, b], parentRefs: [{name: g, sectionName: web, port: 80}, {kind: Service, group: '', name: s}],
        rules: [{matches: [{path: {value: /x}}, {path: {type: Exact, value: /y}}, {path: {value: /x}, method: GET}],
        backendRefs: [{name: s, port: 80}, {kind: Bucket, group: k.io, namespace: ns, name: t}]}]}""",
        GATEWAY_API,
    )
    backends = [("s", 80), ("t", None)]
    assert rows(found) == [
        (host, path, kind, backends) for host in "ab" for path, kind in (("/x", "PathPrefix"), ("/y", "Exact"))
    ]
    plain, other = found.rules[0].backends
    assert (plain.kind, plain.group, plain.namespace) == ("Service", "", None)
    assert (other.kind, other.group, other.namespace) == ("Bucket", "k.io", "ns")
    assert [(ref.kind, ref.group, ref.section, ref.port) for ref in found.parents] == [
        ("Gateway", "gateway.networking.k8s.io", "web", 80),
        ("Service", "", None, None),
    ]


@pytest.mark.parametrize(
    ("kind", "matches_", "expected"),
    [
        ("HTTPRoute", "[]", ("/", "PathPrefix")),
        ("GRPCRoute", "[]", (None, None)),
        ("GRPCRoute", "[{method: {service: a.B, method: C}}]", ("/a.B/C", "Exact")),
        ("GRPCRoute", "[{method: {service: a.B}}]", ("/a.B/", "PathPrefix")),
        ("TCPRoute", "[]", (None, None)),
        ("TLSRoute", "[]", (None, None)),
        ("UDPRoute", "[]", (None, None)),
    ],
)
def test_paths_of_the_kinds_of_routes(kind: str, matches_: str, expected: tuple[object, ...]) -> None:
    (rule,) = route(kind, f"{{rules: [{{matches: {matches_}}}]}}", GATEWAY_API).rules
    assert (rule.host, rule.path, rule.path_type) == (None, *expected)


def test_a_gateway_class_and_a_grant() -> None:
    text = f"{{apiVersion: {GATEWAY_API}, kind: GatewayClass, metadata: {{name: c}}, spec: {{controllerName: x}}}}"
    assert one(RouteClass, text).controller == "x"
    grant = one(
        ReferenceGrant,
        f"""{{apiVersion: {GATEWAY_API}, kind: ReferenceGrant, metadata: {{name: g}},
        spec: {{from: [{{group: g, kind: HTTPRoute, namespace: ns}}], to: [{{group: '', kind: Service}}]}}}}""",
    )
    assert (grant.from_, grant.to) == ((("g", "HTTPRoute", "ns"),), (("", "Service", None),))


@pytest.mark.parametrize("version", ["traefik.io/v1alpha1", "traefik.containo.us/v1alpha1"])
def test_a_traefik_route(version: str) -> None:
    found = route(
        "IngressRoute",
        """{entryPoints: [websecure], tls: {secretName: s, domains: [{main: a, sans: [b]}]},
        routes: [{match: 'Host(`a`, `b`) && PathPrefix(`/x`)', middlewares: [{name: m}],
        services: [{name: s, port: 80, namespace: ns}, {name: t, kind: TraefikService}]}]}""",
        version,
    )
    assert (found.dialect, found.entry_points) == (Dialect.TRAEFIK, ("websecure",))
    assert rows(found) == [(host, "/x", "PathPrefix", [("s", 80), ("t", None)]) for host in "ab"]
    service, other = found.rules[0].backends
    assert (service.kind, service.group, service.namespace) == ("Service", "", "ns")
    assert (other.kind, other.group) == ("TraefikService", "traefik.io")
    assert [(tls.hosts, tls.secret) for tls in found.tls] == [(("a", "b"), "s")]


UNKNOWN = "unknown"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Host(`a`)", [("a", None)]),
        ("Host(`a`) || Host(`b`)", [("a", None), ("b", None)]),
        ("(Host(`a`) || Host(`b`)) && Path(`/x`)", [("a", "/x"), ("b", "/x")]),
        ("Host(`a`) && Path(`/x`) || Host(`b`)", [("a", "/x"), ("b", None)]),
        ("(Host(`a`) && Path(`/x`)) || (Host(`b`) && Path(`/y`))", [("a", "/x"), ("b", "/y")]),
        ("(Host(`a`) || Path(`/x`)) && Method(`GET`)", [(UNKNOWN, UNKNOWN)]),
        ("Host(`a`) && Header(`X`, `y`)", [("a", None)]),
        ("Host(`a`) && !PathPrefix(`/x`)", [("a", None)]),
        ("Host(`a`) && !(Path(`/x`) || PathPrefix(`/y`)) && !Path(`/z`)", [("a", None)]),
        ("PathPrefix(`/api`) && Host(`a`) && !PathPrefix(`/api/v1`)", [("a", "/api")]),
        ("Host(`a`) && !PathPrefix(`/`)", [(UNKNOWN, UNKNOWN)]),
        ("Host(`a`) && !(Path(`/x`) && Host(`a`))", [(UNKNOWN, UNKNOWN)]),
        ("Host(`a`) && !Header(`X`, `y`) && !ClientIP(`10.0.0.1`)", [("a", None)]),
        ("!Host(`a`)", [(UNKNOWN, UNKNOWN)]),
        ("HostRegexp(`.+`)", [(UNKNOWN, UNKNOWN)]),
        ("HostSNI(`*`)", [(None, None)]),
        ('Host("a")', [("a", None)]),
        ("Host(`a|b)`)", [("a|b)", None)]),
        ("", [(None, None)]),
        ("((((Host(", [(None, None)]),
    ],
)
def test_hosts_and_paths_of_a_traefik_match(written: str, expected: list[tuple[object, object]]) -> None:
    told = [
        tuple(UNKNOWN if isinstance(part, Unknown) else part for part in (host, path))
        for host, path, _ in matches(written)
    ]
    assert told == expected


def test_a_match_that_multiplies_is_not_followed() -> None:
    names = ", ".join(f"`{number}`" for number in range(MAX_MATCHES))
    assert [type(host) for host, _, _ in matches(f"Host({names}) && Path({names})")] == [Unknown]
    assert len(matches(f"Host({names})")) == MAX_MATCHES


def test_a_templated_match_is_unknown() -> None:
    (rule,) = route("IngressRoute", "{routes: [{match: 'Host(`${HOST}`)'}]}", "traefik.io/v1alpha1").rules
    assert isinstance(rule.host, Unknown)
