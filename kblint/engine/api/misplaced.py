"""Kinds that are written with the API version of others, such as a Deployment of `v1`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kblint.engine.api.mend import api_version_edit
from kblint.engine.api.misfits import misfits
from kblint.engine.api.release import Release
from kblint.engine.api.removed import was_served
from kblint.engine.rule import Rule
from kblint.engine.subjects.fields import reference
from kblint.finding import Finding, Location
from kblint.fix import Applicability, Fix
from kblint.model.meta import Meta


def misplaced_findings(metas: Sequence[Meta], release: Release, rule: Rule) -> Iterator[Finding]:
    """Objects whose kind the API has, but elsewhere.

    The API version must be one of the API server's own, which no custom resource can be in.
    """
    for meta in metas:
        if (meta.group, meta.version) not in release.api_versions or was_served(meta, release):
            continue
        places = release.where(meta.kind)
        if places and all(group != meta.group for group, _ in places):
            yield _finding(meta, ["/".join(part for part in place if part) for place in places], release, rule)


def _finding(meta: Meta, apis: Sequence[str], release: Release, rule: Rule) -> Finding:
    return Finding(
        rule.ref,
        rule.severity,
        "known",
        f"`{meta.api_version}` has no {meta.kind}",
        Location(meta.origin.place("apiVersion"), f"{meta.kind} is in `{apis[0]}`"),
        object=reference(meta),
        symptom=rule.symptom.text if rule.symptom else None,
        help=f"write `apiVersion: {apis[0]}`",
        fix=_fix(meta, apis, release),
    )


def _fix(meta: Meta, apis: Sequence[str], release: Release) -> Fix | None:
    group, _, version = apis[0].rpartition("/")
    definition = release.definition(group, version, meta.kind)
    if len(apis) > 1 or definition is None or misfits(release, definition, meta.origin):
        return None
    edit = api_version_edit(meta, apis[0])
    return Fix(f"write `apiVersion: {apis[0]}`", Applicability.SAFE, (edit,)) if edit else None
