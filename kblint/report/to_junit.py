"""The report for CI servers that read JUnit XML: a suite a file, a test case a finding.

Errors are failures. Warnings and infos do not fail a run by themselves, so they are test cases that pass and say what
was found; what was not checked is a skipped test. There is no official schema; the elements and attributes are those
that Jenkins reads: https://github.com/jenkinsci/xunit-plugin, `junit-10.xsd`.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import groupby

from kblint.finding import Finding, Result, Severity, Skipped, Unjudged
from kblint.report.commands import without_commands
from kblint.report.options import RenderOptions
from kblint.report.places import ends, position
from kblint.report.printable import printable
from kblint.report.wording import looked_at, not_judged, said_about, verdict


def render(result: Result, options: RenderOptions) -> str:  # noqa: ARG001 - every format is called the same way
    """All suites in one document; a run without findings holds one test that passed. Ends with a line end."""
    suites: list[str] = []
    for path, group in groupby(result.findings, key=lambda finding: finding.location.place.source.path):
        findings = list(group)
        cases = [_case(finding) for finding in findings]
        suites.append(_suite(path, cases, failures=_failures(findings)))
    if result.unjudged:
        cases = [_not_judged(failure) for failure in result.unjudged]
        suites.append(_suite("not judged", cases, errors=len(cases)))
    if result.skipped:
        cases = [_skipped(skipped) for skipped in result.skipped]
        suites.append(_suite("skipped", cases, skipped=len(cases)))
    if not result.findings and not result.unjudged:
        said = f"{looked_at(result)}: {verdict(result.summary)}"
        suites.append(_suite("kblint", [f'    <testcase classname="kblint" name={_attribute(said)} time="0"/>']))
    tests = len(result.skipped) + max(1, len(result.findings) + len(result.unjudged))
    head = (
        f'<testsuites name="kblint" tests="{tests}" failures="{_failures(result.findings)}" '
        f'errors="{len(result.unjudged)}" skipped="{len(result.skipped)}" time="0">'
    )
    document = ['<?xml version="1.0" encoding="UTF-8"?>', head, *suites, "</testsuites>", ""]
    return without_commands("\n".join(document))


def _suite(name: str, cases: list[str], *, failures: int = 0, errors: int = 0, skipped: int = 0) -> str:
    head = (
        f'  <testsuite name={_attribute(name)} tests="{len(cases)}" failures="{failures}" errors="{errors}" '
        f'skipped="{skipped}" time="0">'
    )
    return "\n".join([head, *cases, "  </testsuite>"])


def _case(finding: Finding) -> str:
    rule = finding.rule
    path = finding.location.place.source.path
    line, column = ends(finding.location.place)[0]
    name = f"{rule.id} {rule.name} at {line}:{column}"
    details = escape("\n".join(_details(finding)))
    if finding.severity is Severity.ERROR:
        outcome = f"<failure type={_attribute(rule.id)} message={_attribute(finding.message)}>{details}</failure>"
    else:
        outcome = f"<system-out>{details}</system-out>"
    return (
        f'    <testcase classname={_attribute(path)} name={_attribute(name)} time="0">\n'
        f"      {outcome}\n"
        "    </testcase>"
    )


def _details(finding: Finding) -> Iterator[str]:
    said, *notes = said_about(finding)
    yield f"{finding.severity.label}: {printable(said)}"
    for location in (finding.location, *finding.related):
        yield printable(position(location.place, location.label))
    yield from map(printable, notes)


def _not_judged(failure: Unjudged) -> str:
    path, rule = failure.place.source.path, failure.rule
    line, column = ends(failure.place)[0]
    details = escape("\n".join(map(printable, not_judged(failure))))
    return (
        f"    <testcase classname={_attribute(path)} name={_attribute(f'{rule.id} {rule.name} at {line}:{column}')} "
        'time="0">\n'
        f"      <error type={_attribute(rule.id)} message={_attribute(failure.message)}>{details}</error>\n"
        "    </testcase>"
    )


def _skipped(skipped: Skipped) -> str:
    return (
        f'    <testcase classname={_attribute(skipped.path)} name="skipped" time="0">\n'
        f"      <skipped message={_attribute(skipped.reason)}/>\n"
        "    </testcase>"
    )


def _failures(findings: list[Finding] | tuple[Finding, ...]) -> int:
    return sum(finding.severity is Severity.ERROR for finding in findings)


def _attribute(text: str) -> str:
    """`text` as an attribute's value; XML 1.0 forbids most control characters even when escaped."""
    return f'"{escape(printable(text))}"'
