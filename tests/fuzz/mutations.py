"""An input, changed: as the tree it is where it is YAML or JSON, and as lines, words and numbers of its language."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import yaml
from hypothesis import strategies as st

from kblint.source.text import Source, Span
from kblint.source.values import PositionedDict, PositionedList
from kblint.source.yaml_stream import parse_yaml
from tests.fuzz.pieces import NUMBERS, STRANGE, WORDS

Draw = Callable[[st.SearchStrategy[Any]], Any]
_MOST = 6
"""Changes of one text."""
_LONGEST = 20_000
"""Characters of a text that is still changed: what grows is not what is looked for here."""


@st.composite
def changed(draw: Draw, text: str, donors: Sequence[str]) -> str:
    """`text` after some changes; `donors` are texts of the same format, which parts may come from."""
    for _ in range(draw(st.integers(1, _MOST))):
        if len(text) <= _LONGEST:
            text = draw(st.sampled_from(_CHANGES))(draw, text, donors)
    return text


def _value(draw: Draw, text: str, donors: Sequence[str]) -> str:
    """Another value where one stood, all else as it is written."""
    spans = [span for span in _spans(text) if span.end > span.start]
    if not spans:
        return _word(draw, text, donors)
    start, end = draw(st.sampled_from(spans))
    if draw(st.booleans()):
        new = json.dumps(draw(st.sampled_from(STRANGE)), ensure_ascii=draw(st.booleans()))
    else:
        donor = draw(st.sampled_from(donors))
        new = donor[slice(*draw(st.sampled_from(_spans(donor) or [Span(0, 0)])))]
    return f"{text[:start]}{new}{text[end:]}"


def _tree(draw: Draw, text: str, donors: Sequence[str]) -> str:
    """The documents with parts taken out, doubled, exchanged and grafted, written in another style."""
    roots = _documents(text)
    if not roots:
        return _word(draw, text, donors)
    holder: dict[str, Any] = {"roots": roots}
    for _ in range(draw(st.integers(0, 3))):
        spots = list(_spots(holder))
        if not spots:
            return ""
        where, key = draw(st.sampled_from(spots))
        _CUTS[draw(st.integers(0, len(_CUTS) - 1))](draw, where, key, spots)
    kept = holder.get("roots")
    roots = kept if isinstance(kept, list) else [kept]
    if draw(st.integers(0, 3)) == 0:
        return "\n---\n".join(json.dumps(root, ensure_ascii=False, default=str) for root in roots)
    style = draw(st.sampled_from([None, False, True]))
    return str(
        yaml.safe_dump_all(roots, default_flow_style=style, allow_unicode=True, width=draw(st.integers(20, 120)))
    )


def _take_out(draw: Draw, where: Any, key: Any, spots: Sequence[tuple[Any, Any]]) -> None:
    del draw, spots
    del where[key]


def _strange(draw: Draw, where: Any, key: Any, spots: Sequence[tuple[Any, Any]]) -> None:
    del spots
    where[key] = copy.deepcopy(draw(st.sampled_from(STRANGE)))


def _graft(draw: Draw, where: Any, key: Any, spots: Sequence[tuple[Any, Any]]) -> None:
    other, other_key = draw(st.sampled_from(spots))
    where[key] = copy.deepcopy(other[other_key])


def _rename(draw: Draw, where: Any, key: Any, spots: Sequence[tuple[Any, Any]]) -> None:
    names = [name for _, name in spots if isinstance(name, str)]
    if isinstance(where, dict) and names:
        where[draw(st.sampled_from(names))] = where.pop(key)


def _double(draw: Draw, where: Any, key: Any, spots: Sequence[tuple[Any, Any]]) -> None:
    del draw, spots
    if isinstance(where, list):
        where.insert(key, copy.deepcopy(where[key]))
    else:
        where[f"{key}-2"] = copy.deepcopy(where[key])


_CUTS = (_take_out, _strange, _graft, _rename, _double)


def _number(draw: Draw, text: str, donors: Sequence[str]) -> str:
    """Another number where one stood."""
    found = list(re.finditer(r"\d+", text))
    if not found:
        return _word(draw, text, donors)
    match = draw(st.sampled_from(found))
    return f"{text[: match.start()]}{draw(st.sampled_from(NUMBERS))}{text[match.end() :]}"


def _word(draw: Draw, text: str, donors: Sequence[str]) -> str:
    """A word of some language, put in or written over what stood there."""
    del donors
    start = draw(st.integers(0, len(text)))
    return f"{text[:start]}{draw(st.sampled_from(WORDS))}{text[start + draw(st.integers(0, 3)) :]}"


def _lines(draw: Draw, text: str, donors: Sequence[str]) -> str:
    """Some lines taken out, doubled, moved, indented otherwise, or those of another text between them."""
    lines = text.splitlines(keepends=True) or [""]
    start = draw(st.integers(0, len(lines) - 1))
    some = lines[start : start + draw(st.integers(1, 4))]
    rest = [*lines[:start], *lines[start + len(some) :]]
    match draw(st.integers(0, 4)):
        case 0:
            return "".join(rest)
        case 1:
            return "".join([*lines[:start], *some, *lines[start:]])
        case 2:
            target = draw(st.integers(0, len(rest)))
            return "".join([*rest[:target], *some, *rest[target:]])
        case 3:
            gap = draw(st.sampled_from(["", "  ", "\t", "        "]))
            return "".join([*lines[:start], *(f"{gap}{line.lstrip()}" for line in some), *lines[start + len(some) :]])
        case _:
            donor = draw(st.sampled_from(donors)).splitlines(keepends=True)
            begin = draw(st.integers(0, len(donor)))
            return "".join([*lines[:start], *donor[begin : begin + 8], *lines[start:]])


def _cut(draw: Draw, text: str, donors: Sequence[str]) -> str:
    """The text up to some place, or from there on."""
    del donors
    place = draw(st.integers(0, len(text)))
    return text[:place] if draw(st.booleans()) else text[place:]


def _line_ends(draw: Draw, text: str, donors: Sequence[str]) -> str:
    """The same with the line ends of another system."""
    del donors
    return text.replace("\n", draw(st.sampled_from(["\r\n", "\r"])))


_CHANGES = (_value, _value, _tree, _tree, _number, _number, _word, _word, _lines, _lines, _cut, _line_ends)


def _spans(text: str) -> list[Span]:
    """Where the keys and values of a text stand, as YAML."""
    found: list[Span] = []
    for document in parse_yaml(Source("a.yaml", text)).documents:
        found.extend(_inside(document.root, depth=0))
    return found


def _inside(value: object, depth: int) -> Iterator[Span]:
    if depth > _MOST * 4:
        return
    if isinstance(value, PositionedDict):
        yield from value.key_spans.values()
        yield from value.value_spans.values()
        for item in value.values():
            yield from _inside(item, depth + 1)
    elif isinstance(value, PositionedList):
        yield from value.item_spans
        for item in value:
            yield from _inside(item, depth + 1)


def _documents(text: str) -> list[Any]:
    """The documents as plain values; none where the text is no YAML, or holds what JSON cannot."""
    try:
        found: list[Any] = json.loads(json.dumps(list(yaml.safe_load_all(text)), default=str))
    except (yaml.YAMLError, TypeError, ValueError, RecursionError, AttributeError, IndexError):
        return []
    return [one for one in found if isinstance(one, dict | list)]


def _spots(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container with a key or index in it, but the outermost."""
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        if value[key] is not None or isinstance(value, dict):
            yield value, key
        yield from _spots(value[key])
