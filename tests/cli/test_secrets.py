"""No command, in no format, shows a secret that stands in what it was given."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from kblint.cli.main import cli
from kblint.report.formats import format_names
from tests.given.manifests import config_map, container, ingress, service, stream, workload
from tests.given.runs import catalog
from tests.secrets.planted import planted

SIGN = re.compile(r"Zq\d\dx\d\dVk|31415926")
SHOWN = "# kblint: ignore[SVC001] shown"
"""A suppression that silences nothing is reported where it stands, with the line around it."""
COMMANDS = {"check": "", "trace": "trace", "ports": "ports", "checklist": "checklist"}
REPORTS = [(command, name) for command, package in COMMANDS.items() for name in format_names(package)]

APP = stream(
    workload(
        container(
            ports="[{name: http, containerPort: 8080}]",
            args='[--token=Zq91x00Vk, --api-key, Zq91x01Vk, --port, "8080", "redis://:Zq91x02Vk@db.example:6379"]',
            env="[{name: DB_PASSWORD, value: Zq91x03Vk}, {name: API_TOKEN, value: 31415926}]",
            readinessProbe="{httpGet: {port: 8081, httpHeaders: [{name: X-Api-Key, value: Zq91x05Vk}]}}",
        ),
    ),
    service(ports="[{name: Zq91, port: 80, targetPort: 8081, nodePort: 30080}]", type="NodePort"),
    ingress(annotations='{nginx.ingress.kubernetes.io/permanent-redirect: "https://a:Zq91x07Vk@b.example"}'),
    config_map(data="{a.conf: 'password = Zq91x08Vk', DB_PASSWORD: Zq91x09Vk}"),
)
"""Mistakes with secrets on their lines: a number where text must stand, a port that nobody has."""


@pytest.fixture(autouse=True)
def rules_loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of runs are made here, and the rules are the same in each."""
    for command in ("check", "checklist"):
        monkeypatch.setattr(f"kblint.cli.{command}.rules_of", lambda *_: catalog())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with every form of a secret in a file of its own, each line of which something is said."""
    for number, (_, path, text, _) in enumerate(planted()):
        name, suffix = f"f{number:02d}", Path(path).suffix
        mark = "//" if suffix.startswith(".json") else "#"
        (tmp_path / f"{name}{suffix}").write_text(text)
        lines = (line if line.endswith("\\") else f"{line} {mark}{SHOWN[1:]}" for line in text.splitlines())
        marked = "\n".join(lines)
        (tmp_path / f"{name}-marked{suffix}").write_text(marked)
        (tmp_path / f"{name}-broken.yaml").write_text(f"apiVersion: v1\nkind: Service\n{marked}\n  a: [\n")
    (tmp_path / "app.yaml").write_text(APP)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(*words: str) -> str:
    """All that a run prints, and what it raises."""
    result = CliRunner().invoke(cli, words, standalone_mode=False)
    return f"{result.stdout}{result.stderr}{result.exception or ''}{getattr(result.exception, 'help', '')}"


def lines_with_secrets(text: str) -> list[str]:
    return [line for line in text.splitlines() if SIGN.search(line)]


@pytest.mark.parametrize(("command", "name"), REPORTS)
@pytest.mark.usefixtures("folder")
def test_no_report_shows_a_secret(command: str, name: str) -> None:
    text = said(command, "--format", name, *(["--show-suppressed"] if command == "check" else []))
    assert lines_with_secrets(text) == []
    assert text


def test_no_rendered_object_shows_a_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.yaml").write_text(APP)
    texts = [text for _, path, text, _ in planted() if path.endswith(".yaml") and "apiVersion" not in text]
    for number, text in enumerate(texts):
        (tmp_path / f"{number}.yaml").write_text(f"apiVersion: v1\nkind: Any\nmetadata: {{name: x}}\n{text}")
    shown = said("render", "--origins")
    assert lines_with_secrets(shown) == []
    assert shown.count("kind: Any\n") > len(texts) / 2


def test_lines_with_secrets_are_shown_with_masks(folder: Path) -> None:
    # file by file: what is alike is told once in a report
    said_of = (said("check", file.name) for file in sorted(folder.iterdir()))
    frames = [line for text in said_of for line in text.splitlines() if re.match(r" *\d+ \| ", line)]
    assert sum("****" in line for line in frames) > 100


@pytest.mark.parametrize("name", format_names())
def test_no_report_of_files_that_were_named_shows_a_secret(folder: Path, name: str) -> None:
    files = sorted(file.name for file in folder.iterdir())
    assert lines_with_secrets(said("check", "--format", name, *files)) == []


@pytest.mark.usefixtures("folder")
def test_no_written_file_shows_a_secret(tmp_path: Path) -> None:
    said("check", "--output", "report.txt")
    said("trace", "--format", "svg", "--output", "report.svg")
    said("ports", "--write", "ports.md")
    said("check", "--write-baseline", "known.json")
    for name in ("report.txt", "report.svg", "ports.md", "known.json"):
        assert lines_with_secrets((tmp_path / name).read_text()) == []


@pytest.mark.usefixtures("folder")
def test_a_baseline_knows_findings_of_which_secrets_are_masked() -> None:
    said("check", "--write-baseline", "known.json")
    assert json.loads(said("check", "--baseline", "known.json", "--format", "json"))["findings"] == []
    assert lines_with_secrets(said("check", "--baseline", "known.json", "--show-suppressed")) == []


@pytest.mark.usefixtures("folder")
def test_no_patch_shows_a_secret_and_what_is_left_out_is_said() -> None:
    text = said("check", "--diff", "--unsafe-fixes")
    assert lines_with_secrets(text) == []
    assert "no patch shows `app.yaml:" in text


@pytest.mark.usefixtures("folder")
def test_to_verify_a_file_shows_no_secret_of_it(tmp_path: Path) -> None:
    said("ports", "--write", "old.md")
    with (tmp_path / "old.md").open("a") as file:
        file.write("DB_PASSWORD=Zq92x00Vk\n")
    text = said("ports", "--verify", "old.md")
    assert "DB_PASSWORD=*********" in text
    assert lines_with_secrets(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "profile: https://a:Zq93x00Vk@b.example\n",
        "token: Zq93x00Vk\n token: [\n",
        "balancers: [{name: lb, password: Zq93x00Vk}]\nselect: https://a:Zq93x00Vk@b.example\n",
        "cluster: {nodes: {password: Zq93x00Vk}}\n",
    ],
)
def test_no_mistake_in_the_configuration_shows_a_secret(folder: Path, text: str) -> None:
    (folder / "kblint.yaml").write_text(text)
    shown = said("check")
    assert lines_with_secrets(shown) == []
    assert "kblint.yaml" in shown


@pytest.mark.usefixtures("folder")
def test_a_fix_that_would_show_a_secret_is_told_and_not_shown() -> None:
    report = json.loads(said("check", "--format", "json", "app.yaml"))
    found = next(one for one in report["findings"] if one["rule"]["id"] == "DOC003")
    assert found["message"].endswith("must be text, but is the number `********`")
    assert found["fix"]["edits"] == []


def test_marks_stand_below_what_they_mean(folder: Path) -> None:
    line = '{"name": "A_TOKEN", "value": "日本" , "value": 1}'
    (folder / "wide.json").write_text(
        f'{{"kind": "Pod", "apiVersion": "v1", "spec": {{"containers": [{{"env": [{line}]}}]}}}}'
    )
    lines = said("check", "wide.json").splitlines()
    at = next(index for index, text in enumerate(lines) if "A_TOKEN" in text)
    assert '"value": "**"' in lines[at]
    marks = [match.span() for match in re.finditer(r"\^+|-+", lines[at + 1][4:])]
    assert [lines[at][4:][slice(*span)] for span in marks[:2]] == ['"value"', '"value"']
