"""The report for programs: a versioned contract, described by `report.schema.json` beside this file."""

from __future__ import annotations

from typing import Final

from kblint import __version__
from kblint.finding import Finding, Location, Result
from kblint.fix import Edit, Fix
from kblint.report.detected import detected
from kblint.report.document import Json, dumps
from kblint.report.options import RenderOptions
from kblint.report.region import region
from kblint.source.text import Point

VERSION: Final = 1
"""Of the contract: raised when something that programs read is renamed, removed or changes its meaning."""


def render(result: Result, options: RenderOptions) -> str:  # noqa: ARG001 - every format is called the same way
    """The whole result as JSON; ends with a line end."""
    summary = result.summary
    return dumps(
        {
            "version": VERSION,
            "tool": {"name": "kblint", "version": __version__},
            "profile": result.profile,
            "profileDetected": detected(result.detection),
            "summary": {
                "files": summary.files,
                "objects": summary.objects,
                "journeys": summary.journeys,
                "followed": summary.followed,
                "errors": summary.errors,
                "warnings": summary.warnings,
                "infos": summary.infos,
                "suppressed": summary.suppressed,
            },
            "findings": [_finding(finding) for finding in result.findings],
            "skipped": [{"path": skipped.path, "reason": skipped.reason} for skipped in result.skipped],
        }
    )


def _finding(finding: Finding) -> Json:
    about = finding.object
    return {
        "rule": {"id": finding.rule.id, "name": finding.rule.name},
        "severity": finding.severity.label,
        "certainty": finding.certainty,
        "message": finding.message,
        "symptom": finding.symptom,
        "help": finding.help,
        "object": {"kind": about.kind, "namespace": about.namespace, "name": about.name} if about else None,
        "location": _location(finding.location),
        "related": [_location(location) for location in finding.related],
        "journeys": list(finding.journeys),
        "fingerprint": finding.fingerprint,
        "fix": _fix(finding.fix) if finding.fix else None,
    }


def _location(location: Location) -> Json:
    where = region(location.place)
    return {
        "path": where.path,
        "line": where.start.line,
        "column": where.start.column,
        "endLine": where.end.line,
        "endColumn": where.end.column,
        "label": location.label,
    }


def _fix(fix: Fix) -> Json:
    return {
        "title": fix.title,
        "applicability": fix.applicability.value,
        "edits": [_edit(edit) for edit in fix.edits],
    }


def _edit(edit: Edit) -> Json:
    where = region(edit.place)
    return {"path": where.path, "start": _point(where.start), "end": _point(where.end), "text": edit.text}


def _point(point: Point) -> Json:
    return {"line": point.line, "column": point.column}
