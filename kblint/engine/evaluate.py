"""Rules on subjects: the only place where a finding comes from a rule file."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from operator import attrgetter
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from kblint.cel.runtime import EvaluationError
from kblint.engine.catalog import Catalog
from kblint.engine.evaluation import Evaluation, sight
from kblint.engine.row import Row
from kblint.engine.rule import Rule
from kblint.engine.subject import Candidate, Subject
from kblint.finding import Finding, Unjudged
from kblint.itself import builtin_rules_folder
from kblint.source.text import Place


class _Report(Struct, frozen=True):
    """A finding, and where on the way of a request it was made."""

    finding: Finding
    rule: Rule
    hops: frozenset[Hashable]


class Judgement(Struct, frozen=True):
    """What rules find, sorted by path, line, column and rule, and what they could not be evaluated on."""

    findings: tuple[Finding, ...]
    unjudged: tuple[Unjudged, ...]


class _Heard(Struct, frozen=True):
    """The rules that have something to say, and those of which nobody knows."""

    rules: tuple[Rule, ...]
    failed: tuple[tuple[Rule, EvaluationError], ...]


class Judge(Struct, frozen=True):
    """The rules (ids) of a catalogue that are `asked` for; where others than the `selected` find something is counted.

    Things of which expressions see the same are judged once: scopes have most of what they hold in common.
    """

    catalog: Catalog
    asked: frozenset[str]
    selected: frozenset[str]
    _known: dict[Hashable, _Heard] = field(default_factory=dict)

    def judgement(self, candidates: Iterable[Candidate], shared: Mapping[str, Row]) -> Judgement:
        """What the rules find; `shared` are the rows that every rule may use besides its subject.

        A rule that cannot be evaluated on one thing says nothing about that thing, and everything about the others.
        """
        reports: list[_Report] = []
        unjudged: list[Unjudged] = []
        common = Evaluation(self.catalog.runtime, shared, {name: row.plain() for name, row in shared.items()})
        for candidate in candidates:
            begun = self._those(Evaluation.begins, candidate, candidate.asked, common)
            if not begun.rules and not begun.failed:
                continue
            # what cannot be asked first cannot be judged either, and is told then
            heard = self._those(Evaluation.fails, candidate, candidate.judged(), common)
            if not heard.rules and not heard.failed:
                continue
            subject = candidate.subject()
            unjudged += [_unjudged(rule, candidate, subject, error) for rule, error in heard.failed]
            whole = common.having(candidate.variable, subject.row)
            for rule in heard.rules:
                try:
                    finding = whole.finding(rule, subject)
                except EvaluationError as error:
                    unjudged.append(_unjudged(rule, candidate, subject, error))
                    continue
                if finding is not None:
                    reports.append(_Report(finding, rule, subject.hops))
        findings = sorted(_once(self._without_yielding(reports)), key=attrgetter("order"))
        told = {one for one in unjudged if one.rule.id in self.selected}
        return Judgement(tuple(findings), tuple(sorted(told, key=attrgetter("order"))))

    def _those(
        self,
        that: Callable[[Evaluation, Rule], bool],
        candidate: Candidate,
        values: Mapping[str, object],
        common: Evaluation,
    ) -> _Heard:
        """The rules on a candidate that say `that` when their expressions see these values."""
        alike = (that, candidate.kind, common.sight, sight(values))
        if alike not in self._known:
            seen = Evaluation(common.runtime, {}, {**common.values, candidate.variable: values})
            found: list[Rule] = []
            failed: list[tuple[Rule, EvaluationError]] = []
            for rule in self.catalog.by_subject.get(candidate.kind, ()):
                try:
                    if rule.id in self.asked and that(seen, rule):
                        found.append(rule)
                except EvaluationError as error:
                    failed.append((rule, error))
            self._known[alike] = _Heard(tuple(found), tuple(failed))
        return self._known[alike]

    def _without_yielding(self, reports: list[_Report]) -> list[Finding]:
        """The findings on whose hops no rule reported that theirs yields to; one that is told yields to no other."""
        reported: dict[str, set[Hashable]] = {}
        for report in reports:
            reported.setdefault(report.rule.id, set()).update(report.hops)
        told = {id: hops for id, hops in reported.items() if id in self.selected}
        return [
            report.finding
            for report in reports
            if report.rule.check is None
            or all(
                report.hops.isdisjoint((told if report.rule.id in self.selected else reported).get(other, ()))
                for other in report.rule.check.yields_to
            )
        ]


def _unjudged(rule: Rule, candidate: Candidate, subject: Subject, error: EvaluationError) -> Unjudged:
    return Unjudged(
        rule.ref,
        subject.row.place(),
        subject.object,
        candidate.kind,
        error.expression,
        error.reason,
        rule.path,
        is_builtin=Path(rule.path).is_relative_to(builtin_rules_folder()),
    )


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
