"""kblint's own files are no input: what it writes never changes what it says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from kblint.report.starter import READ
from kblint.source.discover import SUFFIXES
from tests.cli.running import run
from tests.given.manifests import container, service, stream, workload

APP = stream(workload(container(ports="[{containerPort: 80}]")), service(ports="[{port: 80}]"))


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one application and no sign of Hetzner or K3s, in which kblint runs."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.yaml").write_text(APP)
    return tmp_path


def verdict() -> tuple[object, object, object]:
    """The profile, what showed it, and the findings."""
    _, output = run("check", ".", "--format", "json")
    report = json.loads(output)
    return report["profile"], report["profileDetected"], report["findings"]


@pytest.mark.usefixtures("repository")
def test_init_changes_no_verdict() -> None:
    before = verdict()
    run("init")
    assert verdict() == before


@pytest.mark.parametrize("options", [("--format", "json"), ("--format", "sarif"), ("--write-baseline",)])
@pytest.mark.usefixtures("repository")
def test_what_check_writes_changes_no_verdict(options: tuple[str, ...]) -> None:
    before = verdict()
    run("check", ".", *options, *([] if options[-1] == "--write-baseline" else ["-o"]), "kblint-baseline.json")
    assert verdict() == before


@pytest.mark.parametrize("name", ["config", "rule", "report", "trace", "ports", "checklist", "baseline"])
def test_no_schema_is_a_sign(repository: Path, name: str) -> None:
    before = verdict()
    _, text = run("schema", name)
    (repository / f"{name}.json").write_text(text)
    assert verdict() == before


@pytest.mark.usefixtures("repository")
def test_files_says_what_they_are() -> None:
    run("init")
    _, output = run("files")
    (line,) = [line for line in output.splitlines() if line.startswith("kblint.schema.json")]
    assert line.split(maxsplit=1)[1] == "not read: kblint's own"


def test_the_hooks_run_for_every_file_that_is_read() -> None:
    paths = [*(f"infra/a{suffix}" for suffix in SUFFIXES), "user-data.yaml.tpl", "ufw", "apps/Kustomization"]
    assert [path for path in paths if not re.search(READ, path)] == []
    assert not re.search(READ, "src/main.py")
    own = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"
    assert f"\n  files: {READ}\n" in own.read_text()
