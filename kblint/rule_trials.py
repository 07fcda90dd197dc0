"""The examples of rules, tried: what a rule says of each must stand exactly where the example marks it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from kblint.config import Config, read_config
from kblint.engine.catalog import Catalog
from kblint.engine.marks import marks, unmarked
from kblint.engine.rule import EXAMPLE_FILE, Example, Rule
from kblint.errors import RuleError
from kblint.finding import Finding, Location, Result, Severity, Summary, Unjudged
from kblint.fix import Applicability, apply
from kblint.intake import Loaded
from kblint.own_file import OwnFile, read_validated
from kblint.own_folder import OwnFolder
from kblint.run import check
from kblint.source.embedded import embedded
from kblint.source.text import Place, Source, Span
from kblint.source.values import PathPart
from kblint.suppressions.choice import Choice

_UNREADABLE = "DOC001"
_MARK = "write `# <- primary` behind its line, or change what the rule asks"


class RuleTrial(Struct, frozen=True):
    """A rule with the number of its examples, and what does not hold of them: findings in the rule's own file."""

    rule: Rule
    examples: int
    failures: tuple[Finding, ...]


def tried(rules: Iterable[Rule], catalog: Catalog) -> Iterator[RuleTrial]:
    """Try the examples of some rules of a catalogue.

    Raises:
        RuleError: a file changed meanwhile.
        ConfigError: an example's `config` or profile is wrong.
    """
    for rule in rules:
        path = Path(rule.path)
        source = OwnFolder(path.parent, (path.suffix,), RuleError).read(path)
        trial = _Trial(rule, catalog, read_validated(source, None, RuleError, "rule"))
        yield RuleTrial(rule, len(rule.examples), tuple(trial.failures()))


def failed(trials: Iterable[RuleTrial]) -> Result:
    """All failures, as a report shows findings."""
    found = tuple(failure for trial in trials for failure in trial.failures)
    counts = Summary(0, 0, 0, errors=len(found), warnings=0, infos=0, suppressed=0)
    return Result("", counts, found)


class _Seen(Struct, frozen=True):
    """A place that an example marks, or that the rule shows: the file and the line in it, and as what."""

    path: str
    line: int
    kind: str


