"""Apache, Caddy, HAProxy, Traefik and ingress-nginx: their own configuration decides."""

from __future__ import annotations

import json

import pytest

from kblint.wire.listening.sockets import Listening
from tests.wire.containers import Row, look, ports, rows

ANY = "0.0.0.0"


def with_file(image: str, path: str, text: str, *, more: str = "") -> Listening:
    container = f"image: {image}\nvolumeMounts: [{{name: conf, mountPath: {path}, subPath: file}}]\n{more}"
    return look(container, {"conf": {"file": text}})


# --- Apache -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Listen 8080\n", [(8080, ANY, "http", "known", "8080")]),
        ("listen 127.0.0.1:8080\n", [(8080, "127.0.0.1", "http", "known", "127.0.0.1:8080")]),
        ("Listen [::]:8080\n", [(8080, "::", "http", "known", "[::]:8080")]),
        ("Listen 8443 https\n", [(8443, ANY, "tls", "known", "8443")]),
        (
            "#Listen 80\n  Listen 8080\nListen 8081\n",
            [(8080, ANY, "http", "known", "8080"), (8081, ANY, "http", "known", "8081")],
        ),
        ("Listen 80\n<IfModule ssl_module>\n  Listen 443\n</IfModule>\n", [(80, ANY, "http", "known", "80")]),
        (
            "Listen 443\n<VirtualHost *:443>\n  SSLEngine on\n</VirtualHost>\n",
            [(443, ANY, "tls", "known", "443")],
        ),
        ("ServerName a\nListen ${HTTP_PORT}\n", [(8085, ANY, "http", "known", "${HTTP_PORT}")]),
    ],
)
@pytest.mark.parametrize(
    ("image", "path"),
    [("httpd:2.4", "/usr/local/apache2/conf/httpd.conf"), ("php:8-apache", "/etc/apache2/ports.conf")],
)
def test_apache_listens_where_its_configuration_says(image: str, path: str, text: str, expected: list[Row]) -> None:
    found = with_file(image, path, text, more="env: [{name: HTTP_PORT, value: '8085'}]")
    assert rows(found) == expected
    assert found.is_complete


def test_a_site_adds_to_the_ports_of_the_image() -> None:
    found = with_file("php:8-apache", "/etc/apache2/sites-enabled/shop.conf", "Listen 8080\n")
    assert [(port, certainty) for port, _, _, certainty, _ in rows(found)] == [(80, "known"), (8080, "known")]
    assert found.is_complete


def test_a_mounted_main_file_says_what_is_included() -> None:
    text = "IncludeOptional sites-enabled/*.conf\nListen 8080\n"
    found = with_file("php:8-apache", "/etc/apache2/apache2.conf", text)
    assert ports(found) == [8080]
    assert found.is_complete


@pytest.mark.parametrize(
    "text", ["<IfDefine X>\nListen 8080\n</IfDefine>\n", "Listen ${UNSET}\n", "Listen\n", "Listen x\n"]
)
def test_an_apache_that_cannot_be_known_is_incomplete(text: str) -> None:
    assert not with_file("httpd:2.4", "/usr/local/apache2/conf/httpd.conf", text).is_complete


@pytest.mark.parametrize("image", ["php:8.3-apache", "wordpress:6"])
def test_a_script_may_move_apache(image: str) -> None:
    script = "sed -i 's/Listen 80/Listen 8080/' /etc/apache2/ports.conf && exec apache2-foreground"
    found = look(f"image: {image}\ncommand: {json.dumps(['sh', '-c', script])}")
    assert rows(found) == [(8080, ANY, "http", "likely", "8080")]
    assert found.is_complete


