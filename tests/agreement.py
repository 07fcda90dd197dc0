"""Where two reports about one input contradict each other.

Reports are JSON documents as `kblint ... --format json` prints them. What is compared:

- `named`: a journey that a finding says it breaks is there in the trace, or in that of the calls inside, and broken; or
  not `ok`, where the finding is no error.
- `weighed`: a journey is broken, so that `trace` fails, and whatever finding tells of it (see `unexplained`) is
  lowered, so that `check` does not fail.
- `refused`: an error says that the API rejects an object, and a journey through that object is `ok`. An object that
  is not made carries nothing. A load balancer is no one object to its API, which takes listeners one by one: of its
  journeys only those that pass the place of the finding count, or all where none does.
- `stopped`: any other error says that traffic stops, names no journey, and all journeys through its object are `ok`.
- `unexplained`: a journey is broken, and no finding names it, points at the place of a broken hop of it, or is about
  the object of such a hop. (Where findings are suppressed, nobody can tell.)
- `crossed`: a line of the checklist is crossed, and names no rule with a finding that shares a place with it; or such a
  finding stops traffic, no journey that it names is broken, and all those through the application that pass the step
  which the line is about are `ok`. (Findings about a port that is taken twice do not count here: traffic flows to who
  took it first. And a Service that nothing from outside passes may be refused without a broken way.)
- `ticked`: a line of the checklist is ticked with the very place that an error is at, and no other line of that
  application is crossed for the error, which is about something in its namespace.
- `agreed`: a line of the checklist is ticked, and a hop of the same step to that application is unknown, or broken for
  no reason that another line of it is crossed for; or it is crossed by warnings alone, none of which breaks a journey.
- `uncrossed`: a journey that gets to an application's pods is broken before its process answers, and the checklist
  crosses no line of it. (Where findings are suppressed, nobody can tell; what belongs inside may well stay closed.)
- `told`: an error or warning about an application, or that names a journey to its pods and points at a hop that is
  broken there, is in no line of it, or in two.
- `opened`: the checklist tells to open a port to the world.
- `claimed`: `ports` says that two claim one port, and no finding is at the place of either, or about a holder.
- `unclaimed`: a finding says that a port is taken twice, and `ports` has no conflict at any of its places.
- `carried`: a journey is `ok` over a node port or host port that `ports` does not list at that place, or that two hold
  for certain and a finding says that it is the other one's.

An object is followed by what a hop shows of it: its kind and name, and the file it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]
"""A report, or a part of one."""
Point = tuple[str, int]
"""A path and a line."""

_REFUSED = re.compile(r"rejected by the API(?!, or)|not applied")
_STOPS = re.compile(
    r"\d{3}\b|timeout|connection refused|empty reply|TLS error|redirect loop|rejected by the API|not applied"
    r"|nothing in it is applied|no pods are created|pod crashes|pod pending: didn't have free ports$"
    r"|pod never becomes ready|the process ends|the application crashes|the balancer is not made"
)
_MAY_DO_NOTHING = re.compile(r", or the (field|first value)")
"""Symptoms that leave it open whether anything stops."""
_STEPS = {
    "balancer": "balancer",
    "cloud-firewall": "cloud firewall",
    "route": "route",
    "service": "service",
    "host-firewall": "host firewall",
    "listening": "process",
}
"""The hop that a line of the checklist stands for."""
_TO_THE_WORLD = re.compile(r"ufw (insert 1 )?allow (in )?\d|0\.0\.0\.0/0|::/0|from any\b|\bAnywhere\b")
_TAKEN_TWICE = frozenset({"LB006", "NODE001", "SVC007"})


@dataclass(frozen=True, order=True)
class Contradiction:
    """`relation` is one of the words above, `what` the rule, or the journey where no rule speaks."""

    relation: str
    what: str
    detail: str


@dataclass(frozen=True)
class Said:
    """What the four commands say about one input; `inside` is what `trace --inside` says."""

    check: Document
    trace: Document
    ports: Document
    checklist: Document
    inside: Document

    @property
    def findings(self) -> Sequence[Document]:
        found: Sequence[Document] = self.check.get("findings", ())
        return found

    @property
    def journeys(self) -> Sequence[Document]:
        found: Sequence[Document] = self.trace.get("journeys", ())
        return found

    @property
    def all(self) -> list[Document]:
        """The ways in, and the calls inside."""
        return [*self.journeys, *self.inside.get("journeys", ())]

    @property
    def claims(self) -> list[Document]:
        return [claim for variant in self.ports.get("variants", ()) for claim in variant.get("ports", ())]


def contradictions(said: Said) -> list[Contradiction]:
    """All of them, sorted."""
    return sorted(
        {
            *_named(said),
            *_stopped(said),
            *_unexplained(said),
            *_weighed(said),
            *_crossed(said),
            *_ticked(said),
            *_agreed(said),
            *_uncrossed(said),
            *_told(said),
            *_opened(said),
            *_claimed(said),
            *_carried(said),
        }
    )


def is_refused(finding: Document) -> bool:
    """Whether its object is not made."""
    return finding["severity"] == "error" and bool(_REFUSED.match(finding.get("symptom", "")))


def stops(finding: Document) -> bool:
    """Whether it is an error that keeps traffic from arriving."""
    symptom = finding.get("symptom", "")
    return finding["severity"] == "error" and bool(_STOPS.match(symptom)) and not _MAY_DO_NOTHING.search(symptom)


def _named(said: Said) -> Iterator[Contradiction]:
    states: dict[str, set[str]] = {}
    for journey in said.all:
        states.setdefault(journey["name"], set()).add(journey["state"])
    for finding in said.findings:
        for name in finding.get("journeys", ()):
            right = {"broken"} if finding["severity"] == "error" else {"broken", "unknown"}
            if not right & states.get(name, set()):
                seen = ", ".join(sorted(states.get(name, {"not there"})))
                yield Contradiction("named", _rule(finding), f"{name} is {seen}")


def _stopped(said: Said) -> Iterator[Contradiction]:
    for finding in filter(stops, said.findings):
        about = finding.get("object")
        through = [one for one in _asking(said, finding) if about and _passes(one, about, _points(finding))]
        fine = [journey["name"] for journey in through if journey["state"] == "ok"]
        if is_refused(finding):
            at = [one for one in through if any(_point(hop) in _points(finding) for hop in one["hops"])]
            if about and about["kind"] == "LoadBalancer":
                fine = [journey["name"] for journey in at or through if journey["state"] == "ok"]
                if not at and len(fine) < len(through):
                    continue
            for name in fine:
                yield Contradiction("refused", _rule(finding), f"{name} is ok")
        elif fine and len(fine) == len(through) and not finding.get("journeys"):
            for name in fine:
                yield Contradiction("stopped", _rule(finding), f"{name} is ok")


def _asking(said: Said, finding: Document) -> list[Document]:
    """The journeys that may stop for a finding: a pod that is not ready is left out by Services, not by its node."""
    is_left_out = finding.get("symptom", "").startswith("pod never becomes ready")
    return [one for one in said.all if not is_left_out or any(hop["stage"] == "service" for hop in one["hops"])]


def _unexplained(said: Said) -> Iterator[Contradiction]:
    for journey, why in _not_told(said, said.findings):
        yield Contradiction("unexplained", journey["name"], why)


def _weighed(said: Said) -> Iterator[Contradiction]:
    unexplained = {journey["name"] for journey, _ in _not_told(said, said.findings)}
    for journey, why in _not_told(said, [one for one in said.findings if not one.get("lowered")]):
        if journey["name"] not in unexplained:
            yield Contradiction("weighed", journey["name"], why)


def _not_told(said: Said, findings: Sequence[Document]) -> Iterator[tuple[Document, str]]:
    """Broken journeys of which none of the findings tells, each with what is broken."""
    if said.check["summary"]["suppressed"]:
        return
    names = {name for finding in findings for name in finding.get("journeys", ())}
    points = {point for finding in findings for point in _points(finding)}
    for journey in said.all:
        hops = [hop for hop in journey["hops"] if hop["state"] == "broken"]
        if not hops or journey["name"] in names or points & {_point(hop) for hop in hops}:
            continue
        if not any(
            _is_of(hop, finding["object"], _points(finding))
            for finding in findings
            if finding.get("object")
            for hop in hops
        ):
            yield journey, "; ".join(hop.get("reason", "") for hop in hops)


def _crossed(said: Said) -> Iterator[Contradiction]:
    broken = {journey["name"] for journey in said.all if journey["state"] == "broken"}
    for application, line in _lines(said):
        if line["state"] != "crossed":
            continue
        shown = {_point(place) for place in line.get("evidence", ())}
        rules = set(line.get("rules", ()))
        told = [one for one in said.findings if _rule(one) in rules and shown & _points(one)]
        label = " ".join(sorted(rules)) or line["id"]
        if not told:
            yield Contradiction("crossed", label, f"{line['id']}: no finding")
            continue
        stopping = [one for one in told if stops(one) and _rule(one) not in _TAKEN_TWICE]
        if stopping and not broken & {name for one in stopping for name in one.get("journeys", ())}:
            asking = [one for one in said.journeys if all(one in _asking(said, told) for told in stopping)]
            through = [one for one in asking if _passes(one, application, shown | _everywhere(said))]
            if step := _STEPS.get(line["id"]):
                through = [one for one in through if any(hop["stage"] == step for hop in one["hops"])]
            if through and all(journey["state"] == "ok" for journey in through):
                yield Contradiction("crossed", label, f"{line['id']}: every journey is ok")


def _ticked(said: Said) -> Iterator[Contradiction]:
    wrong = {_point(finding["location"]): finding for finding in said.findings if finding["severity"] == "error"}
    crossed: dict[str, set[str]] = {}
    for application, line in _lines(said):
        crossed.setdefault(str(application), set()).update(line.get("rules", ()))
    for application, line in _lines(said):
        for place in line.get("evidence", ()) if line["state"] == "ticked" else ():
            finding = wrong.get(_point(place))
            if finding is None or _is_of_another_namespace(finding, application):
                continue
            if _rule(finding) not in crossed[str(application)]:
                yield Contradiction("ticked", _rule(finding), line["id"])


def _is_of_another_namespace(finding: Document, application: Document) -> bool:
    """Whether two overlays of one base share the place, and the finding is about the other one."""
    namespaces = {one.get("namespace") for one in (finding.get("object") or {}, application)}
    return None not in namespaces and len(namespaces) > 1


def _agreed(said: Said) -> Iterator[Contradiction]:
    for application, lines in _applications(said):
        ways = list(_ways(said, application))
        explained = {name for line in lines for name in _broken_by(said, line)}
        for line in lines:
            step = _STEPS.get(line["id"]) if line["state"] == "ticked" else None
            for journey, hops in ways:
                for hop in hops:
                    is_another = hop["state"] == "broken" and journey["name"] in explained
                    if hop["stage"] == step and hop["state"] != "ok" and not is_another:
                        yield Contradiction("agreed", journey["name"], f"{line['id']}: {hop.get('reason')}")
            rules = line.get("rules", ()) if line["state"] == "crossed" else ()
            told = [one for one in said.findings if _rule(one) in rules]
            if told and not any(one["severity"] == "error" or one.get("journeys") for one in told):
                yield Contradiction("agreed", " ".join(rules), f"{line['id']}: crossed by warnings alone")


def _broken_by(said: Said, line: Document) -> set[str]:
    """The journeys that the findings of a crossed line break."""
    told = [one for one in said.findings if line["state"] == "crossed" and _rule(one) in line.get("rules", ())]
    return {name for one in told for name in one.get("journeys", ())}


def _uncrossed(said: Said) -> Iterator[Contradiction]:
    if said.check["summary"]["suppressed"]:
        return
    for application, lines in _applications(said):
        if any(line["state"] == "crossed" for line in lines):
            continue
        for journey, hops in _ways(said, application):
            broken = [hop for hop in hops if hop["state"] == "broken"]
            if broken and _inside_line(lines) is None:
                yield Contradiction("uncrossed", journey["name"], broken[0].get("reason", ""))


def _told(said: Said) -> Iterator[Contradiction]:
    for application, lines in _applications(said):
        ways = list(_ways(said, application))
        for finding in said.findings:
            at = {
                _point(hop)
                for journey, hops in ways
                if journey["name"] in finding.get("journeys", ())
                for hop in hops
                if hop["state"] == "broken"
            }
            is_about = finding.get("object") == application
            if finding["severity"] == "info" or not (is_about or at & _points(finding)):
                continue
            shown = [one for one in lines if _rule(finding) in one.get("rules", ()) and _is_shown(finding, one)]
            if len(shown) != 1:
                yield Contradiction("told", _rule(finding), f"{application['name']}: in {len(shown)} lines")


def _is_shown(finding: Document, line: Document) -> bool:
    return finding["message"] in line["detail"] or _point(finding["location"]) in map(_point, line.get("evidence", ()))


def _opened(said: Said) -> Iterator[Contradiction]:
    for application, line in _lines(said):
        for text in (line.get("help", ""), *(one["command"] for one in line.get("commands", ()))):
            if _TO_THE_WORLD.search(text):
                yield Contradiction("opened", application["name"], text)


def _ways(said: Said, application: Document) -> Iterator[tuple[Document, list[Document]]]:
    """The journeys to an application's pods, each with its hops up to the process there."""
    files = {path for path, _ in _everywhere(said)}
    for journey in said.journeys:
        own = [
            index
            for index, hop in enumerate(journey["hops"])
            if hop["stage"] == "pod" and _is_of(hop, application, {(path, 0) for path in files})
        ]
        others = [index for index, hop in enumerate(journey["hops"]) if hop["stage"] == "process" and own[:1] > [index]]
        if own:
            # a host firewall before another pod is that one's
            hops = journey["hops"][: own[-1] + 2]
            begin = others[-1] if others else 0
            yield journey, [one for at, one in enumerate(hops) if one["stage"] != "host firewall" or at > begin]


