"""Images, variables and conventions: what a container listens on when no configuration says it."""

from __future__ import annotations

import pytest

from kblint.wire.evidence import Certainty
from kblint.wire.listening.container import Heard, listening, service_link, single_writer
from kblint.wire.listening.sockets import Listening
from tests.wire.containers import Row, first_container, listening_of, look, manifest, ports, read, rows

ANY = "0.0.0.0"


def image(name: str, *args: str, env: dict[str, str] | None = None, more: str = "") -> str:
    variables = "".join(f"\n- {{name: {key}, value: '{value}'}}" for key, value in (env or {}).items())
    words = "".join(f"\n- '{word}'" for word in args)
    return f"image: {name}" + (f"\nargs:{words}" if args else "") + (f"\nenv:{variables}" if env else "") + f"\n{more}"


# --- images -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("n8nio/n8n", [5678]),
        ("n8nio/n8n:1.2", [5678]),
        ("docker.n8n.io/n8nio/n8n", [5678]),
        ("registry.example.com:5000/proxy/n8nio/n8n:1@sha256:00", [5678]),
        ("apache/superset:4.1.1", [8088]),
        ("grafana/grafana:11.0.0", [3000]),
        ("prom/prometheus", [9090]),
        ("quay.io/prometheus/prometheus:v3", [9090]),
        ("redis:7", [6379]),
        ("docker.io/library/redis", [6379]),
        ("postgres:16-alpine", [5432]),
        ("hashicorp/http-echo", [5678]),
        ("registry.k8s.io/ingress-nginx/controller:v1.15.1", [80, 443, 10254]),
        ("httpd:2.4", [80]),
        ("php:8.3-apache", [80]),
        ("php:8.3-fpm-alpine", [9000]),
        ("wordpress:6-php8.3-fpm", [9000]),
        ("wordpress", [80]),
        ("caddy:2", [80, 2019]),
        ("mycorp/redis", []),
        ("registry.example.com/redis", []),
        ("n8n", []),
        ("php:8.3-cli", []),
        ("python:3.12", []),
        ("busybox", []),
    ],
)
def test_an_image_has_its_default(name: str, expected: list[int]) -> None:
    found = look(image(name))
    assert ports(found) == expected
    assert all(socket.is_default for socket in found.sockets if not socket.is_loopback)


@pytest.mark.parametrize(
    ("name", "certainty"),
    [
        ("redis:7.2", "known"),
        ("redis@sha256:00", "known"),
        ("docker.io/library/redis:7", "known"),
        ("public.ecr.aws/docker/library/redis:7", "known"),
        ("quay.io/prometheus/prometheus:v3", "known"),
        # no release is named
        ("redis", "likely"),
        ("redis:latest", "likely"),
        # a build that somebody keeps in a registry of his own
        ("registry.example.com/grafana/grafana:11.0.0", "likely"),
        # one that has been elsewhere in other releases
        ("nodered/node-red:4.0", "likely"),
    ],
)
def test_a_default_is_sure_for_a_release_of_its_makers(name: str, certainty: str) -> None:
    (socket,) = look(image(name)).sockets
    assert socket.certainty.label == certainty


def test_a_default_points_at_the_image() -> None:
    (socket,) = look(image("n8nio/n8n:1.2")).sockets
    assert socket.evidence.place.text == "n8nio/n8n:1.2"
    assert socket.evidence.label == "image `n8nio/n8n` listens on 5678 by default"


def test_an_unknown_image_is_unknown() -> None:
    assert look(image("'{{ .Values.image }}'")) == Listening()
    assert look("name2: x") == Listening()


def test_the_administration_of_caddy_is_bound_to_loopback() -> None:
    found = look(image("caddy"))
    assert [socket.port for socket in found.sockets if socket.is_loopback] == [2019]


def test_a_database_does_not_speak_http() -> None:
    assert {socket.speaks for socket in look(image("mysql:8")).sockets} == {"other"}


