"""A small world to write rules for: Services with ports, and the workloads behind them."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kblint.engine.catalog import Catalog, load_catalog
from kblint.engine.evaluate import Judge, Judgement
from kblint.engine.facts import Table
from kblint.engine.row import Field, Row, RowType, Type
from kblint.engine.subject import Breakage, Candidate, Subject, SubjectKind, Terms
from kblint.errors import RuleError
from kblint.finding import Finding, ObjectRef, Severity
from kblint.source.text import Place, Source, Span
from kblint.source.values import Unknown
from kblint.suppressions.choice import Chosen
from tests.given.places import place

ROW_TYPES = {
    row_type.name: row_type
    for row_type in (
        RowType(
            "Workload",
            "a workload",
            {
                "name": Field(Type.STRING, "its name"),
                "podLabels": Field(Type.STRING_MAP, "labels of its pods"),
                "isReady": Field(Type.BOOL, "a fact that may be unknown"),
            },
        ),
        RowType(
            "Service",
            "a Service",
            {
                "name": Field(Type.STRING, "its name"),
                "namespace": Field(Type.NULLABLE_STRING, "its namespace"),
                "workloads": Field(Type.ROWS, "what it selects", "Workload"),
            },
        ),
        RowType(
            "ServicePort",
            "a port of a Service",
            {
                "port": Field(Type.INT, "its number"),
                "targetPort": Field(Type.ANY, "where it sends to"),
                "nodePort": Field(Type.NULLABLE_INT, "its node port"),
                "names": Field(Type.STRINGS, "the ports that exist"),
                "service": Field(Type.ROW, "its Service", "Service"),
                "other": Field(Type.NULLABLE_ROW, "another Service", "Service"),
            },
        ),
        RowType(
            "Profile",
            "the profile",
            {"name": Field(Type.STRING, "its name"), "overlayWorks": Field(Type.BOOL, "whether the overlay works")},
        ),
    )
}
SHARED = {"profile": "Profile"}
NOWHERE = Place(Source("", ""), Span(0, 0))
PROFILE = Row("Profile", {"name": "toy", "overlayWorks": True}, {"": NOWHERE}.get)


def kind(variable: str, name: str) -> SubjectKind[object]:
    """A kind of which nothing is found by itself."""
    row_type = ROW_TYPES[name]
    table = Table[object](name, row_type.doc, lambda _: NOWHERE, ())
    return SubjectKind(variable, row_type.doc, table, lambda _: (), lambda _: None)


PORT = kind("port", "ServicePort")
WORKLOAD = kind("workload", "Workload")
KINDS: Mapping[str, SubjectKind[object]] = {"ServicePort": PORT, "Workload": WORKLOAD}
TERMS = Terms(KINDS, ROW_TYPES, SHARED)

MANIFEST = """\
kind: Service
metadata: {name: web}
spec:
  ports:
  - port: 80
    targetPort: http  # the application
    nodePort: 30080
