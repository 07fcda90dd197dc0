"""Why helm does not render a chart, and where it says what is wrong."""

from __future__ import annotations

import re

from msgspec import Struct

from kblint.helm.chart import ChartFolder
from kblint.helm.process import Ran
from kblint.source.regex import regex
from kblint.source.text import Place, Span


class NotRendered(Struct, frozen=True):
    """Why a chart is not rendered; `place` is where helm says something is wrong, None where it is not the chart.

    `is_always` says that it fails whatever the values are.
    """

    reason: str
    place: Place | None = None
    is_always: bool = False


_ERROR = regex(r"^Error: (.+?)(?=\n\nUse --debug|\Z)", re.MULTILINE | re.DOTALL)
_PARSE = regex(r"parse error at \((?P<file>[^():]+):(?P<line>\d+)(?::\d+)?\): (?P<why>.+)", re.DOTALL)
_AT = regex(r"(?:template: |at \()(?P<file>[^\s():]+):(?P<line>\d+)(?::(?P<column>\d+))?\)?: ?(?P<why>.*)", re.DOTALL)
_YAML = regex(r"YAML parse error on (?P<file>\S+): (?P<why>.+)", re.DOTALL)
_ELSEWHERE = regex(r"\blookup\b|\.Capabilities\b")
"""What a template may ask of the cluster, which only kblint does not have."""
_LONGEST = 300


def failure(ran: Ran, chart: ChartFolder) -> NotRendered:
    """What helm says against a chart."""
    if ran.stopped:
        return NotRendered(ran.stopped)
    error = _ERROR.search(ran.error)
    said = error[1] if error else ran.error.strip()
    is_always = True
    match = _PARSE.search(said)
    if match is None:
        is_always = False
        match = next(iter(reversed(list(_all_at(said)))), None) or _YAML.search(said)
    words = " ".join((match["why"] if match else said).split())
    words = words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
    if match is None:
        return NotRendered(f"helm says: {words}")
    place = _place(match["file"], int(match.groupdict().get("line") or 1), chart)
    asks = any(_ELSEWHERE.search(source.text) for name, source in chart.sources.items() if "templates/" in name)
    if place is None or (asks and not is_always):
        return NotRendered(f"helm says: {words}")
    return NotRendered(f"helm says: {words}", place, is_always)


def _all_at(said: str) -> list[re.Match[str]]:
    """Each template that an error went through, the outermost first."""
    found: list[re.Match[str]] = []
    position = 0
    while match := _AT.search(said, position):
        found.append(match)
        position = match.start("why")
    return found


def _place(named: str, line: int, chart: ChartFolder) -> Place | None:
    """The line of a template that helm calls by the chart's name first."""
    own = named.partition("/")[2]
    source = chart.source(own)
    if source is None:
        return None
    text = source.line(line)
    start = source.line_starts[line - 1] if 0 < line <= len(source.line_starts) else 0
    lead = len(text) - len(text.lstrip())
    return Place(source, Span(start + lead, start + len(text.rstrip())))
