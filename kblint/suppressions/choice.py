"""Which rules run and how grave they are, as somebody chose: the configuration, or the command line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from kblint.errors import ConfigError, KblintError
from kblint.finding import Finding, Severity, Silenced, SilencedBy, Suppressed
from kblint.own_file import own_error
from kblint.source.spelling import did_you_mean
from kblint.source.text import Place
from kblint.suppressions.path_patterns import PathPatterns


class Override(Struct, frozen=True):
    """Severities by the id or name of a rule, for the files that `paths` are about."""

    paths: PathPatterns
    severity: Mapping[str, str]


class Choice(Struct, frozen=True):
    """`select` and `ignored` hold rule ids, names or areas (`LB`); an empty `select` means all rules.

    `severity` is a level by id or name, `overrides` are those of some files; the last one that is about a file counts.
    `places` tells where the configuration names a rule: by `select`, `ignore` or `severity` and what is written.
    """

    select: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    severity: Mapping[str, str] = field(default_factory=dict)
    overrides: tuple[Override, ...] = ()
    places: Mapping[tuple[str, str], Place] = field(default_factory=dict)

    def selected(self, ids: Iterable[str], known: Mapping[str, str]) -> frozenset[str]:
        """The ids of the rules that run; `known` gives the id of a rule by its id or name.

        Raises:
            ConfigError: a rule or area is not known.
        """
        every = frozenset(ids)
        chosen = self._matching("select", self.select, every, known) if self.select else every
        return chosen - self._matching("ignore", self.ignored, every, known)

    def severities(self, severity: Mapping[str, str], known: Mapping[str, str]) -> dict[str, Severity]:
        """Severities by rule id, of those by id or name.

        Raises:
            ConfigError: a rule is not known.
        """
        for rule in severity:
            if rule not in known:
                raise unknown_rule(rule, "severity", self.places.get(("severity", rule)), known)
        return {known[rule]: Severity[level.upper()] for rule, level in severity.items()}

    def _matching(
        self, where: str, words: Iterable[str], ids: frozenset[str], known: Mapping[str, str]
    ) -> frozenset[str]:
        found: set[str] = set()
        for word in words:
            area = {id for id in ids if id.rstrip("0123456789") == word.upper()}
            if word.upper() in known:
                found.add(known[word.upper()])
            elif word in known:
                found.add(known[word])
            elif area:
                found |= area
            else:
                raise unknown_rule(word, where, self.places.get((where, word)), known)
        return frozenset(found)


def unknown_rule(rule: str, where: str, place: Place | None, known: Iterable[str]) -> KblintError:
    """What to raise for a rule that there is not; `place` is None where the command line names it."""
    message, help = f"unknown rule `{rule}` in `{where}`", did_you_mean(rule, known)
    return own_error(ConfigError, message, place, help) if place else ConfigError(message, help=help)


class Chosen(Struct, frozen=True):
    """Rules by id: those that the command line asks for, and which of them the configuration leaves.

    `severities` are those of both, `commanded` those of the command line, `overrides` those of some files, which the
    command line beats.
    """

    asked: frozenset[str]
    selected: frozenset[str]
    severities: Mapping[str, Severity]
    commanded: Mapping[str, Severity]
    overrides: Sequence[tuple[PathPatterns, Mapping[str, Severity]]] = ()

    def told(self, found: Iterable[Finding]) -> list[Finding]:
        """Of what the rules that are asked for found: what is to be told, as grave as was chosen."""
        return [self._told(finding) for finding in found if finding.rule.id in self.selected]

    def severity_of(self, finding: Finding) -> Severity | None:
        """What was chosen for a finding; None where nothing was."""
        id, path = finding.rule.id, finding.location.place.path
        if id in self.commanded:
            return self.commanded[id]
        for paths, levels in reversed(self.overrides):
            if id in levels and paths.hold(path):
                return levels[id]
        return self.severities.get(id)

    def silenced(self, found: Iterable[Finding], suppressed: Iterable[Suppressed]) -> Silenced:
        """How many errors are none for the reader, or are not there, of all that was `found`; `suppressed` as told."""
        by = Counter(one.by for one in suppressed if one.finding.severity is Severity.ERROR)
        turned_down = sum(self._is_turned_down(finding) for finding in found)
        configuration = by[SilencedBy.CONFIGURATION] + turned_down
        return Silenced(by[SilencedBy.COMMENT], by[SilencedBy.ANNOTATION], configuration)

    def _told(self, finding: Finding) -> Finding:
        severity = self.severity_of(finding)
        return finding if severity is None else replace(finding, severity=severity, lowered=None)

    def _is_turned_down(self, finding: Finding) -> bool:
        id = finding.rule.id
        if id not in self.asked or self.commanded.get(id, finding.severity) is not Severity.ERROR:
            return False
        return id not in self.selected or self.severity_of(finding) not in (None, Severity.ERROR)


def choose(configured: Choice, commanded: Choice, ids: Iterable[str], known: Mapping[str, str]) -> Chosen:
    """What follows from both: what the command line selects, and its severities, replace what the configuration says.

    Raises:
        ConfigError: a rule or area is not known.
    """
    every = frozenset(ids)
    asked = commanded.selected(every, known)
    ignored = (*configured.ignored, *commanded.ignored)
    both = Choice(commanded.select or configured.select, ignored, places=configured.places)
    own, command = configured.severities(configured.severity, known), commanded.severities(commanded.severity, known)
    overrides = [(one.paths, configured.severities(one.severity, known)) for one in configured.overrides]
    return Chosen(asked, both.selected(every, known), own | command, command, overrides)
