"""What is wrong with a Service itself: its alias, its hand-made endpoints, the StatefulSet that names it."""

from __future__ import annotations

import pytest

from kblint.wire.evidence import Certainty
from kblint.wire.faults.fault import Outcome
from kblint.wire.services.hand_made import EndpointMismatch
from kblint.wire.services.naming import ExternalNameFault, GoverningServiceFault, governing, misnomer
from kblint.wire.services.ports import misfit
from tests.given.manifests import Value, container, manifest, mapping, service, workload
from tests.given.runs import service_of, topology, workload_of

Spec = dict[str, Value]


def alias(spec: Spec) -> tuple[ExternalNameFault, str] | None:
    found = topology(manifest("v1", "Service", "web", spec=mapping(spec)))
    fault = misnomer(service_of(found).service)
    return (fault.fault, fault.place.text) if fault else None


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"type": "ExternalName", "externalName": "10.0.0.1"}, (ExternalNameFault.ADDRESS, "10.0.0.1")),
        ({"type": "ExternalName", "externalName": "'fd00::1'"}, (ExternalNameFault.ADDRESS, "'fd00::1'")),
        (
            {"type": "ExternalName", "externalName": "'http://a.com'"},
            (ExternalNameFault.NO_HOST_NAME, "'http://a.com'"),
        ),
        ({"type": "ExternalName", "externalName": "'a.com:80'"}, (ExternalNameFault.NO_HOST_NAME, "'a.com:80'")),
        ({"type": "ExternalName", "externalName": "A.com"}, (ExternalNameFault.NO_HOST_NAME, "A.com")),
        ({"type": "ExternalName"}, (ExternalNameFault.MISSING, "ExternalName")),
        ({"externalName": "a.com", "ports": "[{port: 80}]"}, (ExternalNameFault.IGNORED, "a.com")),
        (
            {"type": "ExternalName", "externalName": "a.com", "ports": "[{port: 80, targetPort: 81}]"},
            (ExternalNameFault.FORWARDS, "81"),
        ),
        ({"type": "ExternalName", "externalName": "a.com", "ports": "[{port: 80, targetPort: 80}]"}, None),
        ({"type": "ExternalName", "externalName": "a.com", "ports": "[{port: 80, targetPort: http}]"}, None),
        ({"type": "ExternalName", "externalName": "a.b.svc.cluster.local."}, None),
        ({"type": "ExternalName", "externalName": "'${HOST}'"}, None),
        ({"externalName": "'${HOST}'", "ports": "[{port: 80}]"}, None),
        ({"ports": "[{port: 80}]"}, None),
    ],
)
def test_what_is_wrong_with_an_alias(spec: Spec, expected: tuple[ExternalNameFault, str] | None) -> None:
    assert alias(spec) == expected


def stateful(*services: str, name: str = "web") -> tuple[GoverningServiceFault, str, Certainty] | None:
    found = topology(workload(kind="StatefulSet", spec=f"serviceName: {name}"), *services)
    why = governing(workload_of(found), found.services)
    return (why.problem, why.service.service.meta.name, why.certainty) if why else None


HEADLESS = service(clusterIP="None", ports="[{port: 80}]")


def test_a_headless_service_that_selects_the_pods_names_them() -> None:
    assert stateful(HEADLESS) is None


def test_a_service_with_an_address_names_nobody() -> None:
    assert stateful(service()) == (GoverningServiceFault.NOT_HEADLESS, "web", Certainty.KNOWN)
    assert stateful(service(clusterIP="'${IP}'", ports="[{port: 80}]")) is None
    assert stateful(service(namespace="")) == (GoverningServiceFault.NOT_HEADLESS, "web", Certainty.LIKELY)


def test_a_service_of_other_pods_names_those() -> None:
    other = service(clusterIP="None", selector="{app: other}")
    assert stateful(other) == (GoverningServiceFault.OTHER_PODS, "web", Certainty.KNOWN)
    assert stateful(service(clusterIP="None", selector="{app: '${APP}'}")) is None
    assert stateful(service(clusterIP="None", selector="")) is None


def test_a_service_that_is_not_here_is_missed_only_where_another_is_meant() -> None:
    assert stateful(name="elsewhere") is None
    named = (GoverningServiceFault.MISSING, "web", Certainty.KNOWN)
    assert stateful(HEADLESS, name="elsewhere") == named
    assert stateful(service(), name="elsewhere") is None
    second = service("second", clusterIP="None", selector="{app: web}")
    assert stateful(HEADLESS, second, name="elsewhere") is None
    assert stateful(HEADLESS, name="'${NAME}'") is None


