"""One subject before its rules: what each of them has to say about it."""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct

from kblint.cel.runtime import UNRESOLVED, Bindings, EvaluationError, Runtime
from kblint.engine.path import resolve, rows_of
from kblint.engine.row import Row
from kblint.engine.rule import Case, Check, EditPlan, FixPlan, Pointer, Rule
from kblint.engine.scalar_edit import removal, replacement
from kblint.engine.subject import Breakage, Subject
from kblint.engine.template import TextTemplate
from kblint.finding import Finding, Location, Severity
from kblint.fix import Edit, Fix
from kblint.source.text import Place

_UNKNOWN_PART = "…"
_LONGEST_PART = 200
"""Characters of one value in a message; names that people give are shorter."""
_UNBROKEN = Breakage((), ())
_STEPS = {"known": 0, "likely": 1}
_AS_WRITTEN = frozenset({"Container", "ContainerPort", "HostSocket", "Probe", "Service", "ServicePort", "Workload"})
"""Subjects of which small matters are about how a manifest is written: a chart's is not the user's."""


class Evaluation(Struct, frozen=True, dict=True):
    """The rows that rules may use, and what expressions see of them.

    Every method raises `EvaluationError` where an expression cannot be evaluated.
    """

    runtime: Runtime
    rows: Mapping[str, Row]
    values: Mapping[str, object]

    def having(self, name: str, row: Row) -> Evaluation:
        """The same with one more row."""
        rows, values = {**self.rows, name: row}, {**self.values, name: row.plain()}
        return Evaluation(self.runtime, rows, values)

    @cached_property
    def sight(self) -> bytes:
        """What expressions see: where it is the same, so are their answers."""
        return sight(self.values)

    @cached_property
    def _bindings(self) -> Bindings:
        """Shared by all expressions about this thing."""
        return self.runtime.bindings(self.values)

    def case(self, check: Check) -> Case | None:
        """The first case that is known to hold, None where there is nothing to report.

        Nothing follows from a case that nobody knows: it does not speak, and does not silence one behind it that holds.
        """
        if not self._holds(check.when) or not self._is_broken(check.condition):
            return None
        return next((case for case in check.cases if self._holds(case.when)), None)

    def begins(self, rule: Rule) -> bool:
        """Whether `rule` may have something to report, by its first expression."""
        check = rule.check
        if check and check.when:
            return self._holds(check.when)
        if check and check.condition:
            return self._is_broken(check.condition)
        return self.fails(rule)

    def fails(self, rule: Rule) -> bool:
        """Whether `rule` has something to report; its expressions tell, without a text or a place."""
        return rule.check is not None and self.case(rule.check) is not None

    def finding(self, rule: Rule, subject: Subject) -> Finding | None:
        """What `rule` finds; None where all is well, or nobody knows."""
        check = rule.check
        case = self.case(check) if check else None
        if check is None or case is None:
            return None
        certainty = "known" if check.certainty is None else self._certainty(check.certainty)
        if certainty is None:
            return None
        place = resolve(case.location.at, self.rows).place
        breakage = subject.breaks.get(check.breaks, _UNBROKEN) if check.breaks else _UNBROKEN
        severity, lowered = self._weighed(rule.severity, check, certainty, breakage)
        if subject.made and severity is Severity.INFO and check.subject in _AS_WRITTEN and not breakage.journeys:
            # what a chart leaves out is not for whoever gives it values
            return None
        if subject.made and not subject.made.is_sure and certainty == "known":
            certainty, known = "likely", f"it is known only in general what {subject.made} makes"
            # a verdict that is likely for this very reason has been lowered for it
            severity = severity if lowered == known else severity.lowered(_STEPS["likely"])
            lowered = known
        return Finding(
            rule=rule.ref,
            severity=severity,
            certainty=certainty,
            message=self._text(case.message),
            location=Location(place, self._label(case.location)),
            related=self._related(case, place),
            object=subject.object,
            symptom=self._symptom(case, breakage),
            help=self._text(case.help) if case.help else None,
            journeys=breakage.journeys,
            # what is written there is the chart's to read: its keys are others
            fix=self._fix(case.fix) if case.fix and not subject.made else None,
            lowered=lowered,
        )

    def _symptom(self, case: Case, breakage: Breakage) -> str | None:
        """As the journeys tell, else as the rule says."""
        if breakage.outcomes:
            return " or ".join(breakage.outcomes)
        return (self._text(case.symptom) or None) if case.symptom else None

    def _certainty(self, expression: str) -> str | None:
        """`known` or `likely`, None for what is not to be reported."""
        value = self._value(expression)
        if value in _STEPS:
            return str(value)
        if value is UNRESOLVED or value == "unknown":
            return None
        raise EvaluationError(expression, f"`{value}` is none of known, likely, unknown")

    def _weighed(
        self, severity: Severity, check: Check, certainty: str, breakage: Breakage
    ) -> tuple[Severity, str | None]:
        """How much a finding matters, and why less than it would if all under it were sure.

        What surely breaks a journey is an error, whatever its rule says. What may hold lowers a severity too: no error
        rests on an unknown.
        """
        if breakage.is_certain and not _STEPS[certainty]:
            return Severity.ERROR, None
        reasons: list[str] = []
        lower = next((lower for lower in check.lower if self._truth(lower.when) is not False), None)
        if lower and lower.to < severity:
            severity = lower.to
            reasons.append(self._text(lower.because))
        sunk = severity.lowered(_STEPS[certainty])
        if sunk < severity and check.likely:
            reasons.append(self._text(check.likely))
        if breakage.journeys and not breakage.is_certain:
            # a journey that is not surely broken is no error, as `trace` calls it none
            sunk = min(sunk, Severity.WARNING)
        if not reasons and sunk < Severity.ERROR and breakage.doubt:
            reasons.append(breakage.doubt)
        return sunk, ", and ".join(reasons) or None

    def _related(self, case: Case, primary: Place) -> tuple[Location, ...]:
        """The other places, each once, sorted."""
        found: dict[Place, Location] = {}
        for pointer in case.related:
            for location in self._locations(pointer):
                if location.place != primary and location.place.source.path:  # what the profile says stands nowhere
                    found.setdefault(location.place, location)
        return tuple(sorted(found.values(), key=lambda at: (at.place.source.path, at.place.span, at.label)))

    def _locations(self, pointer: Pointer) -> Iterator[Location]:
        if pointer.each is None:
            yield from self._location(pointer)
            return
        each = pointer.each
        target = resolve(each.rows, self.rows)
        left = each.limit
        for row in rows_of(target.value) if target.is_exact else ():
            if left == 0:
                return
            one: Evaluation = self.having(each.name, row)
            for location in one._location(pointer):
                yield location
                left = left - 1 if left is not None else None

    def _location(self, pointer: Pointer) -> Iterator[Location]:
        """The place of a pointer, if there is one to show."""
        if self._holds(pointer.when):
            target = resolve(pointer.at, self.rows)
            if target.is_exact:
                yield Location(target.place, self._label(pointer))

    def _label(self, pointer: Pointer) -> str:
        return self._text(pointer.label) if pointer.label else ""

    def _fix(self, plan: FixPlan) -> Fix | None:
        if not self._holds(plan.when):
            return None
        edits: list[Edit] = []
        for planned in plan.edits:
            if planned.when is not None and self._truth(planned.when) is False:
                continue
            edit = self._edit(planned)
            if edit is None:
                return None
            edits.append(edit)
        return Fix(self._text(plan.title), plan.applicability, tuple(edits))

    def _edit(self, plan: EditPlan) -> Edit | None:
        """The edit; None where nobody knows what it would change."""
        if not self._holds(plan.when):
            return None
        target = resolve(plan.target, self.rows)
        if plan.value is None:
            return removal(target) if target.is_exact else None
        value = self._value(plan.value)
        if value is UNRESOLVED or value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise EvaluationError(plan.value, "expected an int or a string")
        return replacement(target, value) if target.is_exact else None

    def _text(self, template: TextTemplate) -> str:
        parts = (
            part if isinstance(part, str) else _said(self._value(part.expression), part.expression)
            for part in template.parts
        )
        return "".join(parts).strip()

    def _holds(self, expression: str | None) -> bool:
        """Whether there is no expression, or it is known to hold."""
        return expression is None or self._truth(expression) is True

    def _is_broken(self, condition: str | None) -> bool:
        """Whether there is no condition, or it is known not to hold."""
        return condition is None or self._truth(condition) is False

    def _truth(self, expression: str) -> bool | None:
        """True, False, or None where nobody knows."""
        value = self._value(expression)
        if isinstance(value, bool):
            return value
        if value is UNRESOLVED:
            return None
        raise EvaluationError(expression, "expected true or false")

    def _value(self, expression: str) -> object:
        return self.runtime.value(expression, self._bindings)


def sight(values: Mapping[str, Any]) -> bytes:
    """Plain values as one that can be compared: the same only where they are."""
    try:
        return marshal.dumps(dict(values), 2)  # a later version tells objects apart that are equal
    except ValueError:
        return repr(values).encode("utf-8", "surrogatepass")


def _said(value: object, expression: str) -> str:
    """A value in a message."""
    if value is UNRESOLVED:
        return _UNKNOWN_PART
    if value is None:
        return "unset"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return _short(", ".join(_said(item, expression) for item in value))
    if isinstance(value, str | int | float):
        return _short(str(value))
    raise EvaluationError(expression, "cannot be written in a text")


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_PART else f"{text[: _LONGEST_PART - 1]}…"
