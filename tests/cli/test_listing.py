"""`kblint files` as it is typed: every file once, and the same of each as `check` does."""

from __future__ import annotations

import json
import os
from collections import Counter
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from kblint.cli.main import cli
from tests.cli.running import APP, FIXTURES, run
from tests.given.manifests import helm_chart

SCHEMA = json.loads(resources.files("kblint.report.files").joinpath("files.schema.json").read_text("utf-8"))
SHARED = FIXTURES.parent.parent / "shared"
TREES = (FIXTURES, SHARED / "corpus", SHARED / "cases")


def listed(*words: str) -> dict[str, Any]:
    """What the JSON form says of each path."""
    document = json.loads(run("files", "--format", "json", *words)[1])
    jsonschema.validate(document, SCHEMA)
    paths = [one["path"] for one in document["files"]]
    assert paths == sorted(set(paths)), "each once"
    return {one["path"]: one for one in document["files"]}


def why(path: str, *words: str) -> str:
    """The one reason why a file is not read."""
    [reason] = listed(*words)[path]["reasons"]
    return str(reason)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.yaml").write_text(APP)
    return tmp_path


@pytest.mark.parametrize("folder", TREES, ids=lambda folder: folder.name)
def test_every_file_stands_once_or_in_one_folder_that_does(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not folder.is_dir():
        pytest.skip("is not here")
    monkeypatch.chdir(folder)
    found = listed()
    folders = [path for path in found if path.endswith("/")]
    there = [(Path(at) / name).as_posix() for at, _, names in os.walk(".") for name in names]
    times = Counter({path: (path in found) + sum(path.startswith(one) for one in folders) for path in there})
    assert {path: count for path, count in times.items() if count != 1} == {}
    assert len(there) > 20


@pytest.mark.parametrize("scenario", ["kustomize/wrong", "messy", "next-apps/wrong", "keybuzz/2-503-balancer-port"])
def test_it_agrees_with_what_check_did(scenario: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES / scenario)
    found = listed()
    report = json.loads(run("check", "--format", "json")[1])
    said = {(path, reason) for path, one in found.items() for reason in one["reasons"]}
    assert {(one["path"], one["reason"]) for one in report["skipped"]} <= said
    places = {one["location"]["path"] for one in report["findings"]}
    unparsed = {path for path, reason in said if reason.startswith("cannot be parsed")}
    left = {path for path, one in found.items() if one["state"] == "left out"}
    assert places & left <= unparsed
    read = {path for path, one in found.items() if one["state"] != "left out" and path != "kblint.yaml"} | unparsed
    assert len(read) == report["summary"]["files"]


def test_why_a_file_is_passed_by(tree: Path) -> None:
    (tree / ".git").mkdir()
    (tree / ".git/config").write_text("")
    (tree / ".gitignore").write_text("build/\nsecret.yaml\n")
    for name in ("build/a.yaml", "node_modules/a.yaml", "old/a.yaml", "secret.yaml", "notes.md", "image.png", "a.json"):
        (tree / name).parent.mkdir(exist_ok=True)
        (tree / name).write_text("{}")
    (tree / "b.yaml").write_bytes(b"\0\1\2")
    (tree / "c.yaml").write_text("kind: [\n")
    (tree / "kblint.yaml").write_text("exclude: [old/]\n")
    found = listed()
    assert {path: one["reasons"] for path, one in found.items() if one["reasons"]} == {
        ".git/": ["hidden"],
        ".gitignore": ["hidden"],
        "a.json": ["holds nothing that kblint reads"],
        "b.yaml": ["is a binary file"],
        "build/": ["ignored by git"],
        "c.yaml": ["cannot be parsed, and does not look like a manifest"],
        "image.png": ["not of a kind that is read, by its name"],
        "node_modules/": ["other people's files, by the name of the folder"],
        "notes.md": ["not of a kind that is read, by its name"],
        "old/": ["left out by `exclude`"],
        "secret.yaml": ["ignored by git"],
    }
    assert found["kblint.yaml"]["formats"] == ["kblint's configuration"]
    assert listed("--isolated")["old/a.yaml"]["reasons"] == ["holds nothing that kblint reads"]
    assert why("build/", "build") == "ignored by git"


def test_links_that_lead_out_and_folders_met_twice(tree: Path) -> None:
    (tree / "sub").mkdir()
    (tree / "sub/a.yaml").write_text(APP)
    (tree / "again").symlink_to("sub")
    (tree / "out.yaml").symlink_to("/etc/hostname")
    (tree / "gone.yaml").symlink_to("nowhere.yaml")
    assert why("out.yaml") == "is a symbolic link that leads out of what is checked"
    assert why("again/") == "the same folder as another one, which is read"
    assert why("gone.yaml") == "cannot be read: does not exist any more"
    assert sorted(listed("sub", ".", "sub")) == sorted(listed())


def test_what_a_file_is_read_as_and_what_it_is_part_of(tree: Path) -> None:
    (tree / "base").mkdir()
    (tree / "base/kustomization.yaml").write_text(
        "resources: [web.yaml]\nconfigMapGenerator: [{name: a, files: [some.properties]}]\n"
    )
    (tree / "base/web.yaml").write_text(APP)
    (tree / "base/other.yaml").write_text(APP)
    (tree / "base/some.properties").write_text("a=b\n")
    (tree / "main.tf").write_text('resource "hcloud_load_balancer" "a" {\n  name = var.name\n}\n')
    (tree / "variables.tf").write_text('variable "name" {}\n')
    (tree / "rules.sh").write_text("ufw default deny incoming\nufw allow 22/tcp\nufw enable\n")
    (tree / "chart.yaml").write_text(helm_chart("{controller: {kind: DaemonSet}}"))
    (tree / "mychart/templates").mkdir(parents=True)
    (tree / "mychart/Chart.yaml").write_text("apiVersion: v2\nname: mychart\nversion: 1.0.0\n")
    (tree / "mychart/values.yaml").write_text("a: b\n")
    (tree / "mychart/templates/web.yaml").write_text("a: {{ .Values.a }}\n{{- end }}\n")
    found = listed()
    base = [{"kind": "kustomization", "name": "base/kustomization.yaml"}]
    assert found["app.yaml"]["holds"] == [{"kind": "DaemonSet", "count": 1}, {"kind": "Service", "count": 1}]
    assert found["app.yaml"]["formats"] == ["Kubernetes objects"]
    assert found["base/web.yaml"]["partOf"] == found["base/some.properties"]["partOf"] == base
    assert found["base/other.yaml"]["state"] == "in part"
    assert "not deployed" in found["base/other.yaml"]["reasons"][0]
    assert found["main.tf"]["holds"] == [{"kind": "load balancer", "count": 1}]
    assert found["variables.tf"]["formats"] == ["Terraform"]
    assert found["rules.sh"]["formats"] == ["UFW"]
    assert found["chart.yaml"]["holds"] == [{"kind": "HelmChart", "count": 1}]
    assert found["mychart/Chart.yaml"]["holds"] == [{"kind": "Chart", "count": 1}]
    assert why("mychart/values.yaml") == "part of the chart in `mychart`, which is not rendered"
    assert why("mychart/templates/web.yaml") == "template; render it and check what comes out"


def test_the_text_is_short_and_below_the_folder_that_holds_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES)
    code, text = run("files", "kustomize/wrong")
    lines = text.splitlines()
    assert code == 0
    assert lines[0] == "files are below kustomize/wrong/"
    assert "base/shop.yaml           Deployment, IngressRoute, Service; part of dev, prod" in lines
    assert "expected.json            not read: kblint's own" in lines
    assert lines[-1] == "11 files: 9 read; 2 not read."


def test_a_name_says_nothing_to_a_terminal_or_a_server(tree: Path) -> None:
    (tree / "::error::a\x1b[2J\n##[x].yaml").write_text(APP)
    text = run("files")[1]
    assert text.replace("\n", "").isprintable()
    assert "##[" not in text
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())


@pytest.mark.usefixtures("tree")
def test_standard_input_is_a_file_too() -> None:
    result = CliRunner().invoke(cli, ["files", "-", "-f", "json"], input=APP, standalone_mode=False)
    [one] = json.loads(result.stdout)["files"]
    assert (one["path"], one["state"]) == ("<stdin>", "read")
