"""Findings that no rule file makes: about texts and documents, and about what the API server has against objects."""

from __future__ import annotations

from collections.abc import Mapping

from kblint.admission.objection import Objection
from kblint.engine.rule import Rule
from kblint.engine.subject import reference
from kblint.engine.template import TextTemplate
from kblint.finding import Finding, Location, Severity
from kblint.render.problems import Problem
from kblint.source.reader import ReadFailure
from kblint.source.stream import SyntaxFault
from kblint.source.text import Place, Source, Span
from kblint.wire.faults.fault import Kind

_RULES = {
    "unreadable": "DOC001",
    "duplicate-key": "DOC002",
    "build": "DOC007",
    "not-followed": "DOC008",
    Kind.SCHEMA: "DOC003",
    Kind.API_VERSION: "DOC004",
    Kind.INVALID_VALUE: "DOC006",
}

_STILL_SERVED = "the release that the manifests are for still takes it"


def unreadable_finding(failure: ReadFailure, rules: Mapping[str, Rule]) -> Finding:
    """A file that cannot be read at all."""
    rule = rules[_RULES["unreadable"]]
    return Finding(
        rule.ref,
        rule.severity,
        "known",
        f"this file cannot be read: {failure.reason}",
        Location(Place(Source(failure.path, ""), Span(0, 0))),
        symptom=_text(rule.symptom),
        help="make it a readable text in UTF-8, or leave it out with `exclude`",
    )


def fault_finding(fault: SyntaxFault, rules: Mapping[str, Rule]) -> Finding:
    """What is wrong with the text of a document."""
    rule = rules[_RULES[fault.code]]
    return Finding(
        rule.ref,
        rule.severity,
        "known",
        fault.message,
        Location(fault.place, "written again here" if fault.code == "duplicate-key" else ""),
        related=tuple(Location(place, label) for place, label in fault.related),
        symptom=_text(rule.symptom),
        help=fault.help or _text(rule.help),
    )


def problem_finding(problem: Problem, rules: Mapping[str, Rule]) -> Finding:
    """Why a kustomization cannot be built."""
    rule = rules[_RULES["build"]]
    return Finding(
        rule.ref,
        rule.severity,
        "known",
        problem.message,
        Location(problem.place),
        related=tuple(Location(place, label) for place, label in problem.related),
        symptom=_text(rule.symptom),
        help=problem.help or _text(rule.help),
    )


def object_finding(objection: Objection, rules: Mapping[str, Rule]) -> Finding:
    """What the API server has against an object; a warning at most where it does not refuse this one itself.

    What is wrong in a patch is most likely wrong too in what it is merged into.
    """
    rule = rules[_RULES[objection.kind]]
    is_refused = not (objection.is_served or objection.is_part or objection.doubt)
    part = "its file is a patch, and what it is merged into is not known" if objection.is_part else ""
    doubt = part or objection.doubt or _STILL_SERVED
    symptom = objection.outcome.value if objection.outcome else _text(rule.symptom)
    return Finding(
        rule.ref,
        rule.severity if is_refused else min(rule.severity, Severity.WARNING),
        "likely" if objection.is_part or objection.doubt else "known",
        objection.message,
        objection.location,
        objection.related,
        reference(objection.meta),
        symptom if is_refused else None,
        objection.help,
        fix=objection.fix,
        lowered=None if is_refused or rule.severity <= Severity.WARNING else doubt,
    )


def _text(template: TextTemplate | None) -> str | None:
    return template.text if template else None
