"""Calls inside the cluster: what containers are told to ask, and where that leads."""

from __future__ import annotations

import base64
import textwrap

import pytest

from kblint.wire.clients.calls import Call
from kblint.wire.evidence import Certainty
from kblint.wire.faults.fault import Fault, Kind, Outcome
from kblint.wire.journeys.journey import Journey
from kblint.wire.topology import Topology
from tests.given.manifests import Value, config_map, container, manifest, mapping, service, workload
from tests.given.runs import topology

API = service("api", ports="[{port: 80, targetPort: 8080}]")
API_PODS = workload(container("api", ports="[{containerPort: 8080}]"), name="api")
DB = service("db", ports="[{port: 5432}]", clusterIP="None")
DB_PODS = workload(
    container("db", "registry.example.com/db:1", ports="[{containerPort: 5432}]"),
    name="db",
    kind="StatefulSet",
    spec="serviceName: db",
)
FAR = service("far", namespace="other", ports="[{port: 80}]")
HERE = (API, API_PODS, DB, DB_PODS, FAR)


def found(*more: str, image: Value = "registry.example.com/web:1", pod: Value = "", **fields: Value) -> Topology:
    """A cluster in which the container `web` has these fields."""
    spec = {"dnsPolicy": pod} if pod else {}
    volumes = "[{name: conf, configMap: {name: conf}}, {name: word, secret: {secretName: word}}]"
    web = workload(container("web", image, **fields), volumes=volumes, **spec)
    return topology(web, *HERE, *more, overlay="working")


def told(value: str, name: str = "API_URL", *more: str) -> Topology:
    return found(*more, env=f"[{{name: {name}, value: {value!r}}}]")


def only(wired: Topology) -> tuple[Call, Journey, Fault | None]:
    """The only call of `web`, its journey, and what is wrong with it."""
    own = [pair for pair in zip(wired.called, wired.calls, strict=True) if pair[0].workload.meta.name == "web"]
    ((call, journey),) = own
    return call, journey, next(iter(wired.network.faults.of(call.key)), None)


def verdict(wired: Topology) -> tuple[str, str] | None:
    """The kind and case of the only call's fault."""
    fault = only(wired)[2]
    return (fault.kind.value, fault.case) if fault else None


@pytest.mark.parametrize(
    "host",
    ["api", "api.shop", "api.shop.svc", "api.shop.svc.cluster.local", "api.shop.svc.cluster.local."],
)
def test_every_form_of_a_services_name(host: str) -> None:
    call, _, fault = only(told(f"http://{host}:80/x"))
    assert call.service is not None
    assert call.service.service.meta.name == "api"
    assert (call.certainty, fault) == (Certainty.KNOWN, None)


@pytest.mark.parametrize("host", ["db-0.db", "db-0.db.shop", "db-0.db.shop.svc", "db-0.db.shop.svc.cluster.local"])
def test_every_form_of_a_pods_name(host: str) -> None:
    call, journey, fault = only(told(f"postgres://{host}:5432/x"))
    assert [pod.workload.meta.name for pod in call.pods] == ["db"]
    assert fault is None
    assert journey.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    "host",
    ["api.example.com", "10.0.0.1", "api.shop.svc.east.example", "far.away", "web", "API", "a.b.c.d.svc", "${HOST}"],
)
def test_what_is_no_name_of_the_cluster(host: str) -> None:
    assert told(f"http://{host}:80").called == ()


@pytest.mark.parametrize(
    ("value", "name", "port"),
    [
        ("http://api", "API_URL", 80),
        ("http://api:$(PORT)", "API_URL", None),
        ("api:80", "API_ADDR", 80),
        ("api:8080", "SOMETHING", 8080),
        ("api", "API_HOST", None),
        ("Host=api;Port=81", "ConnectionStrings__Main", 81),
    ],
)
def test_which_port_is_asked(value: str, name: str, port: int | None) -> None:
    assert only(told(value, name))[0].told.port == port


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("api:80", "NO_PROXY"),
        ("http://api", "CORS_ORIGINS"),
        ("http://web:80", "ADVERTISED_URL"),
        ("api:81", "SOMETHING"),
        ("api", "API_NAME"),
        ("nothing", "SOME_SERVICE"),
        ("true", "DATABASE_HOST"),
    ],
)
def test_what_nobody_asks(value: str, name: str) -> None:
    assert told(value, name).called == ()


