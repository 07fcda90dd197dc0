"""`overrides:` and patterns of paths in `kblint.yaml`: severity and silence for some files, from anywhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from kblint.errors import ConfigError
from tests.cli.running import run
from tests.given.manifests import container, service, stream, workload


def application(name: str) -> str:
    """A Service whose target port nobody has: SVC001."""
    return stream(
        workload(container(name, ports="[{name: http, containerPort: 8080}]"), name=name),
        service(name, ports="[{port: 80, targetPort: https}]"),
    )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for path, name in (("prod/web.yaml", "web"), ("staging/web.yaml", "test"), ("staging/old/api.yaml", "api")):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(application(name))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def levels(config: str, *words: str) -> dict[str, str]:
    """The severity of SVC001 by file, for a configuration that lies in the first folder."""
    Path("kblint.yaml").write_text(config)
    return told(*words)


def told(*words: str) -> dict[str, str]:
    findings = json.loads(run("check", "--select", "SVC001,DOC005", "-f", "json", *words)[1])["findings"]
    return {one["location"]["path"]: one["severity"] for one in findings if one["rule"]["id"] == "SVC001"}


@pytest.mark.usefixtures("folder")
def test_the_last_override_about_a_file_counts_and_the_command_line_over_all() -> None:
    config = """\
severity: {SVC001: warning}
overrides:
  - {paths: [staging/], severity: {unresolved-target-port: info}}
  - {paths: [old/], severity: {SVC001: error}}
"""
    expected = {"prod/web.yaml": "warning", "staging/web.yaml": "info", "staging/old/api.yaml": "error"}
    assert levels(config) == expected
    assert set(levels(config, "--severity", "SVC001=error").values()) == {"error"}


@pytest.mark.usefixtures("folder")
def test_an_error_that_an_override_lowers_is_counted() -> None:
    Path("kblint.yaml").write_text("overrides: [{paths: [staging/], severity: {SVC001: info}}]\n")
    assert "2 errors are silenced: 2 by the configuration" in run("check", "--select", "SVC001")[1]


@pytest.mark.usefixtures("folder")
def test_rules_are_silent_where_an_override_says_so_and_said_where_they_are_in_vain() -> None:
    config = "overrides:\n  - paths: [staging/]\n    ignore: [SVC001, SVC002]\n    reason: never live\n"
    assert levels(config) == {"prod/web.yaml": "error"}
    report = run("check", "--select", "SVC001,SVC002,DOC005", "--show-suppressed")[1]
    assert report.count("never live") == 2
    assert re.search(r"suppression of `SVC002` silences nothing\n +--> kblint.yaml:3:22", report)


@pytest.mark.parametrize(
    "config",
    [
        "ignore: [{rules: [SVC001], paths: [staging/old/api.yaml]}]\n",
        "overrides: [{paths: [/staging/old], ignore: [SVC001]}]\n",
        "exclude: [staging/old/]\n",
    ],
)
def test_patterns_start_at_their_file_wherever_one_runs(
    folder: Path, config: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert levels(config) == {"prod/web.yaml": "error", "staging/web.yaml": "error"}
    monkeypatch.chdir(folder / "staging")
    assert told() == {"web.yaml": "error"}
    assert told("../prod") == {"../prod/web.yaml": "error"}
    monkeypatch.chdir(folder.parent)
    assert told(folder.name) == {f"{folder.name}/prod/web.yaml": "error", f"{folder.name}/staging/web.yaml": "error"}


def test_patterns_of_a_file_that_is_named_and_lies_elsewhere_start_here(folder: Path, tmp_path: Path) -> None:
    other = tmp_path.parent / f"{tmp_path.name}-base.yaml"
    other.write_text("overrides: [{paths: [/staging], severity: {SVC001: info}}]\nexclude: [/prod]\n")
    (folder.parent / "policy").mkdir(exist_ok=True)
    config = folder.parent / "policy" / "kblint.yaml"
    config.write_text(other.read_text())
    assert told("--config", str(config)) == {"staging/web.yaml": "info", "staging/old/api.yaml": "info"}


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("select:\n  - LB\n  - SVC01\n", "kblint.yaml:3:5: unknown rule `SVC01` in `select`"),
        ("ignore:\n  - SVC01\n", "kblint.yaml:2:5: unknown rule `SVC01` in `ignore`"),
        ("ignore:\n  - {rules: [LB001, SVC01]}\n", "kblint.yaml:2:21: unknown rule `SVC01` in `ignore`"),
        ("severity: {LB001: info, SVC01: info}\n", "kblint.yaml:1:25: unknown rule `SVC01` in `severity`"),
        ("overrides:\n  - {paths: [a], ignore: [SVC01]}\n", "kblint.yaml:2:27: unknown rule `SVC01` in `ignore`"),
        ("overrides:\n  - {paths: [a], severity: {SVC01: info}}\n", "kblint.yaml:2:29: unknown rule `SVC01` in"),
        ("overrides:\n  - {severity: {SVC001: info}}\n", "kblint.yaml:2:6: `paths` is missing"),
        ("overrides:\n  - {paths: [a], severity: {SVC001: fatal}}\n", "kblint.yaml:2:37: `fatal` is none of"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_a_slip_is_told_where_it_is(config: str, message: str) -> None:
    Path("kblint.yaml").write_text(config)
    with pytest.raises(ConfigError, match="^" + re.escape(message)):
        run("check")


@pytest.mark.usefixtures("folder")
def test_what_a_report_calls_an_object_silences_it() -> None:
    report = run("check", "--select", "SVC001", "prod")[1]
    (object,) = re.findall(r"--> prod/web.yaml:\d+:\d+ \((.*?)\)", report)
    config = f"ignore: [{{rules: [SVC001], objects: [{object}]}}]\n"
    assert set(levels(config)) == {"staging/web.yaml", "staging/old/api.yaml"}
