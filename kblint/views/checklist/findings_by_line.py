"""Which findings belong to which line of which application."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kblint.finding import Finding, ObjectRef, Severity
from kblint.model.meta import Meta
from kblint.source.text import Place
from kblint.views.checklist.applications import App
from kblint.wire.balancers.destinations import DestinationKind
from kblint.wire.balancers.listeners import WiredListener

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


@dataclass(frozen=True, eq=False)
class Remarks:
    """The findings of a run that tell that something is wrong: warnings and errors."""

    by_object: Mapping[ObjectRef, Sequence[Finding]]
    by_place: Mapping[Place, Sequence[Finding]]
    by_journey: Mapping[str, Sequence[Finding]]

    def of(self, app: App) -> dict[str, list[Finding]]:
        """The findings about an application, by the line they cross, each once."""
        objects = [app.workload.meta, *(service.service.meta for service in app.services)]
        objects += [wired.route.meta for wired in app.backends]
        targets = {wired.port.origin.place("targetPort") for wired, _ in app.ports}
        places = [wired.claim.place for wired in app.claims]
        places += [wired.port.origin.place("nodePort") for wired, _ in app.ports]
        ports = [port for container in app.workload.pod.running_containers for port in container.ports]
        about = [finding for meta in objects for finding in self.by_object.get(reference(meta), ())]
        about += self._at((port.origin.place("containerPort") for port in ports), "host-firewall")
        about += self._at(places, "unique")
        about += [
            finding
            for name in app.journeys
            for finding in self.by_journey.get(name, ())
            if line_of(finding) == "cloud-firewall"
        ]
        about += [finding for wired in app.listeners for finding in self._about_balancer(wired, app)]
        found: dict[str, list[Finding]] = {}
        for finding in {id(finding): finding for finding in about}.values():
            line = line_of(finding)
            if line == "listening" and finding.location.place in targets:
                line = "service"
            found.setdefault(line, []).append(finding)
        return found

    def _at(self, places: Iterable[Place], line: str) -> Iterable[Finding]:
        """The findings of one line that point at one of `places`."""
        return [finding for place in places for finding in self.by_place.get(place, ()) if line_of(finding) == line]

    def _about_balancer(self, wired: WiredListener, app: App) -> Iterable[Finding]:
        """What is wrong with a balancer, but for listeners that are surely another application's."""
        balancer = wired.balancer
        name = reference(balancer.meta) if balancer.meta else ObjectRef("LoadBalancer", None, balancer.name)
        others = [
            one.listener.origin
            for one in app.beside
            if one.balancer is balancer
            and one.destination_kind in (DestinationKind.NODE_PORT, DestinationKind.HOST_PORT)
        ]
        for finding in self.by_object.get(name, ()):
            source, span = finding.location.place
            if not any(
                origin.source is source and origin.node.span.start <= span.start and span.end <= origin.node.span.end
                for origin in others
            ):
                yield finding


def remarks(findings: Iterable[Finding]) -> Remarks:
    """The findings by what they are about, where they point, and what they break."""
    by_object: dict[ObjectRef, list[Finding]] = {}
    by_place: dict[Place, list[Finding]] = {}
    by_journey: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.severity < Severity.WARNING:
            continue
        if finding.object:
            by_object.setdefault(finding.object, []).append(finding)
        for place in dict.fromkeys(at.place for at in (finding.location, *finding.related)):
            by_place.setdefault(place, []).append(finding)
        for name in finding.journeys:
            by_journey.setdefault(name, []).append(finding)
    return Remarks(by_object, by_place, by_journey)


def line_of(finding: Finding) -> str:
    """The line that a finding crosses."""
    id = finding.rule.id
    return _LINES.get(id) or _LINES.get(id.rstrip("0123456789")) or OTHER


def reference(meta: Meta) -> ObjectRef:
    """How findings name an object."""
    return ObjectRef(meta.kind, meta.namespace, meta.name)
