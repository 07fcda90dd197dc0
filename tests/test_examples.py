"""Every rule's examples run through the whole of kblint: findings stand exactly where the marks are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from msgspec.structs import replace

from kblint.config import Config
from kblint.engine.evaluation import Evaluation
from kblint.engine.marks import marks
from kblint.engine.rule import Case, Check, Example, Rule
from kblint.finding import Finding, Result
from kblint.fix import apply
from kblint.suppressions.choice import Choice
from tests.given.runs import catalog, checked, configured
from tests.given.snippets import mistake_in, snippets

EXAMPLES = [
    (rule, example, f"{rule.id}-{index}-{'bad' if example.is_bad else 'good'}")
    for rule in catalog().rules.values()
    for index, example in enumerate(rule.examples)
]
ALL = [pytest.param(rule, example, id=name) for rule, example, name in EXAMPLES]
BAD = [pytest.param(rule, example, id=name) for rule, example, name in EXAMPLES if example.is_bad]


@pytest.mark.parametrize(("rule", "example"), ALL)
def test_the_example_is_reported_exactly_where_it_is_marked(rule: Rule, example: Example) -> None:
    assert _places(_run(rule, example, example.files).findings, rule) == _expected(example)


@pytest.mark.parametrize(("rule", "example"), BAD)
def test_a_safe_fix_leaves_nothing_to_report(rule: Rule, example: Example) -> None:
    findings = [finding for finding in _run(rule, example, example.files).findings if finding.fix]
    applied = apply(finding.fix for finding in findings if finding.fix)
    texts = {source.path: text for source, text in applied.texts.items()}
    mended = {name: texts.get(name, text) for name, text in example.files.items()}
    if example.fixed is not None:
        lines = [
            line.split(" # <-")[0].strip().removeprefix("- ") for text in mended.values() for line in text.splitlines()
        ]
        assert example.fixed in lines
        assert not [one for one in _run(rule, example, mended).findings if one.rule.id == rule.id]
    else:
        assert not [finding for finding in findings if finding.fix and finding.fix.applicability.value == "safe"]


@pytest.mark.parametrize("rule", catalog().rules.values(), ids=lambda rule: rule.id)
def test_every_rule_has_an_example_of_each_kind(rule: Rule) -> None:
    assert {example.is_bad for example in rule.examples} == {True, False}


def test_every_case_of_a_rule_speaks_in_some_example(monkeypatch: pytest.MonkeyPatch) -> None:
    spoken: list[Case | None] = []
    first = Evaluation.case

    def noted(judgement: Evaluation, check: Check) -> Case | None:
        spoken.append(first(judgement, check))
        return spoken[-1]

    monkeypatch.setattr(Evaluation, "case", noted)
    for rule, example, _ in EXAMPLES:
        if example.is_bad:
            _run(rule, example, example.files)
    heard = {id(case) for case in spoken}
    checks = {rule.id: rule.check for rule, _, _ in EXAMPLES if rule.check}
    assert [(rule, case.when) for rule, check in checks.items() for case in check.cases if id(case) not in heard] == []


@pytest.mark.parametrize(("rule", "example"), BAD)
def test_what_a_help_tells_to_write_or_to_run_can_be(rule: Rule, example: Example) -> None:
    findings = _run(rule, example, example.files).findings
    shown = [snippet for finding in findings for snippet in snippets(finding)]
    assert [(snippet, mistake) for snippet in shown if (mistake := mistake_in(snippet))] == []


@pytest.mark.parametrize(("rule", "example"), BAD)
def test_what_a_fix_leaves_can_be_read(rule: Rule, example: Example) -> None:
    for finding in _run(rule, example, example.files).findings:
        if finding.fix is None or finding.fix.command or rule.id in ("DOC001", "DOC007"):
            continue
        texts = {source.path: text for source, text in apply([finding.fix]).texts.items()}
        unreadable = replace(_config(rule, example), command=Choice(select=("DOC001", "DOC002")))
        assert not checked({**example.files, **texts}, unreadable).findings, finding.fix.title


def _run(rule: Rule, example: Example, files: Mapping[str, str]) -> Result:
    return checked(files, _config(rule, example))


def _config(rule: Rule, example: Example) -> Config:
    written: dict[str, Any] = {"profile": example.profile, **example.config}
    config = configured(json.dumps(written))
    yielded = catalog().rules[rule.id].check
    others = tuple(yielded.yields_to) if yielded else ()
    silenced = _silenced(example) if rule.id == "DOC005" else ()
    return replace(config, command=Choice(select=(rule.id, *others, *silenced)))


def _silenced(example: Example) -> tuple[str, ...]:
    """The rules that an example of suppressions speaks of: only a rule that runs can be silenced in vain."""
    return tuple(id for id in catalog().rules if any(id in text for text in example.files.values()))


def _places(findings: tuple[Finding, ...], rule: Rule) -> set[tuple[str, int, str]]:
    places = set()
    for finding in findings:
        if finding.rule.id != rule.id:
            continue
        for kind, location in (
            ("primary", finding.location),
            *(("related", related) for related in finding.related),
        ):
            source, span = location.place
            places.add((source.path, source.point(span.start).line, kind))
    return places


def _expected(example: Example) -> set[tuple[str, int, str]]:
    return {(path, mark.line, mark.kind) for path, text in example.files.items() for mark in marks(text)}
