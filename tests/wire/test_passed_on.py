"""Servers that pass on what comes: ways in to them go on to what they ask."""

from __future__ import annotations

import pytest

from kblint.wire.faults.fault import Outcome
from kblint.wire.journeys.journey import Journey, Stage
from tests.given.hetzner import WORKERS, balancer, check, listener
from tests.given.manifests import Value, config_map, container, host, ingress, mapping, nginx_service, service, workload
from tests.given.manifests import nginx as nginx_controller
from tests.given.runs import topology

API = service("api", ports="[{port: 80, targetPort: 8080}]")
API_PODS = workload(container("api", "nginxinc/nginx-unprivileged:1.27", ports="[{containerPort: 8080}]"), name="api")
CONF_D = "[{name: conf, mountPath: /etc/nginx/conf.d}]"
ENTRY = service(type="NodePort", ports="[{port: 80, targetPort: 8000, nodePort: 30080}]")


def front(
    conf: str, image: str = "nginx:1.27", path: str = "/etc/nginx/conf.d", name: str = "a.conf", **fields: Value
) -> str:
    """A server with this configuration, behind a node port."""
    mounts = f"[{{name: conf, mountPath: {path}}}]"
    ports = "[{name: web, containerPort: 8000}]"
    pods = workload(
        container("front", image, ports=ports, volumeMounts=mounts, **fields),
        volumes="[{name: conf, configMap: {name: front}}]",
    )
    return f"{pods}\n---\n{config_map('front', data=mapping({name: '|' + chr(10) + conf}))}"


def entered(conf: str, *more: str, **fields: Value) -> Journey:
    """The way in through the node port."""
    image = {key: str(value) for key, value in fields.items() if key in ("image", "path", "name")}
    others = {key: value for key, value in fields.items() if key not in image}
    (journey,) = topology(front(conf, **image, **others), ENTRY, API, API_PODS, *more, overlay="working").journeys  # type: ignore[arg-type]
    return journey


def nginx(location: str) -> str:
    return f"server {{ listen 8000; {location} }}"


@pytest.mark.parametrize(
    ("location", "outcome"),
    [
        ("location / { proxy_pass http://api; }", Outcome.OK),
        ("location / { proxy_pass http://api:80; }", Outcome.OK),
        ("location / { proxy_pass http://api:8080; }", Outcome.BAD_GATEWAY),
        ("location / { proxy_pass https://api:80; }", Outcome.BAD_GATEWAY),
        ("location / { proxy_pass http://127.0.0.1:9; }", Outcome.BAD_GATEWAY),
        ("location /api { proxy_pass http://api:8080; }\n location / { return 200 'x'; }", Outcome.OK),
        ("location = / { proxy_pass http://api:8080; }", Outcome.OK),
        ("location / { proxy_pass https://example.com; }", Outcome.UNKNOWN),
        ("location / { return 200 'x'; }", Outcome.OK),
    ],
)
def test_nginx_goes_on(location: str, outcome: Outcome) -> None:
    assert entered(nginx(location)).outcome is outcome


def test_caddy_goes_on() -> None:
    where = {"image": "caddy:2.8", "path": "/etc/caddy", "name": "Caddyfile"}
    assert entered(":8000 {\n  reverse_proxy api:80\n}", **where).outcome is Outcome.OK
    assert entered(":8000 {\n  reverse_proxy api:8080\n}", **where).outcome is Outcome.BAD_GATEWAY
    assert entered(":8000 {\n  reverse_proxy /api/* api:8080\n}", **where).outcome is Outcome.OK


def test_the_other_port_of_a_server_passes_nothing_on() -> None:
    other = "server { listen 9000; location / { proxy_pass http://api:8080; } }\nserver { listen 8000; return 200; }"
    assert entered(other).outcome is Outcome.OK


def test_a_server_whose_probe_asks_what_is_broken_is_out_of_service() -> None:
    probe = "{httpGet: {path: /, port: web}}"
    broken = entered(nginx("location / { proxy_pass http://api:8080; }"), readinessProbe=probe)
    assert broken.outcome is Outcome.REFUSED
    right = entered(nginx("location / { proxy_pass http://api; }"), readinessProbe=probe)
    assert right.outcome is Outcome.OK


def test_nginx_ends_where_a_name_is_unknown_when_it_starts() -> None:
    assert entered(nginx("location / { proxy_pass http://api.shop.cluster.local; }")).outcome is Outcome.REFUSED
    where = {"image": "caddy:2.8", "path": "/etc/caddy", "name": "Caddyfile"}
    assert entered(":8000 {\n  reverse_proxy api.shop.cluster.local:80\n}", **where).outcome is Outcome.BAD_GATEWAY


def test_servers_behind_each_other_and_in_a_ring() -> None:
    api = config_map(
        "api", data=mapping({"a.conf": "|\nserver { listen 8080; location / { proxy_pass http://web; } }"})
    )
    pods = workload(
        container("api", "nginx:1.27", ports="[{containerPort: 8080}]", volumeMounts=CONF_D),
        name="api",
        volumes="[{name: conf, configMap: {name: api}}]",
    )
    conf = nginx("location / { proxy_pass http://api; }")
    (journey,) = topology(front(conf), ENTRY, API, pods, api, overlay="working").journeys
    assert sum(hop.stage is Stage.CALLER for hop in journey.hops) == 2


@pytest.mark.parametrize(
    ("protocol", "over", "outcome"),
    [
        ("http", "http", Outcome.UNAVAILABLE),
        ("tcp", "http", Outcome.EMPTY_REPLY),
        ("http", "tcp", Outcome.BAD_GATEWAY),
    ],
)
def test_a_balancer_that_asks_a_proxy_for_answers_takes_it_out(protocol: str, over: str, outcome: Outcome) -> None:
    conf = front(nginx("location / { proxy_pass http://api:8080; }"))
    asked = listener(protocol, 8443, 30080, health_check=check(over, 30080))
    (journey,) = topology(conf, ENTRY, API, API_PODS, balancer(asked), overlay="working").journeys
    assert journey.outcome is outcome


def test_plain_http_to_an_nginx_that_speaks_tls_is_answered() -> None:
    tls = "server { listen 8443 ssl; location / { return 200; } }"
    pods = workload(
        container("api", "nginx:1.27", ports="[{containerPort: 8443}]", volumeMounts=CONF_D),
        name="api",
        volumes="[{name: conf, configMap: {name: api}}]",
    )
    settings = config_map("api", data=mapping({"a.conf": f"|\n{tls}"}))
    asked = service("api", ports="[{port: 80, targetPort: 8443}]")
    conf = front(nginx("location / { proxy_pass http://api; }"))
    (journey,) = topology(conf, ENTRY, asked, pods, settings, overlay="working").journeys
    assert journey.outcome is Outcome.PLAIN_TO_TLS


def test_a_redirect_ends_in_what_is_broken_behind_a_proxy() -> None:
    conf = front(nginx("location / { proxy_pass http://api:8080; }"))
    tls = ingress(host(), ingressClassName="nginx", tls="[{hosts: [www.example.com], secretName: a}]")
    plain = listener("http", 80, 31695, health_check=check("tcp", 31695))
    lb = balancer(plain, listener("tcp", 443, 32443), targets=WORKERS)
    found = topology(conf, ENTRY, API, API_PODS, nginx_controller(), nginx_service(), tls, lb, overlay="working")
    assert {one.outcome for one in found.journeys} == {Outcome.BAD_GATEWAY}
