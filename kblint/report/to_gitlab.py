"""The report for GitLab merge requests: code quality JSON.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from hashlib import sha256

from kblint.finding import Finding, Result, Severity, Skipped, Unjudged
from kblint.report.document import Json, dumps
from kblint.report.options import RenderOptions
from kblint.report.places import ends
from kblint.report.printable import printable
from kblint.report.wording import symptom_of

_SEVERITIES: Mapping[Severity, str] = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(result: Result, options: RenderOptions) -> str:  # noqa: ARG001 - every format is called the same way
    """An entry a finding, and one of severity `info` for every input that was not checked; ends with a line end."""
    seen: Counter[str] = Counter()
    entries: list[Json] = []
    for finding in result.findings:
        seen[finding.fingerprint] += 1
        entries.append(_finding(finding, seen[finding.fingerprint]))
    entries += [_not_judged(failure) for failure in result.unjudged]
    return dumps([*entries, *(_skipped(skipped) for skipped in dict.fromkeys(result.skipped))])


def _finding(finding: Finding, occurrence: int) -> Json:
    """GitLab drops an entry whose fingerprint it has seen: the same mistake in the same words counts its occurrence."""
    place = finding.location.place
    seen = symptom_of(finding)
    return {
        "description": printable(f"{finding.message} (symptom: {seen})" if seen else finding.message),
        "check_name": finding.rule.id,
        "fingerprint": finding.fingerprint if occurrence == 1 else f"{finding.fingerprint}-{occurrence}",
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": place.source.path, "lines": {"begin": ends(place)[0].line}},
    }


def _not_judged(failure: Unjudged) -> Json:
    path = failure.place.source.path
    told_apart_by = f"{path}\0{failure.message}".encode(errors="surrogatepass")
    return {
        "description": printable(f"not judged: {failure.message}"),
        "check_name": failure.rule.id,
        "fingerprint": sha256(told_apart_by).hexdigest()[:16],
        "severity": "blocker",
        "location": {"path": path, "lines": {"begin": ends(failure.place)[0].line}},
    }


def _skipped(skipped: Skipped) -> Json:
    told_apart_by = f"{skipped.path}\0{skipped.reason}".encode(errors="surrogatepass")
    return {
        "description": printable(f"not checked: {skipped.reason}"),
        "check_name": "skipped",
        "fingerprint": sha256(told_apart_by).hexdigest()[:16],
        "severity": "info",
        "location": {"path": skipped.path, "lines": {"begin": 1}},
    }
