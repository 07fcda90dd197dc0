"""What a rule file says, as frozen records.

Expressions stay texts here; `runtime` knows how to run them. `build_rule` expects what `rule_file` has validated.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from kblint.engine.path import Path
from kblint.engine.template import TextTemplate
from kblint.finding import RuleRef, Severity
from kblint.fix import Applicability

DEFAULT_PROFILE = "hetzner-k3s"
EXAMPLE_FILE = "example.yaml"
"""The name under which an example that is one YAML stream is checked."""


class Status(enum.Enum):
    """Where a rule stands in its life."""

    STABLE = "stable"
    PREVIEW = "preview"
    DEPRECATED = "deprecated"
    REMOVED = "removed"


class Lower(Struct, frozen=True):
    """The severity sinks to `to` where `when` holds, `because` of that."""

    to: Severity
    when: str
    because: TextTemplate


class Each(Struct, frozen=True):
    """One place for each row of the list at `rows`, bound to `name`."""

    rows: Path
    name: str
    limit: int | None


class Pointer(Struct, frozen=True):
    """A place and what to say there; shown only where `when` holds."""

    at: Path
    label: TextTemplate | None
    when: str | None = None
    each: Each | None = None


class EditPlan(Struct, frozen=True):
    """One edit: `target` gets the value of `value`, or its line is removed where that is None.

    It belongs to the fix where `when` holds (None: always).
    """

    target: Path
    value: str | None
    when: str | None


class FixPlan(Struct, frozen=True):
    """The edits that mend a finding, all of them or none."""

    title: TextTemplate
    when: str | None
    applicability: Applicability
    edits: tuple[EditPlan, ...]


class Case(Struct, frozen=True):
    """One face of a mistake: where `when` holds, and all that is said there; what the file left to the rule is in it.

    `when` is None for the only case of a rule that has no `cases`.
    """

    when: str | None
    message: TextTemplate
    location: Pointer
    related: tuple[Pointer, ...]
    symptom: TextTemplate | None
    help: TextTemplate | None
    fix: FixPlan | None


class Check(Struct, frozen=True):
    """What is judged, and what to say; `breaks` is the respect in which a finding breaks journeys.

    There is a finding where `when` holds, `condition` is known not to hold (None: nothing more is asked) and one of
    the `cases` holds; the first of them that does speaks. `likely` says why a finding is only that, where `certainty`
    is given.
    """

    subject: str
    when: str | None
    condition: str | None
    certainty: str | None
    likely: TextTemplate | None
    lower: tuple[Lower, ...]
    cases: tuple[Case, ...]
    breaks: str | None
    yields_to: frozenset[str]


class Example(Struct, frozen=True):
    """An input and whether the rule reports it.

    `files` are its texts by their names, and `given` the names of those that several examples share. `fixed` is a line
    that stands in the text once the fix is applied; `config` is what `kblint.yaml` would hold.
    """

    is_bad: bool
    files: Mapping[str, str]
    given: frozenset[str]
    fixed: str | None
    title: str | None
    profile: str
    config: Mapping[str, object]


class Rule(Struct, frozen=True, eq=False, dict=True):
    """One rule; what not every run needs of its file's `content` is worked out when it is asked for.

    `subject` is None where kblint itself makes the findings, and for a removed rule. `given` holds the manifests that
    its examples may name.
    """

    id: str
    name: str
    summary: str
    severity: Severity
    since: str
    status: Status
    path: str
    subject: str | None
    rationale: str
    references: tuple[str, ...]
    content: Mapping[str, Any]
    given: Mapping[str, str]

    @cached_property
    def check(self) -> Check | None:
        """What is judged, and what to say; None without a subject."""
        return _check(self.content) if self.subject is not None else None

    @cached_property
    def symptom(self) -> TextTemplate | None:
        """What the file says for all of it; a finding says that of its case."""
        return _template(self.content.get("symptom"))

    @cached_property
    def help(self) -> TextTemplate | None:
        """As `symptom`."""
        return _template(self.content.get("help"))

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """Inputs that it reports, or does not."""
        return tuple(_example(example, self.given) for example in self.content.get("examples", ()))

    @property
    def ref(self) -> RuleRef:
        """How a finding names it."""
        return RuleRef(self.id, self.name)


def build_rule(raw: Mapping[str, Any], path: str, given: Mapping[str, str] = MappingProxyType({})) -> Rule:
    """The rule in the validated content of the rule file at `path`.

    `given` holds the manifests that its examples may name.
    """
    return Rule(
        id=raw["id"],
        name=raw["name"],
        summary=raw["summary"],
        severity=_severity(raw["severity"]),
        since=raw["since"],
        status=Status(raw.get("status", "stable")),
        path=path,
        subject=raw.get("subject"),
        rationale=raw["rationale"],
        references=tuple(raw.get("references", ())),
        content=raw,
        given=given,
    )


def expression_text(value: object) -> str:
    """An expression as CEL text: YAML gives numbers and booleans for `80` and `true`."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _check(raw: Mapping[str, Any]) -> Check:
    return Check(
        subject=raw["subject"],
        when=_expression(raw.get("when")),
        condition=_expression(raw.get("condition")),
        certainty=_expression(raw.get("certainty")),
        likely=_template(raw.get("likely")),
        lower=tuple(
            Lower(_severity(entry["to"]), expression_text(entry["when"]), TextTemplate.parse(entry["because"]))
            for entry in raw.get("lower", ())
        ),
        cases=tuple(_case({**raw, **case}) for case in raw.get("cases", ({"when": None},))),
        breaks=raw.get("breaks"),
        yields_to=frozenset(raw.get("yieldsTo", ())),
    )