def _inside_line(lines: Sequence[Document]) -> Document | None:
    """The line about what belongs inside, which nobody is to reach."""
    return next((line for line in lines if line["id"] == "inside"), None)


def _claimed(said: Said) -> Iterator[Contradiction]:
    points = {point for finding in said.findings for point in _points(finding)}
    holders = {_shown(finding["object"]) for finding in said.findings if finding.get("object")}
    held = [claim for claim in said.claims if claim.get("conflict")]
    groups: dict[tuple[str, int], list[Document]] = {}
    for claim in held:
        groups.setdefault((claim["kind"], claim["port"]), []).append(claim)
    for (kind, port), claims in groups.items():
        at = {_point(claim["location"]) for claim in claims if claim.get("location")}
        if not at & points and not holders & {claim["holder"] for claim in claims}:
            yield Contradiction("claimed", f"{kind} {port}", claims[0]["conflict"]["with"])
    twice = {_point(claim["location"]) for claim in held if claim.get("location")}
    for finding in said.findings:
        if _rule(finding) in _TAKEN_TWICE and not twice & _points(finding):
            yield Contradiction("unclaimed", _rule(finding), finding["message"])


def _carried(said: Said) -> Iterator[Contradiction]:
    lost = {_point(finding["location"]) for finding in said.findings if _rule(finding) in _TAKEN_TWICE}
    claims: dict[Point, list[Document]] = {}
    for claim in said.claims:
        if claim.get("location"):
            claims.setdefault(_point(claim["location"]), []).append(claim)
    for journey in said.journeys:
        if journey["state"] != "ok":
            continue
        for hop in journey["hops"]:
            kind, number = _port(hop)
            here = [one for one in claims.get(_point(hop), ()) if one["kind"] == kind and one["port"] == number]
            if kind and not here:
                yield Contradiction("carried", journey["name"], f"{hop['label']} is no port in use")
            elif _point(hop) in lost and kind and all(one.get("conflict", {}).get("certain") for one in here):
                yield Contradiction("carried", journey["name"], f"{hop['label']} is somebody else's")


