from __future__ import annotations

import pytest

from kblint.model.balancer import BalancerAnnotation, DeclaredBy, LoadBalancer
from kblint.model.bundle import Declaration
from kblint.read.hetzner.ccm import read_document
from kblint.source.text import Source
from kblint.source.values import Unknown
from kblint.source.yaml_stream import parse_yaml
from tests.given.hetzner import PREFIX
from tests.given.manifests import manifest, mapping
from tests.given.readings import at, document, only, read


def service(annotations: str, spec: str = "type: LoadBalancer") -> str:
    """A Service with annotations of the cloud controller manager, a line each."""
    lines = "".join(f"{PREFIX}{line}\n" for line in annotations.splitlines())
    ports = """
        - {name: http, port: 80, nodePort: 30080}
        - {name: https, port: 443}
        - {name: quic, port: 443, protocol: UDP}
    """
    own = f"{spec}\n{mapping({'ports': ports})}"
    return manifest("v1", "Service", "edge", namespace="web", annotations=lines, spec=own)


def balancer(annotations: str, spec: str = "type: LoadBalancer") -> LoadBalancer:
    return only(read(read_document, service(annotations, spec)), LoadBalancer)


def annotations_of(declarations: list[Declaration]) -> list[BalancerAnnotation]:
    return [thing for thing in declarations if isinstance(thing, BalancerAnnotation)]


def test_a_listener_for_each_tcp_port_goes_to_its_node_port() -> None:
    found = balancer("location: fsn1")
    assert (found.form, found.name, found.meta and found.meta.namespace) == (DeclaredBy.CCM, "edge", "web")
    assert [(listener.protocol, listener.listen_port, listener.destination_port) for listener in found.listeners] == [
        ("tcp", 80, 30080),
        ("tcp", 443, None),
    ]


def test_every_annotation_applies_to_every_port() -> None:
    found = balancer('protocol: HTTPS\nuses-proxyprotocol: "true"\nhttp-redirect-http: "1"\nhttp-certificates: "3,web"')
    assert [
        (listener.protocol, listener.proxy_protocol, listener.redirect_http, listener.has_certificates)
        for listener in found.listeners
    ] == [("https", True, True, True)] * 2


def test_settings_that_are_not_written() -> None:
    found = balancer("name: main")
    assert (found.name, found.has_location, found.has_network) == ("main", False, None)
    listener = found.listeners[0]
    assert (listener.proxy_protocol, listener.redirect_http, listener.has_certificates) == (False, False, False)
    assert [Unknown()] == [target.use_private_ip for target in found.targets]


def test_values_that_the_manager_refuses_are_unknown() -> None:
    found = balancer('protocol: tls\nuses-proxyprotocol: "on"\nuse-private-ip: "yes"\nhealth-check-port: web')
    listener = found.listeners[0]
    assert (Unknown("tls"), Unknown("on")) == (listener.protocol, listener.proxy_protocol)
    assert Unknown("yes") == found.targets[0].use_private_ip
    assert listener.health_check is not None
    assert Unknown("web") == listener.health_check.port


def test_placeholders_are_unknown() -> None:
    found = balancer("protocol: ${LB_PROTOCOL}\nname: ${LB_NAME}")
    assert (Unknown("${LB_PROTOCOL}"), "${LB_NAME}") == (found.listeners[0].protocol, found.name)


@pytest.mark.parametrize(
    ("annotations", "has_certificates"),
    [
        ("certificate-type: managed\nhttp-managed-certificate-domains: shop.example.org", True),
        ("certificate-type: managed\nhttp-certificates: web", False),
        ("certificate-type: Managed", False),
        ("certificate-type: uploaded", False),
        ("certificate-type: uploaded\nhttp-certificates: web", True),
        ('http-certificates: ""', False),
        ("certificate-type: ${KIND}", Unknown("${KIND}")),
    ],
)
def test_certificates_are_uploaded_or_managed(annotations: str, has_certificates: object) -> None:
    assert has_certificates == balancer(annotations).listeners[0].has_certificates


def test_health_check_annotations_about_http_alone_leave_the_default_check() -> None:
    assert balancer("protocol: http\nhealth-check-http-path: /healthz").listeners[0].health_check is None


def test_any_general_health_check_annotation_takes_the_listeners_protocol() -> None:
    check = (
        balancer(
            'protocol: http\nhealth-check-interval: "5s"\nhealth-check-http-path: /up\nhttp-status-codes: "200,404"'
        )
        .listeners[0]
        .health_check
    )
    assert check is not None
    assert (check.protocol, check.port, check.path, check.status_codes) == ("http", 30080, "/up", ("200", "404"))


def test_a_written_tcp_check_has_no_path() -> None:
    check = (
        balancer('health-check-protocol: tcp\nhealth-check-port: "10254"\nhealth-check-http-path: /up')
        .listeners[0]
        .health_check
    )
    assert check is not None
    assert (check.protocol, check.port, check.path) == ("tcp", 10254, None)


def test_without_node_ports_the_manager_sends_to_port_zero() -> None:
    found = balancer("location: fsn1", "type: LoadBalancer\nallocateLoadBalancerNodePorts: false")
    assert [listener.destination_port for listener in found.listeners] == [30080, 0]