def test_a_host_and_the_port_beside_it() -> None:
    wired = found(env="[{name: DB_HOST, value: api}, {name: DB_PORT, value: '81'}]")
    call, _, fault = only(wired)
    assert (call.told.port, call.certainty) == (81, Certainty.KNOWN)
    assert fault is not None
    assert fault.place.text == "81"


def test_a_url_and_the_port_beside_it() -> None:
    call, _, fault = only(found(args="['--api-url=http://api', '--api-port=8080']"))
    assert (call.told.port, fault.case if fault else None) == (8080, "targetPort")
    call, _, fault = only(found(env="[{name: API_URL, value: 'http://api'}, {name: API_PORT, value: '80'}]"))
    assert (call.told.port, fault) == (80, None)
    call, _, fault = only(found(args="['--api-url=http://api', '--api-port=$(PORT)']"))
    assert (call.told.port, fault) == (None, None)


def test_a_database_of_its_own_is_no_misspelled_name() -> None:
    shop = service("asset-service", ports="[{port: 80, targetPort: 8080}]")
    assert verdict(told("postgres://asset-service-db/x", "API_URL", shop)) is None
    assert verdict(told("http://asset-servcie/x", "API_URL", shop)) is not None


SETTINGS = config_map("conf", data="{URL: 'http://api:8080', app.conf: 'x'}")


@pytest.mark.parametrize(
    "fields",
    [
        {"envFrom": "[{configMapRef: {name: conf}}]"},
        {"env": "[{name: X, valueFrom: {configMapKeyRef: {name: conf, key: URL}}}]"},
        {"env": "[{name: P, value: '8080'}, {name: X, value: 'http://api:$(P)'}]"},
        {"args": "['--upstream=http://api:8080']"},
        {"args": "[--upstream, 'http://api:8080']"},
        {"args": "['--upstream=api:8080']"},
        {"command": '[sh, -c, "wget http://api:8080/x"]'},
        {"command": '[sh, -c, "until nc -z api 8080\\ndo sleep 1\\ndone"]'},
        {"env": "[{name: X, valueFrom: {secretKeyRef: {name: word, key: URL}}}]"},
        {"envFrom": "[{secretRef: {name: word}}]"},
    ],
)
@pytest.mark.parametrize("is_encoded", [True, False])
def test_where_an_address_is_read(fields: dict[str, Value], is_encoded: bool) -> None:
    text = "http://me:word@api:8080/x"
    data = (
        {"data": f"{{URL: {base64.b64encode(text.encode()).decode()}}}"}
        if is_encoded
        else {"stringData": f"{{URL: '{text}'}}"}
    )
    secret = manifest("v1", "Secret", "word", namespace="shop", **data)
    assert verdict(found(SETTINGS, secret, **fields)) == ("call-port", "targetPort")


NGINX, CADDY, APP = "nginx:1.27", "caddy:2", "registry.example.com/web:1"
CONF_D, CADDY_HOME = "/etc/nginx/conf.d/a.conf", "/etc/caddy/Caddyfile"
GRAFANA, PROMETHEUS = "grafana/grafana:11.2.0", "prom/prometheus:v3.0.0"
ENVOY = """
    static_resources:
      clusters:
        - load_assignment:
            endpoints:
              - lb_endpoints: [{endpoint: {address: {socket_address: {address: api, port_value: 8080}}}}]
"""
TUNNEL = """
    ingress:
      - {hostname: a.example.com, service: 'http://api:8080'}
      - {service: 'http_status:404'}
"""
ALERTS = """
    alerting:
      alertmanagers:
        - static_configs: [{targets: ['api:8080']}]
"""
JOBS = """
    scrape_configs:
      - static_configs: [{targets: ['api:8080']}]
"""


