"""From what a rule's fix plans to the edit of the text."""

from __future__ import annotations

import json

from kblint.engine.path import PathTarget
from kblint.fix import Edit
from kblint.source.regex import regex
from kblint.source.scalar import resolve
from kblint.source.text import Place, Source, Span

_BARE = regex(r"[A-Za-z0-9_./][A-Za-z0-9_./-]*")
"""Texts that need no quotes, whether in a block or between brackets."""
_ENTRY = regex(r"(?P<indent>[ ]*)[^\s#'\"\[{,:-][^\s:]*:[ ]+")
_DASHES = regex(r"[ ]*(?:-[ ]+)*")
_REST = regex(r"[ \t]*(#.*)?")


def replacement(target: PathTarget, value: int | str) -> Edit | None:
    """The edit that writes `value` over the scalar at `target`, with the quotes it has or needs.

    None where the text there is not what the rule saw, or `value` stands there already.
    """
    place = target.row.places(target.field)
    if place is None or not _reads_as(place.text, target.value):
        return None
    # Terraform takes texts in quotes alone, and YAML inside of it takes them too
    text = _written(value, '"' if place.source.path.endswith(".tf") else place.text[:1])
    return Edit(place, text) if text != place.text else None


def removal(target: PathTarget) -> Edit | None:
    """The edit that removes the line of the entry whose scalar value is at `target`.

    None where the text there is not what the rule saw, or the entry shares its line, or is its mapping's only one.
    """
    place = target.row.places(target.field)
    if place is None or not _reads_as(place.text, target.value):
        return None
    source, span = place
    point, end = source.point(span.start), source.point(span.end)
    line = source.line(point.line)
    entry = _ENTRY.fullmatch(line[: point.column - 1])
    if entry is None or end.line != point.line or not _REST.fullmatch(line[end.column - 1 :]):
        return None
    if not _has_sibling(place, len(entry["indent"])):
        return None
    starts = source.line_starts
    after = starts[point.line] if point.line < len(starts) else len(source.text)
    return Edit(Place(source, Span(starts[point.line - 1], after)), "")


def _reads_as(text: str, value: object) -> bool:
    """Whether a scalar written as `text` has `value`."""
    if text[:1] == '"' and isinstance(value, str):
        try:
            return bool(json.loads(text) == value)
        except ValueError:
            return False
    if text[:1] == "'" and isinstance(value, str):
        return text[1:-1].replace("''", "'") == value
    # fields of type string may have been read from a number, as environment variables and annotations are
    return value is not None and (resolve(text) == value or text == value)


def _written(value: int | str, quote: str) -> str:
    """`value` as a scalar: in the quotes there are, else in quotes only where it would read as something else."""
    if isinstance(value, int):
        return str(value)
    if quote == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    if quote != '"' and _BARE.fullmatch(value) and resolve(value) == value:
        return value
    return json.dumps(value, ensure_ascii=False)


def _has_sibling(place: Place, indent: int) -> bool:
    """Whether the entry at `place`, `indent` columns from the left, stands beside another one in its mapping."""
    source = place.source
    number = source.point(place.span.start).line
    above = _first_line(source, range(number - 1, 0, -1), indent)
    below = _first_line(source, range(number + 1, len(source.line_starts) + 1), indent)
    # a line above that starts with dashes opens this mapping, or belongs to the list of a sibling
    return (above is not None and indent in (above["indent"], above["content"])) or (
        below is not None and indent == below["indent"] == below["content"]
    )


def _first_line(source: Source, numbers: range, indent: int) -> dict[str, int] | None:
    """Where the nearest line with content starts that is no deeper than `indent`: with its dashes, and without."""
    for number in numbers:
        line = source.line(number)
        content = line.lstrip(" ")
        if not content or content[0] in "#\r" or len(line) - len(content) > indent:
            continue
        if line.startswith(("---", "...")):
            return None
        dashes = _DASHES.match(line)
        return {"indent": len(line) - len(content), "content": dashes.end() if dashes else 0}
    return None
