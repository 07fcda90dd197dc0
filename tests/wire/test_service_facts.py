"""What is wrong with a Service itself: its alias, its hand-made endpoints, the StatefulSet that names it."""

from __future__ import annotations

import pytest

from kblint.wire.evidence import Certainty
from kblint.wire.faults.outcome import Outcome
from kblint.wire.services.endpoints import EndpointMismatch, misfit
from kblint.wire.services.external_names import ExternalNameFault, misnomer
from kblint.wire.services.governing import GoverningServiceFault, governing
from tests.wire.topologies import deployment, service, service_of, topology, workload


def alias(spec: str) -> tuple[ExternalNameFault, str] | None:
    found = topology(f"{{apiVersion: v1, kind: Service, metadata: {{name: web}}, spec: {{{spec}}}}}")
    fault = misnomer(service(found).service)
    return (fault.fault, fault.place.text) if fault else None


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("type: ExternalName, externalName: 10.0.0.1", (ExternalNameFault.ADDRESS, "10.0.0.1")),
        ("type: ExternalName, externalName: 'fd00::1'", (ExternalNameFault.ADDRESS, "'fd00::1'")),
        ("type: ExternalName, externalName: 'http://a.com'", (ExternalNameFault.NO_HOST_NAME, "'http://a.com'")),
        ("type: ExternalName, externalName: 'a.com:80'", (ExternalNameFault.NO_HOST_NAME, "'a.com:80'")),
        ("type: ExternalName, externalName: A.com", (ExternalNameFault.NO_HOST_NAME, "A.com")),
        ("type: ExternalName", (ExternalNameFault.MISSING, "ExternalName")),
        ("externalName: a.com", (ExternalNameFault.IGNORED, "a.com")),
        (
            "type: ExternalName, externalName: a.com, ports: [{port: 80, targetPort: 81}]",
            (ExternalNameFault.FORWARDS, "81"),
        ),
        ("type: ExternalName, externalName: a.com, ports: [{port: 80, targetPort: 80}]", None),
        ("type: ExternalName, externalName: a.com, ports: [{port: 80, targetPort: http}]", None),
        ("type: ExternalName, externalName: a.b.svc.cluster.local.", None),
        ("type: ExternalName, externalName: '${HOST}'", None),
        ("externalName: '${HOST}'", None),
        ("ports: [{port: 80}]", None),
    ],
)
def test_what_is_wrong_with_an_alias(spec: str, expected: tuple[ExternalNameFault, str] | None) -> None:
    assert alias(spec) == expected


def stateful(*services: str, name: str = "web") -> tuple[GoverningServiceFault, str, Certainty] | None:
    found = topology(deployment(kind="StatefulSet", spec=f"serviceName: {name},"), *services)
    why = governing(workload(found), found.services)
    return (why.problem, why.service.service.meta.name, why.certainty) if why else None


HEADLESS = "clusterIP: None, ports: [{port: 80}]"


def test_a_headless_service_that_selects_the_pods_names_them() -> None:
    assert stateful(service_of(spec=HEADLESS)) is None


def test_a_service_with_an_address_names_nobody() -> None:
    assert stateful(service_of()) == (GoverningServiceFault.NOT_HEADLESS, "web", Certainty.KNOWN)
    assert stateful(service_of(spec="clusterIP: '${IP}', ports: [{port: 80}]")) is None
    unset = service_of().replace(", namespace: shop", "")
    assert stateful(unset) == (GoverningServiceFault.NOT_HEADLESS, "web", Certainty.LIKELY)


def test_a_service_of_other_pods_names_those() -> None:
    other = service_of(spec=HEADLESS).replace("app: web", "app: other")
    assert stateful(other) == (GoverningServiceFault.OTHER_PODS, "web", Certainty.KNOWN)
    assert stateful(other.replace("app: other", "app: '${APP}'")) is None
    assert stateful(other.replace("selector: {app: other}, ", "")) is None


