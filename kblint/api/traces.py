"""The ways in of a project, and the calls inside."""

from __future__ import annotations

from kblint.api.checks import CheckedInputs
from kblint.api.project import unread
from kblint.finding import Result
from kblint.helm_output import at_templates
from kblint.overview import Overview, overview
from kblint.tracing import Start, Trace
from kblint.views.citations import citations
from kblint.views.trace import trace


def traced(
    found: CheckedInputs,
    *,
    start: Start = Start.INTERNET,
    target: str | None = None,
    caller: str | None = None,
    only_broken: bool = False,
) -> Trace:
    """The journeys that begin at `start`, or those to `target`, a URL or a Service; from inside, those of a `caller`.

    Where `only_broken`, the others are counted only.

    Raises:
        UsageError: nothing leads to the target, or the caller asks for nothing.
    """
    result, texts = found.result, found.project.texts
    made = trace(
        found.topologies,
        result.profile,
        target=target,
        caller=caller,
        start=start,
        unread=tuple(unread(texts, found.given)),
        detection=result.detection,
        not_read=result.summary.not_read,
        told=citations((*result.findings, *(one.finding for one in result.suppressed)), found.catalog),
        only_broken=only_broken,
    )
    return at_templates(made, texts.sources, texts.templates)


def with_ways(result: Result, found: CheckedInputs) -> Overview:
    """`result` with all ways in of what was checked: what a report needs that draws them."""
    texts = found.project.texts
    known = result.baseline.known if result.baseline else ()
    told = citations((*result.findings, *known, *(one.finding for one in result.suppressed)), found.catalog)
    made = trace(found.topologies, result.profile, detection=result.detection, told=told)
    return overview(result, at_templates(made, texts.sources, texts.templates))
