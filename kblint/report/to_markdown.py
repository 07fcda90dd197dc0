"""The report for a comment on a pull request: GitHub flavoured Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from kblint.finding import Finding, Location, Result, Severity, Unjudged
from kblint.report.commands import without_commands
from kblint.report.markup import code, prose
from kblint.report.options import RenderOptions
from kblint.report.places import position
from kblint.report.wording import (
    followed,
    help_of,
    looked_at,
    not_judged,
    outcome,
    plural,
    silenced,
    skipped_by_reason,
    some_of,
    stale,
    symptom_of,
)

_SIGNS = {Severity.ERROR: "❌", Severity.WARNING: "⚠️", Severity.INFO: "ℹ️"}  # noqa: RUF001 - the sign is meant
_LENGTH = 60_000
"""Characters of findings at most: GitHub refuses comments of more than 65,536."""


def render(result: Result, options: RenderOptions) -> str:
    """A heading with the outcome, a section a finding, what was skipped, and what was looked at."""
    blocks = [f"### kblint: {outcome(result.summary)}"]
    blocks += _findings(result)
    blocks += ["\n".join(_not_judged(failure)) for failure in result.unjudged]
    if not options.quiet:
        blocks += _skipped(result)
        said = (looked_at(result), followed(result.summary))
        blocks.append(" ".join(f"{prose(sentence)}." for sentence in said if sentence))
        if gone := stale(result):
            blocks.append(f"{prose(gone)}.")
        if quiet_errors := silenced(result.summary):
            blocks.append(f"**{prose(quiet_errors)}.**")
    return without_commands("\n\n".join(blocks) + "\n")


def _findings(result: Result) -> Iterator[str]:
    length = 0
    for number, finding in enumerate(result.findings):
        section = "\n".join(_finding(finding))
        length += len(section)
        if length > _LENGTH:
            yield f"…and {plural(len(result.findings) - number, 'more finding')}, too long for a comment."
            return
        yield section


def _finding(finding: Finding) -> Iterator[str]:
    severity = finding.severity
    yield f"#### {_SIGNS[severity]} {severity.label} {code(finding.rule.id)}: {prose(finding.message)}\n"
    yield from (_place(location) for location in (finding.location, *finding.related))
    because = f"because {finding.lowered}" if finding.lowered else ""
    for key, text in (("symptom", symptom_of(finding)), ("help", help_of(finding)), ("lowered", because)):
        if text:
            yield f"- **{key}:** {prose(text)}"
    if finding.fix and finding.fix.command:
        yield f"- **run:** {code(finding.fix.command)}"


def _not_judged(failure: Unjudged) -> Iterator[str]:
    message, help = not_judged(failure)
    yield f"#### ❌ not judged: {prose(message)}\n"
    yield f"- {code(position(failure.place))}"
    yield f"- **help:** {prose(help.removeprefix('help: '))}"


def _place(location: Location) -> str:
    label = f": {prose(location.label)}" if location.label else ""
    return f"- {code(position(location.place))}{label}"


def _skipped(result: Result) -> Iterator[str]:
    for reason, paths in skipped_by_reason(result).items():
        shown, others = some_of(paths)
        inputs = ", ".join(map(code, shown)) + (f" {others}" if others else "")
        yield f"Skipped {plural(len(paths), 'input')}, {prose(reason)}: {inputs}"
