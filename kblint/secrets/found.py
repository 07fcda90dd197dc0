"""All secrets of a text, and the text without them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import PurePath

from msgspec import Struct

from kblint.secrets.blocks import in_blocks
from kblint.secrets.named import named
from kblint.secrets.objects import in_objects
from kblint.secrets.patterns import formed
from kblint.source.regex import regex
from kblint.source.text import Source, Span

MASK = "*"
"""What stands for each character of a secret: as many of them, so that lines and columns stay where they are."""

_TERRAFORM = frozenset({".tf", ".hcl", ".tfvars"})
_SHOWN = regex(r"((?<=[\r\n])[ \t]+)|[^\r\n]+")
_HEADER = regex(r"[|>][-+\d]*[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)[ \t]*")
_WORD = regex(r"\w+")
_OPEN_WORD = regex(r"[\w.-]+")


class Secrets(Struct, frozen=True, dict=True):
    """What is secret in one source."""

    source: Source

    @cached_property
    def _found(self) -> tuple[tuple[Span, str], ...]:
        text = self.source.text
        is_terraform = PurePath(self.source.path).suffix.lower() in _TERRAFORM
        written = (*formed(text), *named(text, is_terraform=is_terraform), *in_blocks(text))
        decoded = ((_content(text, span), value) for span, value in in_objects(self.source))
        return (*((span, text[span.start : span.end]) for span in written), *decoded)

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """Where secrets stand, sorted; no two of them touch each other."""
        return joined(span for span, _ in self._found)

    @cached_property
    def masked(self) -> Source:
        """The source without its secrets, every character else in its place; the same source where it holds none."""
        return Source(self.source.path, masked(self.source.text, self.spans)) if self.spans else self.source

    @cached_property
    def values(self) -> frozenset[str]:
        """What may be quoted of the secrets, line by line; nothing that stands in the open elsewhere in the text."""
        lines = {line.strip() for _, value in self._found for line in value.splitlines()}
        lines |= {" ".join(line.split()) for line in lines}
        if not lines:
            return frozenset()
        return frozenset(lines.difference(_OPEN_WORD.findall(self.masked.text)))

    @cached_property
    def open_words(self) -> frozenset[str]:
        """The words that stand in the open, and the parts of names and of domains."""
        return frozenset(_WORD.findall(self.masked.text))

    def touch(self, span: Span) -> bool:
        """Whether a secret stands in `span`, or around it."""
        return any(one.start < max(span.end, span.start + 1) and span.start < one.end for one in self.spans)


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans that cover the same, sorted; no two of them touch each other."""
    apart: list[Span] = []
    for start, end in sorted(span for span in spans if span.start < span.end):
        if apart and start <= apart[-1].end:
            apart[-1] = Span(apart[-1].start, max(end, apart[-1].end))
        else:
            apart.append(Span(start, end))
    return tuple(apart)


def masked(text: str, spans: Iterable[Span]) -> str:
    """`text` with a mask for each character in `spans`, which are as `joined` gives them.

    Line ends and the indentation of lines stay.
    """
    parts: list[str] = []
    position = 0
    for start, end in spans:
        parts += [text[position:start], _SHOWN.sub(lambda shown: shown[1] or MASK * len(shown[0]), text[start:end])]
        position = end
    return "".join([*parts, text[position:]])


def _content(text: str, span: Span) -> Span:
    """A scalar without its quotes, or without the header of a block."""
    written = text[span.start : span.end]
    if header := _HEADER.match(written):
        return Span(span.start + header.end(), span.end)
    if len(written) > 1 and written[0] == written[-1] and written[0] in "'\"":
        return Span(span.start + 1, span.end - 1)
    return span
