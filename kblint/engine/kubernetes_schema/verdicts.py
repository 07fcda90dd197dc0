"""What the API server says about every object on its own: made once, for findings and for what is wired."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from kblint.engine.kubernetes_schema.misplaced import Misplaced, misplaced_fault, misplaced_finding, misplaced_objects
from kblint.engine.kubernetes_schema.patches import find_patches
from kblint.engine.kubernetes_schema.release import Release, load_release
from kblint.engine.kubernetes_schema.removed import Removed, removed_fault, removed_finding, removed_objects
from kblint.engine.kubernetes_schema.schema import (
    Unfit,
    schema_fault,
    schema_findings,
    unfit_objects,
    unfit_patches,
)
from kblint.engine.rule import Rule
from kblint.finding import Finding, Severity
from kblint.model.bundle import Declaration
from kblint.model.meta import Meta
from kblint.model.route import Route
from kblint.model.service import Service
from kblint.model.workload import Workload
from kblint.source.stream import SyntaxFault
from kblint.source.text import Source
from kblint.wire.evidence import Certainty
from kblint.wire.faults.fault import Fault, Kind
from kblint.wire.faults.outcome import Outcome

SCHEMA = "DOC003"
REMOVED = "DOC004"


@dataclass(frozen=True, slots=True, eq=False)
class Verdicts:
    """The objects that do not fit the schema of their kind, whose kind stands elsewhere, and that are not served.

    `patches` are those among the first that are only parts of objects.
    """

    release: Release
    unfit: Sequence[Unfit]
    misplaced: Sequence[Misplaced]
    removed: Sequence[Removed]
    patches: Sequence[Unfit] = ()

    def findings(self, rules: Mapping[str, Rule]) -> Iterator[tuple[Meta, Finding]]:
        """What is said about each of them."""
        for unfit in self.unfit:
            yield from ((unfit.meta, finding) for finding in schema_findings(unfit, self.release, rules[SCHEMA]))
        for misplaced in self.misplaced:
            yield misplaced.meta, misplaced_finding(misplaced, self.release, rules[SCHEMA])
        for removed in self.removed:
            yield removed.meta, removed_finding(removed, self.release, rules[REMOVED])
        for patch in self.patches:
            for finding in schema_findings(patch, self.release, rules[SCHEMA]):
                # the API sees what it is merged into, if it is: there such a field is most likely wrong too
                severity = min(finding.severity, Severity.WARNING)
                yield patch.meta, replace(finding, severity=severity, certainty="likely", symptom=None)

    def refused(
        self, declarations: Sequence[Declaration], texts: Iterable[SyntaxFault]
    ) -> dict[Declaration, tuple[Fault, ...]]:
        """Those of `things` that the API server refuses, or may refuse, with why; `texts` is what is wrong in them."""
        by_node: dict[int, list[Declaration]] = {}
        for thing in declarations:
            meta = _meta(thing)
            if meta:
                by_node.setdefault(id(meta.origin.node), []).append(thing)
        found: dict[Declaration, list[Fault]] = {}
        for thing, fault in self._faults(by_node):
            found.setdefault(thing, []).append(fault)
        for thing, fault in _doubled(declarations, texts):
            found.setdefault(thing, []).append(fault)
        return {thing: tuple(faults) for thing, faults in found.items()}

    def _faults(self, by_node: Mapping[int, Sequence[Declaration]]) -> Iterator[tuple[Declaration, Fault]]:
        for unfit in self.unfit:
            for thing in by_node.get(id(unfit.meta.origin.node), ()):
                yield thing, schema_fault(unfit, thing)
        for misplaced in self.misplaced:
            for thing in by_node.get(id(misplaced.meta.origin.node), ()):
                yield thing, misplaced_fault(misplaced, thing)
        for removed in self.removed:
            for thing in by_node.get(id(removed.meta.origin.node), ()) if not removed.is_served else ():
                yield thing, removed_fault(removed, thing)


def _doubled(declarations: Iterable[Declaration], texts: Iterable[SyntaxFault]) -> Iterator[tuple[Declaration, Fault]]:
    """Objects with a key that stands twice: the API server refuses such a text, and clients keep the last value."""
    doubled = [fault for fault in texts if fault.code == "duplicate-key"]
    sources = {fault.place.source for fault in doubled}
    by_source: dict[Source, list[tuple[int, Service | Workload | Route]]] = {}
    for thing in declarations if doubled else ():
        if isinstance(thing, Service | Workload | Route) and thing.meta.origin.source in sources:
            entry = (thing.meta.origin.node.span.start, thing)
            by_source.setdefault(thing.meta.origin.source, []).append(entry)
    for entries in by_source.values():
        entries.sort(key=itemgetter(0))
    for fault in doubled:
        entries, (start, end) = by_source.get(fault.place.source, []), fault.place.span
        at = bisect_right(entries, start, key=itemgetter(0)) - 1
        if at >= 0 and end <= entries[at][1].meta.origin.node.span.end:
            owner, reason = entries[at][1], f"{fault.message}: refused, or the first value is lost"
            may = Certainty.UNKNOWN
            yield owner, Fault(Kind.DUPLICATE_KEY, owner, fault.place, reason, Outcome.REJECTED, certainty=may)


def verdicts(declarations: Iterable[Declaration], version: str | None, parts: Iterable[Declaration] = ()) -> Verdicts:
    """What the API server of release `version` (None: the newest known) says about `declarations`.

    `parts` are patches, which it never sees: only their fields are looked at.
    """
    metas, patches = _metas(declarations), _metas(parts)
    release = load_release(version)
    known = find_patches((*metas, *patches))
    return Verdicts(
        release,
        tuple(unfit_objects(metas, release, known)),
        tuple(misplaced_objects(metas, release)),
        tuple(removed_objects(metas, release)),
        tuple(unfit_patches(patches, release)),
    )


def _metas(declarations: Iterable[Declaration]) -> tuple[Meta, ...]:
    # a balancer's annotations are read as a thing of their own from the mapping of their Service
    by_node = {id(meta.origin.node): meta for meta in map(_meta, declarations) if meta is not None}
    return tuple(by_node.values())


def _meta(thing: Declaration) -> Meta | None:
    meta = getattr(thing, "meta", None)
    return meta if isinstance(meta, Meta) else None
