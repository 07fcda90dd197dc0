"""Suppressions: findings that someone has looked at and decided to live with."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from msgspec import Struct

from kblint.finding import Finding, Location, ObjectRef, RuleRef, Severity, SilencedBy, Suppressed
from kblint.source.comments import Comment
from kblint.source.grouping import grouped
from kblint.source.spelling import did_you_mean
from kblint.source.stream import shown
from kblint.source.text import Place
from kblint.suppressions.choice import unknown_rule
from kblint.suppressions.directives import (
    Misuse,
    SuppressionDirective,
    Waiver,
    comment_directives,
    on_file,
    on_line,
    on_object,
    waiver_directives,
)
from kblint.suppressions.path_patterns import PathPatterns

_HELPED = 100
"""Unknown rules for which the nearest name is looked for: that takes longer than all else about them."""
UNUSED = RuleRef("DOC005", "unused-suppression")
"""The rule under which suppressions are reported that silence nothing, or cannot be understood."""


class IgnoreEntry(Struct, frozen=True, eq=False):
    """An `ignore:` entry of the configuration.

    `rules` are ids or names; `paths` are those of files; `objects` are `name`, `Kind/name` or
    `Kind/namespace/name`, where `*` and `?` stand for any characters. No paths, or no objects, means all of them.
    `place` is where it stands, None where it shall not be reported when it silences nothing.
    """

    rules: tuple[str, ...]
    paths: PathPatterns
    objects: tuple[str, ...]
    reason: str
    place: Place | None = None


class Suppressions(Struct, frozen=True):
    """What stays, what was silenced, and what is wrong with the suppressions themselves; each in the order given."""

    kept: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]
    unused: tuple[Finding, ...]


def suppress(
    findings: Sequence[Finding],
    comments: Iterable[Comment],
    waivers: Iterable[Waiver],
    entries: Iterable[IgnoreEntry],
    known: Mapping[str, str],
    *,
    selected: frozenset[str],
    severity: Severity = Severity.WARNING,
) -> Suppressions:
    """Silence what the users' suppressions cover.

    `known` gives the id of a rule by its id or name, `selected` the ids that ran: a suppression of any other rule is
    never unused. Findings about suppressions have `severity`, and are made only where their own rule is selected.

    Raises:
        ConfigError: a configuration entry names a rule that does not exist.
    """
    said = list(chain(comment_directives(comments), waiver_directives(waivers)))
    directives = [one for one in said if isinstance(one, SuppressionDirective)]
    silences = [_Silence(entry, rule, _known(rule, entry, known)) for entry in entries for rule in entry.rules]
    silencer = _Silencer(directives, silences, known)
    kept, suppressed = silencer.split(findings)
    if UNUSED.id not in selected:
        return Suppressions(kept, suppressed, ())
    wrong = [_finding(one.place, one.message, one.help, severity) for one in said if isinstance(one, Misuse)]
    for number, one in enumerate(one for one in directives if one.rule not in known):
        message = f"unknown rule `{shown(one.rule)}` in a suppression"
        help = did_you_mean(one.rule, known) if number < _HELPED else None
        wrong.append(_finding(one.place, message, help, severity))
    # what silences this very rule comes last: only then is it known whether there was anything to silence
    unused, silenced = silencer.split([*wrong, *silencer.unused(selected - {UNUSED.id}, severity)])
    own = silencer.unused(frozenset({UNUSED.id}), severity)
    return Suppressions(kept, (*suppressed, *silenced), (*unused, *own))


class _Silence(NamedTuple):
    """One rule of a configuration entry, silenced wherever the entry reaches."""

    entry: IgnoreEntry
    rule: str
    id: str


class _Reach:
    """Silences of one rule in one file, found by the object that a finding is about."""

    def __init__(self, silences: Iterable[_Silence]) -> None:
        self._everywhere: list[tuple[int, _Silence]] = []
        self._wild: list[tuple[re.Pattern[str], int, tuple[int, _Silence]]] = []
        plain: list[tuple[str, tuple[int, _Silence]]] = []
        for one in enumerate(silences):
            if not one[1].entry.objects:
                self._everywhere.append(one)
            for pattern in one[1].entry.objects:
                if any(sign in pattern for sign in "*?["):
                    self._wild.append((re.compile(fnmatch.translate(pattern)), min(pattern.count("/"), 2), one))
                else:
                    plain.append((pattern, one))
        self._plain = grouped(plain)

    def covering(self, object: ObjectRef | None) -> list[_Silence]:
        """Those that cover findings about `object`, in the order in which they are written."""
        found = dict(self._everywhere)
        if object is not None:
            name, in_kind = object.name, f"{object.kind}/{object.name}"
            names = (name, in_kind, f"{object.kind}/{object.namespace or ''}/{name}")
            found |= dict(one for name in names for one in self._plain.get(name, ()))
            found |= dict(one for pattern, slashes, one in self._wild if pattern.match(names[slashes]))
        return [found[number] for number in sorted(found)]


class _Silencer:
    """All suppressions of a run; remembers which of them silenced something."""

    def __init__(
        self, directives: Iterable[SuppressionDirective], silences: Sequence[_Silence], known: Mapping[str, str]
    ) -> None:
        self._directives = grouped(((one.covers, known[one.rule]), one) for one in directives if one.rule in known)
        self._silences = grouped((silence.id, silence) for silence in silences)
        self._reaches: dict[tuple[str, str], _Reach] = {}
        self._used: set[_Silence | tuple[Hashable, str]] = set()
        """Of directives, what they cover and of which rule: all that say the same are used together."""

    def split(self, findings: Iterable[Finding]) -> tuple[tuple[Finding, ...], tuple[Suppressed, ...]]:
        """The findings that nothing silences, and the others."""
        kept: list[Finding] = []
        suppressed: list[Suppressed] = []
        for finding in findings:
            silent = self._silenced(finding)
            if silent:
                suppressed.append(silent)
            else:
                kept.append(finding)
        return tuple(kept), tuple(suppressed)

    def unused(self, ids: frozenset[str], severity: Severity) -> list[Finding]:
        """Findings about suppressions of the rules `ids` that silenced nothing."""
        # one annotation stands in everything that is built of its file
        used = {(one.rule, one.place) for key, same in self._directives.items() if key in self._used for one in same}
        directives = dict.fromkeys(
            (one.rule, one.place)
            for (_, id), same in self._directives.items()
            if id in ids
            for one in same
            if (one.rule, one.place) not in used
        )
        silences = (
            (one.rule, one.entry.place)
            for id, same in self._silences.items()
            for one in same
            if id in ids and one not in self._used
        )
        return [
            _finding(place, f"suppression of `{rule}` silences nothing", "delete it", severity)
            for rule, place in chain(directives, silences)
            if place is not None
        ]

    def _silenced(self, finding: Finding) -> Suppressed | None:
        """By what `finding` is silenced first; all that silence it are used. None where nothing does."""
        id = finding.rule.id
        said = [(key, id) for key in _keys(finding) if (key, id) in self._directives]
        silences = self._reach(id, finding.location.place.source.path).covering(finding.object)
        self._used.update(said, silences)
        for key in said:
            directive = self._directives[key][0]
            return Suppressed(finding, directive.reason, directive.by)
        for silence in silences:
            return Suppressed(finding, silence.entry.reason, SilencedBy.CONFIGURATION)
        return None

    def _reach(self, id: str, path: str) -> _Reach:
        """What the configuration silences of a rule in a file."""
        if (id, path) not in self._reaches:
            reaching = (one for one in self._silences.get(id, ()) if one.entry.paths.hold(path))
            self._reaches[id, path] = _Reach(reaching)
        return self._reaches[id, path]


def _known(rule: str, entry: IgnoreEntry, known: Mapping[str, str]) -> str:
    if rule in known:
        return known[rule]
    raise unknown_rule(rule, "ignore", entry.place, known)


def _keys(finding: Finding) -> list[Hashable]:
    """All that may cover a finding, the nearest first."""
    source, span = finding.location.place
    keys = [on_line(source.path, source.point(span.start).line)]
    if finding.object:
        keys += [on_object(source.path, finding.object), on_object(None, finding.object)]
    return [*keys, on_file(source.path)]


def _finding(place: Place, message: str, help: str | None, severity: Severity) -> Finding:
    return Finding(UNUSED, severity, "known", message, Location(place), help=help)
