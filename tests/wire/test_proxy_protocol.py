"""The PROXY protocol: who sends its header, who takes it, and how sure both are."""

from __future__ import annotations

import pytest

from kblint.wire.balancers.proxy_protocol import ProxyProtocolLink, ProxyProtocolMode
from kblint.wire.evidence import Certainty
from kblint.wire.journeys.journey import HopVerdict, Stage
from tests.given.hetzner import PREFIX, WORKERS, balancer, check, cloud_manager, listener
from tests.given.manifests import Value, config_map, container, helm_config, nginx, nginx_service, service, workload
from tests.given.runs import last_listener, topology, way

NGINX = nginx_service()
CONFIGURED = nginx("--configmap=$(POD_NAMESPACE)/settings")


def settings(data: str, name: str = "settings", namespace: str = "ingress-nginx") -> str:
    """What the controller reads."""
    return config_map(name, namespace=namespace, data=f"{{{data}}}")


def proxy_protocol(*manifests: str, destination: Value = 31695, sends: bool | None = True) -> ProxyProtocolLink | None:
    """Between a balancer and what it leads to; it says that it `sends` the header or not, or with None nothing."""
    fields = {} if sends is None else {"proxyprotocol": sends}
    return last_listener(topology(*manifests, balancer(listener("tcp", 80, destination, **fields)))).proxy_protocol


@pytest.mark.parametrize(
    ("data", "takes"),
    [
        ('use-proxy-protocol: "true"', ProxyProtocolMode.REQUIRED),
        ('use-proxy-protocol: "1"', ProxyProtocolMode.REQUIRED),
        ('use-proxy-protocol: "false"', ProxyProtocolMode.REFUSED),
        ('use-forwarded-headers: "true"', ProxyProtocolMode.REFUSED),
        ("", ProxyProtocolMode.REFUSED),
    ],
)
def test_ingress_nginx_does_what_the_config_map_of_its_flag_says(data: str, takes: ProxyProtocolMode) -> None:
    found = proxy_protocol(NGINX, CONFIGURED, settings(data))

    assert found is not None
    assert (found.receiver.mode, found.receiver.certainty) == (takes, Certainty.KNOWN)


@pytest.mark.parametrize(
    "manifests",
    [
        [CONFIGURED],
        [CONFIGURED, settings('use-proxy-protocol: "${ON}"')],
        [CONFIGURED, settings('use-proxy-protocol: "true"', namespace="other")],
        [nginx("'${FLAGS}'"), settings('use-proxy-protocol: "true"')],
        [],
    ],
    ids=["not here", "unknown value", "another namespace", "unknown flags", "nothing at all"],
)
def test_what_ingress_nginx_reads_may_not_be_known(manifests: list[str]) -> None:
    assert proxy_protocol(NGINX, *manifests) is None


def test_ingress_nginx_without_the_flag_reads_no_config_map() -> None:
    found = proxy_protocol(NGINX, nginx("--v=2"), settings('use-proxy-protocol: "true"'))

    assert found is not None
    assert found.receiver.mode is ProxyProtocolMode.REFUSED


@pytest.mark.parametrize("name", ["ingress-nginx-controller", "nginx-configuration"])
def test_a_controller_that_is_not_here_probably_reads_the_usual_config_map(name: str) -> None:
    found = proxy_protocol(NGINX, settings('use-proxy-protocol: "true"', name))

    assert found is not None
    assert (found.receiver.mode, found.certainty) == (ProxyProtocolMode.REQUIRED, Certainty.LIKELY)


@pytest.mark.parametrize(
    ("arguments", "takes"),
    [
        ("['--entryPoints.web.address=:8000']", ProxyProtocolMode.REFUSED),
        (
            "['--entryPoints.web.address=:8000', '--entrypoints.web.proxyprotocol.trustedips=10.0.0.2']",
            ProxyProtocolMode.OPTIONAL,
        ),
        (
            "['--entryPoints.web.address=:8000', '--entryPoints.web.proxyProtocol.insecure']",
            ProxyProtocolMode.OPTIONAL,
        ),
        (
            "['--entryPoints.web.address=:8000', '--entryPoints.other.proxyProtocol.insecure']",
            ProxyProtocolMode.REFUSED,
        ),
    ],
)
def test_traefik_takes_connections_with_and_without_the_header_once_it_is_told(
    arguments: str, takes: ProxyProtocolMode
) -> None:
    main = container("traefik", "traefik:v3.5", args=arguments, ports="[{name: web, containerPort: 8000}]")
    ports = "[{port: 80, targetPort: web, nodePort: 30080}]"
    traefik = (workload(main, name="traefik"), service("traefik", type="NodePort", ports=ports))
    found = proxy_protocol(*traefik, destination=30080)

    assert found is not None
    assert takes is found.receiver.mode


