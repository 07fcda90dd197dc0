"""docs/own-rules.md: its rule passes its examples, and mistakes in it are told as the page says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.readme import ROOT
from tests.cli.running import run

TEXT = (ROOT / "docs" / "own-rules.md").read_text(encoding="utf-8")
NAME = "policy/host-port-register.yaml"
(RULE,) = re.findall(rf"```yaml\n# {NAME}\n(.*?)```\n", TEXT, re.DOTALL)
FAILED, REFUSED = re.findall(r"```text\n(.*?)```\n", TEXT, re.DOTALL)
APP = """\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: agent, image: "registry.example.com/agent:1", ports: [{containerPort: 9, hostPort: 9}]}]}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "policy").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_rule_passes_its_examples_and_reports(folder: Path) -> None:
    (folder / NAME).write_text(RULE, encoding="utf-8")
    (folder / "app.yaml").write_text(APP, encoding="utf-8")
    assert run("rules", "--test", "policy") == (0, "OUR001 host-port-register: 2 examples, ok\n\n1 rule passed\n")
    code, report = run("check", "--rules", "policy", "--select", "OUR001", "-f", "concise", "app.yaml")
    assert code == 1
    assert "app.yaml:8:" in report
    assert "OUR001 DaemonSet `agent` takes port `9` of its node, which is not in our register" in report
    assert "# OUR001" in run("explain", "OUR001", "--rules", "policy")[1]


def test_a_port_that_leaves_the_register_fails_as_the_page_says(folder: Path) -> None:
    (folder / NAME).write_text(RULE.replace("[80, 443, 3000, 8080]", "[80, 443]"), encoding="utf-8")
    code, told = run("rules", "--test", "policy")
    assert code == 1
    assert told.startswith(FAILED)
    assert told.endswith("\n1 of 1 rule failed\n")


def test_a_slip_is_told_as_the_page_says(folder: Path) -> None:
    (folder / NAME).write_text(RULE.replace("socket.port in", "socket.prot in"), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-m", "kblint", "rules", "--test", "policy"]
    done = subprocess.run(words, env=environment, cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", REFUSED)
