"""What expressions of templates stand for, and the functions that choose among values or hand them on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from msgspec import Struct

from kblint.source.values import PathPart, PositionedDict, PositionedList

_DEEP = 60
"""Mappings in each other."""


class NotTracedError(Exception):
    """Nobody can tell from the text what an expression stands for."""


class Valued(Struct, frozen=True):
    """What an expression stands for: a plain value, a `MadeMapping` or a `MadeList`; `path` is where the values say it.

    `path` is None for what is made of several; `is_key` says that it is the key there, and not the value.
    """

    value: object
    path: tuple[PathPart, ...] | None = None
    is_key: bool = False

    def child(self, key: PathPart) -> Valued:
        """What stands at a key or index of it; nothing where there is no such thing."""
        value = self.value
        if isinstance(value, MadeMapping):
            return value.entries.get(str(key), Valued(None))
        if isinstance(value, MadeList):
            return value.items[key] if isinstance(key, int) and 0 <= key < len(value.items) else Valued(None)
        path = None if self.path is None else (*self.path, key)
        if isinstance(value, PositionedDict):
            return Valued(value.get(str(key)), path)
        if isinstance(value, PositionedList) and isinstance(key, int) and 0 <= key < len(value):
            return Valued(value[key], path)
        return Valued(None, path)

    @property
    def is_container(self) -> bool:
        """Whether something may stand below it."""
        return isinstance(self.value, PositionedDict | PositionedList | MadeMapping | MadeList)

    @property
    def holds(self) -> bool:
        """Whether a template takes it for true."""
        value = self.value
        if isinstance(value, Unclear):
            raise NotTracedError
        if isinstance(value, MadeMapping | MadeList):
            return bool(value.entries if isinstance(value, MadeMapping) else value.items)
        return bool(value)


class Unclear(NamedTuple):
    """Something in a mapping or list that nobody can tell."""


class MadeMapping(NamedTuple):
    """A mapping that a template puts together."""

    entries: Mapping[str, Valued]


class MadeList(NamedTuple):
    """A list that a template puts together."""

    items: Sequence[Valued]


class Root(NamedTuple):
    """What a template is rendered with: `prefix` is where the values of its chart stand in those of the release."""

    prefix: tuple[str, ...]


Lazy = Callable[[], Valued]


def _last(arguments: Sequence[Lazy]) -> Valued:
    if not arguments:
        raise NotTracedError
    return arguments[-1]()


def _first(arguments: Sequence[Lazy]) -> Valued:
    if not arguments:
        raise NotTracedError
    return arguments[0]()


def _default(arguments: Sequence[Lazy]) -> Valued:
    otherwise, value = _two(arguments)
    found = value()
    return found if found.holds else otherwise()


def _two(arguments: Sequence[Lazy]) -> tuple[Lazy, Lazy]:
    if len(arguments) != 2:
        raise NotTracedError
    return arguments[0], arguments[1]


def _coalesce(arguments: Sequence[Lazy]) -> Valued:
    found = Valued(None)
    for argument in arguments:
        found = argument()
        if found.holds:
            break
    return found


def _and(arguments: Sequence[Lazy]) -> Valued:
    found = Valued(None)
    for argument in arguments:
        found = argument()
        if not found.holds:
            break
    return found


def _ternary(arguments: Sequence[Lazy]) -> Valued:
    if len(arguments) != 3:
        raise NotTracedError
    yes, no, test = arguments
    return yes() if test().holds else no()


def _index(arguments: Sequence[Lazy]) -> Valued:
    found = _first(arguments)
    for argument in arguments[1:]:
        key = argument().value
        if not isinstance(key, str | int):
            raise NotTracedError
        found = found.child(key)
    return found


def _dig(arguments: Sequence[Lazy]) -> Valued:
    *keys, otherwise, held = arguments
    found = held()
    for key in keys:
        found = found.child(str(key().value))
    return found if found.value is not None else otherwise()


def _dict(arguments: Sequence[Lazy]) -> Valued:
    pairs = zip(arguments[::2], arguments[1::2], strict=False)
    return Valued(MadeMapping({str(key().value): _or_unknown(value) for key, value in pairs}))


def _or_unknown(argument: Lazy) -> Valued:
    try:
        return argument()
    except NotTracedError:
        return Valued(Unclear())


def _list(arguments: Sequence[Lazy]) -> Valued:
    return Valued(MadeList([_or_unknown(argument) for argument in arguments]))


def _entries(found: Valued) -> dict[str, Valued]:
    if isinstance(found.value, MadeMapping):
        return dict(found.value.entries)
    if isinstance(found.value, PositionedDict):
        return {key: found.child(key) for key in found.value}
    if found.value is None:
        return {}
    raise NotTracedError


def _merged(arguments: Sequence[Lazy]) -> Valued:
    """As `merge`: what comes first wins."""
    found: dict[str, Valued] = {}
    for argument in arguments:
        found = _under(found, _entries(argument()), 0)
    return Valued(MadeMapping(found))


def _overwritten(arguments: Sequence[Lazy]) -> Valued:
    return _merged(list(reversed(arguments)))


def _under(above: dict[str, Valued], below: Mapping[str, Valued], depth: int) -> dict[str, Valued]:
    found = dict(above)
    for key, value in below.items():
        other = found.get(key)
        if other is None:
            found[key] = value
        elif depth < _DEEP and _is_mapping(other) and _is_mapping(value):
            found[key] = Valued(MadeMapping(_under(_entries(other), _entries(value), depth + 1)))
    return found


def _is_mapping(found: Valued) -> bool:
    return isinstance(found.value, MadeMapping | PositionedDict)


def _omit(arguments: Sequence[Lazy], *, is_pick: bool = False) -> Valued:
    keys = {argument().value for argument in arguments[1:]}
    found = {key: value for key, value in _entries(_first(arguments)).items() if (key in keys) is is_pick}
    return Valued(MadeMapping(found))


def _concat(arguments: Sequence[Lazy]) -> Valued:
    items: list[Valued] = []
    for argument in arguments:
        found = argument()
        length = len(found.value.items) if isinstance(found.value, MadeList) else None
        if isinstance(found.value, PositionedList):
            length = len(found.value)
        if length is None:
            raise NotTracedError
        items.extend(found.child(index) for index in range(length))
    return Valued(MadeList(items))


def _not(arguments: Sequence[Lazy]) -> Valued:
    return Valued(not _first(arguments).holds)


def _eq(arguments: Sequence[Lazy]) -> Valued:
    first, *others = [argument().value for argument in arguments]
    return Valued(any(first == other for other in others))


_SAME = (
    *("quote", "squote", "toString", "int", "int64", "float64", "trim", "trimAll", "trimSuffix", "trimPrefix", "lower"),
    *("upper", "trunc", "toYaml", "toJson", "toRawJson", "toPrettyJson", "mustToYaml", "mustToJson", "indent"),
    *("nindent", "required", "fromYaml", "fromJson", "fromYamlArray", "deepCopy", "mustDeepCopy", "nospace", "replace"),
    *("toYamlPretty", "compact", "uniq"),
)
"""Functions that hand on their last argument, as a text or a number, cut or in another form."""

FUNCTIONS: Mapping[str, Callable[[Sequence[Lazy]], Valued]] = {
    **dict.fromkeys(_SAME, _last),
    "": _first,
    "and": _and,
    "coalesce": _coalesce,
    "concat": _concat,
    "default": _default,
    "dict": _dict,
    "dig": _dig,
    "empty": _not,
    "eq": _eq,
    "get": _index,
    "index": _index,
    "list": _list,
    "merge": _merged,
    "mergeOverwrite": _overwritten,
    "mustMerge": _merged,
    "mustMergeOverwrite": _overwritten,
    "not": _not,
    "omit": _omit,
    "or": _coalesce,
    "pick": partial(_omit, is_pick=True),
    "ternary": _ternary,
    "tpl": _first,
    "tuple": _list,
}
"""Functions of templates: https://helm.sh/docs/chart_template_guide/function_list/"""
