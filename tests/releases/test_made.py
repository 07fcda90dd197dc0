from __future__ import annotations

import pytest

from kblint.model.balancer import LoadBalancer
from kblint.model.bundle import Bundle, Declaration, Other, identity, object_count
from kblint.model.policy import ConfigMap
from kblint.model.release import ChartRelease
from kblint.model.scopes import scopes
from kblint.model.service import Service
from kblint.source.values import Unknown
from tests.given.manifests import helm_chart, helm_config, stream
from tests.given.readings import at, composed, only
from tests.given.runs import checked


def chart(values: str, chart: str = "ingress-nginx", name: str = "ingress-nginx") -> str:
    """A chart that is installed into the namespace `web`."""
    return helm_chart(values, chart, name, targetNamespace="web")


def service(text: str) -> Service:
    """The one Service."""
    return only(composed(text), Service)


def ports(text: str) -> list[tuple[object, ...]]:
    """Name, port, target port and node port of each port of the one Service."""
    return [(port.name, port.port, port.target_port, port.node_port) for port in service(text).ports]


def test_the_service_of_traefik_has_the_charts_own_ports() -> None:
    found = service(helm_config("service: {}"))
    assert (found.meta.namespace, found.meta.name) == ("kube-system", "traefik")
    assert (found.type, found.is_from_chart) == ("LoadBalancer", True)
    assert set(found.selector or {}) == {"app.kubernetes.io/name", "app.kubernetes.io/instance"}
    assert ports(helm_config("service: {}")) == [("web", 80, "web", None), ("websecure", 443, "websecure", None)]


def test_values_of_traefik_reach_its_service_and_keep_their_places() -> None:
    text = helm_config("""\
        service:
          type: NodePort
          spec: {externalTrafficPolicy: Local}
        ports:
          web: {nodePort: 30080}
          ssh: {port: 2222, exposedPort: 22, expose: {default: true}, nodePort: 30022}
          metrics: {port: 9100, nodePort: 30100}
        """)
    found = service(text)
    assert (found.type, found.external_traffic_policy) == ("NodePort", "Local")
    assert ports(text) == [
        ("web", 80, "web", 30080),
        ("websecure", 443, "websecure", None),
        ("ssh", 22, "ssh", 30022),
    ]
    web, websecure, ssh = found.ports
    assert at(web.origin.place("nodePort")) == (10, 23, "30080")
    assert at(ssh.origin.place("port"))[2] == "22"
    assert at(web.origin.place("port"))[2] == "web"
    assert at(websecure.origin.place("nodePort"))[2] == "ports"


@pytest.mark.parametrize(
    ("point", "target", "protocol"),
    [
        ("web: {}", "web", None),
        ("web: {http: {tls: {enabled: true}}}", Unknown("web"), "https"),
        ("websecure: {tls: {enabled: true}}", "websecure", None),
        ("websecure: {tls: {enabled: false}}", Unknown("websecure"), "http"),
        ("websecure: {http: {tls: {enabled: false}}}", Unknown("websecure"), "http"),
        ("websecure: {tls: {enabled: '{{ x }}'}}", Unknown("websecure"), None),
    ],
)
def test_whether_an_entry_point_ends_tls_is_not_told_by_its_name_alone(
    point: str, target: object, protocol: str | None
) -> None:
    name = point.partition(":")[0]
    found = service(helm_config(f"ports:\n  {point}"))
    port = found.ports[0 if name == "web" else 1]
    assert (port.target_port, port.app_protocol) == (target, protocol)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("ports: {web: {expose: false}}", ["websecure"]),
        ("ports: {web: {expose: {default: false}}}", ["websecure"]),
        ("ports: {web: null}", ["websecure"]),
        ("ports: {Extra: {port: 9000, expose: true}}", ["web", "websecure", "extra"]),
    ],
)
def test_only_exposed_entry_points_are_ports_of_the_service(values: str, expected: list[str]) -> None:
    assert [name for name, *_ in ports(helm_config(values))] == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("ports: {web: {hostPort: 80}}", [80, None]),
        ("hostNetwork: true", [8000, 8443]),
        ("hostNetwork: true\nports: {web: {port: 80}}", [80, 8443]),
    ],
)
def test_ports_that_traefik_takes_on_its_node_are_known(values: str, expected: list[object]) -> None:
    assert [port.host_port for port in service(helm_config(values)).ports] == expected


