"""The report for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from kblint.finding import Finding, Result, Suppressed
from kblint.fix import Applicability
from kblint.report.commands import without_commands
from kblint.report.frame import MIN_WIDTH, Frame
from kblint.report.options import RenderOptions
from kblint.report.paint import Style, paint, severity_style
from kblint.report.printable import cell_width, printable, wrap
from kblint.report.wording import followed, help_of, looked_at, outcome, people_see, plural, skipped_by_reason, some_of


def render(result: Result, options: RenderOptions) -> str:
    """Findings with code frames, then what was suppressed and skipped, then a summary; ends with a line end.

    Lines are at most `options.width` cells wide, paths and words that are longer than that apart.
    """
    blocks = [list(_finding(finding, options)) for finding in result.findings]
    if options.show_suppressed:
        blocks += [list(_suppressed(suppressed, options)) for suppressed in result.suppressed]
    if not options.quiet:
        blocks += [list(_skipped(result, options)), list(_summary(result, options))]
    text = "\n\n".join("\n".join(block) for block in blocks if block)
    return without_commands(text + "\n" if text else "")


def _finding(finding: Finding, options: RenderOptions) -> Iterator[str]:
    frame = Frame(finding, options)
    lead = f"{finding.severity.label}[{printable(finding.rule.id, unicode=options.unicode)}]"
    yield from _hanging(lead, severity_style(finding.severity), finding.message, options, style=Style.STRONG)
    yield from frame.lines()
    notes = [(key, text) for key, text in _notes(finding) if text]
    if notes:
        yield frame.gutter()
    for key, text in notes:
        yield from _hanging(f"= {key}", Style.STRONG, text, options, indent=frame.margin + 1)


def _notes(finding: Finding) -> Iterator[tuple[str, str]]:
    yield "people see", people_see(finding)
    yield "help", help_of(finding)
    if finding.fix and finding.fix.applicability is Applicability.MANUAL and finding.help:
        yield "by hand", finding.fix.title


def _suppressed(suppressed: Suppressed, options: RenderOptions) -> Iterator[str]:
    finding = suppressed.finding
    source, span = finding.location.place
    line, column = source.point(span.start)
    said = f"{source.path}:{line}:{column}: {finding.severity.label}[{finding.rule.id}]: {finding.message}"
    yield from _hanging("suppressed", Style.STRONG, said, options, hang=2)
    yield from _hanging("  reason", Style.STRONG, suppressed.reason or "none is written", options)


def _skipped(result: Result, options: RenderOptions) -> Iterator[str]:
    """What was not checked, by reason."""
    for reason, paths in skipped_by_reason(result).items():
        if len(paths) == 1:
            yield from _hanging("skipped", Style.STRONG, f"{paths[0]}: {reason}", options, hang=2)
        else:
            yield from _hanging(f"skipped {len(paths)} inputs", Style.STRONG, reason, options, hang=2)
            shown, others = some_of(paths)
            yield from (f"  {printable(path, unicode=options.unicode)}" for path in shown)
            if others:
                yield f"  {others}"


def _summary(result: Result, options: RenderOptions) -> Iterator[str]:
    """What was looked at, what came of it, what can be mended: on one line if all fits."""
    summary = result.summary
    parts = [f"{looked_at(result)}:", f"{outcome(summary)}."]
    fixes = sum(
        finding.fix is not None and finding.fix.applicability is Applicability.SAFE for finding in result.findings
    )
    if fixes:
        parts.append(f"{plural(fixes, 'fix', 'fixes')} available: {options.fix_command}")
    if said := followed(summary):
        parts.append(f"{said}.")
    is_open = summary.warnings or summary.unfollowed or not summary.files
    worst = Style.ERROR if summary.errors else Style.WARNING if is_open else Style.GOOD
    parts = [printable(part, unicode=options.unicode) for part in parts]
    if any(cell_width(part) > _width(options) for part in parts):
        parts = wrap(" ".join(parts), _width(options))
    line = ""
    for part in parts:
        if line and cell_width(f"{line} {part}") > _width(options):
            yield paint(line, worst, color=options.color)
            line = part
        else:
            line = f"{line} {part}" if line else part
    yield paint(line, worst, color=options.color)


def _hanging(
    lead: str,
    lead_style: Style,
    text: str,
    options: RenderOptions,
    *,
    style: Style = Style.PLAIN,
    indent: int = 0,
    hang: int | None = None,
) -> Iterator[str]:
    """`lead: text`, wrapped; the lines after the first are indented to where the text began, or by `hang` cells."""
    begin = indent + len(lead) + len(": ")
    hang = begin if hang is None else hang
    said = wrap(printable(text.strip(), unicode=options.unicode), _width(options) - hang, taken=begin - hang) or [""]
    first, *others = (paint(line, style, color=options.color) for line in said)
    yield f"{' ' * indent}{paint(lead, lead_style, color=options.color)}: {first}"
    yield from (" " * hang + line for line in others)


def _width(options: RenderOptions) -> int:
    return max(options.width, MIN_WIDTH)
