"""What an nginx answers by itself."""

from __future__ import annotations

import pytest

from kblint.syntax.nginx import parse
from kblint.wire.listening.nginx_answers import FORCED, answered, answers, may_redirect


@pytest.mark.parametrize(
    ("server", "path", "code"),
    [
        ("return 301 https://$host$request_uri;", "/healthz", 301),
        ("location / { return 200 ok; } location = /healthz { return 404; }", "/healthz", 404),
        ("location / { return 200 ok; } location = /healthz { return 404; }", "/healthz/live", 200),
        ("location / { return 200 ok; } location /api/ { return 403; }", "/api/v1", 403),
        ("location ^~ /api/ { return 403; }", "/api/v1", 403),
        ("location / { return https://www.example.com; }", "/", 302),
        ("location / { return ok; }", "/", None),
        ("location / { return 404; } location ~ ^/healthz$ { return 200; }", "/healthz", None),
        ("location = /healthz { return 204; } location ~ ^/h { return 404; }", "/healthz", 204),
        ("if ($http_x = y) { return 403; } location / { return 200 ok; }", "/", None),
        ("location / { proxy_pass http://127.0.0.1:3000; }", "/", None),
        ("root /srv;", "/", None),
        ("if ($host = a) { return 200; } return 404;", "/", None),
        ("rewrite ^/healthz$ /alive; location = /healthz { return 404; }", "/healthz", None),
        ("error_page 404 =200 /ok.html; location = /healthz { return 404; }", "/healthz", None),
        ("error_page 404 /404.html; location = /healthz { return 404; }", "/healthz", 404),
        ("location = /healthz { if ($arg_x) { return 200; } return 404; }", "/healthz", None),
        ("location = /healthz { error_page 404 = @up; return 404; }", "/healthz", None),
    ],
)
def test_a_path_is_answered_with_a_status_or_nobody_knows(server: str, path: str, code: int | None) -> None:
    assert answered(answers(parse(server)), path) == code


@pytest.mark.parametrize(
    ("server", "redirects"),
    [
        ("if ($http_x_forwarded_proto != https) { return 301 https://$host; } location / { return 200 ok; }", True),
        ("location = / { return 302 /app/; } location /app/ { return 200 ok; }", True),
        ("location / { return 200 ok; } location /old/ { return 301 /new/; }", False),
        ("location / { proxy_pass http://127.0.0.1:3000; }", False),
        ("if ($host = a) { return 200; } return 301 /app/;", True),
        ("location / { if ($arg_x) { return 200; } return 301 /app/; }", True),
        ("location / { if ($http_x_forwarded_proto != https) { return 301 https://$host; } return 200; }", True),
        ("location / { if ($arg_x) { return 302 /x/; } return 200; }", True),
    ],
)
def test_people_may_be_sent_on(server: str, redirects: bool) -> None:
    assert may_redirect(answers(parse(server)), "/") is redirects


_FORCES = "if ($http_x_forwarded_proto != https) { return 301 https://$host; }"


@pytest.mark.parametrize(
    ("server", "is_forced"),
    [
        (f"location / {{ {_FORCES} return 200; }}", True),
        (f"location /a/ {{ {_FORCES} return 200; }}", False),
        (f"location / {{ {_FORCES} }} location /a {{ return 200; }}", False),
        (f"location / {{ if ($a) {{ return 200; }} {_FORCES} }}", False),
    ],
)
def test_a_server_that_asks_every_request_for_https(server: str, is_forced: bool) -> None:
    assert any(one.kind == FORCED for one in answers(parse(server))) is is_forced
