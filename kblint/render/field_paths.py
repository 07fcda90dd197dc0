"""Paths of replacements and variables: fields parted by dots, items of lists by number or by what they hold."""

from __future__ import annotations

import re

from kblint.render.problems import NotHereError, RefusedError
from kblint.render.resource import BuiltObject, WrittenValue, scalar
from kblint.source.regex import regex
from kblint.source.values import PathPart, PositionedDict, PositionedList

_PART = regex(r"\[[^\]]*\]|(?:[^.\\]|\\.)+")
_ITEM = regex(r"\[(?P<field>[^=\]]*)=(?P<value>[^\]]*)\]")
_SPECIAL = regex(r"[\\^$*+?{}\[\]|()]")

Spot = tuple[PathPart, ...]


def split_path(path: str) -> tuple[str, ...]:
    """The parts of a path; dots in brackets, or behind a backslash, belong to a part."""
    parts = (part.replace("\\.", ".") for part in _PART.findall(path))
    return tuple(part if "=" in part or not part.startswith("[") else part.strip("[]") for part in parts)


def lookup(resource: BuiltObject, parts: tuple[str, ...]) -> Spot | None:
    """The one place that a path means; None where there is none."""
    spots = find(resource, parts, None)
    return spots[0] if spots else None


def find(resource: BuiltObject, parts: tuple[str, ...], made: WrittenValue | None) -> list[Spot]:
    """Every place that a path means; where `made` is to be written there, what is missing is made.

    Raises:
        RefusedError: the path counts beyond the end of a list.
    """
    spots: list[Spot] = [()]
    for number, part in enumerate(parts):
        following = parts[number + 1] if number + 1 < len(parts) else None
        spots = [found for spot in spots for found in _step(resource, spot, part, following, made)]
    return spots


def _step(resource: BuiltObject, spot: Spot, part: str, following: str | None, made: WrittenValue | None) -> list[Spot]:
    node = resource.get(*spot)
    item = _ITEM.fullmatch(part)
    if item is not None:
        return _items(resource, spot, item, made) if isinstance(node, PositionedList) else []
    if isinstance(node, PositionedList):
        if part == "*":
            return [(*spot, index) for index in range(len(node))]
        if part == "-":
            return [(*spot, len(node) - 1)] if node else []
        return _number(resource, spot, part, node, made)
    if not isinstance(node, PositionedDict):
        return []
    if part == "*":
        return [(*spot, key) for key in node]
    if node.get(part) is None:
        if made is None:
            return []
        is_list = following is not None and (_ITEM.fullmatch(following) or following.isdecimal() or following == "-")
        fresh = PositionedList(made.span) if is_list else PositionedDict(made.span)
        resource.put((*spot, part), WrittenValue(None if following is None else fresh, made.span))
    return [(*spot, part)]


def _number(
    resource: BuiltObject, spot: Spot, part: str, node: PositionedList, made: WrittenValue | None
) -> list[Spot]:
    if not part.isdecimal():
        return []
    if int(part) == len(node) and made is not None:
        holder = resource.owned(spot)
        if isinstance(holder, PositionedList):
            holder.put(None, made.span)
            return [(*spot, int(part))]
    if int(part) >= len(node):
        raise RefusedError(f"there is no item {part} in a list of {len(node)}")
    return [(*spot, int(part))]


def _items(resource: BuiltObject, spot: Spot, item: re.Match[str], made: WrittenValue | None) -> list[Spot]:
    field, value = item["field"], item["value"]
    if _SPECIAL.search(value):
        raise NotHereError(f"the pattern `{value}` is too complicated to follow")
    node = resource.get(*spot)
    found: list[Spot] = []
    for index, held in enumerate(node if isinstance(node, list) else ()):
        told = held.get(field) if field and isinstance(held, dict) else None if field else held
        # what is written is looked for anywhere in it, as a pattern without an anchor would be
        if told is not None and value in scalar(told):
            found.append((*spot, index))
    if found or made is None:
        return found
    holder = resource.owned(spot)
    if not isinstance(holder, PositionedList):
        return []
    fresh: object = value
    if field:
        fresh = PositionedDict(made.span)
        fresh.put(field, value, made.span, made.span)
    holder.put(fresh, made.span)
    return [(*spot, len(holder) - 1)]
