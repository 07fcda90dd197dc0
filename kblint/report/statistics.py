"""How many findings there are of each rule, and on which way in: `kblint check --statistics`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from kblint.finding import Finding, Result
from kblint.fix import Applicability
from kblint.report.commands import without_commands
from kblint.report.options import RenderOptions
from kblint.report.paint import Pen, Style, severity_style
from kblint.report.printable import cell_width
from kblint.report.to_concise import said_in_the_end
from kblint.report.wording import plural, without_root
from kblint.source.grouping import grouped


def render(result: Result, options: RenderOptions) -> str:
    """A line for each rule that found something, then one for each way in that breaks, and the summary.

    The gravest rules stand first, of those the most frequent, and the ways in with the most findings; no line is
    wrapped.
    """
    pen = Pen(options)
    blocks = [list(_rules(result.findings, pen)), list(_journeys(result.findings, pen))]
    if not options.quiet:
        blocks.append([pen.printable(line) for line in said_in_the_end(result)])
    return without_commands("\n\n".join("\n".join(block) for block in blocks if block) + "\n")


def _rules(findings: Sequence[Finding], pen: Pen) -> Iterator[str]:
    found = grouped(((finding.severity, finding.rule), finding) for finding in findings)
    order = sorted(found.items(), key=lambda one: (-one[0][0], -len(one[1]), one[0][1].id))
    width = max((len(str(len(same))) for same in found.values()), default=0)
    for (severity, rule), same in order:
        said = pen.paint(f"{severity.label:<7}", severity_style(severity))
        fixes = sum(one.fix is not None and one.fix.applicability is Applicability.SAFE for one in same)
        mended = f" ({plural(fixes, 'fix', 'fixes')} available)" if fixes else ""
        named = f"{pen.paint(pen.printable(rule.id), Style.STRONG)} {pen.printable(rule.name)}"
        yield f"{len(same):>{width}} {said} {named}{mended}"


def _journeys(findings: Sequence[Finding], pen: Pen) -> Iterator[str]:
    """The ways in, each with the rules that tell of it."""
    found = grouped((without_root(journey), finding.rule.id) for finding in findings for journey in finding.journeys)
    order = sorted(found.items(), key=lambda one: (-len(one[1]), one[0]))
    width = max((len(str(len(rules))) for rules in found.values()), default=0)
    names = {journey: pen.printable(journey) for journey in found}
    widest = min(max(map(cell_width, names.values()), default=0), pen.width // 2)
    for journey, rules in order:
        gap = " " * max(widest - cell_width(names[journey]), 0)
        said = ", ".join(f"{rule} ({count})" if count > 1 else rule for rule, count in sorted(Counter(rules).items()))
        yield f"{len(rules):>{width}} {names[journey]}{gap}  {pen.paint(pen.printable(said), Style.GUTTER)}"