def test_a_service_that_is_not_here_is_missed_only_where_another_is_meant() -> None:
    assert stateful(name="elsewhere") is None
    named = (GoverningServiceFault.MISSING, "web", Certainty.KNOWN)
    assert stateful(service_of(spec=HEADLESS), name="elsewhere") == named
    assert stateful(service_of(), name="elsewhere") is None
    second = service_of(spec=HEADLESS).replace("name: web", "name: second", 1)
    assert stateful(service_of(spec=HEADLESS), second, name="elsewhere") is None
    assert stateful(service_of(spec=HEADLESS), name="'${NAME}'") is None


def test_only_a_stateful_set_names_its_pods() -> None:
    found = topology(deployment(), service_of())
    assert governing(workload(found), found.services) is None


def endpoints(ports: str, meta: str = "name: web") -> str:
    subsets = f"[{{addresses: [{{ip: 10.0.0.5}}], ports: {ports}}}]"
    return f"{{apiVersion: v1, kind: Endpoints, metadata: {{{meta}}}, subsets: {subsets}}}"


def sliced(ports: str) -> str:
    meta = "metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}"
    return f"{{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, {meta}, ports: {ports}}}"


def unfit(made: str, port: str = "{name: http, port: 80}", spec: str = "") -> EndpointMismatch | None:
    own = f"{{apiVersion: v1, kind: Service, metadata: {{name: web}}, spec: {{{spec} ports: [{port}]}}}}"
    found = service(topology(own, made))
    return misfit(found, found.ports[0])


@pytest.mark.parametrize(
    ("ports", "port"),
    [
        ("[{name: web, port: 80}]", "{name: http, port: 80}"),
        ("[{port: 80}]", "{name: http, port: 80}"),
        ("[{name: http, port: 80}]", "{port: 80}"),
        ("[{name: http, port: 80, protocol: UDP}]", "{name: http, port: 80}"),
    ],
)
def test_endpoints_of_another_name_or_protocol_do_not_serve(ports: str, port: str) -> None:
    for made in (endpoints(ports), sliced(ports)):
        found = unfit(made, port)
        assert found is not None
        assert not found.is_overwritten


@pytest.mark.parametrize(
    ("made", "spec"),
    [
        (endpoints("[{name: http, port: 8080}]"), ""),
        (sliced("[{name: x, port: 1}, {name: http, port: 8080}]"), ""),
        (endpoints("[]"), ""),
        (endpoints("[{name: '${NAME}', port: 80}]"), ""),
        (endpoints("[{name: web, port: 80}]", "name: other"), ""),
        (endpoints("[{name: web, port: 80}]"), "clusterIP: None,"),
        (sliced("[{name: web, port: 80}]"), "selector: {a: b},"),
        (endpoints("[{port: 80}]", "name: web, uid: 6f"), "selector: {a: b},"),
    ],
)
def test_endpoints_that_serve_or_that_nobody_can_judge(made: str, spec: str) -> None:
    assert unfit(made, spec=spec) is None


def test_the_nearest_port_is_shown() -> None:
    found = unfit(endpoints("[{name: x, port: 9}, {name: y, port: 80, protocol: UDP}, {name: z, port: 80}]"))
    assert found is not None
    assert found.place.text == "z"


def test_a_selector_writes_over_endpoints() -> None:
    found = unfit(endpoints("[{name: http, port: 80}]"), spec="selector: {a: b},")
    assert found is not None
    assert found.is_overwritten
    assert found.place.text == "web"


def test_a_way_in_ends_where_no_endpoint_serves() -> None:
    spec = "type: NodePort, ports: [{name: http, port: 80, nodePort: 30080}]"
    own = f"{{apiVersion: v1, kind: Service, metadata: {{name: web}}, spec: {{{spec}}}}}"
    (journey,) = topology(own, endpoints("[{name: web, port: 80}]")).journeys
    assert journey.outcome is Outcome.REFUSED
    (journey,) = topology(own, endpoints("[{name: http, port: 80}]")).journeys
    assert journey.outcome is Outcome.UNKNOWN
