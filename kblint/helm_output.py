"""What `helm template` printed to standard input, and the lines of the templates that it comes from.

helm says above each document which template made it (`# Source: shop/templates/web.yaml`), and nothing more. A line is
taken for one of the template only where its text stands there once and the lines around it agree in their order; for
every other line, all that can be said is which template made the object.
"""

from __future__ import annotations

import bisect
import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from kblint.finding import Finding, Location
from kblint.fix import Applicability, Fix
from kblint.source.discover import discover, read_source, tree_of
from kblint.source.regex import regex
from kblint.source.text import Place, Source, Span
from kblint.texts import STDIN

Record = TypeVar("Record")

_SOURCE = regex(r"^# Source: (?P<name>[^\s/]+/\S+)[ \t]*$", re.MULTILINE)
_END = regex(r"^---(?=\s)", re.MULTILINE)
_NAME = regex(r"^name:[ \t]*[\"']?(?P<name>[\w.-]+)", re.MULTILINE)
_CHART = "Chart.yaml"


def templates_of(printed: Source, sources: Iterable[Source], root: Path) -> Mapping[str, Source]:
    """The templates that a text names, by those names, where exactly one file is that: of `sources`, or below `root`.

    A chart is known by its `Chart.yaml`: helm says its name, not its folder. Nothing outside of `root` is looked at.
    """
    named = tuple(dict.fromkeys(match["name"] for match in _SOURCE.finditer(printed.text)))
    by_path: dict[str, Source] = {source.path: source for source in sources}
    if not named:
        return {}
    if not by_path:
        found = (path for path in discover((".",), root=root).files if path.name == _CHART)
        read = (read_source(path, root, tree_of((".",), root)) for path in found)
        by_path |= {one.path: one for one in read if isinstance(one, Source)}
    folders: dict[str, list[str]] = {}
    for path, source in by_path.items():
        name = _NAME.search(source.text) if posixpath.basename(path) == _CHART else None
        if name:
            folders.setdefault(name["name"], []).append(posixpath.dirname(path))
    candidates = {one: [*_candidates(one, folders, by_path, root)] for one in named}
    return {one: found[0] for one, found in candidates.items() if len(found) == 1}


def _candidates(
    name: str, folders: Mapping[str, Sequence[str]], by_path: Mapping[str, Source], root: Path
) -> Iterator[Source]:
    """The files that helm may call `name`."""
    chart, _, rest = name.partition("/")
    for path in (posixpath.normpath(posixpath.join(folder, rest)) for folder in folders.get(chart, ())):
        found = by_path.get(path)
        if found is None and not path.startswith(("../", "/")):
            read = read_source(root / path, root, tree_of((".",), root))
            found = read if isinstance(read, Source) else None
        if found is not None:
            yield found


def told_of_templates(
    findings: Sequence[Finding], sources: Iterable[Source], templates: Mapping[str, Source]
) -> tuple[Finding, ...]:
    """The findings in standard input, each in the template that made what it is about, where that is here."""
    printed = next((source for source in sources if source.path == STDIN), None)
    if printed is None:
        return tuple(findings)
    output = HelmOutput(printed, templates)
    return tuple(sorted(map(output.told, findings), key=lambda one: one.order))


def at_templates(record: Record, sources: Iterable[Source], templates: Mapping[str, Source]) -> Record:
    """What a command shows, with every place in standard input at the template that made what stands there.

    Where no line of the template surely is the printed one, it is the line at which the template makes that object.
    """
    printed = next((source for source in sources if source.path == STDIN), None)
    if printed is None or not templates:
        return record
    moved: Record = HelmOutput(printed, templates).placed(record)
    return moved


