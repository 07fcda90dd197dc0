"""Rendered objects as YAML, without the secrets in them."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from operator import attrgetter

from msgspec.structs import replace

from kblint.rendering import Opens, RenderedLine, RenderedObject, Rendering, Scalar
from kblint.report.commands import without_inline_commands
from kblint.report.options import RenderOptions
from kblint.report.places import path_and_line
from kblint.report.printable import printable
from kblint.report.rendering.scalars import key_text, scalar_text
from kblint.secrets.found import MASK, Secrets, masked
from kblint.source.embedded import embedded
from kblint.source.text import Source, Span

_SEPARATOR = "---\n"


def render(rendering: Rendering, options: RenderOptions) -> str:  # noqa: ARG001 - every format is called the same way
    """The objects as one stream of documents.

    With origins, a comment says before each object where it is written and what makes it, and behind each line that is
    written in another file, where that is.
    """
    documents = (_document(one, with_origins=rendering.with_origins) for one in _masked(rendering.objects))
    return _SEPARATOR.join(documents)


def _document(one: RenderedObject, *, with_origins: bool) -> str:
    if not with_origins:
        return "".join(_written(line) for line in one.lines)
    made_by = f", {one.made_by}" if one.made_by else ""
    own = one.place.source.path
    lines = (_written(line, "" if line.place.source.path == own else _comment(line)) for line in one.lines)
    return "".join([f"# {_said(f'from {path_and_line(one.place)}{made_by}')}\n", *lines])


def _comment(line: RenderedLine) -> str:
    return f" # {_said(f'from {path_and_line(line.place)}')}"


def _said(text: str) -> str:
    return without_inline_commands(printable(text))


def _written(line: RenderedLine, comment: str = "") -> str:
    """A line of a document, more than one for a block of text, with its end."""
    parts = _Parts(line)
    first, end, others = parts.value.partition("\n")
    return f"{line.lead}{parts.key}{parts.between}{first}{comment}{end}{others}\n"


class _Parts:
    """What a line is made of, behind its lead."""

    def __init__(self, line: RenderedLine) -> None:
        below = len(line.lead) + (2 if line.key is not None else 0)
        opens = isinstance(line.value, Opens)
        self.key = "" if line.key is None else key_text(line.key)
        self.value = line.value.value if isinstance(line.value, Opens) else scalar_text(line.value, below)
        self.between = "" if line.key is None else ":" if opens and not self.value else ": "


def _masked(objects: Sequence[RenderedObject]) -> Iterator[RenderedObject]:
    """The objects without what is secret: where it is written, or by what is said about it now.

    Not by looking for the values in all texts: in a whole repository, each of them is also a word somewhere.
    """
    written = _Sources()
    apart = [replace(one, lines=tuple(map(written.masked, one.lines))) for one in objects]
    texts = ["".join(map(_written, one.lines)) for one in apart]
    hidden = _Hidden(Source("rendered.yaml", _SEPARATOR.join(texts)))
    at = 0
    for one, text in zip(apart, texts, strict=True):
        yield replace(one, lines=tuple(hidden.lines(one.lines, at))) if hidden.touch(at, at + len(text)) else one
        at += len(text) + len(_SEPARATOR)


class _Sources:
    """The secrets of the files that objects are written in."""

    def __init__(self) -> None:
        self._hidden: dict[Source, _Hidden] = {}

    def masked(self, line: RenderedLine) -> RenderedLine:
        """A line without what is secret where its value is written."""
        source, span = line.place
        if source not in self._hidden:
            self._hidden[source] = _Hidden(source)
        return line if isinstance(line.value, Opens) else replace(line, value=self._without(line.value, source, span))

    def _without(self, value: Scalar, source: Source, span: Span) -> Scalar:
        hidden = self._hidden[source]
        # an alias stands elsewhere than its secret
        if isinstance(value, str) and hidden.is_one(value):
            return masked(value, (Span(0, len(value)),))
        return hidden.without(value, span)


class _Hidden:
    """A text, and where in it secrets stand."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._secrets = Secrets(source)
        self._spans = self._secrets.spans

    def is_one(self, value: str) -> bool:
        """Whether a text is a secret of these, each line of it."""
        return bool(self._spans) and value != "" and self._secrets.values.issuperset(map(str.strip, value.splitlines()))

    def touch(self, start: int, end: int) -> bool:
        """Whether one of them has a character in a range."""
        index = bisect.bisect_right(self._spans, start, key=attrgetter("end"))
        return index < len(self._spans) and self._spans[index].start < end

    def lines(self, lines: Sequence[RenderedLine], at: int) -> Iterator[RenderedLine]:
        """Lines that are written from `at` on, with masks in their keys and values."""
        for line in lines:
            parts = _Parts(line)
            at += len(line.lead)
            key = None if line.key is None else str(self.without(line.key, Span(at, at + len(parts.key))))
            at += len(parts.key) + len(parts.between)
            at_value = Span(at, at + len(parts.value))
            value = line.value if isinstance(line.value, Opens) else self.without(line.value, at_value)
            at += len(parts.value) + len("\n")
            yield replace(line, key=key, value=value)

    def without(self, value: Scalar, span: Span) -> Scalar:
        """A scalar that is written at `span`: the same where nothing in it is secret, else a text with masks."""
        if not self.touch(*span):
            return value
        text = value if isinstance(value, str) else self.source.text[span.start : span.end]
        places = embedded(self.source, span, text)
        is_hidden = (self.touch(*places.span_of(index, index + 1)) for index in range(len(text)))
        pairs = zip(text, is_hidden, strict=True)
        return "".join(MASK if is_secret and character != "\n" else character for character, is_secret in pairs)