# --- arguments of a known image -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("container", "expected"),
    [
        (image("prom/prometheus", "--web.listen-address=:9091"), [(9091, ANY, "http", "known", ":9091")]),
        (image("prom/prometheus", "--config.file=/x"), [(9090, ANY, "http", "likely", "prom/prometheus")]),
        (
            image("quay.io/prometheus/node-exporter", "--web.listen-address=127.0.0.1:9100"),
            [(9100, "127.0.0.1", "http", "known", "127.0.0.1:9100")],
        ),
        (image("prom/pushgateway", "--web.config.file=/tls.yml"), [(9091, ANY, None, "likely", "prom/pushgateway")]),
        (image("hashicorp/http-echo", "-text=hi", "-listen=:8080"), [(8080, ANY, "http", "known", ":8080")]),
        (image("traefik/whoami", "--port", "8080"), [(8080, ANY, "http", "known", "8080")]),
        (image("redis", "redis-server", "--port", "6380"), [(6380, ANY, "other", "known", "6380")]),
        (image("redis", "--port", "6380", "--bind", "127.0.0.1"), [(6380, "127.0.0.1", "other", "known", "6380")]),
        (image("postgres", "-c", "port=5433"), [(5433, ANY, "other", "known", "5433")]),
        (image("mongo", "--bind_ip_all", "--port=27018"), [(27018, ANY, "other", "known", "27018")]),
        (image("memcached", "-m", "64", "-p", "11212"), [(11212, ANY, "other", "known", "11212")]),
        (
            image("minio/minio", "server", "/data", "--address=:9100", "--console-address", ":9101"),
            [(9100, ANY, "http", "known", ":9100"), (9101, ANY, "http", "known", ":9101")],
        ),
        (image("n8nio/n8n", "start"), [(5678, ANY, "http", "likely", "n8nio/n8n")]),
        (
            image("chatwoot/chatwoot", "bundle", "exec", "rails", "s", "-p", "3001"),
            [(3001, "", "http", "known", "3001")],
        ),
    ],
)
def test_flags_of_a_known_image_count(container: str, expected: list[Row]) -> None:
    found = look(container)
    assert rows(found) == expected
    assert found.is_complete


@pytest.mark.parametrize(
    "container",
    [
        image("n8nio/n8n", "worker"),
        image("redis", "/usr/local/etc/redis/redis.conf"),
        image("redis", "redis-server", "/usr/local/etc/redis/redis.conf"),
        image("redis", "sh", "/start.sh"),
        image("mongo", "--config", "/etc/mongo.conf"),
        image("postgres", "-c", "config_file=/etc/postgresql/x.conf"),
        image("chatwoot/chatwoot", "bundle", "exec", "sidekiq"),
        image("n8nio/n8n", more="command: [/bin/custom]"),
        image("n8nio/n8n", env={"N8N_PORT": "tcp://10.43.0.7:80"}),
        image("n8nio/n8n", env={"N8N_PORT": "${PORT}"}),
        image("n8nio/n8n", more="envFrom: [{configMapRef: {name: absent}}]"),
        image("n8nio/n8n", more="env: [{name: N8N_PORT, valueFrom: {secretKeyRef: {name: s, key: k}}}]"),
        image("n8nio/n8n", more="env: [{name: N8N_PORT, valueFrom: {configMapKeyRef: {name: absent, key: k}}}]"),
    ],
)
def test_nothing_is_said_where_something_unknown_may_have_moved_it(container: str) -> None:
    assert look(container) == Listening()


def test_a_secret_that_is_not_here_may_move_a_port_and_most_likely_does_not() -> None:
    found = look(image("postgres:16", more="envFrom: [{secretRef: {name: credentials}}]"))
    assert [(one.port, one.certainty) for one in found.sockets] == [(5432, Certainty.LIKELY)]
    # so nobody is told that nothing listens elsewhere
    assert not found.is_complete


