"""Which findings belong to which line of which application."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from kblint.engine.subject import reference
from kblint.finding import Finding, ObjectRef, Severity
from kblint.model.meta import Meta
from kblint.source.grouping import grouped
from kblint.source.text import Place
from kblint.views.checklist.applications import App
from kblint.wire.balancers.destinations import DestinationKind
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.journeys.journey import Journey

OTHER = "other"
"""The line of findings that are no other line's."""

_LINES = {
    "POD001": "host-ports",
    "POD002": "every-node",
    "POD003": "every-node",
    "POD004": "unique",
    "POD005": "unique",
    "POD007": "listening",
    "POD012": "listening",
    "POD015": "listening",
    "POD020": "listening",
    "PROC": "listening",
    "SVC": "service",
    "SVC007": "unique",
    "ING": "route",
    "LB": "balancer",
    "NODE001": "unique",
    "NODE002": "unique",
    "NODE003": "unique",
    "NODE005": "cloud-firewall",
    "NODE006": "host-firewall",
    "NODE007": "host-firewall",
    "NET001": "every-node",
}
"""The line of a rule, or of its area where the rule has none of its own."""

_OF_THE_WAY = frozenset({"balancer", "cloud-firewall", "route"})
"""Lines about what others share; what else is wrong on the way is no line's of the application."""

Noted = Mapping[object, Sequence[Finding]]
"""Findings by the object they are about, else their file, by each place they point at, by each journey they break."""


def noted(findings: Iterable[Finding]) -> Noted:
    """The findings that tell that something is wrong: warnings and errors."""
    wrong = [finding for finding in findings if finding.severity >= Severity.WARNING]
    return grouped((key, finding) for finding in wrong for key in _keys(finding))


def _keys(finding: Finding) -> Iterable[object]:
    places = (at.place for at in (finding.location, *finding.related))
    written = () if finding.object else (("in", finding.location.place.source.path),)
    return dict.fromkeys((finding.object, *places, *finding.journeys, *written))


def by_line(app: App, findings: Noted) -> dict[str, tuple[Finding, ...]]:
    """The findings about an application, by the line they cross, each once."""
    metas = [app.workload.meta, *(service.service.meta for service in app.services)]
    metas += [wired.route.meta for wired in app.backends]
    about = [finding for meta in metas for finding in findings.get(reference(meta), ())]
    about += [finding for meta in metas for finding in findings.get(("in", meta.path), ()) if _is_in(finding, meta)]
    ports = [port for container in app.workload.pod.running_containers for port in container.ports]
    narrow: list[tuple[object, str]] = [(port.origin.place("containerPort"), "host-firewall") for port in ports]
    narrow += [(place, "unique") for place in app.node_places]
    targets = {wired.port.origin.place("targetPort") for wired, _ in app.ports}
    about += [finding for key, line in narrow for finding in findings.get(key, ()) if _line(finding, targets) == line]
    about += [finding for wired in app.listeners for finding in _about_balancer(wired, app, findings)]
    lines = {id(finding): (_line(finding, targets), finding) for finding in about}
    for journey in app.ways:
        for finding in _on_way(journey, app, findings):
            line = _line(finding, targets)
            lines.setdefault(id(finding), (line if line in _OF_THE_WAY else OTHER, finding))
    return grouped(lines.values())


def _is_in(finding: Finding, meta: Meta) -> bool:
    """Whether a finding about no object stands where an object does."""
    source, span = finding.location.place
    node = meta.origin.node.span
    return source is meta.origin.source and node.start <= span.start and span.end <= node.end


def _on_way(journey: Journey, app: App, findings: Noted) -> Iterator[Finding]:
    """What breaks one of an application's ways before its own process has answered."""
    part = app.own_part(journey)
    broken = [hop for hop in part if hop.is_end]
    places = {place for hop in broken for place in (hop.place, hop.fault.place if hop.fault else None)}
    # another variant may have a way of the same name
    sources = {place.source for place in places if place}
    for finding in findings.get(journey.name, ()) if broken else ():
        at = [one.place for one in (finding.location, *finding.related)]
        if places.intersection(at) or (len(part) == len(journey.hops) and any(one.source in sources for one in at)):
            yield finding


def _about_balancer(wired: WiredListener, app: App, findings: Noted) -> Iterator[Finding]:
    """What is wrong with a balancer, but for listeners that are surely another application's."""
    balancer = wired.balancer
    name = reference(balancer.meta) if balancer.meta else ObjectRef("LoadBalancer", None, balancer.name)
    sure = (DestinationKind.NODE_PORT, DestinationKind.HOST_PORT)
    others = [one for one in app.beside if one.balancer is balancer and one.destination_kind in sure]
    nodes = [(one.listener.origin.source, one.listener.origin.node.span) for one in others]
    for finding in findings.get(name, ()):
        source, span = finding.location.place
        if not any(its is source and node.start <= span.start and span.end <= node.end for its, node in nodes):
            yield finding


def _line(finding: Finding, targets: Collection[Place]) -> str:
    """The line that a finding crosses; one at a Service's target port is about the Service."""
    id = finding.rule.id
    line = _LINES.get(id) or _LINES.get(id.rstrip("0123456789")) or OTHER
    return "service" if line == "listening" and finding.location.place in targets else line