SERVICE = 'service: {annotations: {load-balancer.hetzner.cloud/uses-proxyprotocol: "true"}}'


@pytest.mark.parametrize(
    ("chart", "values", "takes", "certainty"),
    [
        ("traefik", "", ProxyProtocolMode.REFUSED, Certainty.KNOWN),
        (
            "traefik",
            "ports: {websecure: {proxyProtocol: {trustedIPs: []}}}",
            ProxyProtocolMode.REFUSED,
            Certainty.KNOWN,
        ),
        ("traefik", "ports: {web: {proxyProtocol: {insecure: true}}}", ProxyProtocolMode.REFUSED, Certainty.KNOWN),
        (
            "traefik",
            "ports: {websecure: {proxyProtocol: {insecure: true}}}",
            ProxyProtocolMode.OPTIONAL,
            Certainty.KNOWN,
        ),
        (
            "traefik",
            'additionalArguments: ["--entryPoints.websecure.proxyProtocol.insecure=true"]',
            ProxyProtocolMode.OPTIONAL,
            Certainty.KNOWN,
        ),
    ],
)
def test_a_charts_values_tell_each_entry_point_for_itself(
    chart: str, values: str, takes: ProxyProtocolMode, certainty: Certainty
) -> None:
    found = last_listener(topology(helm_config(f"{SERVICE}\n{values}", chart))).proxy_protocol

    assert found is not None
    assert (found.receiver.mode, found.receiver.certainty) == (takes, certainty)


@pytest.mark.parametrize(
    ("written", "sends", "certainty"),
    [
        (True, True, Certainty.KNOWN),
        (False, False, Certainty.KNOWN),
        (None, False, Certainty.LIKELY),
    ],
)
def test_what_a_described_balancer_leaves_out_is_only_likely(
    written: bool | None, sends: bool, certainty: Certainty
) -> None:
    found = proxy_protocol(NGINX, CONFIGURED, settings(""), sends=written)

    assert found is not None
    assert (found.sender.sends, found.sender.certainty) == (sends, certainty)


@pytest.mark.parametrize(
    ("annotation", "manager", "sends", "certainty"),
    [
        ("location: fsn1", "", False, Certainty.LIKELY),
        ('uses-proxyprotocol: "true"', "", True, Certainty.KNOWN),
        ("location: fsn1", "{name: OTHER}", False, Certainty.KNOWN),
        ("location: fsn1", '{name: HCLOUD_LOAD_BALANCERS_USES_PROXYPROTOCOL, value: "true"}', True, Certainty.KNOWN),
        (
            'uses-proxyprotocol: "false"',
            '{name: HCLOUD_LOAD_BALANCERS_USES_PROXYPROTOCOL, value: "true"}',
            False,
            Certainty.KNOWN,
        ),
    ],
)
def test_the_managers_default_counts_where_no_annotation_is_written(
    annotation: str, manager: str, sends: bool, certainty: Certainty
) -> None:
    annotated = nginx_service(type="LoadBalancer", annotations=f"{PREFIX}{annotation}\n")
    managers = [cloud_manager(env=f"[{{name: HCLOUD_TOKEN, value: x}}, {manager}]")] if manager else []

    found = last_listener(topology(annotated, CONFIGURED, settings(""), *managers)).proxy_protocol

    assert found is not None
    assert (found.sender.sends, found.sender.certainty) == (sends, certainty)