def test_a_mounted_configuration_outranks_the_default_unless_it_is_silent_about_ports() -> None:
    container = image(
        "redis", "redis-server", "/conf/redis.conf", more="volumeMounts: [{name: conf, mountPath: /conf}]"
    )
    assert ports(look(container, {"conf": {"redis.conf": "port 6380\n"}})) == [6380]
    assert look(container, {"conf": {"redis.conf": "port 6380\ninclude /data/redis.conf\n"}}) == Listening()
    assert ports(look(container, {"conf": {"redis.conf": "# port 6380\nmaxmemory 1gb\n"}})) == [6379]


# --- variables ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("container", "expected"),
    [
        (image("n8nio/n8n", env={"N8N_PORT": "8080"}), [(8080, ANY, "http", "known", "8080")]),
        (
            image("n8nio/n8n", env={"N8N_PORT": "8080", "N8N_LISTEN_ADDRESS": "127.0.0.1"}),
            [(8080, "127.0.0.1", "http", "known", "8080")],
        ),
        (image("n8nio/n8n", env={"N8N_PROTOCOL": "https"}), [(5678, ANY, None, "likely", "n8nio/n8n")]),
        (image("n8nio/n8n", env={"N8N_PROTOCOL": "http"}), [(5678, ANY, "http", "likely", "n8nio/n8n")]),
        (image("apache/superset", env={"SUPERSET_PORT": "8090"}), [(8090, ANY, "http", "known", "8090")]),
        (
            image("apache/superset", env={"SUPERSET_WEBSERVER_PORT": "8090"}),
            [(8088, ANY, "http", "likely", "apache/superset")],
        ),
        (
            image("registry:2", env={"REGISTRY_HTTP_ADDR": "0.0.0.0:5001"}),
            [(5001, ANY, "http", "known", "0.0.0.0:5001")],
        ),
        (
            image("ollama/ollama", env={"OLLAMA_HOST": "http://0.0.0.0:8080"}),
            [(8080, ANY, "http", "known", "http://0.0.0.0:8080")],
        ),
        (image("n8nio/n8n", env={"BASE": "56", "N8N_PORT": "$(BASE)78"}), [(5678, ANY, "http", "known", "$(BASE)78")]),
    ],
)
def test_a_variable_that_the_image_honours_is_known(container: str, expected: list[Row]) -> None:
    found = look(container)
    assert rows(found) == expected
    assert found.is_complete


def test_the_label_names_the_variable() -> None:
    (socket,) = look(image("n8nio/n8n", env={"N8N_PORT": "8080"})).sockets
    assert socket.evidence.label == "`N8N_PORT` makes it listen on 8080"


def test_variables_come_from_config_maps_too() -> None:
    reference = "env: [{name: N8N_PORT, valueFrom: {configMapKeyRef: {name: settings, key: port}}}]"
    for more, key in ((reference, "port"), ("envFrom: [{configMapRef: {name: settings}}]", "N8N_PORT")):
        assert rows(look_with_settings(image("n8nio/n8n", more=more), key)) == [(8081, ANY, "http", "known", "8081")]


def look_with_settings(container: str, key: str) -> Listening:
    settings = f'---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: settings}}\ndata: {{{key}: "8081"}}\n'
    return listening_of(manifest(container) + settings)


def test_a_prefix_belongs_to_the_name() -> None:
    container = image("n8nio/n8n", more="envFrom: [{configMapRef: {name: settings}, prefix: N8N_}]")
    assert ports(look_with_settings(container, "PORT")) == [8081]


def test_env_wins_over_env_from() -> None:
    container = image("n8nio/n8n", env={"N8N_PORT": "8082"}, more="envFrom: [{configMapRef: {name: settings}}]")
    assert ports(look_with_settings(container, "N8N_PORT")) == [8082]


# --- conventions --------------------------------------------------------------------------------------------------

API = "registry.example.com/shop/api:1.2"


def test_port_is_a_strong_convention() -> None:
    found = look(image(API, env={"PORT": "5000"}, more="ports: [{containerPort: 8000}]"))
    assert rows(found) == [(5000, ANY, None, "likely", "5000")]
    assert found.sockets[0].evidence.label == "`PORT` makes it listen on 5000"
    assert found.sockets[0].program == "api"
    assert found.is_complete