# --- Caddy --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (":8080 {\n  respond ok\n}\n", [(8080, ANY, "http", ":8080")]),
        (":8080\nrespond ok\n", [(8080, ANY, "http", ":8080")]),
        ("http://shop.example.com {\n}\n", [(80, ANY, "http", "http://shop.example.com")]),
        ("http://shop.example.com:8080 {\n}\n", [(8080, ANY, "http", "http://shop.example.com:8080")]),
        ("shop.example.com {\n}\n", [(80, ANY, "http", "shop.example.com"), (443, ANY, "tls", "shop.example.com")]),
        (
            "a.example.com:8443, http://b:81 {\n}\n",
            [
                (80, ANY, "http", "a.example.com:8443"),
                (81, ANY, "http", "http://b:81"),
                (8443, ANY, "tls", "a.example.com:8443"),
            ],
        ),
        (":8443 {\n  tls /c.pem /k.pem\n}\n", [(8443, ANY, "tls", ":8443")]),
        (":8080 {\n  bind 127.0.0.1\n}\n", [(8080, "127.0.0.1", "http", ":8080")]),
        ("{\n  http_port 8080\n  auto_https disable_redirects\n}\nhttp://a {\n}\n", [(8080, ANY, "http", "http://a")]),
        ("(common) {\n  encode gzip\n}\n:8080 {\n  import common\n}\n", [(8080, ANY, "http", ":8080")]),
        (":{$WEB_PORT} {\n}\n", [(8085, ANY, "http", ":{$WEB_PORT}")]),
        (":{$OTHER:8086} {\n}\n", [(8086, ANY, "http", ":{$OTHER:8086}")]),
        ('# :9999 {\n:8080 { # :9999\n  respond "}"\n}\n', [(8080, ANY, "http", ":8080")]),
    ],
)
def test_caddy_listens_on_its_sites(text: str, expected: list[tuple[int, str, str, str]]) -> None:
    found = with_file("caddy:2", "/etc/caddy/Caddyfile", text, more="env: [{name: WEB_PORT, value: '8085'}]")
    sites = [(port, address, speaks, place) for port, address, speaks, _, place in rows(found) if port != 2019]
    assert sites == expected
    assert found.is_complete


def test_the_administration_may_be_off_or_elsewhere() -> None:
    off = with_file("caddy", "/etc/caddy/Caddyfile", "{\n  admin off\n}\n:80 {\n}\n")
    assert ports(off) == [80]
    moved = with_file("caddy", "/etc/caddy/Caddyfile", "{\n  admin 0.0.0.0:2020\n}\n:80 {\n}\n")
    assert ports(moved) == [80, 2020]


@pytest.mark.parametrize(
    "text",
    [
        ":8080 {\n",
        "}\n",
        "import sites/*\n",
        ":{$UNSET} {\n}\n",
        "{\n  auto_https off\n}\na.example.com {\n}\n",
        '{"apps": {}}',
        "a b c:d:e {\n}\n",
    ],
)
def test_a_caddyfile_that_cannot_be_known_is_incomplete(text: str) -> None:
    assert not with_file("caddy", "/etc/caddy/Caddyfile", text).is_complete


# --- HAProxy ------------------------------------------------------------------------------------------------------

HAPROXY = """
global
  stats socket /run/haproxy.sock
defaults
  mode http
frontend web
  bind *:8080  # not 9090
  bind :8443 ssl crt /tls.pem accept-proxy
  bind ipv4@127.0.0.1:8081,[::]:8082
frontend db
  bind "0.0.0.0:${DB_PORT}"
  mode tcp
backend shop
  server s1 127.0.0.1:9999
"""


def test_haproxy_listens_where_it_binds() -> None:
    env = "env: [{name: DB_PORT, value: '5432'}]"
    found = with_file("haproxy:3.0", "/usr/local/etc/haproxy/haproxy.cfg", HAPROXY, more=env)
    assert rows(found) == [
        (5432, ANY, None, "known", "0.0.0.0:${DB_PORT}"),
        (8080, ANY, "http", "known", "*:8080"),
        (8081, "127.0.0.1", "http", "known", "ipv4@127.0.0.1:8081"),
        (8082, "::", "http", "known", "[::]:8082"),
        (8443, ANY, "tls", "known", ":8443"),
    ]
    assert [socket.port for socket in found.sockets if socket.accepts_proxy_protocol] == [8443]
    assert found.is_complete