def _case(raw: Mapping[str, Any]) -> Case:
    """The case whose own keys were written over those of its rule."""
    location = raw["location"]
    return Case(
        when=_expression(raw["when"]),
        message=TextTemplate.parse(raw["message"]),
        location=_pointer({**location, "label": raw["label"]} if "label" in raw else location),
        related=tuple(_pointer(entry) for entry in raw.get("related", ())),
        symptom=_template(raw.get("symptom")),
        help=_template(raw.get("help")),
        fix=_fix(raw["fix"]) if "fix" in raw else None,
    )


def _pointer(raw: Mapping[str, Any]) -> Pointer:
    each = Each(Path.parse(raw["each"]), raw["as"], raw.get("limit")) if "each" in raw else None
    return Pointer(Path.parse(raw["at"]), _template(raw.get("label")), _expression(raw.get("when")), each)


def _fix(raw: Mapping[str, Any]) -> FixPlan:
    return FixPlan(
        title=TextTemplate.parse(raw["title"]),
        when=_expression(raw.get("when")),
        applicability=Applicability(raw["applicability"]),
        edits=tuple(_edit(edit, when) for edit, when in _edits(raw)),
    )


def _edits(raw: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], object]]:
    """The edits of a fix, each with when it is needed."""
    yield raw, None
    for also in raw.get("also", ()):
        yield also, also.get("when")


def _edit(raw: Mapping[str, Any], when: object) -> EditPlan:
    target = Path.parse(raw["replace"] if "replace" in raw else raw["remove"])
    return EditPlan(target, _expression(raw.get("with")), _expression(when))


def given_file(name: str) -> str:
    """The name under which the manifest `name` is among the files of an example."""
    return f"{name}.yaml"


def _example(raw: Mapping[str, Any], given: Mapping[str, str]) -> Example:
    written = raw["bad"] if "bad" in raw else raw["good"]
    common = {given_file(name): given[name] for name in raw.get("given", ())}
    own = {EXAMPLE_FILE: written} if isinstance(written, str) else written
    return Example(
        is_bad="bad" in raw,
        files=MappingProxyType({**common, **own}),
        given=frozenset(common),
        fixed=raw.get("fixed"),
        title=raw.get("title"),
        profile=raw.get("profile", DEFAULT_PROFILE),
        config=MappingProxyType(dict(raw.get("config", {}))),
    )


def _severity(name: str) -> Severity:
    return Severity[name.upper()]


def _expression(value: object) -> str | None:
    return None if value is None else expression_text(value)


def _template(value: object) -> TextTemplate | None:
    return None if value is None else TextTemplate.parse(str(value))
