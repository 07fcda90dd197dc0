"""Whole runs over realistic folders: the reports beside the manifests are what kblint says today."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import FIXTURES, run

SCENARIOS = sorted(path.parent for path in FIXTURES.rglob("expected.txt"))


@pytest.mark.parametrize("folder", SCENARIOS, ids=lambda folder: folder.relative_to(FIXTURES).as_posix())
@pytest.mark.parametrize(("format_name", "golden"), [("text", "expected.txt"), ("json", "expected.json")])
def test_the_report_is_the_golden_one(
    folder: Path, format_name: str, golden: str, monkeypatch: pytest.MonkeyPatch, update_goldens: bool
) -> None:
    monkeypatch.chdir(folder)
    code, output = run("check", ".", "--format", format_name)
    if update_goldens:
        (folder / golden).write_text(output, encoding="utf-8")
    assert (folder / golden).read_text(encoding="utf-8") == output
    assert code == int(errors(folder) > 0)


def test_every_fixture_is_part_of_a_scenario() -> None:
    files = [path for path in FIXTURES.rglob("*") if path.is_file() and path.name != "README.md"]
    assert [path for path in files if not set(path.parents) & set(SCENARIOS)] == []


def test_beside_every_scenario_that_fails_there_is_one_that_is_right() -> None:
    failing = {folder.parent for folder in SCENARIOS if errors(folder)}
    assert failing == {folder.parent for folder in SCENARIOS if not errors(folder)} != set()


def errors(folder: Path) -> int:
    """How many errors the golden report of a folder counts."""
    count: int = json.loads((folder / "expected.json").read_text(encoding="utf-8"))["summary"]["errors"]
    return count