@pytest.mark.parametrize(
    ("image", "path", "text"),
    [
        (NGINX, CONF_D, "server { location / { proxy_pass http://api:8080; } }"),
        (NGINX, CONF_D, "upstream x { server api:8080; }\nserver { location / { proxy_pass http://x; } }"),
        (NGINX, CONF_D, "server { location ~ \\.php$ { fastcgi_pass api:8080; } }"),
        (NGINX, "/etc/nginx/templates/a.conf.template", "server { location / { proxy_pass http://${API}; } }"),
        (CADDY, CADDY_HOME, ":80 {\n  reverse_proxy api:8080\n}"),
        (CADDY, CADDY_HOME, ":80 {\n  handle /x/* {\n    reverse_proxy {\n      to http://api:8080\n    }\n  }\n}"),
        ("haproxy:3.0", "/usr/local/etc/haproxy/haproxy.cfg", "backend x\n  server one api:8080 check\n"),
        (GRAFANA, "/etc/grafana/a.yaml", "datasources:\n  - {name: x, url: 'http://api:8080'}\n"),
        (PROMETHEUS, "/etc/prometheus/prometheus.yml", JOBS),
        (PROMETHEUS, "/etc/prometheus/prometheus.yml", ALERTS),
        ("cloudflare/cloudflared:2024.8.2", "/etc/cloudflared/config.yaml", TUNNEL),
        ("envoyproxy/envoy:v1.31.0", "/etc/envoy/envoy.yaml", ENVOY),
        ("quay.io/oauth2-proxy/oauth2-proxy:v7.6.0", "/etc/proxy.cfg", 'upstreams = [\n  "http://api:8080"\n]\n'),
        (
            "registry.example.com/web:1",
            "/app/a.properties",
            "a=b\nspring.datasource.url=jdbc:postgresql://api:8080/x\n",
        ),
        (APP, "/app/config.yaml", "exporters:\n  otlp:\n    endpoint: api:8080\n"),
        (APP, "/app/application.yaml", "spring:\n  redis:\n    host: api\n    port: 8080\n"),
        (APP, "/app/application.properties", "spring.redis.port=8080\na=b\nspring.redis.host=api\n"),
        (APP, "/app/app.ini", "[web]\nport = 80\n[database]\nhost = api\nport = 8080\n"),
        (APP, "/app/appsettings.json", '{"ConnectionStrings": {\n  "Main": "Host=api;Port=8080;Database=x"\n}}\n'),
        (APP, "/app/fluent-bit.conf", "[OUTPUT]\n    Name loki\n    Host api\n    Port 8080\n"),
        (APP, "/app/default.vcl", 'backend default {\n  .host = "api";\n  .port = "8080";\n}\n'),
        (APP, "/app/pgbouncer.ini", "[databases]\nshop = host=api port=8080 dbname=shop\n"),
        (APP, "/app/httpd.conf", "ProxyPass / http://api:8080/\nProxyPassReverse / http://api:8080/\n"),
    ],
)
def test_configuration_that_is_mounted(image: str, path: str, text: str) -> None:
    folder, _, name = path.rpartition("/")
    conf = config_map("conf", data=mapping({name: "|\n" + textwrap.dedent(text).lstrip("\n")}))
    mounts = f"[{{name: conf, mountPath: {folder or '/'}}}]"
    wired = found(conf, image=image, volumeMounts=mounts, env="[{name: API, value: 'api:8080'}]")
    (call,) = [call for call in wired.called if call.told.label != "in `API`"]
    (fault,) = wired.network.faults.of(call.key)
    assert (fault.kind, fault.case) == (Kind.CALL_PORT, "targetPort")
    assert fault.place.text in ("8080", "${API}")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.conf", "# proxy_pass http://api:8080;\nserver { location / { return 200 'x'; } }"),
        ("a.conf", "upstream api { server 10.0.0.1:80; }\nserver { location /x { proxy_pass http://api; } }"),
        ("a.conf", "server { location / { proxy_pass http://$host:8080; } }"),
        ("a.yaml", "datasources:\n  - {name: x, access: direct, url: 'http://api:8080'}\n"),
        ("a.yaml", "# http://api:8080\nother: x\n"),
        ("a.yaml", "server:\n  host: localhost\n  port: 8080\n"),
        ("a.yaml", "one:\n  host: api\ntwo:\n  port: 9999\n"),
        ("a.ini", "[one]\nhost = api\n[two]\nport = 9999\n"),
        ("a.conf.txt", "ProxyPassReverse / http://api:8080/\n"),
    ],
)
def test_configuration_that_asks_for_nothing(name: str, text: str) -> None:
    conf = config_map("conf", data=mapping({name: "|\n" + text}))
    assert found(conf, image="nginx:1.27", volumeMounts="[{name: conf, mountPath: /etc/nginx/conf.d}]").called == ()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("http://api:80", None),
        ("http://api:8080", ("call-port", "targetPort")),
        ("http://api:9999", ("call-port", "")),
        ("https://api", ("call-port", "default")),
        ("http://appi-server:80", None),
        ("postgres://db:5432", None),
        ("postgres://db:5433", ("call-port", "pod")),
        ("postgres://db-0:5432", ("call-host", "pod")),
        ("http://far", ("call-host", "elsewhere")),
        ("http://far.default.svc", ("call-host", "elsewhere")),
        ("http://far.nowhere.svc", None),
        ("http://api.svc.cluster.local", ("call-host", "form")),
        ("http://api.shop.cluster.local", ("call-host", "form")),
        ("http://unheard-of", None),
    ],
)
def test_what_is_wrong(value: str, expected: tuple[str, str] | None) -> None:
    assert verdict(told(value)) == expected


