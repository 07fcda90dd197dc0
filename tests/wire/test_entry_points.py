from __future__ import annotations

import textwrap

import pytest

from kblint.wire.balancers.destinations import DestinationKind
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.faults.outcome import Outcome
from tests.wire.topologies import topology

ROUTE = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  rules:
    - host: a.example.com
      http:
        paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]
"""


def config(values: str, name: str = "traefik") -> str:
    """A HelmChartConfig with values."""
    content = textwrap.indent(textwrap.dedent(values), "    ")
    meta = f"metadata: {{name: {name}, namespace: kube-system}}"
    return f"apiVersion: helm.cattle.io/v1\nkind: HelmChartConfig\n{meta}\nspec:\n  valuesContent: |-\n{content}"


def balancer(*listeners: str) -> str:
    """A balancer with listeners, each `protocol listen_port destination_port`."""
    parts = [one.split() for one in listeners]
    services = [
        f"{{protocol: {protocol}, listen_port: {listen}, destination_port: {to}, http: {{certificates: [1]}}}}"
        for protocol, listen, to in parts
    ]
    return f"{{name: lb1, services: [{', '.join(services)}], targets: []}}"


def listener(*texts: str, **cluster: object) -> WiredListener:
    """The first listener."""
    return topology(*texts, **cluster).listeners[0]  # type: ignore[arg-type]  # words of kblint.yaml


NODE_PORTS = config("service: {type: NodePort}\nports: {web: {nodePort: 30080}, websecure: {nodePort: 30443}}")


@pytest.mark.parametrize(("port", "name", "role"), [(30080, "web", "http"), (30443, "websecure", "tls")])
def test_a_listener_leads_to_the_entry_point_of_a_chart(port: int, name: str, role: str) -> None:
    found = listener(balancer(f"tcp 443 {port}"), NODE_PORTS)
    assert (found.destination_kind, found.controller, found.app_protocol.role) == (
        DestinationKind.NODE_PORT,
        "traefik",
        role,
    )
    assert found.destination.entry_point is not None
    assert found.destination.entry_point.name == name


@pytest.mark.parametrize(
    ("values", "port"),
    [
        ("service: {type: NodePort}\nports: {web: {hostPort: 80}}", 80),
        ("hostNetwork: true\nports: {web: {port: 8081}}", 8081),
        # ServiceLB opens the ports of the Service
        ("service: {type: LoadBalancer}", 80),
    ],
)
def test_a_listener_leads_to_a_port_that_the_chart_opens_on_nodes(values: str, port: int) -> None:
    found = listener(balancer(f"http 80 {port}"), config(values))
    assert (found.destination_kind, found.controller, found.app_protocol.role) == (
        DestinationKind.HOST_PORT,
        "traefik",
        "http",
    )


def test_where_service_lb_is_off_the_ports_of_a_service_are_not_on_the_nodes() -> None:
    k3s = "write-kubeconfig-mode: '0644'\ndisable: [servicelb]\ncluster-init: true\n"
    assert listener(balancer("http 80 80"), config("service: {}"), k3s).destination_kind is DestinationKind.NOWHERE


@pytest.mark.parametrize(
    ("disabled", "arrival", "controller"),
    [
        ("metrics-server", DestinationKind.HOST_PORT, "traefik"),
        ("traefik", DestinationKind.NOWHERE, None),
        ("servicelb", DestinationKind.NOWHERE, None),
    ],
)
def test_k3s_has_a_traefik_of_its_own_unless_it_is_disabled(
    disabled: str, arrival: DestinationKind, controller: str | None
) -> None:
    k3s = f"write-kubeconfig-mode: '0644'\ndisable: [{disabled}]\ncluster-init: true\n"
    found = listener(balancer("http 80 80"), k3s)
    assert (found.destination_kind, found.controller) == (arrival, controller)


def test_routes_without_a_class_are_those_of_k3s_own_traefik() -> None:
    k3s = "write-kubeconfig-mode: '0644'\ncluster-init: true\n"
    found = topology(balancer("http 80 80"), k3s, ROUTE)
    assert [journey.name for journey in found.journeys] == ["http://a.example.com/"]


def ingress_route(points: str) -> str:
    """An IngressRoute."""
    return f"""\
        apiVersion: traefik.io/v1alpha1
        kind: IngressRoute
        metadata: {{name: web, namespace: shop}}
        spec:
          entryPoints: {points}
          routes:
            - {{kind: Rule, match: Host(`b.example.com`), services: [{{name: web, port: 80}}]}}
        """


@pytest.mark.parametrize(
    ("points", "names"),
    [
        ("[]", ["http://b.example.com/", "https://b.example.com/"]),
        ("[web]", ["http://b.example.com/", "https://lb1:443"]),
        ("[websecure]", ["http://lb1:80", "https://b.example.com/"]),
        ("[other]", ["http://lb1:80", "https://lb1:443", "http://b.example.com/"]),
    ],
)
def test_an_ingress_route_is_reached_through_its_own_entry_points(points: str, names: list[str]) -> None:
    found = topology(balancer("http 80 30080", "tcp 443 30443"), NODE_PORTS, ingress_route(points))
    assert [journey.name for journey in found.journeys] == names


def test_an_annotation_names_the_entry_points_of_an_ingress() -> None:
    annotated = ROUTE.replace(
        "name: web, namespace",
        "name: web, annotations: {traefik.ingress.kubernetes.io/router.entrypoints: websecure}, namespace",
    )
    found = topology(balancer("http 80 30080", "tcp 443 30443"), NODE_PORTS, annotated)
    assert [journey.name for journey in found.journeys] == ["http://lb1:80", "https://a.example.com/"]


@pytest.mark.parametrize(
    "point",
    [
        "{redirections: {entryPoint: {to: websecure}}}",
        "{http: {redirections: {entryPoint: {to: websecure}}}}",
        "{redirectTo: websecure}",
        "{redirectTo: {port: websecure}}",
    ],
)
def test_a_redirect_of_an_entry_point_meets_a_balancer_that_ends_tls(point: str) -> None:
    values = f"service: {{type: NodePort}}\nports: {{web: {{nodePort: 30080, {point[1:]}}}"
    found = topology(balancer("https 443 30080"), config(values), ROUTE)
    assert [journey.outcome for journey in found.journeys] == [Outcome.REDIRECT_LOOP]


@pytest.mark.parametrize(
    "more",
    [
        "ports: {web: {nodePort: 30080}}",
        "ports: {web: {nodePort: 30080, redirections: {entryPoint: {to: websecure, scheme: http}}}}",
        "ports: {web: {nodePort: 30080, redirectTo: websecure, forwardedHeaders: {insecure: true}}}",
        "ports: {web: {nodePort: 30080, redirectTo: websecure, forwardedHeaders: {trustedIPs: [10.0.0.0/8]}}}",
        (
            "ports: {web: {nodePort: 30080, redirectTo: websecure}}\n"
            "additionalArguments: [--entryPoints.web.forwardedHeaders.insecure]"
        ),
        "ports: {web: {nodePort: 30080}, websecure: {redirectTo: web}}",
    ],
)
def test_no_redirect_and_no_loop(more: str) -> None:
    found = listener(balancer("https 443 30080"), config(f"service: {{type: NodePort}}\n{more}"))
    assert found.destination.entry_point is not None
    assert found.destination.entry_point.redirect is None


def test_an_argument_of_the_chart_redirects_too() -> None:
    argument = "additionalArguments: [--entrypoints.web.http.redirections.entrypoint.to=:443]"
    found = listener(
        balancer("https 443 30080"),
        config(f"service: {{type: NodePort}}\nports: {{web: {{nodePort: 30080}}}}\n{argument}"),
    )
    assert found.destination.entry_point is not None
    assert found.destination.entry_point.redirect is not None
    assert "to=:443" in found.destination.entry_point.redirect.text


@pytest.mark.parametrize(
    ("number", "name", "redirected"), [(8000, "web", True), (8443, "websecure", False), (9000, None, False)]
)
def test_flags_of_a_traefik_tell_its_entry_points(number: int, name: str | None, redirected: bool) -> None:
    traefik = f"""\
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {{name: edge, namespace: web}}
        spec:
          selector: {{matchLabels: {{app: edge}}}}
          template:
            metadata: {{labels: {{app: edge}}}}
            spec:
              hostNetwork: true
              containers:
                - name: traefik
                  image: traefik:v3.5
                  args:
                    - --entryPoints.web.address=:8000/tcp
                    - --entryPoints.web.http.redirections.entryPoint.to=websecure
                    - --entryPoints.websecure.address=:8443
                  ports: [{{containerPort: {number}}}]
        """
    point = listener(balancer(f"https 443 {number}"), traefik).destination.entry_point
    assert (point.name if point else None) == name
    assert (point is not None and point.redirect is not None) is redirected


def test_a_check_that_is_redirected_is_answered() -> None:
    values = "service: {type: NodePort}\nports: {web: {nodePort: 30080, redirectTo: websecure}}"
    found = listener(balancer("http 80 30080"), config(values), ROUTE)
    assert found.check is not None
    assert found.check.fault is None