@pytest.mark.parametrize(
    "more",
    [
        "ports: [{containerPort: 5000}]",
        "ports: [{containerPort: 8000}, {containerPort: 9000}]",
        "ports: [{containerPort: 8000}, {containerPort: 5000}]",
    ],
)
def test_a_convention_is_not_the_whole_picture_unless_it_contradicts_one_port(more: str) -> None:
    found = look(image(API, env={"PORT": "5000"}, more=more))
    assert ports(found) == [5000]
    assert not found.is_complete


@pytest.mark.parametrize(
    "container",
    [
        image(API, env={"PORT": "tcp://10.43.0.1:80"}),
        image(API, env={"PORT": "0"}),
        image(API, env={"PORT": "${PORT}"}),
        image(API, more="envFrom: [{secretRef: {name: s}}]"),
        image("mycorp/postgres", env={"PORT": "5000"}),
        image("redis", "redis-server", "/x.conf", env={"PORT": "5000"}),
        image(API, env={"PORT": "5000"}, more="command: [celery, -A, shop, worker]"),
    ],
)
def test_the_convention_stays_silent(container: str) -> None:
    assert look(container) == Listening()


def test_the_convention_holds_for_commands_that_nobody_knows() -> None:
    assert ports(look(image(API, env={"PORT": "5000"}, more="command: [node, server.js]"))) == [5000]
    assert ports(look(image(API, env={"PORT": "5000"}, more="command: [gunicorn, app]"))) == [5000]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("command: [./server, --port=9001]", [(9001, ANY, None, "likely", "9001")]),
        ("command: [java, -Dserver.port=9001, -jar, app.jar]", [(9001, ANY, None, "likely", "9001")]),
        ("args: ['--listen', '127.0.0.1:9001']", [(9001, "127.0.0.1", None, "likely", "127.0.0.1:9001")]),
        ("command: [sh, -c, './server --port=9001']", [(9001, ANY, None, "likely", "9001")]),
        ("args: ['--port=9001', '--metrics-port=9002']", []),
        ("args: ['--db-port=9001']", []),
        ("args: ['--port=abc']", []),
    ],
)
def test_one_flag_with_a_port_is_a_convention(words: str, expected: list[Row]) -> None:
    found = look(image(API, more=f"{words}\nports: [{{containerPort: 8000}}]"))
    assert rows(found) == expected
    assert found.is_complete is bool(expected)


def test_sidecars_have_no_conventions() -> None:
    text = f"initContainers: [{{name: proxy, image: {API}, restartPolicy: Always, env: [{{name: PORT, value: '1'}}]}}]"
    workload, _ = read(manifest("image: x", pod=text))
    (proxy,) = [container for container in workload.pod.containers if container.name == "proxy"]
    assert listening(workload.pod, proxy, lambda _: None) == Listening()


# --- applications -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declared", "expected"),
    [([], True), ([8001], True), ([8000], False), ([8000, 9090], False), ([8001, 9090], False)],
)
def test_an_application_may_listen_on_more_than_its_server(declared: list[int], expected: bool) -> None:
    declared_ports = ", ".join(f"{{containerPort: {port}}}" for port in declared)
    found = look(image(API, more=f"command: [gunicorn, -b, ':8000', app]\nports: [{declared_ports}]"))
    assert ports(found) == [8000]
    assert found.is_complete is expected


@pytest.mark.parametrize(
    ("container", "expected"),
    [
        (image("n8nio/n8n"), "n8n"),
        (image("n8nio/n8n", env={"N8N_MULTI_MAIN_SETUP_ENABLED": "true"}), None),
        (image("n8nio/n8n", "worker"), None),
        (image("grafana/grafana"), "grafana"),
        (image("grafana/grafana", env={"GF_DATABASE_TYPE": "postgres"}), None),
        (image("grafana/grafana", more="envFrom: [{secretRef: {name: s}}]"), None),
        (image("postgres:16"), "postgres"),
        (image("postgres:16", more="command: [pg_dump]"), None),
        (image("nginx"), None),
        (image(API), None),
    ],
)
def test_a_program_that_cannot_run_twice(container: str, expected: str | None) -> None:
    found = single_writer(first_container(container))
    assert (found.program if found else None) == expected


