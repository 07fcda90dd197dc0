"""Rules that tell of what stops traffic name a fault, and that fault is known to the ways in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kblint.config import read_config
from kblint.engine.rule import Example, Rule
from kblint.intake import read
from kblint.run import judge_objects, wire_all
from kblint.source.text import Source
from kblint.wire.faults.fault import Fault, Kind, Outcome
from tests.given.runs import catalog

RULES = [rule for rule in catalog().rules.values() if rule.check]
KINDS = {kind.value for kind in Kind}
AFTERWARDS = {"SVC008"}
"""The Service may be there, or be made later: it tells what may happen, and stops no way for sure."""


def breaks(rule: Rule) -> str | None:
    return rule.check.breaks if rule.check else None


def symptoms(rule: Rule) -> list[str]:
    cases = rule.check.cases if rule.check else ()
    return [one.text for one in (rule.symptom, *(case.symptom for case in cases)) if one]


REJECTING = [rule for rule in RULES if any("rejected by the API" in text for text in symptoms(rule))]


@pytest.mark.parametrize("rule", [rule for rule in RULES if breaks(rule)], ids=lambda rule: rule.id)
def test_what_a_rule_breaks_is_a_kind_of_fault(rule: Rule) -> None:
    assert breaks(rule) in KINDS


@pytest.mark.parametrize("rule", [rule for rule in REJECTING if breaks(rule)], ids=lambda rule: rule.id)
def test_what_the_api_rejects_is_a_fault_in_every_bad_example(rule: Rule) -> None:
    for example in rule.examples:
        if example.is_bad and not is_about_something_else(rule, example):
            found = faults_of(example)
            effects = {fault.effect.value for fault in found if fault.kind.value == breaks(rule)}
            assert effects
            assert all(any(effect in text for text in symptoms(rule)) for effect in effects)


def test_every_rule_about_what_the_api_rejects_names_its_fault() -> None:
    assert len(REJECTING) > 10
    assert {rule.id for rule in REJECTING if not breaks(rule)} == AFTERWARDS


def is_about_something_else(rule: Rule, example: Example) -> bool:
    """Whether a rule tells of several things, and the example is of one that the API takes."""
    of_several = rule.id in ("NET001", "POD004", "POD010", "SVC013")
    return of_several and not any(fault.effect is Outcome.REJECTED for fault in faults_of(example))


def faults_of(example: Example) -> list[Fault]:
    written = json.dumps({"profile": example.profile, **example.config})
    config = read_config(Source("kblint.yaml", written), folder=Path(), root=Path())
    given = read([Source(path, text) for path, text in example.files.items()])
    return [
        fault
        for topology in wire_all(given, config, judge_objects(given, config))
        for same in topology.network.faults.by_thing.values()
        for fault in same
    ]