class _Trial(Struct, frozen=True):
    rule: Rule
    catalog: Catalog
    file: OwnFile

    def failures(self) -> Iterator[Finding]:
        """What does not hold, in the order of the examples."""
        for is_bad, what, key in ((True, "reports", "bad"), (False, "leaves alone", "good")):
            if not any(example.is_bad is is_bad for example in self.rule.examples):
                yield self._failure(f"no example shows what this rule {what}", f"write one with `{key}`", "examples")
        for number, example in enumerate(self.rule.examples):
            yield from self._of_example(number, example)

    def _of_example(self, number: int, example: Example) -> Iterator[Finding]:
        result = self._run(example, example.files)
        for failure in self._unjudged(result):
            yield self._at(number, failure.message, failure.help, failure.place)
        for finding in result.findings:
            if finding.rule.id == _UNREADABLE != self.rule.id:
                yield self._at(number, f"this cannot be read: {finding.message}", None, finding.location.place)
        found = [finding for finding in result.findings if finding.rule.id == self.rule.id]
        shown = dict(_shown(found))
        marked = {_Seen(path, mark.line, mark.kind) for path, text in example.files.items() for mark in marks(text)}
        for seen in sorted(marked - shown.keys(), key=_order):
            yield self._at_line(number, example, seen)
        for seen in sorted(shown.keys() - marked, key=_order):
            finding, place = shown[seen]
            how = "reported" if seen.kind == "primary" else "shown with a finding"
            help = _MARK.replace("primary", seen.kind)
            yield self._at(number, f"this is {how}, and no mark says so: {finding.message}", help, place)
        if shown.keys() == marked:
            yield from self._of_fix(number, example, found)

    def _of_fix(self, number: int, example: Example, found: Iterable[Finding]) -> Iterator[Finding]:
        """What does not hold of the texts that the fixes leave."""
        fixes = [finding.fix for finding in found if finding.fix]
        texts = {source.path: text for source, text in apply(fixes).texts.items()}
        files = {name: texts.get(name, text) for name, text in example.files.items()}
        where = ("examples", number)
        if example.fixed is None:
            if any(fix.applicability is Applicability.SAFE for fix in fixes):
                help = "say with `fixed` which line it leaves"
                yield self._failure("a safe fix is offered here, and nothing says what it leaves", help, *where)
            return
        if example.fixed not in {_bare(line) for text in files.values() for line in text.splitlines()}:
            what = "no fix is offered here" if not fixes else "the fix leaves no such line"
            yield self._failure(what, "write the whole line, without its indentation", *where, "fixed")
            return
        result = self._run(example, files)
        if any(one.rule.id == self.rule.id for one in result.findings):
            yield self._failure("what the fix leaves is reported again", None, *where, "fixed")
        for failure in self._unjudged(result):
            yield self._failure(f"of what the fix leaves: {failure.message}", failure.help, *where, "fixed")

    def _run(self, example: Example, files: Mapping[str, str]) -> Result:
        sources = tuple(Source(path, text) for path, text in files.items())
        return check(Loaded(sources, (), ()), self._config(example), self.catalog)

    def _unjudged(self, result: Result) -> Iterator[Unjudged]:
        return (failure for failure in result.unjudged if failure.rule.id == self.rule.id)

    def _config(self, example: Example) -> Config:
        written = json.dumps({"profile": example.profile, **example.config})
        config = read_config(Source(f"{self.rule.path} (config)", written), folder=Path(), root=Path())
        yields = self.rule.check.yields_to if self.rule.check else ()
        # only a rule that runs can be silenced in vain
        named = (id for id in self.catalog.rules if any(id in text for text in example.files.values()))
        return replace(config, command=Choice(select=(self.rule.id, *yields, *named, _UNREADABLE)))

    def _at_line(self, number: int, example: Example, seen: _Seen) -> Finding:
        """A mark that nothing of the rule meets."""
        text = example.files[seen.path]
        source = Source(seen.path, text)
        line, start = unmarked(source.line(seen.line)), source.line_starts[seen.line - 1]
        place = Place(source, Span(start + len(line) - len(line.lstrip()), start + len(line)))
        said = "reported" if seen.kind == "primary" else "shown with a finding"
        return self._at(number, f"this is marked, and not {said}", None, place)

    def _at(self, number: int, message: str, help: str | None, place: Place) -> Finding:
        """A failure at a place of an example's text: where that is written in the rule's file."""
        kind = "bad" if self.rule.examples[number].is_bad else "good"
        where: tuple[PathPart, ...] = ("examples", number, kind)
        if place.path != EXAMPLE_FILE or not isinstance(self.file.origin.get(*where), str):
            where = (*where, place.path)
        written = self.file.origin.get(*where)
        if not isinstance(written, str):  # manifests that several examples share, or what is built of some
            return self._failure(f"in `{place.path}`: {message}", help, "examples", number, kind)
        text = embedded(self.file.source, self.file.origin.span(*where), written)
        return self._finding(message, help, text.place(*place.span))

    def _failure(self, message: str, help: str | None, *where: PathPart) -> Finding:
        return self._finding(message, help, self.file.origin.place(*where))

    def _finding(self, message: str, help: str | None, place: Place) -> Finding:
        return Finding(self.rule.ref, Severity.ERROR, "known", message, Location(place), help=help)


def _shown(found: Iterable[Finding]) -> Iterator[tuple[_Seen, tuple[Finding, Place]]]:
    """What findings show, each with its place."""
    for finding in found:
        for kind, location in (("primary", finding.location), *(("related", one) for one in finding.related)):
            place = location.place
            yield _Seen(place.path, place.start.line, kind), (finding, place)


def _order(seen: _Seen) -> tuple[str, int, str]:
    return seen.path, seen.line, seen.kind


def _bare(line: str) -> str:
    """A line without its mark, its indentation and the dash of a list."""
    return unmarked(line).strip().removeprefix("- ")
