"""The checklist of a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter

from kblint.checklist import Application, Checklist, ChecklistVariant, Line, LineState
from kblint.finding import Finding
from kblint.register import Entry, PortKind
from kblint.source.text import Place
from kblint.views.checklist.applications import App, applications
from kblint.views.checklist.findings_by_line import OTHER, Remarks, remarks
from kblint.views.checklist.firewall_lines import cloud_firewall, host_firewall
from kblint.views.checklist.line_draft import LineDraft
from kblint.views.checklist.service_lines import route, service, unique
from kblint.views.checklist.way_lines import balancer, test_from_internet, test_from_node
from kblint.views.checklist.workload_lines import every_node, host_ports, listening
from kblint.views.register import entries
from kblint.views.variants import told_once, variant_names
from kblint.wire.topology import Topology

_KEEPS_COMMANDS = frozenset({"host-firewall", "cloud-firewall"})
"""Lines whose commands mend what is wrong, not only show it."""
_KEEPS_DETAIL = frozenset({"unique"})
"""Lines that say what is wrong from this application's side: a finding about two names the other one."""


def checklist(topologies: Sequence[Topology], findings: Iterable[Finding], profile: str) -> Checklist:
    """For every application of every scope its lines; `findings` are those of the same texts."""
    noted = remarks(findings)
    names = variant_names([topology.bundle for topology in topologies])
    found = [_variant(topology, noted) for topology in topologies]
    told = told_once(names, [applications for applications, _ in found])
    inside = told_once(names, [inside for _, inside in found])
    variants = [
        ChecklistVariant(name, told.get(name, ()), inside.get(name, ())) for name in dict.fromkeys((*told, *inside))
    ]
    shown = (one for one in variants if one.applications or one.inside)
    return Checklist(profile, tuple(sorted(shown, key=attrgetter("name"))))


def _variant(topology: Topology, noted: Remarks) -> tuple[tuple[Application, ...], tuple[str, ...]]:
    """The applications that are reached from outside, and the names of the others."""
    apps = applications(topology)
    register = {
        entry.place: entry
        for entry in entries(topology)
        if entry.place and entry.kind in (PortKind.NODE, PortKind.HOST)
    }
    return (
        tuple(_application(app, noted, register) for app in apps if app.is_reached),
        tuple(str(app.workload.meta) for app in apps if app.services and not app.is_reached),
    )


def _application(app: App, noted: Remarks, register: Mapping[Place, Entry]) -> Application:
    about = noted.of(app)
    drafts = (
        every_node(app),
        host_ports(app),
        listening(app),
        service(app),
        route(app),
        unique(app, register),
        host_firewall(app),
        cloud_firewall(app),
        balancer(app),
        _rest(about),
        test_from_node(app),
        test_from_internet(app),
    )
    made = [draft for draft in drafts if draft]
    known = {draft.id for draft in made}
    # a finding about a line that this application does not have is still wrong
    about[OTHER] = [finding for line, found in about.items() if line == OTHER or line not in known for finding in found]
    meta = app.workload.meta
    return Application(
        meta.kind, meta.namespace, meta.name, tuple(_line(draft, about.get(draft.id, ())) for draft in made)
    )


def _rest(about: Mapping[str, Sequence[Finding]]) -> LineDraft | None:
    return LineDraft(OTHER, "Nothing else is wrong", LineState.CROSSED, "") if about.get(OTHER) else None


def _line(draft: LineDraft, findings: Sequence[Finding]) -> Line:
    if not findings:
        return Line(draft.id, draft.title, draft.state, draft.detail, evidence=draft.evidence, commands=draft.commands)
    keeps_detail = draft.id in _KEEPS_DETAIL and draft.state is LineState.CROSSED
    places = [at.place for finding in findings for at in (finding.location, *finding.related)]
    return Line(
        draft.id,
        draft.title,
        LineState.CROSSED,
        draft.detail if keeps_detail else "; ".join(dict.fromkeys(finding.message for finding in findings)),
        "; ".join(dict.fromkeys(finding.help for finding in findings if finding.help)),
        tuple(dict.fromkeys(finding.rule.id for finding in findings)),
        tuple(dict.fromkeys(places)),
        draft.commands if draft.id in _KEEPS_COMMANDS else (),
    )