def test_without_a_service_there_is_none() -> None:
    for text in (helm_config("service: {enabled: false}"), helm_config("a: 1", name="unheard-of")):
        assert not [one for one in composed(text) if isinstance(one, Service)]


def test_the_service_of_ingress_nginx_is_as_the_values_say() -> None:
    text = chart("""\
        controller:
          service:
            type: NodePort
            ports: {https: 8443}
            targetPorts: {https: http}
            nodePorts: {http: 30080, https: 30443, tcp: {9000: 30090}}
        tcp:
          9000: shop/queue:5672
        """)
    found = service(text)
    assert (found.meta.namespace, found.meta.name, found.type) == ("web", "ingress-nginx-controller", "NodePort")
    assert ports(text) == [
        ("http", 80, "http", 30080),
        ("https", 8443, "http", 30443),
        ("9000-tcp", 9000, "9000-tcp", 30090),
    ]
    assert at(found.ports[2].origin.place("nodePort"))[2] == "30090"
    _, passed = (thing for thing in composed(text) if isinstance(thing, ConfigMap))
    assert (passed.meta.name, dict(passed.data)) == ("ingress-nginx-tcp", {"9000": "shop/queue:5672"})


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("controller: {service: {enableHttp: false}}", [("https", 443, "https", None)]),
        (
            "controller: {service: {type: ClusterIP, nodePorts: {http: 30080}}}",
            [("http", 80, "http", None), ("https", 443, "https", None)],
        ),
    ],
)
def test_what_the_chart_leaves_out_is_left_out(values: str, expected: list[object]) -> None:
    assert ports(chart(values)) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("controller: {hostNetwork: true}", [80, 443]),
        ("controller: {hostNetwork: true, containerPort: {http: 8080}}", [8080, 443]),
        ("controller: {hostPort: {enabled: true, ports: {https: 8443}}}", [80, 8443]),
        ("controller: {hostPort: {ports: {https: 8443}}}", [None, None]),
    ],
)
def test_ports_that_ingress_nginx_takes_on_its_node_are_known(values: str, expected: list[object]) -> None:
    assert [port.host_port for port in service(chart(values)).ports] == expected


def test_the_config_of_ingress_nginx_is_its_config_map_of_strings() -> None:
    found = only(composed(chart("controller: {config: {use-proxy-protocol: true}}")), ConfigMap)
    assert (found.meta.name, dict(found.data)) == ("ingress-nginx-controller", {"use-proxy-protocol": "true"})
    assert at(found.origin.place("use-proxy-protocol"))[2] == "true"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (chart("{controller: {}}", chart="oci://registry.example/ingress-nginx"), ("web", "ingress-nginx-controller")),
        (chart("{}", chart="https://x/traefik-27.0.201+up27.0.2.tgz", name="edge"), ("web", "edge-traefik")),
        (chart("{fullnameOverride: door}", chart="traefik"), ("web", "door")),
        (
            (
                "{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: inner, namespace: flux},"
                " spec: {targetNamespace: web, chart: {spec: {chart: traefik}}, values: {service: {}}}}"
            ),
            ("web", "web-inner-traefik"),
        ),
        (
            (
                "{apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: {name: app, namespace: argocd},"
                " spec: {destination: {namespace: web}, source: {chart: traefik, helm: {releaseName: traefik,"
                " valuesObject: {service: {}}}}}}"
            ),
            ("web", "traefik"),
        ),
    ],
)
def test_a_service_is_named_as_its_chart_names_it(text: str, key: tuple[str, str]) -> None:
    found = service(text)
    assert (found.meta.namespace, found.meta.name) == key


def test_annotations_for_hetzner_make_a_balancer() -> None:
    text = helm_config("""\
        service:
          annotations:
            load-balancer.hetzner.cloud/protocol: https
        ports: {web: {nodePort: 30080}}
        """)
    found = only(composed(text), LoadBalancer)
    assert [(one.protocol, one.listen_port, one.destination_port) for one in found.listeners] == [
        ("https", 80, 30080),
        ("https", 443, None),
    ]
    place = found.origin.place("metadata", "annotations", "load-balancer.hetzner.cloud/protocol")
    assert at(place)[2] == "https"


