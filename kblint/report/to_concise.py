"""The report for many findings: a line each, as compilers write it, so that editors and `grep` can read it."""

from __future__ import annotations

from collections.abc import Iterator

from kblint.finding import Finding, Result
from kblint.report.commands import without_commands
from kblint.report.options import RenderOptions
from kblint.report.paint import Pen, Style, severity_style
from kblint.report.places import position
from kblint.report.wording import looked_at, plural, silenced, skipped_by_reason, stale, verdict


def render(result: Result, options: RenderOptions) -> str:
    """`path:line:column: error LB002 message`, a line a finding, then what was not judged or skipped, and the summary.

    No line is wrapped.
    """
    pen = Pen(options)
    lines = [_finding(finding, pen) for finding in result.findings]
    for failure in result.unjudged:
        lead = f"{pen.printable(position(failure.place))}: {pen.paint('not judged', Style.ERROR)} "
        lines.append(f"{lead}{pen.printable(failure.message)}")
    if not options.quiet:
        lines += [pen.printable(line) for line in said_in_the_end(result)]
    return without_commands("".join(f"{line}\n" for line in lines))


def _finding(finding: Finding, pen: Pen) -> str:
    severity = pen.paint(finding.severity.label, severity_style(finding.severity))
    rule = pen.paint(pen.printable(finding.rule.id), Style.STRONG)
    return f"{pen.printable(position(finding.location.place))}: {severity} {rule} {pen.printable(finding.message)}"


def said_in_the_end(result: Result) -> Iterator[str]:
    """What was skipped, what was looked at and what came of it, a line each."""
    for reason, paths in skipped_by_reason(result).items():
        yield f"skipped {plural(len(paths), 'input')}: {reason}" if paths[1:] else f"skipped {paths[0]}: {reason}"
    yield f"{looked_at(result)}: {verdict(result.summary)}."
    yield from (f"{said}." for said in (stale(result), silenced(result.summary)) if said)