def test_a_default_port_is_only_likely() -> None:
    fault = only(told("https://api"))[2]
    assert fault is not None
    assert fault.certainty is Certainty.LIKELY


def test_an_alias_is_followed_inside_the_cluster_and_not_outside() -> None:
    inside = service("alias", type="ExternalName", externalName="api.shop.svc.cluster.local", selector="", ports="")
    outside = service("alias", type="ExternalName", externalName="api.example.com", selector="", ports="")
    assert verdict(told("http://alias:8080", "API_URL", inside)) == ("call-port", "targetPort")
    call, journey, fault = only(told("http://alias:8080", "API_URL", outside))
    assert (fault, journey.outcome) == (None, Outcome.UNKNOWN)
    assert call.port is None


def test_hosts_that_the_pod_knows_by_itself() -> None:
    web = workload(
        container("web", env="[{name: API_URL, value: 'http://far:80'}]"),
        hostAliases="[{ip: 10.0.0.1, hostnames: [far]}]",
    )
    assert topology(web, FAR).called == ()


def test_the_nodes_dns_knows_no_name_of_the_cluster() -> None:
    wired = found(pod="Default", env="[{name: API_URL, value: 'http://api'}]")
    assert verdict(wired) == ("call-host", "dns")
    assert only(wired)[1].outcome is Outcome.NAME_NOT_FOUND


def test_a_service_of_another_release_is_not_missed() -> None:
    release = manifest(
        "helm.toolkit.fluxcd.io/v2", "HelmRelease", "far", namespace="shop", spec="{chart: {spec: {chart: far}}}"
    )
    call, journey, fault = only(told("http://far", "API_URL", release))
    assert (call.service, fault, journey.outcome) == (None, None, Outcome.UNKNOWN)
    assert "HelmRelease `far` may make it" in journey.hops[-1].reason


@pytest.mark.parametrize(
    ("beside", "value", "expected"),
    [
        (container("side", ports="[{containerPort: 9000}]"), "http://localhost:9000", None),
        (container("side", ports="[{containerPort: 9000}]"), "http://localhost:9001", Certainty.LIKELY),
        (container("side", args="['--admin=:9001']", ports="[{containerPort: 9000}]"), "http://localhost:9001", None),
        (container("side", args="[x]"), "http://localhost:9001", None),
        (container("side", ports="[{containerPort: 9000}]"), "http://localhost:15020", None),
        ("", "http://localhost:9001", None),
        ("", "postgres://localhost:5432", Certainty.LIKELY),
        (container("postgres", args="[x]"), "postgres://127.0.0.1:5432", None),
    ],
)  # fmt: skip
def test_its_own_pod(beside: str, value: str, expected: Certainty | None) -> None:
    web = container("web", env=f"[{{name: SIDE, value: '{value}'}}]")
    wired = topology(workload(*((web, beside) if beside else (web,))), overlay="working")
    fault = only(wired)[2]
    assert (fault.certainty if fault else None) == expected


def test_the_loopback_address_of_a_node_is_not_the_pods() -> None:
    web = container("web", env="[{name: SIDE, value: 'http://localhost:9001'}]")
    side = container("side", ports="[{containerPort: 9000}]")
    assert topology(workload(web, side, hostNetwork=True)).called == ()


NGINX = workload(
    container("controller", "registry.k8s.io/ingress-nginx/controller:v1.11.3"), name="edge", namespace="infra"
)
TRAEFIK = workload(container("traefik", "docker.io/traefik:v3.3"), name="edge", namespace="infra")


