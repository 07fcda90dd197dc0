"""What `helm template` and `kustomize build` print is checked where somebody can mend it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kblint.cli.main import cli

TEMPLATE = """\
{{- if .Values.web }}
apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}
spec:
  selector: {app: web}
  ports:
    - name: first
      port: 80
      targetPort: web
    - name: second
      port: 81
      targetPort: {{ .Values.port }}
{{- end }}
"""
PRINTED = """\
---
# Source: shop/templates/pods.yaml
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: nginx, ports: [{name: http, containerPort: 80}]}]}
---
# Source: shop/templates/web.yaml
apiVersion: v1
kind: Service
metadata:
  name: shop
spec:
  selector: {app: web}
  ports:
    - name: first
      port: 80
      targetPort: web
    - name: second
      port: 81
      targetPort: htttp
"""
SURE = next(number for number, line in enumerate(TEMPLATE.splitlines(), 1) if "targetPort: web" in line)
PRINTED_AT = next(number for number, line in enumerate(PRINTED.splitlines(), 1) if "htttp" in line)


@pytest.fixture
def charts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    chart(tmp_path / "charts/my-shop")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def chart(folder: Path) -> None:
    (folder / "templates").mkdir(parents=True)
    (folder / "Chart.yaml").write_text("apiVersion: v2\nname: shop\nversion: 1.0.0\n")
    (folder / "templates/web.yaml").write_text(TEMPLATE)


def found(*words: str, printed: str = PRINTED, name: str = "json") -> Any:
    result = CliRunner().invoke(
        cli, ["check", "-", *words, "--select", "SVC001", "-f", name], input=printed, standalone_mode=False
    )
    assert result.exception is None
    return json.loads(result.stdout) if name != "github" else result.stdout


def places(*words: str, printed: str = PRINTED) -> list[tuple[str, int]]:
    locations = [one["location"] for one in found(*words, printed=printed)["findings"]]
    return [(one["path"], one["line"]) for one in locations]


@pytest.mark.usefixtures("charts")
@pytest.mark.parametrize("words", [("charts",), (".",), ()])
def test_a_line_that_stands_once_in_the_template_is_told_there(words: tuple[str, ...]) -> None:
    path = "charts/my-shop/templates/web.yaml"
    assert places(*words) == [(path, 2), (path, SURE)]
    unsure, sure = found(*words)["findings"]
    assert sure["location"]["column"] == len("      targetPort: ") + 1
    assert "rendered text" not in sure["message"]
    assert unsure["message"].endswith(f"(line {PRINTED_AT} of the rendered text)")
    printed = unsure["related"][0]
    assert (printed["path"], printed["line"]) == ("<stdin>", PRINTED_AT)


@pytest.mark.usefixtures("charts")
def test_annotations_and_other_reports_name_the_file_of_the_repository() -> None:
    assert "::error file=charts/my-shop/templates/web.yaml,line=" in found(name="github")
    report = found(name="sarif")
    uris = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in report["runs"][0]["results"]}
    assert uris == {"charts/my-shop/templates/web.yaml"}
    assert {one["location"]["path"] for one in found(name="gitlab")} == {"charts/my-shop/templates/web.yaml"}


@pytest.mark.usefixtures("charts")
def test_no_fix_of_printed_text_is_one_of_the_template(charts: Path) -> None:
    assert all(not one["fix"]["edits"] for one in found()["findings"] if one["fix"])
    assert [one["fixes"] for one in found(name="sarif")["runs"][0]["results"]] == [[], []]
    result = CliRunner().invoke(cli, ["check", "-", ".", "--diff"], input=PRINTED, standalone_mode=False)
    assert "templates/web.yaml" not in result.stdout
    assert (charts / "charts/my-shop/templates/web.yaml").read_text() == TEMPLATE


def test_in_the_folder_of_the_chart_too(charts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(charts / "charts/my-shop")
    assert places() == [("templates/web.yaml", 2), ("templates/web.yaml", SURE)]


def test_a_template_that_is_not_here_is_named_and_not_claimed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert {path for path, _ in places()} == {"<stdin>"}
    said = "(made by `shop/templates/web.yaml`, which is not found here)"
    assert all(one["message"].endswith(said) for one in found()["findings"])
    outside = PRINTED.replace("shop/templates/web.yaml", "shop/../../../etc/passwd")
    assert {path for path, _ in places(printed=outside)} == {"<stdin>"}


def test_of_two_charts_of_one_name_neither_is_taken(charts: Path) -> None:
    chart(charts / "other")
    assert {path for path, _ in places()} == {"<stdin>"}


@pytest.mark.usefixtures("charts")
def test_a_line_that_stands_twice_or_out_of_order_is_not_sure(charts: Path) -> None:
    file = charts / "charts/my-shop/templates/web.yaml"
    file.write_text(TEMPLATE + "{{- /*\n      targetPort: web\n*/}}\n")
    assert [line for _, line in places()] == [2, 2]
    moved = "      targetPort: web\n" + TEMPLATE.replace("      targetPort: web\n", "")
    file.write_text(moved)
    assert all("rendered text" in one["message"] for one in found()["findings"])


def test_without_what_helm_says_the_object_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    plain = "".join(line for line in PRINTED.splitlines(keepends=True) if not line.startswith("# Source"))
    messages = [one["message"] for one in found(printed=plain)["findings"]]
    assert [message.endswith("(in Service `shop`)") for message in messages] == [True, True]
    assert all(one["fix"] for one in found(printed=plain)["findings"])


def test_no_template_is_read_through_a_link_that_leads_out(
    charts: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "web.yaml").write_text(TEMPLATE)
    templates = charts / "charts/my-shop/templates"
    (templates / "web.yaml").unlink()
    (templates / "web.yaml").symlink_to(outside / "web.yaml")
    assert {path for path, _ in places()} == {"<stdin>"}
    (templates / "web.yaml").unlink()
    templates.rmdir()
    templates.symlink_to(outside)
    assert {path for path, _ in places()} == {"<stdin>"}


@pytest.mark.usefixtures("charts")
@pytest.mark.parametrize("command", ["trace", "ports", "checklist"])
def test_other_commands_name_the_template_too(command: str) -> None:
    printed = PRINTED.replace("  selector", "  type: NodePort\n  selector").replace(
        "port: 80\n", "port: 80\n      nodePort: 30080\n"
    )
    result = CliRunner().invoke(cli, [command, "-", "-f", "json"], input=printed, standalone_mode=False)
    assert result.exception is None
    assert '"path": "charts/my-shop/templates/web.yaml"' in result.stdout
    lines = {line for path, line in placed(json.loads(result.stdout)) if path.endswith("web.yaml")}
    assert lines <= {number for number, line in enumerate(TEMPLATE.splitlines(), 1) if "{{" not in line}


def placed(document: Any) -> list[tuple[str, int]]:
    """Every place in a report."""
    if isinstance(document, list):
        return [one for item in document for one in placed(item)]
    if not isinstance(document, dict):
        return []
    here = [(document["path"], document["line"])] if document.get("path") and "line" in document else []
    return [*here, *(one for value in document.values() for one in placed(value))]
