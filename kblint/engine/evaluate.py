"""Rules on subjects: the only place where a finding comes from a rule file."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from operator import attrgetter

from kblint.engine.catalog import Catalog
from kblint.engine.evaluation import Evaluation
from kblint.engine.row import Row
from kblint.engine.rule import Rule
from kblint.engine.runtime import EvaluationError
from kblint.engine.subject import Candidate
from kblint.errors import RuleError
from kblint.finding import Finding, Severity
from kblint.source.text import Place


@dataclass(frozen=True, slots=True)
class _Report:
    """A finding, and where on the way of a request it was made."""

    finding: Finding
    rule: Rule
    hops: frozenset[Hashable]


@dataclass(frozen=True, slots=True)
class Judge:
    """The `selected` rules (ids) of a catalogue; `severities` are the user's word, by rule.

    Things of which expressions see the same are judged once: scopes have most of what they hold in common.
    """

    catalog: Catalog
    selected: frozenset[str]
    severities: Mapping[str, Severity]
    _known: dict[Hashable, tuple[Rule, ...]] = field(default_factory=dict, repr=False)

    def findings(self, candidates: Iterable[Candidate], shared: Mapping[str, Row]) -> tuple[Finding, ...]:
        """What the rules find, sorted by path, line, column and rule.

        `shared` are the rows that every rule may use besides its subject.

        Raises:
            RuleError: a rule could not be evaluated.
        """
        reports: list[_Report] = []
        common = Evaluation(self.catalog.runtime, shared, {name: row.plain() for name, row in shared.items()})
        for candidate in candidates:
            if not self._those(Evaluation.begins, candidate, candidate.asked, common):
                continue
            failing = self._those(Evaluation.fails, candidate, candidate.judged(), common)
            if not failing:
                continue
            subject = candidate.subject()
            whole = common.having(candidate.variable, subject.row)
            for rule in failing:
                with _about(rule, candidate):
                    finding = whole.finding(rule, self.severities.get(rule.id), subject)
                if finding is not None:
                    reports.append(_Report(finding, rule, subject.hops))
        return tuple(sorted(_once(_without_yielding(reports)), key=attrgetter("order")))

    def _those(
        self,
        that: Callable[[Evaluation, Rule], bool],
        candidate: Candidate,
        values: Mapping[str, object],
        common: Evaluation,
    ) -> tuple[Rule, ...]:
        """The rules on a candidate `that` say so when its expressions see these values."""
        alike = (that, candidate.kind, common.sight, repr(values))
        if alike not in self._known:
            seen = Evaluation(common.runtime, {}, {**common.values, candidate.variable: values})
            found = []
            for rule in self.catalog.by_subject.get(candidate.kind, ()):
                with _about(rule, candidate):
                    if rule.id in self.selected and that(seen, rule):
                        found.append(rule)
            self._known[alike] = tuple(found)
        return self._known[alike]


@contextmanager
def _about(rule: Rule, candidate: Candidate) -> Iterator[None]:
    """Says of which rule and on what an expression could not be evaluated."""
    try:
        yield
    except EvaluationError as error:
        subject = candidate.subject().object
        about = f" on {subject}" if subject else f" on a {candidate.kind}"
        expression = " ".join(error.expression.split())
        message = f"rule `{rule.id}` could not be evaluated{about}: {error.reason} in `{expression}`"
        raise RuleError(message, path=rule.path) from error


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