def asked_by_the_edge(*manifests: str) -> tuple[str, Fault | None]:
    """Where it is written whom the only controller asks by itself, and what is wrong with that."""
    wired = topology(*HERE, *manifests, overlay="working")
    (call,) = (one for one in wired.called if one.workload.meta.name == "edge")
    return call.told.label, next(iter(wired.network.faults.of(call.key)), None)


@pytest.mark.parametrize(
    ("key", "url", "expected"),
    [
        ("auth-url", "http://api.shop.svc.cluster.local/check", None),
        ("auth-url", "http://api.shop.svc.cluster.local:8080/check", (Kind.CALL_PORT, "targetPort")),
        ("auth-url", "http://api.shop.svc.cluster.local:9999/check", (Kind.CALL_PORT, "")),
        ("auth-url", "http://shop.api.svc.cluster.local/check", (Kind.CALL_HOST, "form")),
        ("mirror-target", "http://far.shop.svc.cluster.local", (Kind.CALL_HOST, "elsewhere")),
    ],
)
def test_what_an_ingress_has_its_controller_ask(key: str, url: str, expected: tuple[Kind, str] | None) -> None:
    annotations = f'{{nginx.ingress.kubernetes.io/{key}: "{url}"}}'
    spec = "{ingressClassName: nginx}"
    web = manifest("networking.k8s.io/v1", "Ingress", "web", namespace="shop", annotations=annotations, spec=spec)
    label, fault = asked_by_the_edge(NGINX, web)
    assert key in label
    assert ((fault.kind, fault.case) if fault else None) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://api.shop.svc.cluster.local/check", None),
        ("http://api.shop.svc.cluster.local:8080/check", (Kind.CALL_PORT, "targetPort")),
        ("http://far.shop.svc.cluster.local/check", (Kind.CALL_HOST, "elsewhere")),
    ],
)
def test_whom_a_middleware_has_traefik_ask(address: str, expected: tuple[Kind, str] | None) -> None:
    spec = f'{{forwardAuth: {{address: "{address}"}}}}'
    login = manifest("traefik.io/v1alpha1", "Middleware", "login", namespace="shop", spec=spec)
    label, fault = asked_by_the_edge(TRAEFIK, login)
    assert label == "in Middleware shop/login"
    assert ((fault.kind, fault.case) if fault else None) == expected


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("http://shop.api.svc.cluster.local", "api.shop.svc.cluster.local"),
        ("http://other.far.svc:80", "far.other.svc"),
    ],
)
def test_a_service_and_its_namespace_that_have_changed_places(value: str, right: str) -> None:
    call, journey, fault = only(told(value))
    assert call.named is not None
    assert call.named.right == right
    assert fault is not None
    assert (fault.case, journey.outcome) == ("form", Outcome.NAME_NOT_FOUND)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("until pg_isready -h db -p 5432; do sleep 1; done", ("db", 5432, None)),
        ("until pg_isready -h db -p 5433; do sleep 1; done", ("db", 5433, "call-port")),
        ("until redis-cli -h db ping; do sleep 1; done", ("db", None, None)),
        ("until nc -z api 8080; do sleep 1; done", ("api", 8080, "call-port")),
        ("nc -w 2 -z api 80", ("api", 80, None)),
        ("./wait-for-it.sh api:8080 -- run", ("api", 8080, "call-port")),
        ("until (echo > /dev/tcp/api/8080); do sleep 1; done", ("api", 8080, "call-port")),
        ("until nslookup far; do sleep 1; done", ("far", None, "call-host")),
        ("redis-server --replicaof db 5433", ("db", 5433, "call-port")),
    ],
)
def test_words_of_scripts_that_ask(script: str, expected: tuple[str, int | None, str | None]) -> None:
    call, _, fault = only(found(command=f"[sh, -c, {script!r}]"))
    assert (call.host, call.told.port, fault.kind.value if fault else None) == expected


@pytest.mark.parametrize(
    ("command", "where"),
    [
        ('[sh, -c, "until nc -z apis 80; do sleep 2; done"]', "in its `command`"),
        ("[web, --upstream, 'http://apis']", "in `--upstream`"),
        ("[web, -upstream=http://apis]", "in `-upstream`"),
        ("[web, -upstream, 'http://apis']", "in `-upstream`"),
    ],
)
def test_a_call_says_where_it_is_told_as_it_is_written(command: str, where: str) -> None:
    """A script after `-c` is no value of a flag, and a flag has the dashes that it has."""
    (call,) = found(command=command).called
    assert call.told.label == where
