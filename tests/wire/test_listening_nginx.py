"""nginx: the configuration that is mounted or written decides, then the image's own."""

from __future__ import annotations

import pytest

from tests.wire.containers import Row, listening_of, look, manifest, ports, rows

CONF_D = "image: nginx:1.27\nvolumeMounts: [{name: conf, mountPath: /etc/nginx/conf.d}]"
ANY = "0.0.0.0"


def server(*directives: str) -> str:
    return "server {\n" + "".join(f"  {directive};\n" for directive in directives) + "}\n"


def in_conf_d(*texts: str) -> dict[str, dict[str, str]]:
    return {"conf": {f"site{index}.conf": text for index, text in enumerate(texts)}}


@pytest.mark.parametrize(
    ("directives", "expected"),
    [
        (["listen 8080"], [(8080, ANY, "http", "known", "8080")]),
        (["listen *:8080"], [(8080, ANY, "http", "known", "*:8080")]),
        (["listen 127.0.0.1:8080"], [(8080, "127.0.0.1", "http", "known", "127.0.0.1:8080")]),
        (["listen 127.0.0.1"], [(80, "127.0.0.1", "http", "known", "127.0.0.1")]),
        (["listen [::]:8080 ipv6only=on"], [(8080, "::", "http", "known", "[::]:8080")]),
        (["listen localhost:8080"], [(8080, "localhost", "http", "known", "localhost:8080")]),
        (["listen 443 ssl"], [(443, ANY, "tls", "known", "443")]),
        (["listen 443", "ssl on"], [(443, ANY, "tls", "known", "443")]),
        (["listen '8080' default_server"], [(8080, ANY, "http", "known", "8080")]),
        (["listen\t8080\n   default_server"], [(8080, ANY, "http", "known", "8080")]),
        (["listen 8080 # not 9090\n"], [(8080, ANY, "http", "known", "8080")]),
        (["listen unix:/run/x.sock", "listen 81"], [(81, ANY, "http", "known", "81")]),
        (["listen unix:/run/x.sock"], []),
        (["server_name a"], [(80, ANY, "http", "likely", "server")]),
        (
            ["listen 80", "listen 443 ssl", "listen 443 quic reuseport"],
            [(80, ANY, "http", "known", "80"), (443, ANY, "tls", "known", "443"), (443, ANY, "tls", "known", "443")],
        ),
    ],
)
def test_each_listen_is_read(directives: list[str], expected: list[Row]) -> None:
    found = look(CONF_D, in_conf_d(server(*directives)))
    assert rows(found) == expected
    assert found.is_complete


def test_quic_is_udp() -> None:
    found = look(CONF_D, in_conf_d(server("listen 443 quic")))
    assert [socket.protocol for socket in found.sockets] == ["UDP"]


def test_proxy_protocol_is_seen() -> None:
    found = look(CONF_D, in_conf_d(server("listen 80 proxy_protocol", "listen 81")))
    assert {socket.port: socket.accepts_proxy_protocol for socket in found.sockets} == {80: True, 81: False}


def test_all_servers_of_all_files_count_once() -> None:
    found = look(CONF_D, in_conf_d(server("listen 81") + server("listen 82"), server("listen 81")))
    assert ports(found) == [81, 82]
    assert len(found.sockets) == 2


@pytest.mark.parametrize("argument", ["$port", "8000-8010", "99999", "0", "${PORT}", "{{ .Values.port }}"])
def test_a_listen_that_cannot_be_known_leaves_the_picture_incomplete(argument: str) -> None:
    text = server("listen 81") + server(f"listen {argument}")
    found = look(CONF_D, in_conf_d(text))
    assert not found.is_complete
    assert set(ports(found)) <= {81}


@pytest.mark.parametrize(
    "text",
    [
        "server {\n  listen 80;\n",
        "server {\n  listen 80",
        "}\n",
        "server { listen 80; } }",
        '"',
        "{ listen 80; }",
        "a;;;b {",
    ],
)
def test_a_broken_configuration_tells_nothing(text: str) -> None:
    found = look(CONF_D, in_conf_d(text))
    assert found.sockets == ()
    assert not found.is_complete


