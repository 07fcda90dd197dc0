"""Fixes are tried before they are applied: in memory, wired and judged again.

A fix is kept only if its finding goes, nothing else is found that is worth a warning, and no journey gets worse. Each
trial costs a whole run, so only `--fix` and `--diff` ask for it, and not `kblint check` alone, which shows a fix
untried. All fixes are tried together first, which is all where they are good; only where they are not, each half of
them is, and so on down to the one that is to blame.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct, field
from msgspec.structs import replace

from kblint.config import Config, redeclared
from kblint.engine.catalog import Catalog
from kblint.finding import Finding, Result, Severity, Unjudged
from kblint.fix import Applicability, Fix, apply
from kblint.intake import Loaded
from kblint.run import check_and_wire
from kblint.source.text import Source
from kblint.wire.faults.fault import Outcome
from kblint.wire.journeys.distinct import distinct

_ROUNDS = 10
"""Fixes that overlap are applied one after the other; this many rounds end it in any case."""
MOST_TRIALS = 12
"""Runs that trying fixes may take, however long the input is: so many find one bad fix among a few dozen."""
MOST_TRIED = 5_000_000
"""Characters of input that these runs may go through in any case."""
_UNUSED_SUPPRESSION = "DOC005"
"""What a fix mends may have been silenced too: that the silence is needed no more makes nothing worse."""
_UNTRIED = "it was not tried, since so many before it did not stand their trial"
_BAD = {Outcome.OK: 0, Outcome.UNKNOWN: 1}
"""How bad the end of a journey is; all others are as bad as can be."""

Kept = tuple[str, str, str]
"""What stays of a finding when lines move and values change: its rule, its object, its file."""


class Refusal(Struct, frozen=True):
    """A finding whose fix did not stand the trial, and why."""

    finding: Finding
    reason: str


class Mended(Struct, frozen=True):
    """What is left to report, how many fixes were applied, and the changed texts: path to (before, after).

    The findings of `refused` are reported without their fix.
    """

    result: Result
    fixes: int
    texts: Mapping[str, tuple[str, str]]
    refused: tuple[Refusal, ...] = ()


def mend(loaded: Loaded, config: Config, catalog: Catalog, *, unsafe: bool) -> Mended:
    """Apply every safe fix (every unsafe one too, if asked) that stands its trial, until nothing is left to apply.

    Nothing is written. What has to be run on a snapshot is tried as well, and not told where it would not help.
    """
    allowed = {Applicability.SAFE, Applicability.UNSAFE} if unsafe else {Applicability.SAFE}
    before = {source.path: source.text for source in loaded.sources}
    bench = Bench(catalog, [max(MOST_TRIALS, MOST_TRIED // max(1, sum(map(len, before.values()))))])
    state, fixes, rounds = bench.state(loaded, config), 0, 0
    refused: list[Refusal] = []
    while rounds < _ROUNDS and (offers := _together(_untried(state, allowed, refused))):
        trial = bench.settled(state, offers)
        if trial.kept:
            # what was refused before may be right now
            state, fixes, rounds, refused = trial.state, fixes + len(trial.kept), rounds + 1, []
        else:
            refused += trial.refused
    commands = [one for one in state.result.findings if one.fix and one.fix.command and one.fix.edits]
    refused += bench.settled(state, _together(commands)).refused
    texts = {
        source.path: (before[source.path], source.text)
        for source in state.loaded.sources
        if before[source.path] != source.text
    }
    return Mended(_without(state.result, refused), fixes, texts, tuple(refused))


class State(Struct, frozen=True, dict=True):
    """Texts, and what is found in them."""

    loaded: Loaded
    config: Config
    result: Result
    outcomes: Mapping[str, tuple[Outcome, ...]]
    """By the name of a way in: how it ends, in each of its variants."""

    @cached_property
    def counts(self) -> Mapping[Severity, Counter[Kept]]:
        """How many findings there are of each severity and above."""
        found = [one for one in self.result.findings if one.rule.id != _UNUSED_SUPPRESSION]
        return {level: Counter(_kept(one) for one in found if one.severity >= level) for level in Severity}


class Trial(Struct, frozen=True):
    """What came of trying fixes: the state with those that were kept, and those that were not."""

    state: State
    kept: tuple[Finding, ...]
    refused: tuple[Refusal, ...]


class Bench(Struct, frozen=True):
    """By which rules fixes are tried."""

    catalog: Catalog
    left: list[int] = field(default_factory=lambda: [MOST_TRIALS])
    """How many trials may still be made."""

    def state(self, loaded: Loaded, config: Config) -> State:
        """Wire and judge what was loaded."""
        result, _, topologies = check_and_wire(loaded, config, self.catalog)
        outcomes: dict[str, list[Outcome]] = {}
        for journey in distinct(topology.journeys for topology in topologies):
            outcomes.setdefault(journey.name, []).append(journey.outcome)
        return State(loaded, config, result, {name: tuple(ends) for name, ends in outcomes.items()})

    def settled(self, state: State, offers: Sequence[Finding]) -> Trial:
        """Try the fixes of findings, which do not touch each other: together, and where that is not good, by halves."""
        return self._settled(state, Trial(state, (), ()), offers)

    def _settled(self, base: State, trial: Trial, offers: Sequence[Finding]) -> Trial:
        """The same where some are `kept` already; all edits are of the texts of `base`."""
        if not offers:
            return trial
        if not self.left[0]:
            return replace(trial, refused=(*trial.refused, *(Refusal(one, _UNTRIED) for one in offers)))
        self.left[0] -= 1
        kept = (*trial.kept, *offers)
        after = self.state(*_edited(base, kept))
        reason = objection(trial.state, after, offers)
        if reason is None:
            return Trial(after, kept, trial.refused)
        if len(offers) == 1:
            return replace(trial, refused=(*trial.refused, Refusal(offers[0], reason)))
        middle = len(offers) // 2
        return self._settled(base, self._settled(base, trial, offers[:middle]), offers[middle:])


def objection(before: State, after: State, mended: Iterable[Finding]) -> str | None:
    """Why it was not good to mend these findings of the state before; None where it was."""
    for kept, number in Counter(map(_kept, mended)).items():
        if after.counts[Severity.INFO][kept] > before.counts[Severity.INFO][kept] - number:
            return "its finding would stay"
    unknown = set(map(_unknown, after.result.unjudged)) - set(map(_unknown, before.result.unjudged))
    if unknown:
        rule, about, path = min(unknown)
        return f"{rule} could not be evaluated on {about or path} any more"
    for level in (Severity.ERROR, Severity.WARNING):
        more = after.counts[level] - before.counts[level]
        if more:
            rule, about, path = min(more)
            return f"{level.label} {rule} would be found, on {about or path}"
    for name, ends in before.outcomes.items():
        was, would_be = _sorted(ends), _sorted(after.outcomes.get(name, ()))
        if any(_worse(was, would_be)):
            return f"`{name}` would end in: {', '.join(dict.fromkeys(end.value for end in would_be)) or 'nothing'}"
    return None


def _worse(was: Sequence[Outcome], would_be: Sequence[Outcome]) -> Iterator[bool]:
    """Whether more ways break than did, and whether fewer go through."""
    yield sum(_how_bad(end) > 1 for end in would_be) > sum(_how_bad(end) > 1 for end in was)
    yield would_be.count(Outcome.OK) < was.count(Outcome.OK)


def _sorted(ends: Iterable[Outcome]) -> Sequence[Outcome]:
    return sorted(ends, key=lambda end: (-_how_bad(end), end.value))


def _how_bad(end: Outcome) -> int:
    return _BAD.get(end, 2)


def _kept(finding: Finding) -> Kept:
    return (finding.rule.id, str(finding.object or ""), finding.location.place.source.path)


def _unknown(failure: Unjudged) -> Kept:
    return (failure.rule.id, str(failure.object or ""), failure.place.source.path)


def _together(offers: Iterable[Finding]) -> Sequence[Finding]:
    """Those whose fixes do not touch each other; the others wait for the next round."""
    fixes = {id(one.fix): one for one in offers}
    fitting = apply(one.fix for one in fixes.values() if one.fix).applied
    return [fixes[id(fix)] for fix in fitting]


def _untried(state: State, allowed: Collection[Applicability], refused: Iterable[Refusal]) -> Iterator[Finding]:
    """The findings with a fix of what was loaded; a configuration that only lies above is not ours to change."""
    tried = {one.finding.fix for one in refused}
    paths = {source.path for source in state.loaded.sources}
    for finding in state.result.findings:
        fix = finding.fix
        is_ours = fix and all(edit.place.source.path in paths for edit in fix.edits)
        if fix and is_ours and fix.applicability in allowed and fix not in tried:
            yield finding


def _edited(state: State, mended: Iterable[Finding]) -> tuple[Loaded, Config]:
    """The texts with the fixes of some findings, and the configuration, which may declare what they change."""
    edited = apply(one.fix for one in mended if one.fix).texts
    texts = {source.path: text for source, text in edited.items()}
    loaded, config = state.loaded, state.config
    sources = tuple(
        Source(source.path, texts[source.path]) if source.path in texts else source for source in loaded.sources
    )
    if config.path is not None and config.path in texts:
        config = redeclared(config, Source(config.path, texts[config.path]))
    return replace(loaded, sources=sources), config


def _without(result: Result, refused: Iterable[Refusal]) -> Result:
    """The result, which offers no fix that was refused."""
    fixes: set[Fix | None] = {one.finding.fix for one in refused}
    findings = tuple(replace(one, fix=None) if one.fix in fixes else one for one in result.findings)
    return replace(result, findings=findings)
