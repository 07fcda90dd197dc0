"""The report for GitHub Actions: workflow commands that become annotations on the changed lines.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message
"""

from __future__ import annotations

from collections.abc import Mapping

from kblint.finding import Finding, Result, Severity, Unjudged
from kblint.report.commands import without_inline_commands
from kblint.report.options import RenderOptions
from kblint.report.places import ends, path_and_line
from kblint.report.printable import printable
from kblint.report.wording import (
    looked_at,
    not_judged,
    plural,
    said_about,
    silenced,
    skipped_by_reason,
    some_of,
    stale,
    verdict,
)

_COMMANDS: Mapping[Severity, str] = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(result: Result, options: RenderOptions) -> str:
    """A command a finding, one for each reason why something was skipped, and the summary for the log."""
    lines = [_finding(finding) for finding in result.findings]
    lines += [_not_judged(failure) for failure in result.unjudged]
    if not options.quiet:
        for reason, paths in skipped_by_reason(result).items():
            title = f"kblint skipped {plural(len(paths), 'input')}"
            shown, others = some_of(paths)
            lines.append(_command("notice", {"title": title}, [reason, *shown, *([others] if others else [])]))
        said = f"{looked_at(result)}: {verdict(result.summary)}."
        lines.append(without_inline_commands(printable(said)))
        if gone := stale(result):
            lines.append(_command("notice", {"title": "kblint"}, [gone]))
        if quiet_errors := silenced(result.summary):
            lines.append(_command("warning", {"title": "kblint"}, [quiet_errors]))
    return "".join(f"{line}\n" for line in lines)


def _finding(finding: Finding) -> str:
    place = finding.location.place
    start, end = ends(place)
    # GitHub takes columns only where they are on one line:
    # https://docs.github.com/en/rest/checks/runs#create-a-check-run
    columns = {"col": start.column, "endColumn": end.column} if start.line == end.line else {}
    properties: dict[str, str | int] = {
        "file": place.source.path,
        "line": start.line,
        "endLine": end.line,
        **columns,
        "title": f"{finding.rule.id} {finding.rule.name}",
    }
    lines = said_about(finding)
    if finding.location.label:
        lines.insert(1, finding.location.label)
    for location in finding.related:
        lines.append(f"{path_and_line(location.place)}: {location.label}".removesuffix(": "))
    return _command(_COMMANDS[finding.severity], properties, lines)


def _not_judged(failure: Unjudged) -> str:
    file, line = failure.place.source.path, ends(failure.place)[0].line
    return _command("error", {"file": file, "line": line, "title": "kblint: not judged"}, not_judged(failure))


def _command(name: str, properties: Mapping[str, str | int], lines: list[str]) -> str:
    pairs = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{name} {pairs}::" + "%0A".join(_data(line) for line in lines)


def _data(text: str) -> str:
    return without_inline_commands(printable(text)).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
