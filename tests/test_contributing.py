"""CONTRIBUTING.md: its example rule loads and fires, its excerpts are the code, and its commands are there."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from click.testing import CliRunner

from kblint import __version__
from kblint.cli.main import cli
from kblint.engine.marks import marks
from kblint.read.formats import formats
from kblint.report.formats import format_names
from scripts.readme import CONTRIBUTING, README, ROOT, contributing, excerpt
from tests.given.runs import catalog

TEXT = CONTRIBUTING.read_text(encoding="utf-8")
(RULE,) = re.findall(r"```yaml\n(.*?)```\n", TEXT, re.DOTALL)
COMMANDS = [
    shlex.split(line.removeprefix("$ "), comments=True)
    for block in re.findall(r"```console\n(.*?)```\n", TEXT, re.DOTALL)
    for line in block.splitlines()
]


def found(folder: Path, manifests: str) -> list[dict[str, Any]]:
    """What the rule of the page finds in manifests."""
    (folder / "rules").mkdir(exist_ok=True)
    (folder / "rules" / "single-replica.yaml").write_text(RULE, encoding="utf-8")
    (folder / "web.yaml").write_text(manifests, encoding="utf-8")
    words = ["check", "--rules", str(folder / "rules"), "--format", "json", "--select", "POD090"]
    result = CliRunner().invoke(cli, [*words, str(folder / "web.yaml")], standalone_mode=False)
    assert result.exception is None, result.exception
    findings: list[dict[str, Any]] = json.loads(result.output)["findings"]
    return findings


def test_the_example_rule_reports_what_it_marks_and_nothing_else(tmp_path: Path) -> None:
    rule = yaml.safe_load(RULE)
    assert rule["id"] not in catalog().rules
    (bad,) = (example["bad"] for example in rule["examples"] if "bad" in example)
    (good,) = (example["good"] for example in rule["examples"] if "good" in example)
    (finding,) = found(tmp_path, bad)
    assert [finding["location"]["line"]] == [mark.line for mark in marks(bad)]
    assert finding["message"] == "Deployment `web` runs a single pod"
    assert found(tmp_path, good) == []


def test_the_excerpts_are_the_code_of_today() -> None:
    assert TEXT.count("<!-- code: ") == 3
    assert contributing(TEXT) == TEXT, "stale: run `make pages`"


def test_an_excerpt_of_what_is_not_there_is_refused() -> None:
    with pytest.raises(KeyError, match="nothing"):
        excerpt("kblint/report/ports/to_csv.py", ["nothing"])


def test_the_shown_reader_and_report_are_formats() -> None:
    shown = re.findall(r"<!-- code: (\S+) (?:read_document|render) -->", TEXT)
    reader, report = (path.removesuffix(".py").replace("/", ".") for path in shown)
    assert reader in {one.__module__ for one in formats().documents}
    assert report.rpartition(".to_")[2] in format_names("ports")


def test_every_command_is_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert len(COMMANDS) > 10
    for program, *words in COMMANDS:
        if program == "make":
            assert set(words[:1]) <= targets
        elif program.startswith("scripts/"):
            script = (ROOT / program).read_text(encoding="utf-8")
            assert [word for word in words if f"{word})" not in script] == []
        elif words[:1] == ["-m"] and words[1] == "pytest":
            assert (ROOT / words[2]).is_file()
        elif program.endswith("/kblint") and words[0] in cli.list_commands(click.Context(cli)):
            assert (ROOT / words[1]).exists()
        else:
            assert program.startswith(("/tmp/", "python3", "cd", ".venv/bin/kblint")), program


def test_what_the_page_and_the_readme_link_is_in_the_source_distribution() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = set(project["tool"]["hatch"]["build"]["targets"]["sdist"]["include"])
    pages = TEXT + README.read_text(encoding="utf-8")
    linked = {target.partition("/")[0] for target in re.findall(r"\]\((?!https?:)([^)#\s]+)\)", pages)}
    assert len(linked) > 5
    assert {f"/{one}" for one in linked} - included == set()


def test_the_newest_version_of_the_changelog_is_the_one_of_the_package() -> None:
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest is not None
    assert newest[1] == __version__
