"""Findings in what kustomizations build, where nobody knows all that changes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from kblint.engine.subject import reference
from kblint.finding import Finding, Severity
from kblint.model.bundle import Declaration, meta_of
from kblint.render.rendered import Build


def told_of_builds(
    findings: Iterable[Finding], builds: Iterable[Build], declarations: Iterable[Declaration]
) -> Iterator[Finding]:
    """The findings; about objects that a patch or replacement changes which could not be done, for information only."""
    doubts = {build.path: build.doubt for build in builds if build.doubt}
    metas = (meta_of(one) for one in declarations if doubts)
    doubtful = {reference(meta): doubts[meta.path] for meta in metas if meta and meta.path in doubts}
    for finding in findings:
        doubt = doubtful.get(finding.object) if finding.object else None
        if doubt is None or finding.severity is Severity.INFO:
            yield finding
        else:
            lowered = f"what changes it could not be done: {doubt}"
            yield replace(finding, severity=Severity.INFO, certainty="likely", lowered=lowered, fix=None)
