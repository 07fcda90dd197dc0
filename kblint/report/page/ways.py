"""The ways in on the HTML report: the map, and a table of them, whose broken steps lead to their findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter

from kblint.finding import Finding
from kblint.report.page.texts import text
from kblint.report.places import ends, path_and_line
from kblint.report.trace.graph import Card
from kblint.report.trace.to_svg import picture
from kblint.report.trace.twins import with_twins
from kblint.report.trace.wording import folder_of, said_of, tally
from kblint.report.wording import without_root
from kblint.source.text import Source
from kblint.tracing import HopState, Trace, TraceHop, TraceJourney

_MARKS = {HopState.BROKEN: "✗", HopState.UNKNOWN: "?", HopState.OK: "✓"}
_WORDS = {HopState.BROKEN: "broken", HopState.UNKNOWN: "cannot be known", HopState.OK: "arrives"}
_FOLDED = (
    (HopState.UNKNOWN, "way in whose end cannot be known", "ways in whose end cannot be known"),
    (HopState.OK, "way in that arrives", "ways in that arrive"),
)


def ways(trace: Trace, findings: Sequence[Finding], anchors: Mapping[Finding, str]) -> Iterator[str]:
    """A table of what breaks, the others folded, and the map; `anchors` are the ids of the findings on the page."""
    leads = _Leads(findings, anchors)
    journeys = with_twins(trace.journeys)
    folder = folder_of(trace.journeys)
    yield f'<section id="ways"><h2>Ways in</h2><p>{text(tally(trace))}</p>'
    broken = [journey for journey in journeys if journey.state is HopState.BROKEN]
    if broken:
        yield from _table(broken, leads, folder)
    for state, one, more in _FOLDED:
        alike = [journey for journey in journeys if journey.state is state]
        if alike:
            yield f"<details><summary>{len(alike)} {one if len(alike) == 1 else more}</summary>"
            yield from _table(alike, leads, folder)
            yield "</details>"
    yield "</section>"
    if trace.journeys:
        yield '<section id="map"><h2>Map</h2>'
        yield '<div class="map" tabindex="0" role="region" aria-label="map of the ways in">'
        yield from picture(trace, leads.of_card)
        yield "</div></section>"


def _table(journeys: Sequence[TraceJourney], leads: _Leads, folder: str) -> Iterator[str]:
    yield "<table><thead><tr><th>way in</th><th>outcome</th><th>where</th></tr></thead><tbody>"
    for journey in journeys:
        hop = next((one for one in journey.hops if one.state is journey.state), journey.hops[-1])
        variant = f"<small>{text(journey.variant)}</small>" if journey.variant else ""
        state = journey.state
        shown = journey.outcome if state is HopState.BROKEN else _WORDS[state]
        yield f'<tr class="{state.value}"><td>{text(without_root(journey.name))}{variant}</td>'
        yield f'<td><span class="mark" aria-hidden="true">{_MARKS[state]}</span> {text(shown)}</td>'
        where = f"<small>{text(path_and_line(hop.place, folder))}</small>"
        yield f"<td>{leads.linked(hop, text(said_of(hop)))}{_reason(hop)} {where}</td></tr>"
    yield "</tbody></table>"


def _reason(hop: TraceHop) -> str:
    return f": {text(hop.reason.replace('`', ''))}" if hop.reason else ""


class _Leads:
    """From a broken step to the finding that tells of it."""

    def __init__(self, findings: Sequence[Finding], anchors: Mapping[Finding, str]) -> None:
        self.anchors = anchors
        self._first: dict[str, tuple[int, Finding]] = {}
        """The first finding of each rule, with its number."""
        self._showing: dict[tuple[str, Source, int], tuple[int, Finding]] = {}
        """The first of each rule that points at a line."""
        for number, finding in enumerate(findings):
            self._first.setdefault(finding.rule.id, (number, finding))
            for location in (finding.location, *finding.related):
                key = (finding.rule.id, location.place.source, ends(location.place)[0].line)
                self._showing.setdefault(key, (number, finding))

    def of(self, hop: TraceHop) -> str | None:
        """The id of the finding: of the rules that tell of the step, the one that shows its line, else the first."""
        at = (hop.place.source, ends(hop.place)[0].line) if hop.place else None
        near = [self._showing.get((rule, *at)) for rule in hop.rules] if at else []
        told = [self._first.get(rule) for rule in hop.rules]
        for found in (near, told):
            _, finding = min(filter(None, found), key=itemgetter(0), default=(0, None))
            if finding:
                return self.anchors[finding]
        return None

    def of_card(self, card: Card) -> str | None:
        """The id of the finding about the first broken step of a card."""
        return next(filter(None, (self.of(row.hop) for row in card.rows)), None)

    def linked(self, hop: TraceHop, shown: str) -> str:
        """What is shown of a step, as a link where a finding tells of it."""
        anchor = self.of(hop)
        return f'<a href="#{anchor}">{shown}</a>' if anchor else shown
