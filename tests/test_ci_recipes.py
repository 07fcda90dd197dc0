"""The recipes of docs/ci.md hold what they promise, in a real repository: no change switches its own judge off."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.given.manifests import container, service, stream, workload

ROOT = Path(__file__).parent.parent
BLOCKS = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "ci.md").read_text(encoding="utf-8"), re.DOTALL)
GITHUB, GITLAB = (yaml.safe_load(block) for block in BLOCKS if re.match(r"name: |kblint:", block))
RIGHT = stream(workload(container(ports="[{name: http, containerPort: 8080}]")), service())
WRONG = RIGHT.replace("targetPort: http", "targetPort: nope")
"""SVC001, an error."""
SILENT = WRONG.replace("apiVersion", "# kblint: ignore-file[SVC001] nothing to see\napiVersion", 1)
SILENCERS: dict[str, dict[str, str]] = {
    "nothing": {"manifests/app.yaml": WRONG},
    "configuration": {"manifests/app.yaml": WRONG, "kblint.yaml": "ignore: [SVC001]\n"},
    "nearer configuration": {"manifests/app.yaml": WRONG, "manifests/kblint.yaml": "select: [LB]\nfail-on: never\n"},
    "excluded": {"manifests/app.yaml": WRONG, "manifests/.kblint.yaml": "exclude: ['*']\n"},
    "comment": {"manifests/app.yaml": SILENT},
    "git": {"manifests/app.yaml": WRONG, "manifests/.gitignore": "*\n"},
    "rules": {"manifests/app.yaml": WRONG, "kblint.yaml": "rules: [mine]\n", "mine/broken.yaml": "id: ["},
}


def commands(recipe: str) -> str:
    """What the job runs once kblint is installed."""
    steps = GITHUB["jobs"]["kblint"]["steps"]
    lines = [step["run"] for step in steps if "run" in step] if recipe == "github" else GITLAB["kblint"]["script"]
    return "\n".join(["set -e", *(line for line in lines if not line.startswith("pip "))])


class Repository:
    """A repository with a base branch, and a clone of it in which a change is judged."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.work = folder / "work"
        tools = folder / "bin"
        tools.mkdir()
        (tools / "kblint").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kblint "$@"\n', encoding="utf-8")
        (tools / "kblint").chmod(0o755)
        for name in ("temp", "builds"):
            (folder / name).mkdir()
        who = {f"GIT_{who}_{what}": "x@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        self.environment = {
            **who,
            "PATH": f"{tools}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "HOME": str(folder),
            "RUNNER_TEMP": str(folder / "temp"),
            "CI_BUILDS_DIR": str(folder / "builds"),
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        }
        (folder / "origin").mkdir()
        self.git("init", "--quiet", "--initial-branch=main", ".", at=folder / "origin")

    def git(self, *words: str, at: Path | None = None) -> str:
        done = subprocess.run(
            ["git", *words], cwd=at or self.work, env=self.environment, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def commit(self, files: dict[str, str], at: Path) -> None:
        for path, text in files.items():
            (at / path).parent.mkdir(parents=True, exist_ok=True)
            (at / path).write_text(text, encoding="utf-8")
        self.git("add", "--force", "--all", at=at)
        self.git("commit", "--quiet", "--allow-empty", "-m", "x", at=at)

    def base(self, files: dict[str, str]) -> None:
        self.commit(files, self.folder / "origin")
        self.git("clone", "--quiet", str(self.folder / "origin"), str(self.work), at=self.folder)
        self.environment["BASE"] = self.git("rev-parse", "HEAD")

    def run(self, *words: str) -> None:
        """kblint, in the clone."""
        subprocess.run(["kblint", *words], cwd=self.work, env=self.environment, check=True, capture_output=True)

    def known(self) -> None:
        """What kblint finds in the clone becomes the baseline of both branches."""
        self.run("check", "manifests", "--write-baseline", "known.json")
        (self.work / "known.json").rename(self.folder / "origin" / "known.json")
        self.commit({}, self.folder / "origin")
        self.git("pull", "--quiet", "--ff-only")
        self.environment["BASE"] = self.git("rev-parse", "HEAD")

    def judged(self, recipe: str, change: dict[str, str]) -> subprocess.CompletedProcess[str]:
        """How the recipe ends on a change."""
        self.commit(change, self.work)
        return subprocess.run(
            ["bash", "-c", commands(recipe)],
            cwd=self.work,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
        )


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


@pytest.mark.parametrize(
    ("silencer", "recipe"),
    [
        *((silencer, "github") for silencer in SILENCERS),
        *(pytest.param(silencer, "gitlab", marks=pytest.mark.long) for silencer in SILENCERS),
    ],
)
def test_a_change_does_not_silence_what_judges_it(repository: Repository, recipe: str, silencer: str) -> None:
    repository.base({"manifests/app.yaml": RIGHT, "kblint.yaml": "profile: kubernetes\n"})
    done = repository.judged(recipe, SILENCERS[silencer])
    assert done.returncode == 1, done.stderr
    assert "SVC001" in done.stdout + written(repository)


@pytest.mark.parametrize("recipe", ["github", "gitlab"])
def test_a_right_change_passes_and_the_words_of_the_base_branch_count(repository: Repository, recipe: str) -> None:
    repository.base({"manifests/app.yaml": WRONG, "kblint.yaml": "ignore: [SVC001]\n"})
    done = repository.judged(recipe, {"manifests/other.yaml": RIGHT.replace("web", "other"), "kblint.yaml": "x: y\n"})
    assert (done.returncode, done.stderr) == (0, "")
    if recipe == "github":
        assert "::warning title=kblint::1 error is silenced: 1 by the configuration" in done.stdout


@pytest.mark.parametrize("recipe", ["github", "gitlab"])
def test_rules_come_from_the_base_branch_and_without_its_configuration_nothing_passes(
    repository: Repository, recipe: str
) -> None:
    rule = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("```yaml\n")[2].partition("```")[0]
    rule = rule.replace("severity: info", "severity: error")
    repository.base({"manifests/app.yaml": RIGHT, "kblint.yaml": "rules: [policy]\n", "policy/one.yaml": rule})
    lax = rule.replace("replicas > 1", "replicas > 0")
    single = RIGHT.replace("spec:", "spec:\n  replicas: 1", 1)
    done = repository.judged(recipe, {"manifests/app.yaml": single, "policy/one.yaml": lax})
    assert done.returncode == 1, done.stderr
    assert "POD090" in done.stdout + written(repository)


@pytest.mark.parametrize("recipe", ["github", pytest.param("gitlab", marks=pytest.mark.long)])
def test_the_baseline_of_the_base_branch_counts_and_that_of_the_change_does_not(
    repository: Repository, recipe: str
) -> None:
    """Sixty known mistakes and one new one: that one fails, whatever baseline the change brings."""
    old = {f"manifests/old-{number}.yaml": WRONG.replace("web", f"old-{number}") for number in range(60)}
    repository.base({**old, "kblint.yaml": "baseline: known.json\n"})
    repository.known()
    new = {"manifests/new.yaml": WRONG.replace("web", "new")}
    repository.commit(new, repository.work)
    repository.run("check", "manifests", "--write-baseline", "known.json")
    done = repository.judged(recipe, {})
    assert done.returncode == 1, done.stderr
    report = done.stdout + written(repository)
    assert report.count("SVC001") == 1
    if recipe == "github":
        assert "manifests/new.yaml" in done.stdout
        assert "60 errors are silenced: 60 by the baseline" in done.stdout


def test_without_a_configuration_on_the_base_branch_nothing_passes(repository: Repository) -> None:
    repository.base({"manifests/app.yaml": RIGHT})
    done = repository.judged("github", {"kblint.yaml": "fail-on: never\n"})
    assert done.returncode == 2
    assert "does not exist" in done.stderr


def written(repository: Repository) -> str:
    """What the code quality report says."""
    file = repository.work / "gl-code-quality-report.json"
    entries: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
    return " ".join(entry["check_name"] for entry in entries)
