"""docs/own-rules.md: its rule reports what it marks, and a slip in it is told as the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from kblint.engine.marks import marks
from kblint.errors import KblintError
from scripts.readme import ROOT
from tests.cli.running import run

TEXT = (ROOT / "docs" / "own-rules.md").read_text(encoding="utf-8")
NAME = "policy/host-port-register.yaml"
(RULE,) = re.findall(rf"```yaml\n# {NAME}\n(.*?)```\n", TEXT, re.DOTALL)
(TOLD,) = re.findall(r"```text\n(.*?)```\n", TEXT, re.DOTALL)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "policy").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_rule_reports_what_its_examples_mark(folder: Path) -> None:
    (folder / NAME).write_text(RULE, encoding="utf-8")
    for example in yaml.safe_load(RULE)["examples"]:
        (folder / "app.yaml").write_text(example.get("bad", example.get("good")), encoding="utf-8")
        code, report = run("check", "--rules", "policy", "--select", "OUR001", "-f", "concise", "app.yaml")
        marked = [mark.line for mark in marks(example.get("bad", ""))]
        assert [int(line) for line in re.findall(r"^app.yaml:(\d+):\d+: error OUR001", report, re.MULTILINE)] == marked
        assert code == bool(marked)


def test_a_slip_is_told_as_the_page_says(folder: Path) -> None:
    (folder / NAME).write_text(RULE.replace("socket.port in", "socket.prot in"), encoding="utf-8")
    with pytest.raises(KblintError) as told:
        run("check", "--rules", "policy", "policy")
    assert f"kblint: {told.value}\n  help: {told.value.help}\n" == TOLD
