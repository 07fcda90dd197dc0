"""Configuration files that are read for their settings, and what a framework's application is told."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from kblint.source.text import Source
from kblint.syntax.ini import settings
from kblint.syntax.passage import InSource, whole
from kblint.wire.listening.sockets import Listening
from tests.wire.containers import Row, look, ports, rows

ANY = "0.0.0.0"
APP = "registry.example.com/shop:1"


def with_file(image: str, path: str, text: str, *words: str) -> Listening:
    """What a container listens on that finds a file, and is started with words behind its entrypoint, if any."""
    args = f"args: {json.dumps(words)}\n" if words else ""
    container = f"image: {image}\n{args}volumeMounts: [{{name: conf, mountPath: {path}, subPath: file}}]"
    return look(container, {"conf": {"file": text}})


def with_variables(variables: Mapping[str, str], *command: str, more: str = "") -> Listening:
    """What an image that nobody knows listens on with variables, and a command, if any."""
    env = json.dumps([{"name": name, "value": value} for name, value in variables.items()])
    words = f"command: {json.dumps(command)}\n" if command else ""
    return look(f"image: {APP}\n{words}env: {env}\n{more}")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("port 6380", [("port", "6380")]),
        ("port = 6380 # the usual one", [("port", "6380")]),
        ("server.port: 8081", [("server.port", "8081")]),
        ('http_address = "0.0.0.0:4180"', [("http_address", "0.0.0.0:4180")]),
        ("listen_addresses = 'localhost'\t", [("listen_addresses", "localhost")]),
        ("[server]\nHTTP_PORT = 3001", [("server.http_port", "3001")]),
        ("bind 127.0.0.1 -::1", [("bind", "127.0.0.1 -::1")]),
        ("; http_port = 3001\n# port 1\n!includedir /etc/x", []),
        ("protected-mode\n\n", []),
    ],
)
def test_a_line_is_a_setting(line: str, expected: list[tuple[str, str]]) -> None:
    found = settings(whole(line, InSource(Source("a.conf", line))))
    assert [(one.key, one.value.text) for one in found] == expected


@pytest.mark.parametrize(
    ("image", "path", "text", "words", "expected"),
    [
        (
            "grafana/loki:3.2.0",
            "/etc/loki/config.yaml",
            "server:\n  http_listen_port: 3101\n",
            ["-config.file=/etc/loki/config.yaml"],
            [(3101, ANY, "http", "known", "3101")],
        ),
        (
            "rabbitmq:3.13.7-management",
            "/etc/rabbitmq/rabbitmq.conf",
            "listeners.tcp.default = 5673\nmanagement.tcp.port = 15673\n",
            [],
            [(5673, ANY, "other", "known", "5673"), (15673, ANY, "http", "known", "15673")],
        ),
        (
            "rabbitmq:3.13.7",
            "/etc/rabbitmq/rabbitmq.conf",
            "listeners.tcp.1 = 127.0.0.1:5673\nlisteners.tcp.2 = 0.0.0.0:5674\n",
            [],
            [
                (5673, "127.0.0.1", "other", "known", "127.0.0.1:5673"),
                (5674, ANY, "other", "known", "0.0.0.0:5674"),
            ],
        ),
        ("rabbitmq:3.13.7", "/etc/rabbitmq/rabbitmq.conf", "listeners.tcp = none\n", [], []),
        (
            "redis:7.2",
            "/etc/redis.conf",
            "port 6380\n",
            ["redis-server", "/etc/redis.conf"],
            [(6380, ANY, "other", "known", "6380")],
        ),
        (
            "redis:7.2",
            "/etc/redis.conf",
            "maxmemory 1gb\nbind 127.0.0.1 -::1\n",
            ["redis-server", "/etc/redis.conf"],
            [(6379, "127.0.0.1", "other", "known", "redis:7.2")],
        ),
        # one of several addresses is enough
        (
            "redis:7.2",
            "/etc/redis.conf",
            "bind 127.0.0.1 10.1.2.3\n",
            ["redis-server", "/etc/redis.conf"],
            [(6379, "10.1.2.3", "other", "known", "redis:7.2")],
        ),
        (
            "postgres:16",
            "/etc/postgresql.conf",
            "listen_addresses = '*'\nport = 5433\n",
            ["-c", "config_file=/etc/postgresql.conf"],
            [(5433, ANY, "other", "known", "5433")],
        ),
        # without a word of it, the server keeps to itself
        (
            "postgres:16",
            "/etc/postgresql.conf",
            "max_connections = 200\n",
            ["-c", "config_file=/etc/postgresql.conf"],
            [(5432, "localhost", "other", "known", "postgres:16")],
        ),
        (
            "postgres:16",
            "/x",
            "",
            ["-c", "listen_addresses=localhost"],
            [(5432, "localhost", "other", "known", "postgres:16")],
        ),
        ("postgres:16", "/etc/postgresql.conf", "include 'b.conf'\n", ["-c", "config_file=/etc/postgresql.conf"], []),
        (
            "mysql:8.4",
            "/etc/mysql/conf.d/my.cnf",
            "[client]\nport=1\n[mysqld]\nport=3307\nbind-address = 127.0.0.1\n",
            [],
            [(3307, "127.0.0.1", "other", "known", "3307"), (33060, ANY, "other", "known", "mysql:8.4")],
        ),
        ("mariadb:11", "/etc/mysql/my.cnf", "[mysqld]\nport=3307\n", [], [(3307, ANY, "other", "known", "3307")]),
        (
            "grafana/grafana:11.0.0",
            "/etc/grafana/grafana.ini",
            "[server]\nhttp_port = 3001\n",
            [],
            [(3001, ANY, "http", "known", "3001")],
        ),
        ("grafana/grafana:11.0.0", "/etc/grafana/grafana.ini", "[server]\nprotocol = https\n", [], []),
        (
            "php:8.3-fpm",
            "/usr/local/etc/php-fpm.d/zz-docker.conf",
            "[www]\nlisten = 9001\n",
            [],
            [(9001, ANY, "other", "known", "9001")],
        ),
        # the image's own file comes after it
        (
            "php:8.3-fpm",
            "/usr/local/etc/php-fpm.d/www.conf",
            "[www]\nlisten = 127.0.0.1:9001\n",
            [],
            [(9000, ANY, "other", "known", "php:8.3-fpm")],
        ),
        (
            "php:8.3-fpm",
            "/usr/local/etc/php-fpm.d/zzz.conf",
            "[shop]\nlisten = 9001\n",
            [],
            [(9000, ANY, "other", "known", "php:8.3-fpm"), (9001, ANY, "other", "known", "9001")],
        ),
        (
            "mongo:7",
            "/etc/mongod.conf",
            "net:\n  port: 27018\n",
            ["--config", "/etc/mongod.conf"],
            [(27018, ANY, "other", "known", "27018")],
        ),
        (
            "quay.io/oauth2-proxy/oauth2-proxy:v7.6.0",
            "/etc/proxy.cfg",
            'http_address = "0.0.0.0:4181"\n',
            ["--config=/etc/proxy.cfg"],
            [(4181, ANY, "http", "known", "0.0.0.0:4181")],
        ),
        (
            "quay.io/oauth2-proxy/oauth2-proxy:v7.6.0",
            "/etc/alpha.yaml",
            "server:\n  BindAddress: 0.0.0.0:4181\n",
            ["--alpha-config=/etc/alpha.yaml"],
            [(4181, ANY, "http", "known", "0.0.0.0:4181")],
        ),
        (
            "envoyproxy/envoy:v1.31.0",
            "/etc/envoy/envoy.yaml",
            (
                "admin: {address: {socket_address: {address: 127.0.0.1, port_value: 9901}}}\n"
                "static_resources:\n  listeners:\n"
                "    - address: {socket_address: {address: 0.0.0.0, port_value: 10000}}\n"
                "    - address:\n        socket_address:\n          address: 127.0.0.1\n          port_value: 10001\n"
            ),
            [],
            [
                (9901, "127.0.0.1", None, "known", "9901"),
                (10000, ANY, None, "known", "10000"),
                (10001, "127.0.0.1", None, "known", "10001"),
            ],
        ),
    ],
)
def test_a_file_says_where_its_program_listens(
    image: str, path: str, text: str, words: list[str], expected: list[Row]
) -> None:
    assert rows(with_file(image, path, text, *words)) == expected


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"ASPNETCORE_URLS": "http://+:5000"}, [(5000, ANY, "http", "likely", "http://+:5000")]),
        (
            {"ASPNETCORE_URLS": "http://+:5000;https://+:5001"},
            [(5000, ANY, "http", "likely", "http://+:5000"), (5001, ANY, "tls", "likely", "https://+:5001")],
        ),
        (
            {"ASPNETCORE_URLS": "http://localhost:5000"},
            [(5000, "localhost", "http", "likely", "http://localhost:5000")],
        ),
        ({"ASPNETCORE_HTTP_PORTS": "8081"}, [(8081, ANY, "http", "likely", "8081")]),
        ({"SERVER_PORT": "8081"}, [(8081, ANY, None, "likely", "8081")]),
        (
            {"SERVER_PORT": "8081", "MANAGEMENT_SERVER_PORT": "9001"},
            [(8081, ANY, None, "likely", "8081"), (9001, ANY, None, "likely", "9001")],
        ),
        ({"SERVER_PORT": "8081", "SERVER_ADDRESS": "127.0.0.1"}, [(8081, "127.0.0.1", None, "likely", "8081")]),
        ({"QUARKUS_HTTP_PORT": "8888"}, [(8888, ANY, "http", "likely", "8888")]),
        ({"JAVA_TOOL_OPTIONS": "-Xmx1g -Dquarkus.http.port=8888"}, [(8888, ANY, "http", "likely", "8888")]),
        ({"GUNICORN_CMD_ARGS": "--workers 2 --bind=0.0.0.0:8001"}, [(8001, ANY, "http", "likely", "0.0.0.0:8001")]),
        ({"UVICORN_HOST": "0.0.0.0", "UVICORN_PORT": "8001"}, [(8001, "", "http", "likely", "8001")]),
        ({"PORT": "3001", "HOSTNAME": "127.0.0.1"}, [(3001, "127.0.0.1", None, "likely", "3001")]),
        ({"PORT": "3001", "HOST": "shop.example.com"}, [(3001, "", None, "likely", "3001")]),
        ({"PORT": "tcp://10.43.0.1:80"}, []),
        # the address of another server
        ({"SERVER_HOST": "orders", "SERVER_PORT": "8081"}, []),
        ({"MANAGEMENT_SERVER_PORT": "9001"}, []),
    ],
)
def test_a_framework_is_told_by_variables(variables: dict[str, str], expected: list[Row]) -> None:
    assert rows(with_variables(variables)) == expected


@pytest.mark.parametrize("name", ["application.yaml", "application.yml"])
def test_an_application_is_told_by_its_file(name: str) -> None:
    container = f"image: {APP}\nvolumeMounts: [{{name: conf, mountPath: /config}}]"
    found = look(container, {"conf": {name: "server:\n  port: ${HTTP:8081}\n"}})
    assert rows(found) == [(8081, ANY, None, "likely", "${HTTP:8081}")]
    assert found.is_complete
    assert not look(
        container + "\nports: [{containerPort: 8081}]", {"conf": {name: "server: {port: 8081}"}}
    ).is_complete


def test_properties_are_settings_too_and_a_variable_wins() -> None:
    container = f"image: {APP}\nvolumeMounts: [{{name: conf, mountPath: /config}}]"
    data = {"conf": {"application.properties": "quarkus.http.port=8888\nquarkus.http.host=localhost\n"}}
    assert rows(look(container, data)) == [(8888, "localhost", "http", "likely", "8888")]
    assert ports(look(container + "\nenv: [{name: QUARKUS_HTTP_PORT, value: '8889'}]", data)) == [8889]


def test_a_file_of_an_active_profile_counts_last() -> None:
    container = f"image: {APP}\nvolumeMounts: [{{name: conf, mountPath: /config}}]"
    data = {"conf": {"application.yaml": "server.port: 8081", "application-prod.yaml": "server: {port: 8082}"}}
    assert ports(look(container, data)) == [8081]
    assert ports(look(container + "\nenv: [{name: SPRING_PROFILES_ACTIVE, value: prod}]", data)) == [8082]


@pytest.mark.parametrize(
    "text",
    [
        "server: {port: 0x}",
        "server:\n  port: ${HTTP}\n",
        "server: [",
        "spring: {config: {activate: {on-profile: x}}}\nserver: {port: 8082}\n",
    ],
)
def test_nothing_is_said_of_a_file_that_cannot_be_known(text: str) -> None:
    container = f"image: {APP}\nvolumeMounts: [{{name: conf, mountPath: /config}}]"
    assert look(container, {"conf": {"application.yaml": text}}) == Listening()


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("npx vite preview --port 4174", [(4174, "localhost", "http", "likely", "4174")]),
        ("vite preview --host --port 4174", [(4174, ANY, "http", "known", "4174")]),
        ("vite preview --port 4174 --host", [(4174, ANY, "http", "known", "4174")]),
        ("vite preview --host=0.0.0.0", [(4173, ANY, "http", "likely", "vite")]),
        ("vite dev", [(5173, "localhost", "http", "likely", "vite")]),
        ("vite build", []),
        ("redis-server --bind 127.0.0.1", [(6379, "127.0.0.1", "other", "known", "redis-server")]),
        ("redis-server --bind 127.0.0.1 ::1", [(6379, "127.0.0.1", "other", "known", "redis-server")]),
        ("redis-server --bind 127.0.0.1 10.0.0.1 --port 6380", [(6380, "10.0.0.1", "other", "known", "6380")]),
        ("mongod --replSet rs0", [(27017, "127.0.0.1", "other", "likely", "mongod")]),
        ("mongod --bind_ip_all", [(27017, ANY, "other", "likely", "mongod")]),
        ("mongod --bind_ip localhost,mongo-0", [(27017, "mongo-0", "other", "likely", "mongod")]),
        ("etcd --name a", [(2379, "localhost", None, "likely", "etcd"), (2380, "localhost", None, "likely", "etcd")]),
        (
            "etcd --listen-client-urls=http://127.0.0.1:2379,http://0.0.0.0:2379 --listen-peer-urls=http://0.0.0.0:2380",
            [
                (2379, ANY, None, "known", "http://0.0.0.0:2379"),
                (2379, "127.0.0.1", None, "known", "http://127.0.0.1:2379"),
                (2380, ANY, None, "known", "http://0.0.0.0:2380"),
            ],
        ),
        ("mlflow server", [(5000, "127.0.0.1", "http", "likely", "mlflow")]),
        ("kubectl proxy --port=8080", [(8080, "127.0.0.1", "http", "likely", "8080")]),
    ],
)
def test_some_keep_to_the_loopback_interface(command: str, expected: list[Row]) -> None:
    assert rows(with_variables({}, *command.split())) == expected


def test_the_entrypoint_of_mongo_opens_it_to_all() -> None:
    assert rows(look("image: mongo:7\nargs: [mongod, --replSet, rs0]")) == [(27017, ANY, "other", "known", "mongo:7")]
    assert rows(look("image: mongo:7\ncommand: [mongod, --replSet, rs0]")) == [
        (27017, "127.0.0.1", "other", "known", "mongo:7")
    ]


def test_a_port_variable_binds_gunicorn_to_every_address() -> None:
    assert rows(with_variables({"PORT": "8001"}, "gunicorn", "app:app")) == [(8001, ANY, "http", "known", "8001")]
    assert rows(with_variables({"GUNICORN_CMD_ARGS": "-b :8002"}, "gunicorn", "app:app")) == [
        (8002, ANY, "http", "known", ":8002")
    ]
