"""Rules on subjects: the only place where a finding comes from a rule file."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

from kblint.engine.catalog import Catalog
from kblint.engine.evaluation import Evaluation
from kblint.engine.row import Row
from kblint.engine.rule import Rule
from kblint.engine.runtime import EvaluationError
from kblint.engine.subject import Subject, SubjectKind
from kblint.errors import RuleError
from kblint.finding import Finding, Severity
from kblint.source.text import Place


@dataclass(frozen=True, slots=True)
class _Report:
    """A finding, and where on the way of a request it was made."""

    finding: Finding
    rule: Rule
    hops: frozenset[Hashable]


def evaluate(
    catalog: Catalog,
    subjects: Iterable[tuple[SubjectKind[Any], Subject]],
    shared: Mapping[str, Row],
    selected: frozenset[str],
    severities: Mapping[str, Severity],
) -> tuple[Finding, ...]:
    """What the `selected` rules (ids) find, sorted by path, line, column and rule.

    `shared` are the rows that every rule may use besides its subject; `severities` are the user's word, by rule.

    Raises:
        RuleError: a rule could not be evaluated.
    """
    reports: list[_Report] = []
    common = {name: row.plain() for name, row in shared.items()}
    chosen: dict[str, tuple[Rule, ...]] = {}
    for kind, subject in subjects:
        rules = chosen.get(kind.name)
        if rules is None:
            rules = tuple(rule for rule in catalog.by_subject.get(kind.name, ()) if rule.id in selected)
            chosen[kind.name] = rules
        anybody = Evaluation(catalog.runtime, subject, shared, common)
        judged = anybody.having(kind.variable, subject.row)
        whole: Evaluation | None = None
        for rule in rules:
            try:
                if not judged.fails(rule):
                    continue
                whole = whole or (anybody.having(kind.variable, subject.whole()) if subject.whole else judged)
                finding = whole.finding(rule, severities.get(rule.id))
            except EvaluationError as error:
                raise _refusal(subject, rule, error) from error
            if finding is not None:
                reports.append(_Report(finding, rule, subject.hops))
    return tuple(sorted(_once(_without_yielding(reports)), key=attrgetter("order")))


def _refusal(subject: Subject, rule: Rule, error: EvaluationError) -> RuleError:
    about = f" on {subject.object}" if subject.object else f" on a {subject.row.type}"
    expression = " ".join(error.expression.split())
    return RuleError(
        f"rule `{rule.id}` could not be evaluated{about}: {error.reason} in `{expression}`", path=rule.path
    )


def _without_yielding(reports: list[_Report]) -> list[Finding]:
    """The findings on whose hops no rule reported that theirs yields to."""
    reported: dict[str, set[Hashable]] = {}
    for report in reports:
        reported.setdefault(report.rule.id, set()).update(report.hops)
    return [
        report.finding
        for report in reports
        if report.rule.check is None
        or all(report.hops.isdisjoint(reported.get(other, ())) for other in report.rule.check.yields_to)
    ]


def _once(findings: list[Finding]) -> list[Finding]:
    """One finding for each rule and place: the gravest, with the journeys of all."""
    found: dict[tuple[str, Place], list[Finding]] = {}
    for finding in findings:
        found.setdefault((finding.rule.id, finding.location.place), []).append(finding)
    return [_merged(same) if len(same) > 1 else same[0] for same in found.values()]


def _merged(same: list[Finding]) -> Finding:
    gravest = min(same, key=lambda finding: (-finding.severity, finding.certainty, finding.message, _labels(finding)))
    journeys = dict.fromkeys(journey for finding in same for journey in finding.journeys)
    return replace(gravest, journeys=tuple(journeys))


def _labels(finding: Finding) -> tuple[tuple[str, int, str], ...]:
    return tuple((at.place.source.path, at.place.span.start, at.label) for at in finding.related)
