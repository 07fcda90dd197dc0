"""`kblint trace` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from kblint.errors import UsageError
from kblint.report.formats import format_names
from tests.cli.running import FIXTURES, run

STAGES = {"1-504-overlay": "504", "2-503-balancer-port": "503", "3-503-target-port": "502", "4-200": "ok"}
"""How journeys end. In the third stage the pods are ready, so ingress-nginx has endpoints, and each refuses it: 502."""


@pytest.mark.parametrize("stage", STAGES)
def test_the_golden_trace(stage: str, monkeypatch: pytest.MonkeyPatch, update_goldens: bool) -> None:
    folder = FIXTURES / "keybuzz" / stage
    monkeypatch.chdir(folder)
    code, output = run("trace", ".")
    if update_goldens:
        (folder / "trace.txt").write_text(output, encoding="utf-8")
    assert (folder / "trace.txt").read_text(encoding="utf-8") == output
    assert code == int(stage != "4-200")


@pytest.mark.parametrize(("stage", "outcome"), STAGES.items())
def test_the_outcome_through_the_balancer(stage: str, outcome: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES / "keybuzz" / stage)
    _, output = run("trace", "--format", "json")
    seen = {journey["outcome"] for journey in json.loads(output)["journeys"] if "<node>" not in journey["name"]}
    assert seen - {"ok"} <= {outcome}
    assert outcome in seen


def test_every_format_is_written_and_the_exit_code_is_the_same(tmp_path: Path) -> None:
    for name in format_names("trace"):
        file = tmp_path / name
        code, output = run(
            "trace", str(FIXTURES / "keybuzz/2-503-balancer-port"), "--format", name, "--output", str(file)
        )
        assert (code, output) == (1, "")
        assert "platform.keybuzz.io" in file.read_text(encoding="utf-8")
    assert ET.parse(tmp_path / "svg").getroot().tag.endswith("svg")
    assert format_names("trace") == ("dot", "json", "mermaid", "svg", "text")


def test_only_what_is_shown_decides_the_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES / "keybuzz/2-503-balancer-port")
    assert run("trace", "--to", "http://platform.keybuzz.io")[0] == 0
    assert run("trace", "--to", "https://platform.keybuzz.io")[0] == 1
    assert run("trace", "--to", "keybuzz/keybuzz-api")[0] == 1


def test_a_test_on_a_node_passes_where_the_outcome_is_503(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES / "keybuzz/2-503-balancer-port")
    code, output = run("trace", "--to", "https://platform.keybuzz.io", "--from-node")
    assert code == 0
    assert "outcome on a node: ok" in output
    assert "keybuzz-lb" not in output


def test_an_unknown_target_is_a_usage_error_with_a_near_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES / "keybuzz/4-200")
    with pytest.raises(UsageError) as caught:
        run("trace", "--to", "keybuzz/keybuz-front")
    assert caught.value.help == "did you mean `keybuzz/keybuzz-front`?"


def test_the_profile_decides_what_is_taken_for_granted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES / "keybuzz/1-504-overlay")
    code, output = run("trace", "--profile", "kubernetes")
    assert code == 0
    assert "with profile kubernetes" in output


def test_what_could_not_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.yaml").write_text("apiVersion: v1\nkind: Service\nmetadata: {", encoding="utf-8")
    code, output = run("trace")
    assert code == 0
    assert "not followed: broken.yaml: cannot be parsed; `kblint check` says why" in output
    assert "there is no way in here" in " ".join(output.split())


def test_variants_side_by_side_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES / "keybuzz")
    _, output = run("trace", "--format", "json")
    assert {journey["variant"] for journey in json.loads(output)["journeys"]} == set(STAGES)


SHOP = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: registry.example.com/web:1
          env: [{name: API_URL, value: "http://api:8080"}, {name: REDIS_URL, value: "redis://cache:6379"}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      containers:
        - name: api
          image: registry.example.com/api:1
          ports: [{containerPort: 8080}]
          env: [{name: REDIS_URL, value: "redis://cache:6379"}]
---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop}
spec: {selector: {app: api}, ports: [{port: 80, targetPort: 8080}]}
"""


def calls(tmp_path: Path, *options: str) -> list[tuple[str, str]]:
    """The names and outcomes of the calls that are shown."""
    (tmp_path / "shop.yaml").write_text(SHOP, encoding="utf-8")
    _, output = run("trace", str(tmp_path), "--format", "json", *options)
    told = json.loads(output)
    assert told["from"] == "inside"
    return [(journey["name"], journey["outcome"]) for journey in told["journeys"]]


WEB_API, WEB_CACHE = ("web -> api:8080", "connection refused"), ("web -> cache:6379", "unknown")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--inside",), [WEB_API, WEB_CACHE, ("api -> cache:6379", "unknown")]),
        (("--inside", "--to", "api"), [WEB_API]),
        (("--from", "web"), [WEB_API, WEB_CACHE]),
        (("--from", "shop/web", "--to", "shop/api"), [WEB_API]),
        (("--from", "web", "--to", "cache:6379"), [WEB_CACHE]),
    ],
)
def test_calls(tmp_path: Path, options: tuple[str, ...], expected: list[tuple[str, str]]) -> None:
    assert sorted(calls(tmp_path, *options)) == sorted(expected)


@pytest.mark.parametrize(
    ("options", "help"),
    [
        (("--from", "shop/wbe"), "did you mean `shop/web`?"),
        (("--from", "web", "--to", "apii"), "did you mean `api`?"),
        (("--inside", "--from-node"), "leave it out, or `--inside` and `--from`"),
    ],
)
def test_calls_that_nobody_makes(tmp_path: Path, options: tuple[str, ...], help: str) -> None:
    (tmp_path / "shop.yaml").write_text(SHOP, encoding="utf-8")
    with pytest.raises(UsageError) as raised:
        run("trace", str(tmp_path), *options)
    assert raised.value.help == help


def test_the_ways_in_are_not_the_calls(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(SHOP, encoding="utf-8")
    _, output = run("trace", str(tmp_path), "--format", "json")
    assert json.loads(output)["journeys"] == []
    assert json.loads(output)["from"] == "internet"


@pytest.mark.parametrize("name", format_names("trace"))
def test_every_format_draws_calls(tmp_path: Path, name: str) -> None:
    (tmp_path / "shop.yaml").write_text(SHOP, encoding="utf-8")
    code, output = run("trace", str(tmp_path), "--inside", "--format", name)
    assert code == 1
    assert "api" in output
    assert "container web" in output


def test_only_what_does_not_arrive_is_shown_and_the_rest_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES / "keybuzz/2-503-balancer-port")
    whole = json.loads(run("trace", "-f", "json")[1])
    code, output = run("trace", "--broken", "-f", "json")
    shown = json.loads(output)
    assert code == 1
    assert shown["journeys"] == [one for one in whole["journeys"] if one["state"] == "broken"]
    assert 0 < len(shown["journeys"]) < len(whole["journeys"])
    assert shown["summary"] == whole["summary"]
    _, text = run("trace", "--broken")
    assert "arrive, not shown: http://platform.keybuzz.io" in text
    assert text.splitlines()[-1] == run("trace")[1].splitlines()[-1]


def test_where_nothing_is_broken_the_ways_that_arrive_take_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES / "keybuzz/4-200")
    code, text = run("trace", "--broken")
    assert code == 0
    assert text.startswith("arrive, not shown: http(s)://")
    assert json.loads(run("trace", "--broken", "-f", "json")[1])["summary"]["ok"] > 0
    ET.fromstring(run("trace", "--broken", "-f", "svg")[1])
