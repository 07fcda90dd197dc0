"""The checklist of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from kblint.checklist import Application, Checklist, ChecklistVariant, Line, LineState
from kblint.engine.subject import reference
from kblint.finding import Finding, Location, Severity, Unjudged
from kblint.views.checklist.applications import App, applications
from kblint.views.checklist.findings_by_line import OTHER, Noted, by_line, noted
from kblint.views.checklist.firewall_lines import cloud_firewall, host_firewall
from kblint.views.checklist.inside_lines import inside
from kblint.views.checklist.line_draft import Part, ticked
from kblint.views.checklist.service_lines import route, service, unique
from kblint.views.checklist.way_lines import balancer, test_from_internet, test_from_node
from kblint.views.checklist.workload_lines import every_node, host_ports, listening
from kblint.views.variants import in_order, told_once, variant_names
from kblint.wire.topology import Topology

_LINES: tuple[tuple[str, str, Callable[[App], Sequence[Part]]], ...] = (
    ("every-node", "DaemonSet with hostNetwork", every_node),
    ("host-ports", "containerPort equals hostPort", host_ports),
    ("listening", "The process listens on its port", listening),
    ("service", "Service sends to that port", service),
    ("inside", "Only the cluster reaches it", inside),
    ("route", "Ingress leads to the Service", route),
    ("unique", "Its ports are nobody else's", unique),
    ("host-firewall", "Host firewall (UFW) lets its port through", host_firewall),
    ("cloud-firewall", "Hetzner Cloud Firewall lets the node port through", cloud_firewall),
    ("balancer", "Load balancer sends http and https to the right port", balancer),
    (OTHER, "Other findings", lambda _: ()),
    ("test-node", "Tested from a node, first", test_from_node),
    ("test-internet", "Tested from the Internet, then", test_from_internet),
)
"""The lines in their order: id, title, and what the wiring says; a line about which it says nothing is left out."""
_KEEPS_DETAIL = frozenset({"unique"})
"""Lines that say what is wrong from this application's side: a finding about two names the other one."""
_WORST_FIRST = (LineState.CROSSED, LineState.OPEN, LineState.TICKED)


def checklist(
    topologies: Sequence[Topology], findings: Iterable[Finding], profile: str, unjudged: Iterable[Unjudged] = ()
) -> Checklist:
    """For every application of every scope its lines; `findings` and `unjudged` are those of the same texts.

    What a rule could not be asked is open: as a warning would leave it that says so.
    """
    told = noted((*findings, *map(_not_judged, unjudged)))
    names = variant_names([topology.bundle for topology in topologies])
    found = [_variant(topology, told) for topology in topologies]
    listed = told_once(names, [applications for applications, _ in found])
    held = told_once(names, [others for _, others in found])
    parts = {name: (listed.get(name, ()), held.get(name, ())) for name in dict.fromkeys((*listed, *held))}
    shown = in_order({name: part for name, part in parts.items() if any(part)})
    return Checklist(profile, tuple(ChecklistVariant(name, *part) for name, part in shown))


def _not_judged(one: Unjudged) -> Finding:
    return Finding(
        one.rule, Severity.WARNING, "known", one.message, Location(one.place), object=one.object, help=one.help
    )


def _variant(topology: Topology, told: Noted) -> tuple[tuple[Application, ...], tuple[str, ...]]:
    """The applications that are reached from outside, and the names of the others."""
    apps = applications(topology)
    return (
        tuple(_application(app, told) for app in apps if app.is_listed),
        tuple(str(app.workload.meta) for app in apps if app.services and not app.is_listed),
    )


def _application(app: App, told: Noted) -> Application:
    about = by_line(app, told)
    parts = {id: found for id, _, line in _LINES if (found := line(app))}
    others = [finding for line, found in about.items() if line not in parts for finding in found]
    if others:
        about[OTHER], parts[OTHER] = tuple(others), (ticked(""),)
    lines = tuple(_line(id, title, parts[id], about.get(id, ())) for id, title, _ in _LINES if id in parts)
    return Application(reference(app.workload.meta), lines)


def _line(id: str, title: str, parts: Sequence[Part], findings: Sequence[Finding]) -> Line:
    """The line that `parts` and `findings` make together: it stands as its worst part does.

    An error crosses it, and so does what surely breaks a way in, however little it is said to matter; any other warning
    leaves it open. What the wiring alone calls wrong is open too: `check` has a reason not to call it an error, and a
    cross that no finding explains would contradict it. A crossed line names what is wrong only, and an open one what is
    open: what is right can be seen when that is done.
    """
    worst = next(state for state in _WORST_FIRST if any(part.state is state for part in parts))
    is_wrong = any(one.severity is Severity.ERROR or (one.journeys and not one.lowered) for one in findings)
    is_open = bool(findings) or worst is not LineState.TICKED
    state = LineState.CROSSED if is_wrong else LineState.OPEN if is_open else LineState.TICKED
    chosen = [part for part in parts if part.state is worst]
    detail = "; ".join(dict.fromkeys(part.detail for part in chosen))
    commands = () if is_wrong else tuple(dict.fromkeys(command for part in chosen for command in part.commands))
    if not findings:
        evidence = dict.fromkeys(place for part in chosen for place in part.evidence)
        return Line(id, title, state, detail, evidence=tuple(evidence), commands=commands)
    if id not in _KEEPS_DETAIL or worst is not LineState.CROSSED:
        detail = "; ".join(dict.fromkeys(finding.message for finding in findings))
    return Line(
        id,
        title,
        state,
        detail,
        "; ".join(dict.fromkeys(finding.help for finding in findings if finding.help)),
        tuple(dict.fromkeys(finding.rule.id for finding in findings)),
        tuple(dict.fromkeys(at.place for finding in findings for at in (finding.location, *finding.related))),
        commands,
    )
