"""Manifests come from strangers: whatever stands in them, `listening` answers, soon, and points into the text."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kblint.source.text import Place, Source, Span
from kblint.syntax.nginx import NginxSyntaxError, parse
from kblint.syntax.passage import Spot, whole
from kblint.syntax.sed import substitution
from kblint.syntax.shell import parse_script
from kblint.wire.listening.sockets import Listening
from tests.wire.containers import listening_of, look

PIECES = [
    *(
        "server",
        "listen",
        "http",
        "include",
        "{",
        "}",
        ";",
        " ",
        "\n",
        "80",
        "8080",
        "[::]:80",
        "'",
        '"',
        "\\",
        "#",
        "$",
    ),
    *("${A}", "$(B)", "`", "*", "/etc/nginx/conf.d/*.conf", "ssl", "content_by_lua_block", "\t", "\r\n", "é", "\u2028"),
    *("echo", "printf", "%s", ">", ">>", "<<EOF", "EOF", "&&", "||", "|", "&", "sed -i 's/80/81/'", "cat", "tee", "rm"),
    *(
        "/etc/nginx/conf.d/default.conf",
        "nginx",
        "if",
        "then",
        "fi",
        "for",
        "do",
        "done",
        "(",
        ")",
        "exec",
        "sh -c",
        "-p",
    ),
    *(
        "Listen",
        "<IfModule x>",
        "</IfModule>",
        "frontend a",
        "bind",
        ":8080",
        "Caddyfile",
        "{$A:1}",
        "import",
        "=",
        "0",
    ),
]
ANY = st.text(st.characters(max_codepoint=0xD7FF), max_size=60)
"""What JSON and YAML escape alike."""
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join) | ANY
SETTINGS = settings(max_examples=40, deadline=None)


def check(found: Listening) -> None:
    for socket in found.sockets:
        place = socket.evidence.place
        assert 0 < socket.port < 65536
        assert 0 <= place.span.start <= place.span.end <= len(place.source.text)


def json_manifest(container: Mapping[str, object], text: str) -> str:
    """JSON is YAML too, and holds any text."""
    volumes = [{"name": "conf", "configMap": {"name": "conf"}}]
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}
    pod["spec"] = {"volumes": volumes, "containers": [{"name": "a", **container}]}
    data = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "conf"}, "data": {"default.conf": text}}
    return f"{json.dumps(pod)}\n---\n{json.dumps(data)}\n"


CONTAINERS = {
    "nginx": {"image": "nginx", "volumeMounts": [{"name": "conf", "mountPath": "/etc/nginx/conf.d"}]},
    "template": {
        "image": "nginx",
        "volumeMounts": [
            {"name": "conf", "mountPath": "/etc/nginx/templates/a.conf.template", "subPath": "default.conf"}
        ],
    },
    "main": {
        "image": "nginx",
        "volumeMounts": [{"name": "conf", "mountPath": "/etc/nginx/nginx.conf", "subPath": "default.conf"}],
    },
    "apache": {
        "image": "httpd",
        "volumeMounts": [
            {"name": "conf", "mountPath": "/usr/local/apache2/conf/httpd.conf", "subPath": "default.conf"}
        ],
    },
    "caddy": {
        "image": "caddy",
        "volumeMounts": [{"name": "conf", "mountPath": "/etc/caddy/Caddyfile", "subPath": "default.conf"}],
    },
    "haproxy": {
        "image": "haproxy",
        "volumeMounts": [
            {"name": "conf", "mountPath": "/usr/local/etc/haproxy/haproxy.cfg", "subPath": "default.conf"}
        ],
    },
}


@pytest.mark.parametrize("container", CONTAINERS.values(), ids=CONTAINERS)
@SETTINGS
@given(text=TEXTS)
def test_any_configuration_gets_an_answer(container: dict[str, object], text: str) -> None:
    check(listening_of(json_manifest(container, text)))


@SETTINGS
@given(script=TEXTS, image=st.sampled_from(["nginx", "php:apache", "x/y"]))
def test_any_script_gets_an_answer(script: str, image: str) -> None:
    check(listening_of(json_manifest({"image": image, "command": ["sh", "-c", script]}, "")))


@SETTINGS
@given(words=st.lists(st.sampled_from(PIECES) | ANY, max_size=8), key=st.sampled_from(["command", "args"]))
def test_any_words_get_an_answer(words: list[str], key: str) -> None:
    for image in ("nginx", "redis", "prom/prometheus", "traefik", "x/y"):
        check(listening_of(json_manifest({"image": image, key: words}, "")))


@SETTINGS
@given(text=st.text(max_size=80) | TEXTS)
def test_the_parsers_only_raise_their_own_errors(text: str) -> None:
    passage = whole(text, Spot(Place(Source("a", text), Span(0, len(text)))))
    with contextlib.suppress(NginxSyntaxError):
        parse(text)
    parse_script(passage)
    substitution(passage, is_extended=True)


@SETTINGS
@given(
    ports=st.lists(st.integers(1, 65535), min_size=1, max_size=5),
    blank=st.sampled_from([" ", "  ", "\t", "\n  ", " # c\n "]),
    quote=st.sampled_from(["", "'", '"']),
)
def test_every_listen_is_found_where_it_stands(ports: list[int], blank: str, quote: str) -> None:
    text = "".join(
        f"server {{ server_name 'a b' ;{blank}listen{blank}{quote}{port}{quote}{blank}; }}\n" for port in ports
    )
    found = listening_of(json_manifest(CONTAINERS["nginx"], text))
    assert [(socket.port, socket.evidence.place.text) for socket in found.sockets] == [
        (port, str(port)) for port in dict.fromkeys(ports)
    ]


HUGE = 20_000


@pytest.mark.parametrize(
    "text",
    [
        "server { listen 80; }\n" * (HUGE // 22),
        "{" * HUGE,
        "a {" * HUGE,
        "}" * HUGE,
        "'" * HUGE,
        "\\" * HUGE,
        "#" * HUGE,
        "${" * HUGE,
        "{{" * HUGE,
        "$(" * HUGE,
        "include /etc/nginx/conf.d/default.conf;" * (HUGE // 40),
        "include /etc/nginx/*****************************a;" * (HUGE // 50),
        "content_by_lua_block {" * (HUGE // 20),
        '"' + "\\" * HUGE,
        "Listen 80\n" * (HUGE // 10),
        "<" * HUGE,
        "bind :80\n" * (HUGE // 10),
        ":80, " * (HUGE // 5),
    ],
    ids=lambda text: text[:12].replace("/", "_"),
)
def test_huge_configurations_come_to_an_end(text: str) -> None:
    for container in CONTAINERS.values():
        check(listening_of(json_manifest(container, text)))


@pytest.mark.parametrize(
    "script",
    [
        "a && " * HUGE,
        "a=xxxxxxxxxx; " + "a=$a$a$a$a;" * 1000 + "echo $a",
        "echo " + "$a" * (HUGE // 2),
        "$(" * HUGE,
        "`" * HUGE,
        "((" * HUGE,
        "cat <<EOF\n" + "x\n" * HUGE,
        "exec " * (HUGE // 5),
        "entrypoint " * (HUGE // 11),
        "env A=b " * (HUGE // 8),
        "echo 'server { listen 81; }' >> /etc/nginx/conf.d/default.conf;" * 400,
        "x /etc/nginx /etc /a /b /c;" * 900,
        "sed -i 's/.*.*=//' /etc/nginx/conf.d/default.conf;" * 400,
        "sh -c 'sh -c \"sh -c true\"';" * 400,
    ],
    ids=lambda script: script[:12].replace("/", "_"),
)
def test_huge_scripts_come_to_an_end(script: str) -> None:
    for words in (["sh", "-c", script], ["sh", "-c", script[:30_000]], script.split(" ")):
        check(listening_of(json_manifest({"image": "nginx", "command": words}, "")))


def test_variables_that_double_each_other_come_to_an_end() -> None:
    env = [{"name": "A0", "value": "x" * 100}]
    env += [{"name": f"A{index}", "value": f"$(A{index - 1})" * 10} for index in range(1, 30)]
    found = listening_of(
        json_manifest({"image": "n8nio/n8n", "env": [*env, {"name": "N8N_PORT", "value": "$(A29)"}]}, "")
    )
    assert (found.sockets, found.is_complete) == ((), False)
    assert [(cut.code, cut.place.text[:6]) for cut in found.cuts] == [("not-followed", "$(A2)$")]


def test_a_sed_pattern_cannot_blow_up() -> None:
    assert substitution(whole(r"s/(a+)+$/b/", Spot(Place(Source("a", ""), Span(0, 0)))), is_extended=True) is None
    script = "echo 'server { listen 80; } " + "a" * 90 + "' > /etc/nginx/conf.d/default.conf; "
    script += "sed -i 's/a*a*=/b/' /etc/nginx/conf.d/default.conf; nginx"
    look(f"image: nginx\ncommand: {json.dumps(['sh', '-c', script])}")