# --- which files nginx reads --------------------------------------------------------------------------------------


def mounted(path: str, sub_path: str = "", image: str = "nginx") -> str:
    return f"image: {image}\nvolumeMounts: [{{name: conf, mountPath: {path}, subPath: '{sub_path}'}}]"


def test_the_plain_image_listens_on_80() -> None:
    found = look("image: nginx:1.27-alpine")
    assert rows(found) == [(80, ANY, "http", "known", "nginx:1.27-alpine")]
    assert found.is_complete
    assert found.sockets[0].evidence.label == "image `nginx` listens on 80 by default"


def test_a_file_of_the_same_name_replaces_the_default() -> None:
    found = look(mounted("/etc/nginx/conf.d/default.conf", "a.conf"), {"conf": {"a.conf": server("listen 81")}})
    assert ports(found) == [81]
    assert found.is_complete


def test_another_file_leaves_the_default_in_place() -> None:
    found = look(mounted("/etc/nginx/conf.d/a.conf", "a.conf"), {"conf": {"a.conf": server("listen 81")}})
    assert [(port, certainty) for port, _, _, certainty, _ in rows(found)] == [(80, "likely"), (81, "known")]
    assert found.is_complete


def test_a_mounted_directory_hides_the_default() -> None:
    found = look(CONF_D, in_conf_d(server("listen 81")))
    assert ports(found) == [81]
    assert found.is_complete


def test_files_that_are_not_included_do_not_count() -> None:
    found = look(CONF_D, {"conf": {"a.conf": server("listen 81"), "b.conf.off": server("listen 82")}})
    assert ports(found) == [81]


def test_items_choose_and_rename_keys() -> None:
    text = manifest(CONF_D, {"conf": {"a": server("listen 81"), "b.conf": server("listen 82")}})
    text = text.replace("configMap: {name: conf}", "configMap: {name: conf, items: [{key: a, path: a.conf}]}")
    found = listening_of(text)
    assert ports(found) == [81]
    assert found.is_complete


def test_a_projected_volume_is_all_its_parts() -> None:
    text = manifest(CONF_D, {"conf": {"a.conf": server("listen 81")}, "more": {"b.conf": server("listen 82")}})
    sources = "projected: {sources: [{configMap: {name: conf}}, {configMap: {name: more}}]}"
    assert ports(listening_of(text.replace("{name: conf, configMap: {name: conf}}", f"{{name: conf, {sources}}}"))) == [
        81,
        82,
    ]


MAIN = """
events {}
http {
  include mime.types;
  include /etc/nginx/conf.d/*.conf;
  server { listen 8081; }
}
stream {
  server { listen 5432; }
  server { listen 53 udp; }
}
"""


def test_a_mounted_main_file_brings_its_own_servers_and_what_it_includes() -> None:
    found = look(mounted("/etc/nginx/nginx.conf", "nginx.conf"), {"conf": {"nginx.conf": MAIN}})
    assert [(s.port, s.protocol, s.speaks, s.certainty.label) for s in found.sockets] == [
        (80, "TCP", "http", "likely"),
        (8081, "TCP", "http", "known"),
        (5432, "TCP", None, "known"),
        (53, "UDP", None, "known"),
    ]
    assert found.is_complete


def test_a_main_file_without_includes_is_everything() -> None:
    text = "events {}\nhttp { server { listen 8081; } }\n"
    found = look(mounted("/etc/nginx/nginx.conf", "nginx.conf"), {"conf": {"nginx.conf": text}})
    assert ports(found) == [8081]
    assert found.is_complete


def test_includes_of_mounted_files_are_followed() -> None:
    main = "http { server { include /etc/nginx/listen.inc; } include sites/*; }"
    container = """
        image: nginx
        volumeMounts:
        - {name: conf, mountPath: /etc/nginx/nginx.conf, subPath: nginx.conf}
        - {name: conf, mountPath: /etc/nginx/listen.inc, subPath: listen.inc}
        - {name: sites, mountPath: /etc/nginx/sites}
    """
    found = look(
        container,
        {"conf": {"nginx.conf": main, "listen.inc": "listen 81;"}, "sites": {"a": server("listen 82")}},
    )
    assert ports(found) == [81, 82]
    assert found.is_complete


