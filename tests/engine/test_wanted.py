"""Which facts rules name."""

from __future__ import annotations

from typing import Any

import pytest

from kblint.engine.rule import Check, Rule, build_rule
from kblint.engine.template import TextTemplate
from kblint.engine.wanted import named_in, wanted

RAW: dict[str, Any] = {
    "id": "SVC001",
    "name": "a-rule",
    "summary": "prose.summary",
    "severity": "error",
    "since": "0.1",
    "subject": "Port",
    "condition": "true",
    "message": "plain.text",
    "location": {"at": "port"},
    "rationale": "prose.rationale",
    "references": ["https://prose.reference/"],
    "examples": [{"bad": "a: ${prose.example}", "title": "prose.title"}],
}


def rule(**changes: object) -> Rule:
    return build_rule({**RAW, **changes}, "a.yaml", {})


def names(rule: Rule) -> tuple[set[str], set[str]]:
    """What is judged, and what else is told."""
    found = wanted([rule])["Port"]
    return set(found.judged), set(found.told - found.judged)


def test_prose_names_nothing() -> None:
    assert names(rule()) == (set(), set())


@pytest.mark.parametrize(
    "changes",
    [
        {"when": "port.a"},
        {"condition": "port.a == 1"},
        {"certainty": "port.a"},
        {"lower": [{"to": "info", "when": "port.a", "because": "so"}]},
        {"location": {"at": "port", "when": "port.a"}},
        {"related": [{"at": "port", "when": "port.a"}]},
        {"fix": {"title": "t", "applicability": "safe", "replace": "port", "with": "port.a"}},
        {"fix": {"title": "t", "applicability": "safe", "replace": "port", "when": "port.a"}},
    ],
)
def test_expressions_are_judged(changes: dict[str, object]) -> None:
    assert names(rule(**changes)) == ({"a"}, set())


@pytest.mark.parametrize(
    "changes",
    [
        {"message": "x ${port.a} y"},
        {"help": "${port.a}"},
        {"symptom": "${port.a}"},
        {"location": {"at": "port.a"}},
        {"location": {"at": "port", "label": "${port.a}"}},
        {"related": [{"each": "port.a", "as": "one", "at": "one"}]},
        {"fix": {"title": "${port.a}", "applicability": "safe", "replace": "port"}},
        {"fix": {"title": "t", "applicability": "safe", "remove": "port.a"}},
    ],
)
def test_texts_and_places_are_told(changes: dict[str, object]) -> None:
    assert names(rule(**changes)) == (set(), {"a"})


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("port.a.b", {"a", "b"}),
        ("port\n  .a", {"a"}),
        ("port. // why\n a", {"a"}),
        ("port.all.exists(one, one.a)", {"all", "exists", "a"}),
        ("has(port.a) ? port.b : port.c", {"a", "b", "c"}),
        ("1.5 < 2.0", set()),
        ("port.list[0].a2", {"list", "a2"}),
    ],
)
def test_a_name_is_what_stands_behind_a_dot(expression: str, expected: set[str]) -> None:
    assert names(rule(condition=expression))[0] == expected


def test_what_a_rule_may_hold_one_day_counts_too() -> None:
    class Later(Check, frozen=True):
        later: tuple[tuple[str, TextTemplate], ...] = ()

    check = rule().check
    assert check is not None
    held = {name: getattr(check, name) for name in Check.__struct_fields__}
    later = Later(**held, later=(("port.a", TextTemplate.parse("${port.b}")),))
    found = named_in(later)
    assert (set(found.judged), set(found.told - found.judged)) == ({"a"}, {"b"})