@pytest.mark.parametrize(
    "spec", ["type: NodePort", "type: LoadBalancer\nloadBalancerClass: tailscale", "clusterIP: None"]
)
def test_other_services_get_no_balancer_but_their_annotations_are_told(spec: str) -> None:
    declarations = read(read_document, service("location: fsn1", spec))
    assert [BalancerAnnotation] == [type(thing) for thing in declarations]


def test_a_balancer_service_without_annotations_may_be_anybodys() -> None:
    text = service("location: fsn1").replace(PREFIX, "example.org/")
    given = document(text, "x.yaml")
    assert read_document(given) is None


def test_addresses_come_from_the_status_and_the_managers_own_annotations() -> None:
    text = (
        service('ipv4: "203.0.113.5"') + "status: {loadBalancer: {ingress: [{ip: 203.0.113.5}, {ip: '2001:db8::5'}]}}\n"
    )
    assert only(read(read_document, text), LoadBalancer).addresses == ("203.0.113.5", "2001:db8::5")


def test_an_annotation_knows_its_place_owner_and_the_services_type() -> None:
    declarations = read(read_document, service('uses-proxyprotocol: "yes"', "type: NodePort"))
    annotation = only(declarations, BalancerAnnotation)
    assert (
        annotation.name,
        annotation.value,
        annotation.reaches,
        annotation.service_type,
    ) == ("uses-proxyprotocol", "yes", "Service", "NodePort")
    assert str(annotation.owner) == "Service web/edge"
    assert at(annotation.origin.place(annotation.key)) == (7, 53, '"yes"')
    assert (7, 5, f"{PREFIX}uses-proxyprotocol") == at(annotation.origin.key_place(annotation.key))


def test_annotations_inside_a_values_string_keep_their_place() -> None:
    text = f"""\
apiVersion: helm.cattle.io/v1
kind: HelmChartConfig
metadata: {{name: traefik, namespace: kube-system}}
spec:
  valuesContent: |-
    # the edge
    service:
      annotations:
        {PREFIX}location: "nbg1"
      spec:
        type: LoadBalancer
"""
    annotation = only(read(read_document, text), BalancerAnnotation)
    assert (annotation.name, annotation.reaches, annotation.service_type) == ("location", "Service", "LoadBalancer")
    assert at(annotation.origin.place(annotation.key)) == (9, 47, '"nbg1"')
    assert annotation.owner is not None
    assert annotation.owner.kind == "HelmChartConfig"


def anything(api_version: str, kind: str, rest: str) -> str:
    return f"apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: x}}\n{rest}\n"


NAMED = f"{{{PREFIX}name: a}}"
ARGO_VALUES = f"""\
spec:
  source:
    helm:
      values: |
        controller:
          service:
            annotations: {NAMED}
"""


@pytest.mark.parametrize(
    ("text", "reaches"),
    [
        (
            anything(
                "helm.toolkit.fluxcd.io/v2",
                "HelmRelease",
                f"spec: {{values: {{controller: {{service: {{annotations: {NAMED}}}}}}}}}",
            ),
            "Service",
        ),
        (anything("argoproj.io/v1alpha1", "Application", ARGO_VALUES), "Service"),
        (
            anything("gateway.networking.k8s.io/v1", "Gateway", f"spec: {{infrastructure: {{annotations: {NAMED}}}}}"),
            "Service",
        ),
        (
            anything("helm.toolkit.fluxcd.io/v2", "HelmRelease", f"spec: {{values: {{podAnnotations: {NAMED}}}}}"),
            "unknown",
        ),
        (f"apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {{annotations: {NAMED}}}", "Gateway"),
        (
            f"apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {{annotations: {NAMED}}}",
            "Service.serving.knative.dev",
        ),
        (f"controller: {{service: {{annotations: {NAMED}}}}}", "unknown"),
        (f"services: [{{annotations: {NAMED}}}]", "unknown"),
    ],
)
def test_what_annotations_end_on(text: str, reaches: str) -> None:
    annotation = only(read(read_document, text), BalancerAnnotation)
    assert ("name", "a", reaches) == (annotation.name, annotation.value, annotation.reaches)


def test_a_list_of_objects_is_opened() -> None:
    body = "".join(f"    {line}\n" for line in service("location: fsn1").splitlines())
    declarations = read(read_document, f"apiVersion: v1\nkind: List\nitems:\n  -\n{body}")
    assert [LoadBalancer, BalancerAnnotation] == [type(thing) for thing in declarations]


def test_aliases_are_followed_once() -> None:
    text = f"base: &a {{annotations: {{{PREFIX}name: a}}}}\nfirst: *a\nsecond: [*a, *a]\n"
    assert len(annotations_of(read(read_document, text))) == 1


def test_a_null_annotation_is_empty_and_a_number_is_not_known() -> None:
    text = f"annotations:\n  {PREFIX}name:\n  {PREFIX}health-check-retries: 3\n"
    assert ["", Unknown("3")] == [annotation.value for annotation in annotations_of(read(read_document, text))]


def test_annotations_elsewhere_in_the_text_do_not_count_for_a_document() -> None:
    text = f"annotations: {{{PREFIX}name: a}}\n---\nother: 1\n"
    first, second = parse_yaml(Source("x.yaml", text)).documents
    assert read_document(first) is not None
    assert read_document(second) is None