def test_an_include_that_nobody_has_leaves_the_picture_incomplete() -> None:
    main = "http { include /elsewhere/site.conf; server { listen 81; } }"
    found = look(mounted("/etc/nginx/nginx.conf", "nginx.conf"), {"conf": {"nginx.conf": main}})
    assert ports(found) == [81]
    assert not found.is_complete


def test_files_that_include_each_other_end() -> None:
    files = {
        "nginx.conf": "http { include /etc/nginx/a.conf; }",
        "a.conf": "include /etc/nginx/a.conf; server { listen 81; }",
    }
    found = look(mounted("/etc/nginx"), {"conf": files})
    assert ports(found) == [81]
    assert not found.is_complete


@pytest.mark.parametrize(
    "volume",
    [
        "emptyDir: {}",
        "secret: {secretName: conf}",
        "configMap: {name: absent}",
        "persistentVolumeClaim: {claimName: c}",
    ],
)
def test_a_directory_of_unknown_content_tells_nothing(volume: str) -> None:
    found = look(mounted("/etc/nginx/conf.d"), pod=f"volumes: [{{name: conf, {volume}}}]")
    assert found.sockets == ()
    assert not found.is_complete


def test_unknown_content_elsewhere_does_not_matter() -> None:
    found = look(mounted("/usr/share/nginx/html"), pod="volumes: [{name: conf, emptyDir: {}}]")
    assert ports(found) == [80]
    assert found.is_complete


# --- templates ----------------------------------------------------------------------------------------------------


def test_templates_are_filled_from_known_variables() -> None:
    container = """
        image: nginx
        env: [{name: WEB_PORT, value: "8085"}]
        volumeMounts: [{name: conf, mountPath: /etc/nginx/templates}]
    """
    text = server("listen ${WEB_PORT}", "return 200 $host")
    found = look(container, {"conf": {"default.conf.template": text}})
    assert rows(found) == [(8085, ANY, "http", "known", "${WEB_PORT}")]
    assert found.is_complete


def test_a_template_of_another_name_leaves_the_default() -> None:
    found = look(mounted("/etc/nginx/templates"), {"conf": {"site.conf.template": server("listen 81")}})
    assert ports(found) == [80, 81]


def test_a_template_with_an_unknown_variable_is_not_known() -> None:
    found = look(mounted("/etc/nginx/templates"), {"conf": {"default.conf.template": server("listen ${WEB_PORT}")}})
    assert found.sockets == ()
    assert not found.is_complete


def test_templates_are_not_filled_when_the_entrypoint_is_replaced() -> None:
    container = """
        image: nginx
        command: [nginx, -g, daemon off;]
        volumeMounts: [{name: conf, mountPath: /etc/nginx/templates}]
    """
    found = look(container, {"conf": {"default.conf.template": server("listen 81")}})
    assert ports(found) == [80]


@pytest.mark.parametrize(
    "command",
    [
        "[/docker-entrypoint.sh, nginx, -g, daemon off;]",
        "[sh, -c, 'exec /docker-entrypoint.sh nginx -g \"daemon off;\"']",
    ],
)
def test_templates_are_filled_when_the_command_starts_the_entrypoint(command: str) -> None:
    container = f"{mounted('/etc/nginx/templates')}\ncommand: {command}"
    found = look(container, {"conf": {"default.conf.template": server("listen 81")}})
    assert ports(found) == [81]


# --- other images -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("nginxinc/nginx-unprivileged:1.27", [8080]),
        ("bitnami/nginx", [8080]),
        ("openresty/openresty:alpine", [80]),
        ("docker.io/library/nginx@sha256:0123", [80]),
        ("registry.example.com/mirror/library/nginx:1", []),
        ("mycorp/nginx", []),
        ("registry.example.com/nginx", []),
    ],
)
def test_each_build_has_its_own_default(image: str, expected: list[int]) -> None:
    found = look(f"image: {image}")
    assert ports(found) == expected
    assert found.is_complete is bool(expected)


