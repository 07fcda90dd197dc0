"""Findings that kblint makes itself about texts and documents, before there is anything to wire."""

from __future__ import annotations

from collections.abc import Mapping

from kblint.engine.rule import Rule
from kblint.engine.template import TextTemplate
from kblint.finding import Finding, Location, RuleRef
from kblint.source.discover import ReadFailure
from kblint.source.stream import SyntaxFault
from kblint.source.text import Place, Source, Span

_RULES = {"unreadable": "DOC001", "duplicate-key": "DOC002"}


def unreadable_finding(failure: ReadFailure, rules: Mapping[str, Rule]) -> Finding:
    """A file that cannot be read at all."""
    rule = rules[_RULES["unreadable"]]
    place = Place(Source(failure.path, ""), Span(0, 0))
    return Finding(
        RuleRef(rule.id, rule.name),
        rule.severity,
        "known",
        f"this file cannot be read: {failure.reason}",
        Location(place),
        symptom=_text(rule.symptom),
        help="make it a readable text in UTF-8, or leave it out with `exclude`",
    )


def fault_finding(fault: SyntaxFault, rules: Mapping[str, Rule]) -> Finding:
    """What is wrong with the text of a document."""
    rule = rules[_RULES[fault.code]]
    return Finding(
        RuleRef(rule.id, rule.name),
        rule.severity,
        "known",
        fault.message,
        Location(fault.place, "written again here" if fault.code == "duplicate-key" else ""),
        related=tuple(Location(place, label) for place, label in fault.related),
        symptom=_text(rule.symptom),
        help=fault.help or _text(rule.help),
    )


def _text(template: TextTemplate | None) -> str | None:
    return template.text if template else None