class HelmOutput(Struct, frozen=True, dict=True):
    """A text of standard input, and the templates that it names, by those names."""

    printed: Source
    templates: Mapping[str, Source]

    def told(self, finding: Finding) -> Finding:
        """A finding as whoever keeps the chart needs it: in the template, and without a fix of the printed text."""
        place = finding.location.place
        if place.source is not self.printed:
            return finding
        document = self._document(place)
        if document is None:
            return replace(finding, message=_with_object(finding))
        fix = Fix(finding.fix.title, Applicability.MANUAL, ()) if finding.fix else None
        line = place.source.point(place.span.start).line
        if document.template is None:
            return replace(
                finding, message=f"{finding.message} (made by `{document.name}`, which is not found here)", fix=fix
            )
        related = tuple(self._moved(one) for one in finding.related)
        at = document.at(place)
        if at is not None:
            return replace(finding, location=replace(finding.location, place=at), related=related, fix=fix)
        return replace(
            finding,
            message=f"{finding.message} (line {line} of the rendered text)",
            location=Location(document.head, "this template makes it, at a line that is not known"),
            related=(finding.location, *related),
            fix=fix,
        )

    def _moved(self, location: Location) -> Location:
        """Another place of a finding: in the template where that is sure, else where it is printed."""
        document = self._document(location.place) if location.place.source is self.printed else None
        at = document.at(location.place) if document and document.template else None
        return replace(location, place=at) if at else location

    def placed(self, record: Any) -> Any:
        """A record, or anything that one is made of, with its places in templates."""
        if isinstance(record, Place):
            document = self._document(record) if record.source is self.printed else None
            return (document.at(record) or document.head) if document and document.template else record
        if isinstance(record, tuple):
            return tuple(map(self.placed, record))
        if isinstance(record, Struct):
            return replace(record, **{name: self.placed(getattr(record, name)) for name in record.__struct_fields__})
        return record

    @cached_property
    def _documents(self) -> tuple[_Document, ...]:
        return tuple(self._split())

    def _split(self) -> Iterator[_Document]:
        text = self.printed.text
        for match in _SOURCE.finditer(text):
            end = _END.search(text, match.end())
            span = Span(match.end(), end.start() if end else len(text))
            yield _Document(self.printed, span, match["name"], self.templates.get(match["name"]))

    def _document(self, place: Place) -> _Document | None:
        """The document that a place is in, if helm says what made it."""
        index = bisect.bisect_right(self._documents, place.span.start, key=lambda one: one.span.start) - 1
        document = self._documents[index] if index >= 0 else None
        return document if document and place.span.start < document.span.end else None


class _Document(Struct, frozen=True, dict=True):
    """A document that a template made: `name` is what helm calls that."""

    printed: Source
    span: Span
    name: str
    template: Source | None

    def at(self, place: Place) -> Place | None:
        """The same characters in the template, where their whole line surely is one of it."""
        start, end = self.printed.point(place.span.start), self.printed.point(place.span.end)
        number = self._lines.get(start.line)
        if number is None or self.template is None or start.line != end.line:
            return None
        ours, theirs = self.printed.line(start.line), self.template.line(number)
        moved = self.template.line_starts[number - 1] + _lead(theirs) - _lead(ours) - 1
        return Place(self.template, Span(moved + start.column, moved + end.column))

    @property
    def head(self) -> Place:
        """The first line of the template that surely is one of this document, else the first that says something."""
        assert self.template is not None
        lines = self.template.text.splitlines()
        first = next((number for number, line in enumerate(lines, 1) if line.strip()), 1)
        number = min(self._lines.values(), default=first)
        line, start = self.template.line(number), self.template.line_starts[number - 1]
        return Place(self.template, Span(start + _lead(line), start + len(line.rstrip())))

    @cached_property
    def _lines(self) -> Mapping[int, int]:
        """The numbers of printed lines, with those of the lines of the template that they surely are."""
        if self.template is None:
            return {}
        theirs = [line.strip() for line in self.template.text.splitlines()]
        times = Counter(theirs)
        number_of = {line: number for number, line in enumerate(theirs, 1) if line and times[line] == 1}
        first = self.printed.point(self.span.start).line
        ours = self.printed.text[slice(*self.span)].splitlines()
        pairs = [(first + at, number_of[line.strip()]) for at, line in enumerate(ours) if line.strip() in number_of]
        return dict(_in_order(pairs))


def _in_order(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """As many pairs as there can be whose second numbers grow with the first ones."""
    lasts: list[int] = []
    chains: list[list[int]] = []
    before: list[int] = []
    for index, (_, number) in enumerate(pairs):
        at = bisect.bisect_left(lasts, number)
        before.append(chains[at - 1][-1] if at else -1)
        if at == len(lasts):
            lasts.append(number)
            chains.append([index])
        else:
            lasts[at] = number
            chains[at].append(index)
    found: list[tuple[int, int]] = []
    index = chains[-1][-1] if chains else -1
    while index >= 0:
        found.append(pairs[index])
        index = before[index]
    return found[::-1]


def _lead(line: str) -> int:
    return len(line) - len(line.lstrip())


def _with_object(finding: Finding) -> str:
    """The message, which names the object where a line of standard input is all that is known."""
    about = finding.object
    if about is None or not about.name or f"`{about.name}`" in finding.message:
        return finding.message
    return f"{finding.message} (in {about.kind} `{f'{about.namespace}/' if about.namespace else ''}{about.name}`)"