---
kind: Deployment
metadata: {name: app}
---
kind: Deployment
metadata: {name: worker}
"""
RULE = """\
id: SVC001
name: unresolved-target-port
summary: a named target port that nothing declares
severity: error
since: "0.1"
subject: ServicePort
condition: port.targetPort in port.names
message: target port `${port.targetPort}` of `${port.service.name}` does not exist
location: {at: port.targetPort, label: resolves to nothing}
rationale: it drops the traffic
"""


def app_row(source: Source) -> Row:
    """The first workload in MANIFEST; whether it is ready, nobody knows."""
    return Row(
        "Workload",
        {"name": "app", "podLabels": {"app": "web"}, "isReady": Unknown("${READY}")},
        {"": place(source, "name: app")}.get,
    )


def port_row(source: Source | None = None, **values: object) -> Row:
    """The port of the Service in MANIFEST, with other `values`."""
    source = source or Source("web.yaml", MANIFEST)
    worker = Row(
        "Workload",
        {"name": "worker", "podLabels": {}, "isReady": False},
        {"": place(source, "name: worker")}.get,
    )
    service = Row(
        "Service",
        {"name": "web", "namespace": None, "workloads": (app_row(source), worker)},
        {"": place(source, "name: web")}.get,
    )
    known = {"port": 80, "targetPort": "http", "nodePort": 30080, "names": ["https"], "service": service, "other": None}
    places = {"": place(source, "port: 80")}
    if "targetPort: http" in source.text:
        places["targetPort"] = place(source, "http")
    if "nodePort: 30080" in source.text:
        places["nodePort"] = place(source, "30080")
    return Row("ServicePort", {**known, **values}, places.get)


def port(
    *, hops: Sequence[str] = (), journeys: Sequence[str] = (), row: Row | None = None, **values: object
) -> Subject:
    """A subject on `port_row`, breaking `journeys` in respect `target-port`."""
    return Subject(
        row or port_row(None, **values),
        ObjectRef("Service", None, "web"),
        frozenset(hops),
        {"target-port": Breakage(tuple(journeys), ("503",), is_certain=True)} if journeys else {},
    )


def with_lines(rule: str, *lines: str, **replaced: str) -> str:
    """`rule` with the line of each key in `replaced` exchanged (or left out, when empty), and `lines` added."""
    kept = []
    for line in rule.splitlines():
        key = line.partition(":")[0]
        if key not in replaced:
            kept.append(line)
        elif replaced[key]:
            kept.append(f"{key}: {replaced[key]}")
    return "\n".join([*kept, *(textwrap.dedent(line).strip("\n") for line in lines)]) + "\n"


def candidate(subject: Subject, kind: SubjectKind[object] = PORT) -> Candidate:
    """A subject before its rules."""
    return Candidate(kind.name, kind.variable, subject.row.plain(), subject.row.plain, lambda: subject)


def judged(
    catalog: Catalog,
    candidates: Sequence[Candidate],
    selected: Collection[str] | None = None,
    severities: Mapping[str, Severity] | None = None,
) -> tuple[Finding, ...]:
    """What the selected rules of a catalogue find, or all; every one of them can be evaluated."""
    ids = frozenset(catalog.rules if selected is None else selected)
    judgement = Judge(catalog, ids, ids).judgement(candidates, {"profile": PROFILE})
    assert not judgement.unjudged, judgement.unjudged
    return tuple(Chosen(ids, ids, severities or {}, {}).told(judgement.findings))


@dataclass(frozen=True)
class Rules:
    """A folder of rules to load and run."""

    folder: Path

    def write(self, rule: str, name: str = "rule.yaml") -> None:
        """Put a rule file into the folder."""
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(rule, encoding="utf-8")

    def load(self, cache: Path | None = None) -> Catalog:
        """The catalogue of the folder."""
        return load_catalog([self.folder], TERMS, cache=cache)

    def judge(self, *subjects: Subject) -> Judgement:
        """What is found in the subjects, and what could not be evaluated on them."""
        catalog = self.load()
        rules = Judge(catalog, frozenset(catalog.rules), frozenset(catalog.rules))
        return rules.judgement([candidate(subject) for subject in subjects], {"profile": PROFILE})

    def run(self, *subjects: Subject, severities: Mapping[str, Severity] | None = None) -> tuple[Finding, ...]:
        """What all rules find on ports."""
        return judged(self.load(), [candidate(subject) for subject in subjects], severities=severities)


def refusal(rules: Rules) -> RuleError:
    """Why the rules cannot be loaded."""
    try:
        rules.load()
    except RuleError as error:
        return error
    raise AssertionError("the rules were accepted")


def _place_of(rule: str, text: str) -> tuple[int, int]:
    """Line and column of `text` in a rule."""
    before = rule[: rule.index(text)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def refused(rules: Rules, rule: str, at: str | None, message: str, help: str | None) -> None:
    """See that the rule is refused `at` a text in it (None: anywhere), with these words."""
    rules.write(rule)
    error = refusal(rules)
    assert (error.message, error.help) == (message, help)
    assert error.path == (rules.folder / "rule.yaml").as_posix()
    if at is not None:
        assert (error.line, error.column) == _place_of(rule, at)
