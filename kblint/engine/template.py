"""Texts with `${CEL}` parts; `$${` writes a plain `${`."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from kblint.own_file import MistakeError
from kblint.source.regex import regex

LONGEST_CONDITIONAL = 120
"""Characters of a `${…}` with a conditional: what does not fit a line is not read at a glance."""
_WRITE_CASES = "write `cases:`, each with its own texts"


class Hole(Struct, frozen=True):
    """An expression in a template, and where it starts in there."""

    expression: str
    offset: int


class TextTemplate(Struct, frozen=True):
    """A parsed template: literal texts and holes, in order."""

    text: str
    parts: tuple[str | Hole, ...]

    @classmethod
    def parse(cls, text: str) -> TextTemplate:
        """Split `text` into literals and holes.

        Raises:
            MistakeError: a hole is empty, or has no end.
        """
        parts: list[str | Hole] = []
        position = 0
        while (dollar := text.find("${", position)) >= 0:
            if dollar > position and text[dollar - 1] == "$":
                parts.append(text[position : dollar - 1] + "${")
                position = dollar + 2
                continue
            start = dollar + 2
            end = _end_of_hole(text, start)
            if end is None:
                raise MistakeError("`${` without its `}`", dollar, "close it, or write `$${` for a plain `${`")
            if not text[start:end].strip():
                raise MistakeError("`${}` holds no expression", dollar)
            parts += [text[position:dollar], Hole(text[start:end], start)]
            position = end + 1
        parts.append(text[position:])
        return cls(text, tuple(part for part in parts if part))

    @property
    def holes(self) -> tuple[Hole, ...]:
        """The expressions in it."""
        return tuple(part for part in self.parts if isinstance(part, Hole))


def check_conditionals(template: TextTemplate) -> None:
    """See that a reader takes the text in at once: it holds one short conditional `a ? b : c` at most.

    Raises:
        MistakeError: there is a second one, or the one is long.
    """
    found = [
        (hole, offset)
        for hole in template.holes
        for offset, character in _outside_strings(hole.expression, 0)
        if character == "?"
    ]
    if len(found) > 1:
        hole, offset = found[1]
        nested = "inside another conditional" if hole is found[0][0] else "in one text"
        raise MistakeError(f"a second `?` {nested}", hole.offset + offset, _WRITE_CASES)
    for hole, _ in found:
        if len(hole.expression) > LONGEST_CONDITIONAL:
            message = f"this conditional has {len(hole.expression)} characters, {LONGEST_CONDITIONAL} are the most"
            raise MistakeError(message, hole.offset, _WRITE_CASES)


def _end_of_hole(text: str, start: int) -> int | None:
    """The offset of the `}` that ends the expression at `start`: braces and strings inside it do not."""
    depth = 0
    for match in _STRING_OR_BRACE.finditer(text, start):
        if match[0] == "{":
            depth += 1
        elif match[0] == "}":
            if depth == 0:
                return match.start()
            depth -= 1
    return None


_STRING_OR_BRACE = regex(r"'(?:[^'\\]|\\[\s\S]?)*+'?|\"(?:[^\"\\]|\\[\s\S]?)*+\"?|[{}]")


def _outside_strings(text: str, start: int) -> Iterator[tuple[int, str]]:
    """The characters from `start` on that stand in no string, with their offsets."""
    quote, position = "", start
    while position < len(text):
        character = text[position]
        if quote:
            if character == "\\":
                position += 1
            elif character == quote:
                quote = ""
        elif character in "'\"":
            quote = character
        else:
            yield position, character
        position += 1
