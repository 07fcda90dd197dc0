"""Findings that kblint makes itself: about texts, documents and objects, before there is anything to wire."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kblint.engine.kubernetes_schema.misplaced import misplaced_findings
from kblint.engine.kubernetes_schema.release import load_release
from kblint.engine.kubernetes_schema.removed import removed_findings
from kblint.engine.kubernetes_schema.schema import schema_findings
from kblint.engine.rule import Rule
from kblint.engine.template import TextTemplate
from kblint.finding import Finding, Location, RuleRef
from kblint.model.bundle import Declaration
from kblint.model.meta import Meta
from kblint.source.discover import ReadFailure
from kblint.source.stream import SyntaxFault
from kblint.source.text import Place, Source, Span

_RULES = {"unreadable": "DOC001", "duplicate-key": "DOC002"}
SCHEMA = "DOC003"
REMOVED = "DOC004"


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


def object_findings(
    declarations: Iterable[Declaration], version: str | None, rules: Mapping[str, Rule], selected: frozenset[str]
) -> Iterator[Finding]:
    """What is wrong with objects as the Kubernetes API of release `version` (None: the newest known) takes them."""
    if selected.isdisjoint((SCHEMA, REMOVED)):
        return
    # a balancer's annotations are read as a thing of their own from the mapping of their Service
    by_node = {id(meta.origin.node): meta for meta in map(_meta, declarations) if meta is not None}
    metas = tuple(by_node.values())
    release = load_release(version)
    if SCHEMA in selected:
        yield from schema_findings(metas, release, rules[SCHEMA])
        yield from misplaced_findings(metas, release, rules[SCHEMA])
    if REMOVED in selected:
        yield from removed_findings(metas, release, rules[REMOVED])


def _meta(thing: Declaration) -> Meta | None:
    meta = getattr(thing, "meta", None)
    return meta if isinstance(meta, Meta) else None


def _text(template: TextTemplate | None) -> str | None:
    return template.text if template else None
