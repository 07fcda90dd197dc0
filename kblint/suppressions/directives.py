"""What users write to silence a rule: comments, annotations and configuration entries, as one record."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from msgspec import Struct

from kblint.finding import ObjectRef, SilencedBy
from kblint.source.comments import Comment
from kblint.source.embedded import embedded
from kblint.source.regex import regex
from kblint.source.spelling import did_you_mean
from kblint.source.stream import shown
from kblint.source.text import Place, Source, Span

ANNOTATION = "kblint.io/ignore"
"""On an object, or on its pod template."""

_COMMENT = regex(r"(?:#|//)\s*kblint:\s*(?P<verb>[\w-]*)\s*(?:\[(?P<rules>[^\]]*)\])?[\s:]*(?P<reason>.*)")
_VERBS = ("ignore", "ignore-file")
_ENTRY = regex(r"[^;\n]+")
_WORD = regex(r"[^\s,]+")
_IS_COMMENT = regex(r"\s*(?:#|//|$)")
_BRACKETS = "name the rules in brackets: `kblint: ignore[SVC001] reason`"


class Waiver(Struct, frozen=True):
    """The annotation `kblint.io/ignore`: its text, the object it belongs to, and where its value stands.

    `is_built` says that the object is put together of several files.
    """

    object: ObjectRef
    text: str
    place: Place
    is_built: bool = False


class SuppressionDirective(Struct, frozen=True, eq=False):
    """One rule silenced in one place: `rule` is an id or a name as written at `place`; `covers` tells where it acts."""

    rule: str
    reason: str
    place: Place
    covers: Hashable
    by: SilencedBy


class Misuse(Struct, frozen=True):
    """A directive that cannot be understood."""

    place: Place
    message: str
    help: str | None


def on_line(path: str, line: int) -> Hashable:
    """Covers what is reported on one line of a file."""
    return ("line", path, line)


def on_file(path: str) -> Hashable:
    """Covers what is reported in a file."""
    return ("file", path)


def on_object(path: str | None, object: ObjectRef) -> Hashable:
    """Covers what is reported about an object in the file it stands in; in any, where `path` is None."""
    return ("object", path, object)


def comment_directives(comments: Iterable[Comment]) -> Iterator[SuppressionDirective | Misuse]:
    """What comments say: `kblint: ignore[SVC001,POD002] reason`, `kblint: ignore-file[...] reason`.

    A comment behind something covers its own line; one that stands alone covers the next line that is no comment.
    """
    all_comments = tuple(comments)
    below = _lines_below(all_comments)
    for comment in all_comments:
        source, span = comment.place
        match = _COMMENT.search(comment.place.text)
        if match is None:
            continue  # it only speaks of kblint
        verb, rules = match["verb"], match["rules"]
        if verb not in _VERBS:
            yield Misuse(comment.place, f"unknown directive `{shown(verb)}`", did_you_mean(verb, _VERBS))
            continue
        words = list(_WORD.finditer(source.text, *_moved(match.span("rules"), span.start))) if rules else []
        if not words:
            yield Misuse(comment.place, f"`{verb}` names no rule", _BRACKETS.replace("ignore", verb))
        line = source.point(span.start).line
        covers = (
            on_file(source.path)
            if verb == "ignore-file"
            else on_line(source.path, below[source, line] if comment.own_line else line)
        )
        for word in words:
            place = Place(source, Span(*word.span()))
            yield SuppressionDirective(word[0], match["reason"].strip(), place, covers, SilencedBy.COMMENT)


def waiver_directives(waivers: Iterable[Waiver]) -> Iterator[SuppressionDirective | Misuse]:
    """What annotations say: `SVC001: reason; POD001,POD002: reason`."""
    for waiver in waivers:
        source, span = waiver.place
        text = embedded(source, span, waiver.text)
        named = False
        for entry in _ENTRY.finditer(waiver.text):
            rules, _, reason = entry[0].partition(":")
            for word in _WORD.finditer(rules):
                named = True
                start = entry.start() + word.start()
                place = text.place(start, start + len(word[0]))
                covers = on_object(None if waiver.is_built else source.path, waiver.object)
                yield SuppressionDirective(word[0], reason.strip(), place, covers, SilencedBy.ANNOTATION)
        if not named:
            yield Misuse(waiver.place, f"`{ANNOTATION}` names no rule", "write `SVC001: reason`")


def _lines_below(comments: tuple[Comment, ...]) -> dict[tuple[Source, int], int]:
    """For each comment that stands alone: the next line that is neither a comment nor empty, 0 where there is none."""
    found: dict[tuple[Source, int], int] = {}
    for comment in reversed(comments):
        source, span = comment.place
        if not comment.own_line:
            continue
        line = source.point(span.start).line
        below = line + 1
        # the comments further down are known already, so that no line is looked at twice
        while (source, below) not in found and below <= len(source.line_starts):
            if not _IS_COMMENT.match(source.line(below)):
                break
            below += 1
        found[source, line] = found.get((source, below), below if below <= len(source.line_starts) else 0)
    return found


def _moved(span: tuple[int, int], by: int) -> tuple[int, int]:
    return (span[0] + by, span[1] + by)