@pytest.mark.parametrize(
    ("sends", "expects", "protocol", "over", "outcome"),
    [
        (True, True, "http", "tcp", "ok"),
        (False, False, "http", "tcp", "ok"),
        (True, False, "http", "tcp", "400"),
        (True, False, "http", "http", "503"),
        (True, False, "tcp", "tcp", "400"),
        (False, True, "http", "tcp", "502"),
        (False, True, "http", "http", "503"),
        (False, True, "tcp", "tcp", "empty reply"),
    ],
)
def test_the_outcome_where_one_side_only_knows_of_the_header(
    sends: bool, expects: bool, protocol: str, over: str, outcome: str
) -> None:
    asked = check(over, 31695, http="{path: /healthz}")
    before = balancer(listener(protocol, 80, 31695, proxyprotocol=sends, health_check=asked), targets=WORKERS)
    read = settings(f'use-proxy-protocol: "{str(expects).lower()}"')

    assert outcome == way(topology(NGINX, CONFIGURED, read, before)).outcome.value


STREAM_DOOR = nginx_service(
    ports="[{name: http, port: 80, targetPort: http, nodePort: 31695},"
    " {name: queue, port: 9000, targetPort: 9000, nodePort: 31900}]"
)
STREAM = nginx(
    "--configmap=$(POD_NAMESPACE)/settings",
    "--tcp-services-configmap=$(POD_NAMESPACE)/tcp-services",
    ports="[{name: http, containerPort: 80}, {name: queue, containerPort: 9000}]",
)
WRITTEN = "echo 'server { listen 80; }' > /etc/nginx/conf.d/default.conf && nginx -g 'daemon off;'"
PLAIN = workload(container(image="nginx:1.27", command=f'[sh, -c, "{WRITTEN}"]', ports="[{containerPort: 80}]"))


def passed_on(entry: str, *, sends: bool, told: str = "") -> ProxyProtocolLink | None:
    """Between a balancer and what stands behind a port that ingress-nginx passes on by this entry."""
    entries = config_map("tcp-services", namespace="ingress-nginx", data=f'{{"9000": "{entry}"}}')
    behind = (PLAIN, service(ports="[{port: 80}]"))
    return proxy_protocol(STREAM_DOOR, STREAM, settings(told), entries, *behind, destination=31900, sends=sends)


@pytest.mark.parametrize(
    ("fields", "sends", "program", "fails"),
    [
        ("", False, "nginx", False),
        ("", True, "nginx", True),
        (":PROXY", True, "nginx", False),
        (":PROXY", False, "ingress-nginx", True),
        ("::PROXY", False, "nginx", True),
        (":PROXY:PROXY", True, "nginx", True),
        (":PROXY:PROXY", False, "ingress-nginx", True),
    ],
)
@pytest.mark.parametrize("told", ["", 'use-proxy-protocol: "true"'])
def test_on_a_passed_port_only_the_fields_of_its_entry_count(
    fields: str, sends: bool, program: str, fails: bool, told: str
) -> None:
    found = passed_on(f"shop/web:80{fields}", sends=sends, told=told)

    assert found is not None
    assert (found.receiver.program, found.fails) == (program, fails)


def test_use_proxy_protocol_holds_for_the_ports_of_routes_beside_a_passed_one() -> None:
    entries = config_map("tcp-services", namespace="ingress-nginx", data='{"9000": "shop/web:80"}')
    found = proxy_protocol(STREAM_DOOR, STREAM, settings('use-proxy-protocol: "true"'), entries, sends=True)

    assert found is not None
    assert (found.receiver.program, found.fails) == ("ingress-nginx", False)


def test_nothing_is_said_of_a_passed_port_whose_program_nobody_knows() -> None:
    assert passed_on("shop/elsewhere:80", sends=True) is None
    assert passed_on("shop/web:80::PROXY", sends=True) is None, "two headers: who reads which?"


@pytest.mark.parametrize(("fields", "state"), [({"proxyprotocol": True}, HopVerdict.UNKNOWN), ({}, HopVerdict.OK)])
def test_a_header_that_nobody_is_known_to_take_is_not_called_right(fields: dict[str, Value], state: HopVerdict) -> None:
    pod = workload(container(image="registry.example.com/web:1", ports="[{name: http, containerPort: 8080}]"))
    node_port = service(type="NodePort", ports="[{port: 80, targetPort: http, nodePort: 30080}]")
    found = topology(pod, node_port, balancer(listener("tcp", 80, 30080, **fields), targets=WORKERS))
    (hop,) = (hop for hop in way(found).hops if hop.stage is Stage.BALANCER)
    assert hop.state is state
