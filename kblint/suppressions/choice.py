"""Which rules run and how grave they are, as somebody chose: the configuration, or the command line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from kblint.errors import ConfigError
from kblint.finding import Finding, Severity, Silenced, SilencedBy, Suppressed
from kblint.source.spelling import did_you_mean


@dataclass(frozen=True, slots=True)
class Choice:
    """`select` and `ignored` hold rule ids, names or areas (`LB`); an empty `select` means all rules.

    `severity` is a level by id or name; `path` the file that says so, None for the command line.
    """

    select: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    severity: Mapping[str, str] = field(default_factory=dict)
    path: str | None = None

    def selected(self, ids: Iterable[str], known: Mapping[str, str]) -> frozenset[str]:
        """The ids of the rules that run; `known` gives the id of a rule by its id or name.

        Raises:
            ConfigError: a rule or area is not known.
        """
        every = frozenset(ids)
        chosen = _matching(self.select, every, known, "select") if self.select else every
        return chosen - _matching(self.ignored, every, known, "ignore")

    def severities(self, known: Mapping[str, str]) -> dict[str, Severity]:
        """Severities by rule id.

        Raises:
            ConfigError: a rule is not known.
        """
        for rule in self.severity:
            if rule not in known:
                raise ConfigError(
                    f"unknown rule `{rule}` in `severity`", path=self.path, help=did_you_mean(rule, known)
                )
        return {known[rule]: Severity[level.upper()] for rule, level in self.severity.items()}


@dataclass(frozen=True, slots=True)
class Chosen:
    """Rules by id: those that the command line asks for, and which of them the configuration leaves.

    `severities` are those of both, `commanded` those of the command line.
    """

    asked: frozenset[str]
    selected: frozenset[str]
    severities: Mapping[str, Severity]
    commanded: Mapping[str, Severity]

    def told(self, found: Iterable[Finding]) -> list[Finding]:
        """Of what the rules that are asked for found: what is to be told, as grave as was chosen."""
        return [
            finding
            if finding.rule.id not in self.severities
            else replace(finding, severity=self.severities[finding.rule.id], lowered=None)
            for finding in found
            if finding.rule.id in self.selected
        ]

    def silenced(self, found: Iterable[Finding], suppressed: Iterable[Suppressed]) -> Silenced:
        """How many errors are none for the reader, or are not there, of all that was `found`; `suppressed` as told."""
        by = Counter(one.by for one in suppressed if one.finding.severity is Severity.ERROR)
        turned_down = sum(self._is_turned_down(finding) for finding in found)
        configuration = by[SilencedBy.CONFIGURATION] + turned_down
        return Silenced(by[SilencedBy.COMMENT], by[SilencedBy.ANNOTATION], configuration)

    def _is_turned_down(self, finding: Finding) -> bool:
        id = finding.rule.id
        if id not in self.asked or self.commanded.get(id, finding.severity) is not Severity.ERROR:
            return False
        return id not in self.selected or self.severities.get(id, Severity.ERROR) is not Severity.ERROR


def choose(configured: Choice, commanded: Choice, ids: Iterable[str], known: Mapping[str, str]) -> Chosen:
    """What follows from both: what the command line selects, and its severities, replace what the configuration says.

    Raises:
        ConfigError: a rule or area is not known.
    """
    every = frozenset(ids)
    both = Choice(commanded.select or configured.select, (*configured.ignored, *commanded.ignored))
    own, command = configured.severities(known), commanded.severities(known)
    return Chosen(commanded.selected(every, known), both.selected(every, known), own | command, command)


def _matching(words: Iterable[str], ids: frozenset[str], known: Mapping[str, str], where: str) -> frozenset[str]:
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
            raise ConfigError(f"unknown rule `{word}` in `{where}`", help=did_you_mean(word, known))
    return frozenset(found)