def test_other_types_and_classes_make_no_balancer() -> None:
    for more in ("type: NodePort", "loadBalancerClass: other"):
        text = helm_config(f"service: {{{more}, annotations: {{load-balancer.hetzner.cloud/name: a}}}}")
        assert not [thing for thing in composed(text) if isinstance(thing, LoadBalancer)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ports: {websecure: {nodePort: 30443}}", ["traefik"]),
        ("ports: {web: {exposedPort: 80}}", ["traefik"]),
        ("traefik: {ports: {websecure: {nodePort: 30443}}}", ["traefik"]),
        ("controller: {admissionWebhooks: {enabled: false}}", ["ingress-nginx-controller"]),
        ("controller: {image: {image: ingress-nginx/controller}}", ["ingress-nginx-controller"]),
        ("ports: {web: {port: 80}}", []),
        ("ports: [80]", []),
        ("controller: {service: {type: NodePort}, kind: DaemonSet}", []),
        ("kind: Other\nports: {websecure: {nodePort: 30443}}", []),
    ],
)
def test_a_file_of_values_counts_only_where_it_is_unmistakable(text: str, names: list[str]) -> None:
    found = [thing for thing in composed(text) if isinstance(thing, Service)]
    assert [one.meta.name for one in found] == names
    assert all(one.meta.namespace is None for one in found)


@pytest.mark.parametrize(
    "values",
    [
        "service: 1",
        "ports: 1",
        "ports: {web: 1, websecure: []}",
        "ports: {web: {port: {}}}",
        "service: {annotations: 1}",
    ],
)
def test_strange_values_are_no_reason_to_stop(values: str) -> None:
    service(helm_config(values))


def test_two_sets_of_values_for_one_chart_stay_in_one_scope() -> None:
    text = chart("ports: {web: {nodePort: 30080}}", chart="traefik", name="traefik")
    both = stream(text, helm_config("ports: {web: {nodePort: 30081}}"))
    declarations: list[Declaration] = [one for one in composed(both) if not isinstance(one, Other)]
    assert all(identity(thing) is None for thing in declarations)
    assert object_count(declarations) == 0
    assert [len(one.declarations) for one in scopes(declarations)] == [len(Bundle(tuple(declarations)).declarations)]


def test_quotes_around_a_number_are_gone_in_what_a_chart_makes() -> None:
    text = """\
        ports:
          web: {nodePort: "30080", exposedPort: "8080"}
          websecure: {nodePort: "030443"}
        """
    web, websecure = ports(helm_config(text))
    assert web == ("web", 8080, "web", 30080)
    assert isinstance(websecure[3], Unknown)
    nginx = 'controller: {service: {type: NodePort, targetPorts: {http: "80"}, nodePorts: {http: "31695"}}}'
    assert ports(chart(nginx))[0] == ("http", 80, 80, 31695)


@pytest.mark.parametrize("values", ["service: {nodePorts: {http: 30080}}", "web: [{hostPort: '30080'}]"])
def test_values_of_an_unknown_chart_are_kept_where_they_tell_ports_of_nodes(values: str) -> None:
    (found,) = composed(values)
    assert isinstance(found, ChartRelease)
    assert (found.chart, found.meta) == ("", None)
    assert composed(values.replace("Port", "Pot")) == []


def test_nothing_is_said_of_a_service_whose_type_nobody_knows() -> None:
    script = 'helm upgrade --install "$NAME" bitnami/redis --set architecture=standalone\n'
    assert not checked({"install.sh": script}).findings


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ("service: {type: ClusterIP, loadBalancerClass: '', port: 80}", "grafana"),
        ("primary: {service: {type: ClusterIP, nodePorts: {postgresql: ''}}}", "postgresql"),
    ],
)
def test_what_values_leave_empty_is_left_out(values: str, name: str) -> None:
    found = checked({"chart.yaml": chart(values, name, name)}).findings
    assert [one.message for one in found if one.rule.id == "SVC010"] == []
