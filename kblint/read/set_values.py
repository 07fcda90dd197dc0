r"""Values given one by one, as `helm --set` writes them: `ports.web.nodePort=30080,service.annotations.a\.b=c`.

https://helm.sh/docs/intro/using_helm/#the-format-and-limitations-of---set
"""

from __future__ import annotations

from collections.abc import Sequence

from kblint.source.regex import regex
from kblint.source.text import Source, Span
from kblint.source.values import Origin, PositionedDict, PositionedList

_PART = regex(r"((?:\\.|[^\\.\[\]=])*)((?:\[\d{1,4}\])*)(\.|=|\Z)")
_INDEX = regex(r"\[(\d+)\]")
_MARK = regex(r"(?<!\\),|[{}]")
_ESCAPED = regex(r"\\(.)")
_WORDS = {"true": True, "false": False, "null": None}
_DEEP = 50
"""Keys that one path may have."""
_MANY = 100
"""Entries that a list may have: what stands between two that are given is null."""


def given(
    pairs: Sequence[tuple[str, Span]], source: Source, head: Span, unknown: list[str], *, as_text: bool = False
) -> Origin:
    """The values that `pairs` of text and its span in `source` give; `as_text` for `--set-string`: all are strings.

    What is beyond a limit is left out, and why goes into `unknown`.
    """
    root = PositionedDict(head)
    for text, span in pairs:
        for one in _pairs(text):
            keys, written = _split(one)
            if len(keys) > _DEEP:
                unknown.append(f"a value lies more than {_DEEP} keys deep")
            elif any(isinstance(key, int) and key >= _MANY for key in keys):
                unknown.append(f"a list has more than {_MANY} entries")
            elif keys:
                _put(root, keys, _value(written, as_text=as_text), span)
    return Origin(source, root, head)


def _pairs(text: str) -> list[str]:
    """The parts between commas, but for those in `{}`: read from the end, each mark is looked at once."""
    found: list[str] = []
    end, is_inside = len(text), False
    for mark in reversed(list(_MARK.finditer(text))):
        if mark[0] != ",":
            is_inside = mark[0] == "}"
        elif not is_inside:
            found.append(text[mark.end() : end])
            end = mark.start()
    return [text[:end], *reversed(found)]


def _split(text: str) -> tuple[list[str | int], str]:
    keys: list[str | int] = []
    at = 0
    while match := _PART.match(text, at):
        if match[1]:
            keys.append(_ESCAPED.sub(r"\1", match[1]))
        keys.extend(int(number) for number in _INDEX.findall(match[2]))
        at = match.end()
        if match[3] == "=":
            return keys, text[at:]
        if not match[3]:
            break
    return [], ""


def _value(text: str, *, as_text: bool) -> object:
    if not as_text:
        if text in _WORDS:
            return _WORDS[text]
        if text.isascii() and text.isdecimal() and (text == "0" or not text.startswith("0")) and len(text) < 10:
            return int(text)
    return _ESCAPED.sub(r"\1", text)


def _put(root: PositionedDict, keys: Sequence[str | int], value: object, span: Span) -> None:
    if isinstance(value, str) and value.startswith("{") and value.endswith("}"):
        value = _listed(value[1:-1].split(",") if value != "{}" else [], span)
    holder: object = root
    for key, below in zip(keys, [*keys[1:], None], strict=True):
        following: object = value
        if below is not None:
            following = PositionedList(span) if isinstance(below, int) else PositionedDict(span)
        if isinstance(holder, PositionedDict) and isinstance(key, str):
            if below is None or not isinstance(holder.get(key), type(following)):
                holder.put(key, following, span, span)
            holder = holder[key]
        elif isinstance(holder, PositionedList) and isinstance(key, int):
            while len(holder) <= key:
                holder.put(None, span)
            if below is None or not isinstance(holder[key], type(following)):
                holder[key] = following
                holder.item_spans[key] = span
            holder = holder[key]
        else:
            return


def _listed(texts: Sequence[str], span: Span) -> PositionedList:
    found = PositionedList(span)
    for text in texts:
        found.put(_value(text, as_text=False), span)
    return found
