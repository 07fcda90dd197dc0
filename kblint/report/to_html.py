"""The report as one page for a browser: no script, nothing from elsewhere, light and dark, fit to print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import resources

from kblint import __version__
from kblint.finding import Finding, Result, Suppressed, Unjudged
from kblint.overview import Overview
from kblint.report.alike import folded
from kblint.report.commands import without_commands
from kblint.report.frame import Frame
from kblint.report.options import RenderOptions
from kblint.report.page.texts import painted, paragraphs, prose, text
from kblint.report.page.ways import ways
from kblint.report.paint import Pen
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
    stale,
    symptom_of,
)

_PEN = Pen(RenderOptions(color=True, width=100))
"""Frames are drawn as wide as in a file, and scroll where a screen is narrower."""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""What a browser may load or run for this page: nothing, whatever a name in a manifest says."""


def render(result: Result, options: RenderOptions) -> str:
    """The whole page: the verdict, the ways in where the result has them, the findings, what was not followed.

    The gravest findings stand first; of many that are alike the first has a frame.
    """
    lines = [*_head(result), *_verdict(result, options), "<main>"]
    gravest_first = sorted(result.findings, key=lambda finding: -finding.severity)
    anchors = {finding: f"finding-{number}" for number, finding in enumerate(gravest_first, 1)}
    if isinstance(result, Overview) and result.trace:
        lines += ways(result.trace, gravest_first, anchors)
    lines += _findings(result, gravest_first, anchors)
    if options.show_suppressed and result.suppressed:
        lines += _suppressed(result.suppressed)
    if not options.quiet:
        lines += _not_followed(result)
    lines += ["</main>", f"<footer>kblint {text(__version__)}, profile {text(result.profile)}</footer>", "</body>"]
    return without_commands("\n".join([*lines, "</html>"]) + "\n")


def _head(result: Result) -> Iterator[str]:
    style = resources.files("kblint.report.page").joinpath("page.css").read_text(encoding="utf-8")
    yield "<!DOCTYPE html>"
    yield '<html lang="en"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield f"<title>kblint: {text(outcome(result.summary))}</title>"
    yield f"<style>\n{style}</style></head><body>"


def _verdict(result: Result, options: RenderOptions) -> Iterator[str]:
    summary = result.summary
    is_open = summary.warnings or summary.unfollowed or summary.not_read or not summary.files
    worst = "error" if summary.errors or summary.unjudged else "warning" if is_open else "good"
    yield f'<header class="{worst}"><h1>{text(outcome(summary))}</h1>'
    if not options.quiet:
        said = (looked_at(result), followed(summary), stale(result), silenced(summary))
        yield from (f"<p>{prose(sentence)}.</p>" for sentence in said if sentence)
    links = [("findings", "Findings"), *([] if options.quiet else [("not-followed", "Not followed")])]
    if isinstance(result, Overview) and result.trace:
        links = [("ways", "Ways in"), *([("map", "Map")] if result.trace.journeys else []), *links]
    shown = " ".join(f'<a href="#{id}">{name}</a>' for id, name in links)
    yield f"<nav>{shown}</nav></header>"


def _findings(result: Result, findings: Sequence[Finding], anchors: Mapping[Finding, str]) -> Iterator[str]:
    about = {rule.id: rule.description for rule in result.rules}
    yield '<section id="findings"><h2>Findings</h2>'
    if not findings and not result.unjudged:
        yield f"<p>{text(outcome(result.summary))}</p>"
    for finding, others in folded(findings):
        yield from _finding(finding, others, anchors, about.get(finding.rule.id, ""))
    for failure in result.unjudged:
        yield from _not_judged(failure)
    yield "</section>"


def _finding(finding: Finding, others: Sequence[Finding], anchors: Mapping[Finding, str], about: str) -> Iterator[str]:
    severity = finding.severity.label
    yield f'<article id="{anchors[finding]}" class="{severity}">'
    rule = f'<span class="rule">{text(finding.rule.id)}</span>'
    yield f'<h3><span class="severity">{severity}</span> {rule} {prose(finding.message)}</h3>'
    yield f'<pre tabindex="0">{painted(Frame(finding, _PEN).lines())}</pre>'
    because = f"because {finding.lowered}" if finding.lowered else ""
    notes = [("symptom", symptom_of(finding)), ("help", help_of(finding)), ("lowered", because)]
    told = [f"<dt>{key}</dt><dd>{prose(said)}</dd>" for key, said in notes if said]
    if finding.fix and finding.fix.command:
        told.append(f"<dt>run</dt><dd><code>{text(finding.fix.command)}</code></dd>")
    if told:
        yield f"<dl>{''.join(told)}</dl>"
    if others:
        yield f"<p>and {len(others)} more like it:</p><ul>"
        for one in others:
            yield f'<li id="{anchors[one]}"><code>{text(position(one.location.place))}</code> {prose(one.message)}</li>'
        yield "</ul>"
    if about:
        yield f"<details><summary>why {text(finding.rule.id)} matters</summary>{''.join(paragraphs(about))}</details>"
    yield "</article>"


def _not_judged(failure: Unjudged) -> Iterator[str]:
    message, help = not_judged(failure)
    yield f'<article class="error"><h3><span class="severity">not judged</span> {prose(message)}</h3>'
    yield f"<p><code>{text(position(failure.place))}</code></p>"
    yield f"<dl><dt>help</dt><dd>{prose(help.removeprefix('help: '))}</dd></dl></article>"


def _suppressed(suppressed: Sequence[Suppressed]) -> Iterator[str]:
    yield '<section id="suppressed"><h2>Suppressed</h2><ul>'
    for one in suppressed:
        finding = one.finding
        where = f"<code>{text(position(finding.location.place))}</code>"
        said = f"{finding.severity.label} {text(finding.rule.id)} {prose(finding.message)}"
        yield f"<li>{where} {said}: {prose(one.reason or 'no reason is written')}</li>"
    yield "</ul></section>"


def _not_followed(result: Result) -> Iterator[str]:
    """What makes ways in that were not followed, and what was not read, by reason."""
    yield '<section id="not-followed"><h2>Not followed</h2>'
    if result.summary.not_read:
        count = plural(len(result.summary.not_read), "thing makes", "things make")
        yield f"<details><summary>{count} ways in that are not followed</summary><ul>"
        for one in result.summary.not_read:
            yield f"<li>{prose(one.name)} <code>{text(position(one.place))}</code></li>"
        yield "</ul></details>"
    by_reason = skipped_by_reason(result)
    for reason, paths in by_reason.items():
        yield f"<details><summary>{plural(len(paths), 'input')}: {prose(reason)}</summary><ul>"
        yield from (f"<li><code>{text(path)}</code></li>" for path in paths)
        yield "</ul></details>"
    if not by_reason and not result.summary.not_read:
        said = followed(result.summary)
        yield f"<p>{prose(said)}</p>" if said else "<p>nothing was left out</p>"
    yield "</section>"