def test_haproxy_without_its_configuration_is_unknown() -> None:
    assert look("image: haproxy:3.0") == Listening()
    assert look("image: haproxy:3.0\nargs: [-f, /a.cfg, -f, /b.cfg]") == Listening()


@pytest.mark.parametrize("address", ["*:8080-8090", ":${UNSET}", "nowhere"])
def test_a_bind_that_cannot_be_known_leaves_the_picture_incomplete(address: str) -> None:
    text = f"frontend a\n  bind {address}\n  bind :81\n"
    found = with_file("haproxy", "/usr/local/etc/haproxy/haproxy.cfg", text)
    assert ports(found) == [81]
    assert not found.is_complete


# --- Traefik ------------------------------------------------------------------------------------------------------


def traefik(*args: str, more: str = "") -> Listening:
    return look(f"image: traefik:v3.2\nargs: {json.dumps(args)}\n{more}")


def test_traefik_listens_on_its_entry_points() -> None:
    found = traefik(
        "--entryPoints.web.address=:8000/tcp",
        "--entrypoints.websecure.address=:8443",
        "--entrypoints.websecure.http.tls=true",
        "--entrypoints.dns.address=:53/udp",
        "--entrypoints.web.proxyProtocol.trustedIPs=10.0.0.0/8",
        "--providers.kubernetescrd",
    )
    assert rows(found) == [
        (53, ANY, None, "known", ":53/udp"),
        (8000, ANY, None, "known", ":8000/tcp"),
        (8443, ANY, "tls", "known", ":8443"),
    ]
    assert [socket.protocol for socket in found.sockets] == ["TCP", "TCP", "UDP"]
    assert [socket.port for socket in found.sockets if socket.accepts_proxy_protocol] == [8000]
    assert found.is_complete


def test_a_traefik_without_entry_points_listens_on_80() -> None:
    found = traefik("--providers.docker")
    assert rows(found) == [(80, ANY, "http", "likely", "traefik:v3.2")]
    assert found.is_complete


def test_variables_set_entry_points_too() -> None:
    found = traefik(more="env: [{name: TRAEFIK_ENTRYPOINTS_WEB_ADDRESS, value: ':8000'}]")
    assert rows(found) == [(8000, ANY, None, "known", ":8000")]


def test_a_traefik_with_a_configuration_file_is_unknown() -> None:
    assert traefik("--configFile=/x.yml") == Listening()


def test_an_entry_point_of_its_own_making_leaves_the_picture_incomplete() -> None:
    assert not traefik("--entrypoints.web.address=:8000", "--api.insecure").is_complete
    assert traefik("--entrypoints.web.address=:8000", "--entrypoints.traefik.address=:9000", "--ping").is_complete


# --- ingress-nginx ------------------------------------------------------------------------------------------------


def test_the_flags_of_ingress_nginx_move_its_ports() -> None:
    words = ["/nginx-ingress-controller", "--http-port=8080", "--https-port=8443", "--healthz-port=10255"]
    found = look(f"image: registry.k8s.io/ingress-nginx/controller:v1.15.1\nargs: {json.dumps(words)}")
    assert [(port, speaks, certainty) for port, _, speaks, certainty, _ in rows(found)] == [
        (8080, "http", "known"),
        (8443, "tls", "known"),
        (10255, "http", "known"),
    ]


def test_a_variable_may_move_the_administration_elsewhere() -> None:
    text = "image: caddy:2\nenv: [{name: %s, value: '0.0.0.0:2020'}]"
    assert ports(look(text % "CADDY_ADMIN")) == [80]
    assert ports(look(text % "CADDY_OTHER")) == [80, 2019]
