"""Findings in what charts make: where a template says it besides, what is only assumed, and which fixes are none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from kblint.finding import Finding, Location, Severity
from kblint.fix import Applicability, Fix
from kblint.from_charts import Provenance
from kblint.helm.chart import is_packed

_MOST = 3
"""Lines of templates that are shown for one finding."""
_SURE = "printed here"
_UNSURE = "likely to be printed here: the line is not sure"


def told_of_charts(findings: Iterable[Finding], charts: Provenance) -> Iterator[Finding]:
    """The findings, each with the lines of the templates that print what is wrong."""
    for finding in findings:
        is_small = finding.severity is Severity.INFO and not finding.journeys
        if is_small and is_packed(finding.location.place.source.path):
            # what a chart leaves out that nobody here wrote is not for whoever gives it values
            continue
        yield _lowered(_released(_placed(finding, charts), charts), charts)


def _released(finding: Finding, charts: Provenance) -> Finding:
    """What is wrong in an archive, which nobody edits, where it is released."""
    release = charts.released.get(finding.object) if finding.object else None
    if release is None or not is_packed(finding.location.place.source.path):
        return finding
    location = Location(release, f"releases it, with what `{finding.location.place.source.path}` says")
    return replace(finding, location=location, related=(finding.location, *finding.related), fix=None)


def _placed(finding: Finding, charts: Provenance) -> Finding:
    printed = [
        one for one in charts.printed.get(finding.location.place, ()) if finding.object in (None, one.object)
    ] or list(charts.printed.get(finding.location.place, ()))
    shown = {finding.location.place, *(location.place for location in finding.related)}
    more: dict[object, Location] = {}
    location = finding.location
    for one in printed:
        if one.template == location.place and not one.is_sure:
            label = f"{location.label}; the line is not sure" if location.label else "the line is not sure"
            location = replace(location, label=label)
        elif one.template not in shown and len(more) < _MOST:
            more.setdefault(one.template, Location(one.template, _SURE if one.is_sure else _UNSURE))
    fix = _safe(finding.fix, charts) if finding.fix else None
    return replace(finding, location=location, related=(*finding.related, *more.values()), fix=fix)


def _safe(fix: Fix, charts: Provenance) -> Fix | None:
    """A fix only of values: what a template prints is not what is written there."""
    applicability = fix.applicability
    for edit in fix.edits:
        if edit.place.source.path in charts.templates:
            return None
        printed = charts.printed.get(edit.place, ())
        if len({(one.object, one.template) for one in printed}) > 1 and applicability is Applicability.SAFE:
            # other objects take the same value
            applicability = Applicability.UNSAFE
    return replace(fix, applicability=applicability)


def _lowered(finding: Finding, charts: Provenance) -> Finding:
    """What stands in a chart that nobody releases may never run."""
    name = charts.assumed.get(finding.location.place.source.path)
    if name is None or finding.severity is Severity.INFO:
        return finding
    doubt = f"nothing here releases the chart `{name}`: these are its own values"
    lowered = f"{finding.lowered}, and {doubt}" if finding.lowered else doubt
    return replace(finding, severity=finding.severity.lowered(1), certainty="likely", lowered=lowered)
