"""Kinds that an API version does not have: misspelled, or with the version of others, such as a Deployment of `v1`."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

from kblint.engine.kubernetes_schema.misfits import misfits
from kblint.engine.kubernetes_schema.release import Release
from kblint.engine.kubernetes_schema.removed import was_served
from kblint.engine.kubernetes_schema.schema_fixes import written_anew
from kblint.engine.rule import Rule
from kblint.engine.subject import reference
from kblint.finding import Finding, Location
from kblint.fix import Applicability, Fix
from kblint.model.meta import Meta
from kblint.source.spelling import nearest
from kblint.wire.faults.fault import Fault, Kind, Outcome


class Misplaced(NamedTuple):
    """An object whose kind its API version does not have: the `key` that is wrong, and what may be `right`."""

    meta: Meta
    key: str
    right: Sequence[str]

    @property
    def message(self) -> str:
        """What is wrong."""
        return f"`{self.meta.api_version}` has no kind `{self.meta.kind}`"


def misplaced_objects(metas: Sequence[Meta], release: Release) -> Iterator[Misplaced]:
    """Objects whose kind the API server has elsewhere, or under almost the same name.

    The API version must be one of the API server's own, which no custom resource can be in. A kind that resembles none
    is left alone: a newer release may have it.
    """
    for meta in metas:
        place = (meta.group, meta.version)
        if place not in release.api_versions or was_served(meta, release):
            continue
        elsewhere = release.where(meta.kind)
        near = nearest(meta.kind, [kind for kind in release.kinds if place in release.where(kind)])
        if near:
            yield Misplaced(meta, "kind", [near])
        elif elsewhere:
            apis = ["/".join(part for part in other if part) for other in elsewhere]
            yield Misplaced(meta, "apiVersion", apis)


def misplaced_fault(misplaced: Misplaced, thing: Hashable) -> Fault:
    """The object is refused."""
    place = misplaced.meta.origin.place(misplaced.key)
    return Fault(Kind.SCHEMA, thing, place, misplaced.message, Outcome.REJECTED)


def misplaced_finding(misplaced: Misplaced, release: Release, rule: Rule) -> Finding:
    """The object with where its kind is, or what it is called."""
    meta, key, right = misplaced
    return Finding(
        rule.ref,
        rule.severity,
        "known",
        misplaced.message,
        Location(meta.origin.place(key), f"did you mean `{right[0]}`?" if key == "kind" else f"it is in `{right[0]}`"),
        object=reference(meta),
        symptom="rejected by the API",
        help=f"write `{key}: {right[0]}`",
        fix=_fix(meta, key, right, release),
    )


def _fix(meta: Meta, key: str, right: Sequence[str], release: Release) -> Fix | None:
    """The right word, where there is only one and the object fits it."""
    api = meta.api_version if key == "kind" else right[0]
    kind = right[0] if key == "kind" else meta.kind
    group, _, version = api.rpartition("/")
    definition = release.definition(group, version, kind)
    if len(right) > 1 or definition is None or misfits(release, definition, meta.origin):
        return None
    edit = written_anew(meta, key, right[0])
    return Fix(f"write `{key}: {right[0]}`", Applicability.SAFE, (edit,)) if edit else None