# --- service links ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("container", "expected"),
    [
        (image("n8nio/n8n"), "N8N_PORT"),
        (image("n8nio/n8n", "worker"), "N8N_PORT"),
        (image("n8nio/n8n", more="command: [sh, -c, 'sleep 5; n8n start']"), "N8N_PORT"),
        (image("apache/superset"), "SUPERSET_PORT"),
        (
            image("apache/superset", more="command: [sh, -c, '. /bootstrap.sh; /usr/bin/run-server.sh']"),
            "SUPERSET_PORT",
        ),
        (image("yuzutech/kroki"), "KROKI_PORT"),
        (image("apache/superset", more="command: [celery, worker]"), None),
        (image("n8nio/n8n", env={"N8N_PORT": "5678"}), None),
        (image("n8nio/n8n", more="envFrom: [{configMapRef: {name: x}}]"), None),
        (image("n8nio/n8n", more="command: [sleep, '1']"), None),
        (image("mycorp/n8n"), None),
        (image("nginx"), None),
    ],
)
def test_the_variable_that_a_service_may_take_over(container: str, expected: str | None) -> None:
    assert service_link(first_container(container)) == expected


# --- several scopes -----------------------------------------------------------------------------------------------


def test_what_was_heard_counts_only_where_the_same_config_maps_are_found() -> None:
    env = "env: [{name: PORT, valueFrom: {configMapKeyRef: {name: app, key: port}}}]"
    workload, _ = read(manifest(image("ghcr.io/acme/api:1", more=env)))
    (container,) = workload.pod.containers
    heard = Heard()
    maps = [read(manifest("image: x", {"app": {"port": port}}))[1] for port in ("9001", "9002")]
    found = [heard.listening(workload.pod, container, scope.get) for scope in (*maps, *maps)]
    assert found[:2] == [listening(workload.pod, container, scope.get) for scope in maps]
    assert (found[0] is found[2], found[1] is found[3], found[0] is found[1]) == (True, True, False)


@pytest.mark.parametrize(
    ("image", "name", "port"),
    [("n8nio/n8n:1", "N8N_LISTEN_ADDRESS", 5678), ("grafana/grafana:11.0.0", "GF_SERVER_HTTP_ADDR", 3000)],
)
def test_a_variable_says_on_which_address(image: str, name: str, port: int) -> None:
    found = look(f"image: {image}\nenv: [{{name: {name}, value: 127.0.0.1}}]")
    assert [(socket.port, socket.address) for socket in found.sockets] == [(port, "127.0.0.1")]


@pytest.mark.parametrize(
    "name", ["HTTP_LISTEN_ADDR", "HTTP_ADDR", "LISTEN_ADDR", "LISTEN_ADDRESS", "BIND_ADDR", "BIND_ADDRESS"]
)
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("127.0.0.1:9001", [(9001, "127.0.0.1")]),
        (":9001", [(9001, "0.0.0.0")]),
        ("0.0.0.0:9001", [(9001, "0.0.0.0")]),
        ("/run/app.sock", []),
    ],
)
def test_an_address_in_a_variable_that_many_applications_read(
    name: str, value: str, expected: list[tuple[int, str]]
) -> None:
    found = look(image("registry.example.com/web:1", env={name: value}))
    assert [(socket.port, socket.address) for socket in found.sockets] == expected


@pytest.mark.parametrize("words", [["-a", "127.0.0.1"], ["--addr", "127.0.0.1"], ["--addr=127.0.0.1", "-p", "4222"]])
def test_nats_is_told_its_address_by_a_flag(words: list[str]) -> None:
    found = look(image("nats:2.10.20", *words))
    assert [(socket.port, socket.address) for socket in found.sockets] == [(4222, "127.0.0.1")]
