"""`kblint init` and `kblint schema`: what is written is right, says what was found, and replaces nothing."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from kblint.errors import UsageError
from tests.cli.running import FIXTURES, run
from tests.given.manifests import container, service, stream, workload

WRONG = stream(
    workload(container(ports="[{name: http, containerPort: 8080}]")),
    service(ports="[{port: 80, targetPort: nope}]"),
)
WRITTEN = ("kblint.yaml", "kblint.schema.json", ".pre-commit-config.yaml")


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for path in ("deploy/app.yaml", "other/deep/app.yaml"):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text(WRONG, encoding="utf-8")
    return tmp_path


def test_it_says_what_is_there_writes_three_files_and_changes_no_finding(tree: Path) -> None:
    before = run("check", "-f", "json")
    code, said = run("init")
    assert code == 0
    assert said == (
        "2 files that kblint reads, in deploy, other\n"
        "  2 Services\n"
        "  2 workloads\n"
        "Nothing here shows Hetzner.\n"
        "Nothing here shows K3s.\n"
        "\n"
        "wrote kblint.yaml\n"
        "wrote kblint.schema.json\n"
        "wrote .pre-commit-config.yaml\n"
        "\n"
        "kblint check: 2 errors\n"
        "what cannot be mended today is made known by: kblint check --write-baseline kblint-baseline.json\n"
    )
    assert run("check", "-f", "json") == before
    config = yaml.safe_load((tree / "kblint.yaml").read_text(encoding="utf-8"))
    assert config["paths"] == ["deploy", "other"]
    jsonschema.validate(config, json.loads((tree / "kblint.schema.json").read_text(encoding="utf-8")))
    (repo,) = yaml.safe_load((tree / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    ours = yaml.safe_load((FIXTURES.parent / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))[0]
    (hook,) = repo["hooks"]
    assert {key: hook[key] for key in ("id", "entry", "files", "pass_filenames")} == {
        key: ours[key] for key in ("id", "entry", "files", "pass_filenames")
    }


def test_the_configuration_names_its_schema_and_every_key_that_is_commented_out_fits_it(tree: Path) -> None:
    run("init")
    text = (tree / "kblint.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=kblint.schema.json\n")
    keys = ("# baseline", "# world", "# cluster", "#   overlay", "#   nodes", "#  - {rules")
    lines = [line[2:] if line.startswith(keys) else line for line in text.splitlines()]
    config = yaml.safe_load("\n".join(lines).replace("ignore: []", "ignore:"))
    assert {"baseline", "world", "cluster"} <= set(config)
    assert config["ignore"][0]["rules"] == ["POD002"]
    jsonschema.validate(config, json.loads((tree / "kblint.schema.json").read_text(encoding="utf-8")))


def test_the_same_twice_and_nothing_is_overwritten(tree: Path) -> None:
    run("init")
    first = {name: (tree / name).read_bytes() for name in WRITTEN}
    for name in WRITTEN:
        (tree / name).unlink()
    run("init")
    assert {name: (tree / name).read_bytes() for name in WRITTEN} == first
    (tree / "kblint.yaml").write_text("fail-on: never\n", encoding="utf-8")
    (tree / ".pre-commit-config.yaml").write_text("repos: []\n", encoding="utf-8")
    code, said = run("init")
    assert code == 0
    assert "kblint.yaml is there already, and is left as it is" in said
    assert "entry: kblint check" in said
    assert (tree / "kblint.yaml").read_text(encoding="utf-8") == "fail-on: never\n"
    assert (tree / ".pre-commit-config.yaml").read_text(encoding="utf-8") == "repos: []\n"


def test_a_link_is_not_written_through(tree: Path) -> None:
    (tree / "kblint.schema.json").symlink_to(tree / "elsewhere")
    assert "kblint.schema.json is there already" in run("init")[1]
    assert not (tree / "elsewhere").exists()


def test_what_shows_the_cluster_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for path in (FIXTURES / "next-apps" / "right").rglob("*"):
        if path.is_file() and not path.name.startswith(("kblint", "expected")):
            target = tmp_path / path.relative_to(FIXTURES / "next-apps" / "right")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    monkeypatch.chdir(tmp_path)
    said = run("init")[1]
    assert "Shown here: Hetzner, by " in said
    assert "Shown here: K3s, by " in said
    assert "# Shown here: Hetzner, by " in (tmp_path / "kblint.yaml").read_text(encoding="utf-8")


def test_a_folder_with_a_hostile_name_ends_in_a_configuration_that_names_it(tree: Path) -> None:
    name = "a\n::error::x \u202e{b}\x1b[2J#'\""
    (tree / name).mkdir()
    (tree / name / "app.yaml").write_text(WRONG, encoding="utf-8")
    said = run("init")[1]
    assert all(line.isprintable() and not line.startswith("::") for line in said.split("\n"))
    text = (tree / "kblint.yaml").read_text(encoding="utf-8")
    assert all(line.isprintable() for line in text.split("\n"))
    assert name in yaml.safe_load(text)["paths"]
    assert run("check")[0] == 1


def test_where_nothing_is_there_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="nothing here that kblint reads"):
        run("init")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("command", "name"), [("check", "report"), ("trace", "trace"), ("ports", "ports"), ("checklist", "checklist")]
)
@pytest.mark.parametrize("fixture", ["keybuzz/2-503-balancer-port", "next-apps/wrong", "kustomize/wrong"])
def test_reports_fit_the_schemas_that_are_printed(command: str, name: str, fixture: str) -> None:
    schema = json.loads(run("schema", name)[1])
    jsonschema.Draft202012Validator.check_schema(schema)
    report = json.loads(run(command, "--format", "json", str(FIXTURES / fixture))[1])
    jsonschema.validate(report, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**report, "unknown": 1}, schema)
