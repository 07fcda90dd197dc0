"""What brings kblint into other places: the image, the action, the component, the hooks; each does what it says."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.running import run
from tests.given.manifests import container, service, stream, workload

ROOT = Path(__file__).parent.parent
RIGHT = stream(
    workload(container(ports="[{name: http, containerPort: 8080}]")),
    service(type="NodePort", ports="[{name: http, port: 80, targetPort: http, nodePort: 30080}]"),
)
WRONG = RIGHT.replace("targetPort: http", "targetPort: nope")
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
COMPONENT = (ROOT / "templates" / "kblint.yml").read_text(encoding="utf-8")
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one right commit, and a kblint beside it where a job has installed it."""
    installed = tmp_path / "temp" / "kblint" / "bin"
    installed.mkdir(parents=True)
    (installed / "kblint").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kblint "$@"\n', encoding="utf-8")
    (installed / "kblint").chmod(0o755)
    work = tmp_path / "work"
    work.mkdir()
    (work / "app.yaml").write_text(RIGHT, encoding="utf-8")
    (work / "kblint.yaml").write_text("profile: kubernetes\n", encoding="utf-8")
    git(work, "init", "--quiet")
    git(work, "add", "--all")
    git(work, "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "--quiet", "-m", "x")
    return work


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def job(folder: Path, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """How a script of a job ends."""
    temp = folder.parent / "temp"
    environment = {
        "PATH": f"{temp / 'kblint' / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(temp),
        "RUNNER_TEMP": str(temp),
        "GITHUB_OUTPUT": str(temp / "output"),
        **variables,
    }
    words = ["bash", "-e", "-o", "pipefail", "-c", script]
    return subprocess.run(words, cwd=folder, env=environment, check=False, capture_output=True, text=True)


def action(folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """How the action's last step ends."""
    step = ACTION["runs"]["steps"][-1]
    given = {name: one["default"] for name, one in ACTION["inputs"].items()} | inputs
    variables = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda match: given[match[1]], value)
        for name, value in step["env"].items()
    }
    return job(folder, step["run"], **variables)


def test_the_action_annotates_fails_and_leaves_a_sarif_report(repository: Path) -> None:
    assert action(repository).returncode == 0
    (repository / "app.yaml").write_text(WRONG, encoding="utf-8")
    done = action(repository, paths="app.yaml kblint.yaml", arguments="--ignore POD002 --profile hetzner-k3s")
    assert (done.returncode, done.stderr) == (1, "")
    assert "::error file=app.yaml,line=" in done.stdout
    told = (repository.parent / "temp" / "output").read_text(encoding="utf-8").splitlines()[-1]
    report = json.loads(Path(told.removeprefix("sarif=")).read_text(encoding="utf-8"))
    assert [one["ruleId"] for one in report["runs"][0]["results"]] == ["SVC001"]


def test_with_a_base_the_action_lets_no_change_silence_itself(repository: Path) -> None:
    base = git(repository, "rev-parse", "HEAD")
    (repository / "app.yaml").write_text(WRONG, encoding="utf-8")
    (repository / "kblint.yaml").write_text("ignore: [SVC001]\n", encoding="utf-8")
    assert action(repository).returncode == 0
    assert action(repository, base=base).returncode == 1


def test_what_a_workflow_says_is_no_part_of_the_actions_scripts() -> None:
    assert [step["run"] for step in ACTION["runs"]["steps"] if "${{" in step.get("run", "")] == []


def test_the_component_declares_its_inputs_and_writes_what_it_says(repository: Path) -> None:
    spec, _, text = COMPONENT.partition("\n---\n")
    inputs = yaml.safe_load(spec)["spec"]["inputs"]
    assert set(re.findall(r"\$\[\[ inputs\.(\w+) \]\]", text)) == set(inputs)
    assert [name for name, one in inputs.items() if "default" not in one] == ["package"]
    filled = re.sub(r"\$\[\[ inputs\.(\w+) \]\]", lambda match: str(inputs[match[1]].get("default", "kblint")), text)
    wanted = yaml.safe_load(filled)["kblint"]
    (repository / "app.yaml").write_text(WRONG, encoding="utf-8")
    done = job(repository, "\n".join(line for line in wanted["script"] if not line.startswith("pip ")))
    assert (done.returncode, "error[SVC001]" in done.stdout) == (1, True)
    report = repository / wanted["artifacts"]["reports"]["codequality"]
    assert [entry["check_name"] for entry in json.loads(report.read_text(encoding="utf-8"))] == ["SVC001"]


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_passes_what_is_right_and_not_what_is_wrong(
    repository: Path, monkeypatch: pytest.MonkeyPatch, hook: dict[str, Any]
) -> None:
    monkeypatch.chdir(repository)
    (repository / "docs").mkdir()
    run("ports", "--write", "docs/ports.md")
    words = [*shlex.split(hook["entry"])[1:], *hook.get("args", ())]
    assert run(*words)[0] == 0
    wrong = WRONG if hook["id"] == "kblint" else RIGHT.replace("30080", "30081")
    (repository / "app.yaml").write_text(wrong, encoding="utf-8")
    assert run(*words)[0] == 1


def test_the_image_is_made_of_files_that_are_there_and_are_sent_along() -> None:
    sent = {
        line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")
    }
    copied = [
        name for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE) for name in line.split()[:-1]
    ]
    assert sorted(copied) == sorted(sent)
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_the_image_runs_as_nobody_in_particular() -> None:
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.findall(r"^USER (.+)$", last, re.MULTILINE) == ["1000:1000"]
    assert json.loads(re.findall(r"^ENTRYPOINT (.+)$", last, re.MULTILINE)[-1]) == ["kblint"]
