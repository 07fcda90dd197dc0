"""Texts with `${CEL}` parts; `$${` writes a plain `${`."""

from __future__ import annotations

from dataclasses import dataclass

from kblint.engine.mistake import MistakeError


@dataclass(frozen=True, slots=True)
class Hole:
    """An expression in a template, and where it starts in there."""

    expression: str
    offset: int


@dataclass(frozen=True, slots=True)
class TextTemplate:
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


def _end_of_hole(text: str, start: int) -> int | None:
    """The offset of the `}` that ends the expression at `start`: braces and strings inside it do not."""
    depth, quote, position = 0, "", start
    while position < len(text):
        character = text[position]
        if quote:
            if character == "\\":
                position += 1
            elif character == quote:
                quote = ""
        elif character in "'\"":
            quote = character
        elif character == "{":
            depth += 1
        elif character == "}":
            if depth == 0:
                return position
            depth -= 1
        position += 1
    return None
