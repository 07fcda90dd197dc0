"""What is secret in a text, and what is not."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kblint.secrets.found import Secrets
from kblint.source.text import Source
from tests.secrets.planted import OPEN, planted

PLANTED = [pytest.param(path, text, signs, id=name) for name, path, text, signs in planted()]
PIECES = st.sampled_from(
    [
        *("password", "token", "kind: Secret", "data:", "stringData:", "--token", "name: DB_PASSWORD", "value:", "k"),
        *(": ", "=", " ", "\n", "\r\n", "\t", "- ", "'", '"', "\\", "{", "}", "[", "]", ",", "|\n", "<<EOT\n", "EOT\n"),
        *("-----BEGIN PRIVATE KEY-----", "-----END", "://", "u:", "@", "${", "$(", "日本", "é", "#", "  ", "x"),
    ]
)


def masked(path: str, text: str) -> str:
    return Secrets(Source(path, text)).masked.text


@pytest.mark.parametrize(("path", "text", "signs"), PLANTED)
def test_every_form_of_a_secret_is_masked(path: str, text: str, signs: tuple[str, ...]) -> None:
    shown = masked(path, text)
    assert [sign for sign in signs if sign in shown] == []
    assert "*" in shown


@pytest.mark.parametrize(("path", "text", "signs"), PLANTED)
def test_nothing_is_moved(path: str, text: str, signs: tuple[str, ...]) -> None:
    del signs
    shown = masked(path, text)
    assert len(shown) == len(text)
    assert all(new in (old, "*") for new, old in zip(shown, text, strict=True))
    assert [match.start() for match in re.finditer(r"[\r\n]", shown)] == [
        match.start() for match in re.finditer(r"[\r\n]", text)
    ]


@pytest.mark.parametrize("form", ['TOKEN="{}"', "docker login -p '{}' a", "sshpass -p {} ssh a", 'redis-cli -a "{}"'])
def test_a_secret_is_masked_however_long_it_is(form: str) -> None:
    length = 100_000 if "TOKEN" in form else 8000
    shown = masked("a.sh", form.format("Ab" * (length // 2)) + " b\n")
    assert "Ab" not in shown
    assert shown.endswith(" b\n")


@pytest.mark.parametrize(("path", "text"), OPEN.items(), ids=OPEN)
def test_what_only_looks_like_a_secret_stays(path: str, text: str) -> None:
    shown = masked(path, text)
    assert [line for line in shown.splitlines() if line not in text.splitlines()] == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("password: pa ss # note", "password: ***** # note"),
        ("{password: pass, port: 80}", "{password: ****, port: 80}"),
        ('args: ["--token=pass", "--port=80"]', 'args: ["--token=****", "--port=80"]'),
        ("url: postgres://shop:pass@db:5432/shop", "url: postgres://shop:****@db:5432/shop"),
        ("K3S_TOKEN=pass sh -s - server --disable traefik", "K3S_TOKEN=**** sh -s - server --disable traefik"),
        ("--set auth.password=pass,auth.port=80", "--set auth.password=****,auth.port=80"),
        ("kind: Secret\ndata:\n  a: pass # note\n", "kind: Secret\ndata:\n  a: **** # note\n"),
        ("token: |\n  pass\n   pass\nport: 80", "token: |\n  ****\n   ****\nport: 80"),
        ("{name: API_KEY, value: pässword日}", "{name: API_KEY, value: *********}"),
    ],
)
def test_no_more_than_the_secret_is_masked(text: str, shown: str) -> None:
    assert masked("a.yaml", text) == shown


@given(st.lists(PIECES, max_size=40).map("".join), st.sampled_from(["a.yaml", "a.json", "a.tf", "a.sh", "<stdin>"]))
def test_no_text_fails_and_masking_it_again_changes_no_place(text: str, path: str) -> None:
    shown = masked(path, text)
    assert len(shown) == len(text)
    assert re.sub(r"[^\r\n]", "", shown) == re.sub(r"[^\r\n]", "", text)


@pytest.mark.parametrize(
    "piece",
    [
        *('token: "', "password: ", "token=", "a.token=x,", "--token ", "login -p ", "a:", "://u:", "mysql -", "${A:-"),
        *(
            "token: <<A\n",
            "password: |\n ",
            "kind: Secret\ndata:\n  a: b\n",
            "-----BEGIN PRIVATE KEY-----\n",
            "\\\\'token: ",
        ),
        *("kind: Secret ", "{name: token, value: x, ", "passwords:\n- x\n", "path: a/token\ncontent: ", "-u a:"),
        *(
            '{"password":"x\\"',
            "eyJ",
            "htpasswd -b",
            "echo -",
            "echo 'a",
            "user a password",
            "name: token\nvalue: ",
            "{{x}}",
            "-----BEGIN PRIVATE KEY----- x\n# y\n",
            "---- BEGIN A A ",
            "Private-Lines: 1\n",
            "<a>b",
            "set_header ",
            "set_sensitive = [",
            "set_sensitive {",
            "set_sensitive = [{}, {}",
            "curl -b",
            "mongo -p",
            "stats auth a:",
            "-pass ",
            "echo a | sudo -",
            "echo a | sudo - - - -",
        ),
    ],
)
def test_time_grows_with_the_text_and_not_faster(piece: str) -> None:
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        best = []
        for _ in range(3):
            start = time.perf_counter()
            masked("a.sh", text)
            best.append(time.perf_counter() - start)
        return min(best)

    seconds(1000)
    assert seconds(80_000) < 16 * seconds(20_000) + 0.05
