"""Sentences that more than one report says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kblint.finding import Finding, NotRead, NotReadKind, Result, Summary, Unjudged
from kblint.fix import Applicability
from kblint.report.detected import with_profile
from kblint.source.grouping import grouped

_JOURNEYS_NAMED = 3
_PATHS_NAMED = 10


def plural(number: int, noun: str, more: str | None = None) -> str:
    """`number` and its noun: `1 file`, `2 files`; `more` where the plural is no `s`."""
    return f"{number} {noun if number == 1 else more or noun + 's'}"


def symptom_of(finding: Finding) -> str:
    """The symptom, and on which ways in: `503, on https://a.example and 4 more`; empty where nothing is known."""
    named = [without_root(journey) for journey in finding.journeys[:_JOURNEYS_NAMED]]
    others = len(finding.journeys) - len(named)
    ways = ", ".join(named) + (f" and {others} more" if others else "")
    return ", on ".join(part for part in (finding.symptom or "", ways) if part)


def help_of(finding: Finding) -> str:
    """What to do, and whether kblint can do it; empty where nothing is known, or where it is just what to run."""
    fix = finding.fix
    if fix and fix.command and finding.help == f"`{fix.command}`":
        return ""
    said = finding.help or (fix.title if fix else "")
    available = {Applicability.SAFE: " (fix available)", Applicability.UNSAFE: " (unsafe fix available)"}
    return said + available.get(fix.applicability, "") if fix else said


def said_about(finding: Finding) -> list[str]:
    """The finding in plain lines: what is wrong, its symptom, what to do."""
    command = finding.fix.command if finding.fix else None
    notes = (("symptom", symptom_of(finding)), ("help", help_of(finding)), ("run", command))
    return [finding.message, *(f"{key}: {text}" for key, text in notes if text)]


def skipped_by_reason(result: Result) -> dict[str, list[str]]:
    """The paths of what was not checked, under the reason why."""
    by_reason: dict[str, list[str]] = {}
    for skipped in result.skipped:
        by_reason.setdefault(skipped.reason, []).append(skipped.path)
    return by_reason


def not_judged(failure: Unjudged) -> list[str]:
    """What could not be judged in plain lines: the rule and the thing, what to do."""
    return [failure.message, f"help: {failure.help}"]


def some_of(paths: list[str]) -> tuple[list[str], str]:
    """Ten at most, and how many more there are: `and 121 more`; empty where there are none."""
    others = len(paths) - _PATHS_NAMED
    return paths[:_PATHS_NAMED], f"and {others} more" if others > 0 else ""


def looked_at(result: Result) -> str:
    """What was checked, and by which profile."""
    summary = result.summary
    files = plural(summary.files, "file")
    objects = plural(summary.objects, "object")
    journeys = plural(summary.journeys, "journey")
    return f"Checked {files}, {objects}, {journeys} with {with_profile(result.profile, result.detection)}"


_LOST = {
    "balancer": "through balancers of which not enough is known",
    "cloud firewall": "through firewalls of which not enough is known",
    "host firewall": "through firewalls of which not enough is known",
    "controller": "through controllers that are not in the input",
    "route": "to Services that are not in the input",
    "chart": "into charts that are not rendered",
    "name": "to names of which not enough is known",
    "service": "to Services whose pods are not in the input",
    "overlay": "between nodes, where nothing tells whether VXLAN gets through",
    "process": "to ports on which nothing shows that a process listens",
}
"""Where journeys are lost, by the stage of the last hop of which nobody knows."""


_NOT_READ = {
    NotReadKind.RELEASE: (
        "release of a chart, which makes its Services and routes",
        "releases of charts, which make their Services and routes",
    ),
    NotReadKind.MANIFESTS: ("set of manifests that is not read", "sets of manifests that are not read"),
    NotReadKind.ROUTE: ("route of a kind that is not read", "routes of kinds that are not read"),
}
"""What makes ways in that are no journeys: one, several."""


def not_followed(unfollowed: Iterable[tuple[str, int]], not_read: Iterable[NotRead]) -> str:
    """`not followed: 18 to Services that are not in the input`; empty where every way in was followed to its end."""
    lost: dict[str, int] = {}
    for stage, number in unfollowed:
        phrase = _LOST.get(stage, "to things of which not enough is known")
        lost[phrase] = lost.get(phrase, 0) + number
    said = [f"{number} {phrase}" for phrase, number in sorted(lost.items(), key=lambda one: (-one[1], one[0]))]
    named = grouped((one.kind, one.name) for one in not_read)
    said += [
        f"{plural(len(named[kind]), *words)} ({_some(named[kind])})"
        for kind, words in _NOT_READ.items()
        if kind in named
    ]
    return f"not followed: {', '.join(said)}" if said else ""


def _some(names: Sequence[str]) -> str:
    """A few names, and how many more there are."""
    others = len(names) - _JOURNEYS_NAMED
    return ", ".join(names[:_JOURNEYS_NAMED]) + (f" and {others} more" if others > 0 else "")


def followed(summary: Summary) -> str:
    """`Followed 3 of 21 ways in; not followed: 18 to …`; empty where all of them were."""
    lost = not_followed(summary.unfollowed, summary.not_read)
    if not summary.journeys:
        return lost[:1].upper() + lost[1:]
    return f"Followed {summary.followed} of {plural(summary.journeys, 'way')} in; {lost}" if lost else ""


def silenced(summary: Summary) -> str:
    """`2 errors are silenced: 1 by a comment, 1 by the configuration`; empty where none are."""
    found = summary.silenced
    if not found.errors:
        return ""
    by = [
        plural(found.comments, "by a comment", "by comments"),
        plural(found.annotations, "by an annotation", "by annotations"),
        f"{found.configuration} by the configuration",
        f"{found.baseline} by the baseline",
    ]
    said = ", ".join(words for words in by if not words.startswith("0 "))
    return f"{plural(found.errors, 'error is', 'errors are')} silenced: {said}"


def stale(result: Result) -> str:
    """`2 findings of the baseline are gone: SVC001 in web.yaml, …`; empty where none are, or nobody can tell."""
    gone = result.baseline.stale if result.baseline else ()
    number = sum(entry.count for entry in gone)
    if result.baseline is None or not number:
        return ""
    named = _some(list(dict.fromkeys(f"{entry.rule} in {entry.path}" for entry in gone)))
    said = plural(number, "finding of the baseline is gone", "findings of the baseline are gone")
    return f"{said} ({named}); write it anew: kblint check --write-baseline {result.baseline.path}"


def outcome(summary: Summary) -> str:
    """How many findings of each severity: `1 error, 2 warnings`, or that all is well."""
    counted = (
        (summary.errors, "error"),
        (summary.warnings, "warning"),
        (summary.infos, "info"),
    )
    counts = [plural(number, noun) for number, noun in counted if number]
    if summary.unjudged:
        counts.append(f"{summary.unjudged} not judged")
    if not counts:
        counts = [_nothing_found(summary)]
    if summary.suppressed:
        counts.append(f"{summary.suppressed} suppressed")
    if summary.baselined:
        counts.append(f"{summary.baselined} in the baseline")
    return ", ".join(counts)


def verdict(summary: Summary) -> str:
    """What came of it, and what of the ways in was followed: without a full stop."""
    said = followed(summary)
    return f"{outcome(summary)}. {said}" if said else outcome(summary)


def _nothing_found(summary: Summary) -> str:
    """That all is well only where every way in was followed to its end."""
    if not summary.files:
        return "there was nothing to check"
    if summary.baselined:
        return "nothing new"
    is_open = summary.unfollowed or summary.not_read or not summary.journeys
    return "nothing found" if is_open else "all is well"


def without_root(journey: str) -> str:
    """A URL without the slash that stands for its root path."""
    scheme, separator, rest = journey.partition("://")
    return f"{scheme}://{rest[:-1]}" if separator and rest.count("/") == 1 and rest.endswith("/") else journey