def test_bitnami_keeps_its_own_server_beside_mounted_ones() -> None:
    container = mounted("/opt/bitnami/nginx/conf/server_blocks", image="bitnami/nginx")
    assert ports(look(container, in_conf_d(server("listen 81")))) == [81, 8080]


def test_bitnami_takes_its_port_from_a_variable() -> None:
    found = look("image: bitnami/nginx\nenv: [{name: NGINX_HTTP_PORT_NUMBER, value: '8081'}]")
    assert rows(found) == [(8081, ANY, "http", "known", "8081")]


def test_a_custom_build_of_that_name_is_taken_to_be_laid_out_alike() -> None:
    found = look(mounted("/etc/nginx/conf.d", image="mycorp/nginx"), in_conf_d(server("listen 81")))
    assert rows(found) == [(81, ANY, "http", "likely", "81")]
    assert found.is_complete


def test_any_image_with_a_mounted_main_file_runs_nginx_but_perhaps_more() -> None:
    container = mounted("/etc/nginx/nginx.conf", "nginx.conf", image="mycorp/shop")
    found = look(container, {"conf": {"nginx.conf": "http { server { listen 81; } }"}})
    assert rows(found) == [(81, ANY, "http", "known", "81")]
    assert not found.is_complete


def test_a_configuration_named_on_the_command_line_is_read() -> None:
    container = """
        image: mycorp/shop
        command: [nginx, -c, /conf/web.conf, -g, daemon off;]
        volumeMounts: [{name: conf, mountPath: /conf}]
    """
    found = look(container, {"conf": {"web.conf": "http { server { listen 81; } }"}})
    assert rows(found) == [(81, ANY, "http", "known", "81")]
    assert found.is_complete


@pytest.mark.parametrize("args", ["[nginx, -g, daemon off;]", "[nginx-debug, -g, daemon off;]"])
def test_arguments_that_start_nginx_change_nothing(args: object) -> None:
    found = look(f"image: nginx\nargs: {args}")
    assert ports(found) == [80]
    assert found.is_complete


@pytest.mark.parametrize(
    "words", ["command: [sleep, infinity]", "command: [/start.sh]", "args: [/start.sh]", "args: [-v]"]
)
def test_another_command_tells_nothing(words: str) -> None:
    found = look(f"image: nginx\n{words}")
    assert found.sockets == ()
    assert not found.is_complete


def test_an_include_over_several_directories_may_bring_in_anything() -> None:
    text = server("listen 8080")
    assert look(CONF_D, in_conf_d(text, "include /etc/nginx/sites/*.conf;")).is_complete
    assert not look(CONF_D, in_conf_d(text, "include /etc/nginx/conf.d/*/site.conf;")).is_complete


def test_an_include_whose_name_nobody_knows_may_bring_in_anything() -> None:
    script = """\
image: nginx:1.27
command: [sh, -c, 'echo "include /etc/nginx/conf.d/$NAME.conf;" > /etc/nginx/conf.d/a.conf && nginx']
env: [{name: NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]
volumeMounts: [{name: conf, mountPath: /etc/nginx/conf.d}]
"""
    assert not look(script, in_conf_d(server("listen 8080"))).is_complete
    assert look(script.replace("$NAME", "site0"), in_conf_d(server("listen 8080"))).is_complete


@pytest.mark.parametrize("before", ["", "-c, /conf/other.conf, "])
def test_the_last_file_that_is_named_is_the_configuration(before: str) -> None:
    text = f"""\
image: nginx:1.27
args: [nginx, {before}-c, /conf/own.conf, -g, 'daemon off;']
volumeMounts: [{{name: conf, mountPath: /conf}}]
"""
    found = look(text, {"conf": {"own.conf": "http { server { listen 8081; } }\n"}})
    assert [socket.port for socket in found.sockets] == [8081]


def test_a_file_that_echo_writes_holds_none_of_its_flags() -> None:
    script = "echo -n 'server { listen 8080; }' > /etc/nginx/conf.d/default.conf && nginx -g 'daemon off;'"
    found = look(f'image: nginx:1.27\ncommand: [sh, -c, "{script}"]')
    assert [socket.port for socket in found.sockets] == [8080]