def test_only_a_stateful_set_names_its_pods() -> None:
    found = topology(workload(), service())
    assert governing(workload_of(found), found.services) is None


def endpoints(ports: str, metadata: str = "{name: web}") -> str:
    subsets = f"\n- addresses: [{{ip: 10.0.0.5}}]\n  ports: {ports}"
    return mapping({"apiVersion": "v1", "kind": "Endpoints", "metadata": metadata, "subsets": subsets})


def sliced(ports: str) -> str:
    labels = "{kubernetes.io/service-name: web}"
    return manifest("discovery.k8s.io/v1", "EndpointSlice", "web-1", labels=labels, ports=ports)


def own(**spec: Value) -> str:
    """The Service: without a selector, if none is given."""
    known: Spec = {"selector": "", "ports": "[{name: http, port: 80}]", **spec}
    return service(namespace="", **known)


def unfit(made: str, **spec: Value) -> EndpointMismatch | None:
    found = service_of(topology(own(**spec), made))
    return misfit(found, found.ports[0])


@pytest.mark.parametrize(
    ("ports", "asked"),
    [
        ("[{name: web, port: 80}]", "[{name: http, port: 80}]"),
        ("[{port: 80}]", "[{name: http, port: 80}]"),
        ("[{name: http, port: 80}]", "[{port: 80}]"),
        ("[{name: http, port: 80, protocol: UDP}]", "[{name: http, port: 80}]"),
    ],
)
def test_endpoints_of_another_name_or_protocol_do_not_serve(ports: str, asked: str) -> None:
    for made in (endpoints(ports), sliced(ports)):
        found = unfit(made, ports=asked)
        assert found is not None
        assert not found.is_overwritten


@pytest.mark.parametrize(
    ("made", "spec"),
    [
        (endpoints("[{name: http, port: 8080}]"), {}),
        (sliced("[{name: x, port: 1}, {name: http, port: 8080}]"), {}),
        (endpoints("[]"), {}),
        (endpoints("[{name: '${NAME}', port: 80}]"), {}),
        (endpoints("[{name: web, port: 80}]", "{name: other}"), {}),
        (endpoints("[{name: web, port: 80}]"), {"clusterIP": "None"}),
        (sliced("[{name: web, port: 80}]"), {"selector": "{a: b}"}),
        (endpoints("[{port: 80}]", "{name: web, uid: 6f}"), {"selector": "{a: b}"}),
    ],
)
def test_endpoints_that_serve_or_that_nobody_can_judge(made: str, spec: Spec) -> None:
    assert unfit(made, **spec) is None


def test_the_nearest_port_is_shown() -> None:
    found = unfit(endpoints("[{name: x, port: 9}, {name: y, port: 80, protocol: UDP}, {name: z, port: 80}]"))
    assert found is not None
    assert found.place.text == "z"


def test_a_selector_writes_over_endpoints() -> None:
    found = unfit(endpoints("[{name: http, port: 80}]"), selector="{a: b}")
    assert found is not None
    assert found.is_overwritten
    assert found.place.text == "web"


def test_a_way_in_ends_where_no_endpoint_serves() -> None:
    way_in = own(type="NodePort", ports="[{name: http, port: 80, nodePort: 30080}]")
    (journey,) = topology(way_in, endpoints("[{name: web, port: 80}]")).journeys
    assert journey.outcome is Outcome.REFUSED
    (journey,) = topology(way_in, endpoints("[{name: http, port: 80}]")).journeys
    assert journey.outcome is Outcome.UNKNOWN


def test_what_a_pod_listens_on_elsewhere_is_told_without_its_loopback_ports() -> None:
    script = "gunicorn -b 127.0.0.1:9000 a:a & exec gunicorn -b 0.0.0.0:8001 b:b"
    found = topology(
        workload(container(image="registry.example.com/a:1", command=f'[sh, -c, "{script}"]')),
        service(ports="[{port: 80, targetPort: 7000}]"),
    )
    (port,) = service_of(found).ports
    assert [[socket.port for socket in pod.listens_on] for pod in port.endpoints] == [[8001]]