def _port(hop: Document) -> tuple[str, int]:
    """The kind and number of the port that a hop takes up; no kind where it takes none."""
    match = re.fullmatch(r"(node port|host port) (\d+)", hop["label"])
    return (match[1], int(match[2])) if match and "path" in hop else ("", 0)


def _lines(said: Said) -> Iterator[tuple[Document, Document]]:
    for variant in said.checklist.get("variants", ()):
        for application in variant.get("applications", ()):
            for line in application.get("lines", ()):
                yield application["object"], line


def _applications(said: Said) -> Iterator[tuple[Document, Sequence[Document]]]:
    for variant in said.checklist.get("variants", ()):
        for application in variant.get("applications", ()):
            yield application["object"], application.get("lines", ())


def _everywhere(said: Said) -> set[Point]:
    return {_point(hop) for journey in said.journeys for hop in journey["hops"] if "path" in hop}


def _passes(journey: Document, about: Document, points: set[Point]) -> bool:
    return any(_is_of(hop, about, points) for hop in journey["hops"])


def _is_of(hop: Document, about: Document, points: set[Point]) -> bool:
    """Whether a hop stands for an object: it shows its kind and name, and one of `points` lies in its file."""
    kind, name = about["kind"], about["name"]
    label = hop["label"]
    shown = {
        "balancer": kind in ("LoadBalancer", "Service") and label.startswith(f"{name} "),
        "service": kind == "Service" and label.startswith(f"Service {name}:"),
        "pod": label.startswith(f"{kind} {name} ("),
        "route": label.split(" sends ")[0] == f"{kind} {name}",
    }
    return shown.get(hop["stage"], False) and hop.get("path") in {path for path, _ in points}


def _points(finding: Document) -> set[Point]:
    return {_point(place) for place in (finding["location"], *finding.get("related", ()))}


def _shown(about: Document) -> str:
    """An object as `ports` names a holder."""
    if about["kind"] == "LoadBalancer":
        return str(about["name"])
    return f"{about['kind']} {about['namespace'] + '/' if about.get('namespace') else ''}{about['name']}"


def _point(place: Document) -> Point:
    return place.get("path", ""), place.get("line", 0)


def _rule(finding: Document) -> str:
    rule: str = finding["rule"]["id"]
    return rule
