"""The report for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kblint.finding import Finding, Result, Suppressed, Unjudged
from kblint.fix import Applicability
from kblint.report.alike import folded
from kblint.report.commands import without_commands
from kblint.report.frame import Frame
from kblint.report.options import RenderOptions
from kblint.report.paint import Pen, Style, severity_style
from kblint.report.places import position
from kblint.report.printable import cell_width, wrap
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


def render(result: Result, options: RenderOptions) -> str:
    """Findings with code frames, then what was suppressed and skipped, then a summary; ends with a line end.

    The gravest stand last, where a terminal shows them. Of many that are alike the first has a frame.

    Lines are at most `options.width` cells wide, paths and words that are longer than that apart.
    """
    pen = Pen(options)
    blocks: list[list[str]] = []
    if options.show_suppressed:
        blocks += [list(_suppressed(suppressed, pen)) for suppressed in result.suppressed]
        blocks += [list(_known(finding, pen)) for finding in (result.baseline.known if result.baseline else ())]
    gravest_last = sorted(result.findings, key=lambda finding: finding.severity)
    blocks += [list(_finding(finding, others, pen)) for finding, others in folded(gravest_last)]
    blocks += [list(_not_judged(failure, pen)) for failure in result.unjudged]
    if not options.quiet:
        blocks += [list(_skipped(result, pen)), [*_summary(result, pen), *_stale(result, pen), *_silenced(result, pen)]]
    text = "\n\n".join("\n".join(block) for block in blocks if block)
    return without_commands(text + "\n" if text else "")


def _finding(finding: Finding, others: Sequence[Finding], pen: Pen) -> Iterator[str]:
    frame = Frame(finding, pen)
    lead = f"{finding.severity.label}[{pen.printable(finding.rule.id)}]"
    yield from _hanging(lead, severity_style(finding.severity), finding.message, pen, style=Style.STRONG)
    yield from frame.lines()
    notes = [(key, text) for key, text in _notes(finding) if text]
    command = finding.fix.command if finding.fix else None
    if notes or command or finding.lowered:
        yield frame.gutter()
    for key, text in notes:
        yield from _hanging(f"= {key}", Style.STRONG, text, pen, indent=frame.margin + 1)
    if command:
        yield from _command(command, pen, frame.margin + 1)
    if finding.lowered:
        because, dim = f"because {finding.lowered}", Style.GUTTER
        yield from _hanging("= lowered", dim, because, pen, style=dim, indent=frame.margin + 1)
    if others:
        yield frame.gutter()
        yield f"{' ' * (frame.margin + 1)}{pen.paint(f'= and {len(others)} more like it', Style.STRONG)}:"
        for one in others:
            said = f"{position(one.location.place)}: {one.message}"
            yield from pen.folded(said, indent=frame.margin + 3)


def _notes(finding: Finding) -> Iterator[tuple[str, str]]:
    yield "symptom", symptom_of(finding)
    yield "help", help_of(finding)
    fix = finding.fix
    if fix and fix.applicability is Applicability.MANUAL and finding.help and not fix.command:
        yield "by hand", fix.title


def _command(command: str, pen: Pen, indent: int) -> Iterator[str]:
    r"""A command to run; its lines end in ` \`, so that a shell takes what is copied from here."""
    lead = "= run"
    hang = indent + len(lead) + len(": ")
    lines = wrap(pen.printable(command), pen.width - hang - len(" \\"))
    for number, line in enumerate(lines, 1):
        begin = f"{' ' * indent}{pen.paint(lead, Style.STRONG)}: " if number == 1 else " " * hang
        yield begin + (line if number == len(lines) else f"{line} \\")


def _suppressed(suppressed: Suppressed, pen: Pen) -> Iterator[str]:
    finding = suppressed.finding
    said = position(finding.location.place, f"{finding.severity.label}[{finding.rule.id}]: {finding.message}")
    yield from _hanging("suppressed", Style.STRONG, said, pen, hang=2)
    yield from _hanging("  reason", Style.STRONG, suppressed.reason or "none is written", pen)


def _known(finding: Finding, pen: Pen) -> Iterator[str]:
    said = position(finding.location.place, f"{finding.severity.label}[{finding.rule.id}]: {finding.message}")
    yield from _hanging("in the baseline", Style.STRONG, said, pen, hang=2)


def _not_judged(failure: Unjudged, pen: Pen) -> Iterator[str]:
    message, help = not_judged(failure)
    yield from _hanging("not judged", Style.ERROR, position(failure.place, message), pen, hang=2)
    yield from _hanging("  help", Style.STRONG, help.removeprefix("help: "), pen)


def _silenced(result: Result, pen: Pen) -> Iterator[str]:
    """The last line, where something in the files keeps errors from being told."""
    said = silenced(result.summary)
    for line in wrap(f"{said}." if said else "", pen.width):
        yield pen.paint(line, Style.WARNING)


def _stale(result: Result, pen: Pen) -> Iterator[str]:
    """What the baseline holds and nobody finds any more."""
    said = stale(result)
    yield from wrap(pen.printable(f"{said}." if said else ""), pen.width)


def _skipped(result: Result, pen: Pen) -> Iterator[str]:
    """What was not checked, by reason."""
    for reason, paths in skipped_by_reason(result).items():
        if len(paths) == 1:
            yield from _hanging("skipped", Style.STRONG, f"{paths[0]}: {reason}", pen, hang=2)
        else:
            yield from _hanging(f"skipped {len(paths)} inputs", Style.STRONG, reason, pen, hang=2)
            shown, others = some_of(paths)
            yield from (f"  {pen.printable(path)}" for path in shown)
            if others:
                yield f"  {others}"


def _summary(result: Result, pen: Pen) -> Iterator[str]:
    """What was looked at, what came of it, what can be mended: on one line if all fits."""
    summary = result.summary
    parts = [f"{looked_at(result)}:", f"{outcome(summary)}."]
    fixes = sum(
        finding.fix is not None and finding.fix.applicability is Applicability.SAFE for finding in result.findings
    )
    if said := followed(summary):
        parts.append(f"{said}.")
    is_open = summary.warnings or summary.unfollowed or summary.not_read or not summary.files
    worst = Style.ERROR if summary.errors or summary.unjudged else Style.WARNING if is_open else Style.GOOD
    parts = [pen.printable(part) for part in parts]
    if any(cell_width(part) > pen.width for part in parts):
        parts = wrap(" ".join(parts), pen.width)
    if fixes:
        # last, and never broken: it ends in a command to copy
        parts.append(pen.printable(f"{plural(fixes, 'fix', 'fixes')} available: {pen.options.fix_command}"))
    line = ""
    for part in parts:
        if line and cell_width(f"{line} {part}") > pen.width:
            yield pen.paint(line, worst)
            line = part
        else:
            line = f"{line} {part}" if line else part
    yield pen.paint(line, worst)


def _hanging(
    lead: str,
    lead_style: Style,
    text: str,
    pen: Pen,
    *,
    style: Style = Style.PLAIN,
    indent: int = 0,
    hang: int | None = None,
) -> Iterator[str]:
    """`lead: text`, wrapped; the lines after the first are indented to where the text began, or by `hang` cells."""
    begin = indent + len(lead) + len(": ")
    hang = begin if hang is None else hang
    said = wrap(pen.printable(text.strip()), pen.width - hang, taken=begin - hang) or [""]
    first, *others = (pen.paint(line, style) for line in said)
    yield f"{' ' * indent}{pen.paint(lead, lead_style)}: {first}"
    yield from (" " * hang + line for line in others)
