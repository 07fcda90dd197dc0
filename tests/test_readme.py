"""The README shows what kblint prints today."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from scripts.readme import MADE, PICTURES, README, ROOT, RULES, picture, readme, rules_page

STALE = "stale: run `python scripts/readme.py` and review the difference"


@pytest.mark.parametrize("page", MADE, ids=lambda page: page.name)
def test_printed_output_and_lists_are_up_to_date(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    text = page.read_text(encoding="utf-8")
    assert readme(text) == text, STALE


def test_the_page_of_all_rules_is_up_to_date() -> None:
    assert rules_page() == RULES.read_text(encoding="utf-8"), STALE


@pytest.mark.parametrize("path", PICTURES)
def test_pictures_are_up_to_date(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert picture(PICTURES[path]) == (ROOT / path).read_text(encoding="utf-8"), STALE


def test_every_named_file_exists() -> None:
    text = README.read_text(encoding="utf-8")
    named = [word for word in ("scripts/demo", "scripts/test", "LICENSE", *PICTURES) if word in text]
    assert [word for word in named if not (ROOT / word).exists()] == []


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The scripts in a folder of their own, with tools that only tell how they are called; mypy finds a mistake."""
    tools = tmp_path / "project" / ".venv" / "bin"
    tools.mkdir(parents=True)
    for name in ("python", "kblint", "ruff", "mypy"):
        code = int(name == "mypy")
        (tools / name).write_text(f'#!/bin/sh\necho "$PWD|{name}|$*"\nexit {code}\n', encoding="utf-8")
        (tools / name).chmod(0o755)
    (tmp_path / "project" / "scripts").mkdir()
    for name in ("demo", "test"):
        shutil.copy(ROOT / "scripts" / name, tmp_path / "project" / "scripts" / name)
    return tmp_path / "project"


def called(project: Path, script: str, *words: str) -> tuple[int, list[tuple[str, str]]]:
    """How a script ends that is called from another folder, and what it calls in the folder of the project."""
    run = [str(project / "scripts" / script), *words]
    done = subprocess.run(run, cwd=project.parent, capture_output=True, text=True, check=False)
    calls = [line.split("|") for line in done.stdout.splitlines()]
    assert {folder for folder, *_ in calls} == {str(project)}, done.stderr
    return done.returncode, [(name, words) for _, name, words in calls]


def test_the_demo_runs_from_anywhere_and_checks_what_is_there_or_asked_for(project: Path) -> None:
    code, calls = called(project, "demo")
    name, words = calls[-1]
    assert (code, name, words.split()[0]) == (0, "kblint", "check")
    assert (ROOT / words.split()[1]).is_dir()
    assert called(project, "demo", "a folder")[1][-1] == ("kblint", "check a folder")


def test_the_tests_run_from_anywhere_and_end_at_the_first_check_that_fails(project: Path) -> None:
    code, calls = called(project, "test")
    assert (code, calls[-1][0]) == (1, "mypy")
    assert [words.split()[0] for name, words in calls if name == "ruff"] == ["check", "format"]
    (project / ".venv" / "bin" / "mypy").write_text("#!/bin/sh\n", encoding="utf-8")
    code, calls = called(project, "test")
    assert (code, calls[-1][0]) == (0, "python")
    assert "-m pytest" in calls[-1][1]
    assert "--lab full" in called(project, "test", "--full")[1][-1][1]
