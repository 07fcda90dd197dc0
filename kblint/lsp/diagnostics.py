"""Findings as an editor shows them: at their place, with the other ends as related information."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lsprotocol import types

from kblint.errors import KblintError
from kblint.finding import Finding, Location, Severity
from kblint.lsp.look import Look
from kblint.lsp.places import Places
from kblint.source.grouping import grouped
from kblint.source.text import Place

SOURCE = "kblint"
_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}


def diagnostics(look: Look, places: Places) -> Mapping[str, tuple[types.Diagnostic, ...]]:
    """What is told of each file, by its address."""
    return grouped(_told(look, places))


def diagnostic(finding: Finding, places: Places) -> types.Diagnostic:
    """One finding."""
    return types.Diagnostic(
        range=places.range(finding.location.place),
        severity=_SEVERITIES[finding.severity],
        code=finding.rule.id,
        source=SOURCE,
        message="\n".join(_lines(finding)),
        related_information=[
            types.DiagnosticRelatedInformation(places.location(one.place), one.label or "this belongs to it")
            for one in _ends(finding)
        ],
    )


def _told(look: Look, places: Places) -> Iterator[tuple[str, types.Diagnostic]]:
    for finding in look.findings:
        yield places.uri(finding.location.place.path), diagnostic(finding, places)
    if look.mistake is not None and isinstance(look.mistake.place, Place):
        place = look.mistake.place
        yield places.uri(place.path), _mistake(look.mistake, places.range(place))


def _mistake(mistake: KblintError, where: types.Range) -> types.Diagnostic:
    message = "\n".join([mistake.message, *([f"help: {mistake.help}"] if mistake.help else [])])
    return types.Diagnostic(where, message, severity=types.DiagnosticSeverity.Error, source=SOURCE)


def _lines(finding: Finding) -> Iterator[str]:
    yield finding.message
    if finding.symptom:
        on = f" on {', '.join(finding.journeys[:3])}" if finding.journeys else ""
        more = f" and {len(finding.journeys) - 3} more" if len(finding.journeys) > 3 else ""
        yield f"symptom: {finding.symptom}{on}{more}"
    if finding.help:
        yield f"help: {finding.help}"
    if finding.lowered:
        yield f"lowered: because {finding.lowered}"


def _ends(finding: Finding) -> Iterator[Location]:
    """Both ends: the place itself where there is something to say of it, and the others."""
    if finding.location.label:
        yield finding.location
    yield from finding.related
