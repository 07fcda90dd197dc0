"""Whole runs over realistic folders: the reports beside the manifests are what kblint says today."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kblint.cli.main import cli

FIXTURES = Path(__file__).parent.parent / "fixtures"
SCENARIOS = sorted(path.parent for path in FIXTURES.rglob("expected.txt"))
FAILING = {
    "keybuzz/1-504-overlay",
    "keybuzz/2-503-balancer-port",
    "keybuzz/3-503-target-port",
    "messy",
    "next-apps/wrong",
}


def run(*options: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["check", ".", *options], standalone_mode=False)
    assert result.exception is None, result.exception
    return result.return_value or 0, result.output


@pytest.mark.parametrize("folder", SCENARIOS, ids=lambda folder: folder.relative_to(FIXTURES).as_posix())
@pytest.mark.parametrize(("format_name", "golden"), [("text", "expected.txt"), ("json", "expected.json")])
def test_the_report_is_the_golden_one(
    folder: Path, format_name: str, golden: str, monkeypatch: pytest.MonkeyPatch, update_goldens: bool
) -> None:
    monkeypatch.chdir(folder)
    code, output = run("--format", format_name)
    if update_goldens:
        (folder / golden).write_text(output, encoding="utf-8")
    assert (folder / golden).read_text(encoding="utf-8") == output
    assert code == int(folder.relative_to(FIXTURES).as_posix() in FAILING)


def test_there_are_scenarios() -> None:
    found = {folder.relative_to(FIXTURES).as_posix() for folder in SCENARIOS}
    assert found >= FAILING | {"keybuzz/4-200", "next-apps/right", "worked"}
