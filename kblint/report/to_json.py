"""The report for programs: a versioned contract, described by `report.schema.json` beside this file."""

from __future__ import annotations

from kblint.finding import Baselined, Finding, Location, Result, Unjudged
from kblint.fix import Edit, Fix
from kblint.report.baseline import plain_entry
from kblint.report.detected import detected
from kblint.report.document import Json, not_followed, plain, point, report
from kblint.report.options import RenderOptions
from kblint.report.places import ends

_COUNTS = ("files", "objects", "journeys", "followed", "errors", "warnings", "infos", "suppressed", "unjudged")
"""What of the summary programs are told."""


def render(result: Result, options: RenderOptions) -> str:  # noqa: ARG001 - every format is called the same way
    """The whole result as JSON; ends with a line end."""
    return report(
        result.profile,
        {
            "profileDetected": detected(result.detection),
            "summary": {
                **{name: getattr(result.summary, name) for name in _COUNTS},
                "silencedErrors": plain(result.summary.silenced),
            },
            "findings": [_finding(finding) for finding in result.findings],
            "baseline": _baseline(result.baseline) if result.baseline else None,
            "unjudged": [_unjudged(failure) for failure in result.unjudged],
            "skipped": plain(result.skipped),
            "notFollowed": [not_followed(one) for one in result.summary.not_read],
        },
    )


def _finding(finding: Finding) -> Json:
    return {
        "rule": plain(finding.rule),
        "severity": finding.severity.label,
        "lowered": finding.lowered,
        "certainty": finding.certainty,
        "message": finding.message,
        "symptom": finding.symptom,
        "help": finding.help,
        "object": plain(finding.object),
        "location": _location(finding.location),
        "related": [_location(location) for location in finding.related],
        "journeys": plain(finding.journeys),
        "fingerprint": finding.fingerprint,
        "fix": _fix(finding.fix) if finding.fix else None,
    }


def _baseline(baseline: Baselined) -> Json:
    return {
        "path": baseline.path,
        "known": [_finding(finding) for finding in baseline.known],
        "stale": [plain_entry(entry) for entry in baseline.stale],
    }


def _unjudged(failure: Unjudged) -> Json:
    return {
        "rule": plain(failure.rule),
        "object": plain(failure.object),
        "location": _location(Location(failure.place)),
        "expression": failure.expression,
        "reason": failure.reason,
        "message": failure.message,
        "help": failure.help,
    }


def _location(location: Location) -> Json:
    start, end = ends(location.place)
    path = location.place.source.path
    return {"path": path, **point(start), "endLine": end.line, "endColumn": end.column, "label": location.label}


def _fix(fix: Fix) -> Json:
    return {
        "title": fix.title,
        "applicability": fix.applicability.value,
        "edits": [] if fix.command else [_edit(edit) for edit in fix.edits],
        "command": fix.command,
    }


def _edit(edit: Edit) -> Json:
    start, end = ends(edit.place)
    return {"path": edit.place.source.path, "start": point(start), "end": point(end), "text": edit.text}
