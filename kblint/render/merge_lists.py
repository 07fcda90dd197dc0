"""Lists whose items are told apart by fields of theirs: items of a patch meet those that have the same.

`kyaml/yaml/walk/associative_sequence.go` of https://github.com/kubernetes-sigs/kustomize, as it is, oddities included.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from kblint.render.problems import NotHereError
from kblint.render.resource import WrittenValue, scalar
from kblint.source.values import PositionedDict

Keys = tuple[str, ...]
_FEW = 200
"""Items of which each is compared with each, where that is needed."""
MergeOne = Callable[[WrittenValue | None, WrittenValue | None], WrittenValue | None]
"""Of the item of the target and that of the patch what comes out; None for nothing."""


def merged_items(
    target: Sequence[WrittenValue], patch: Sequence[WrittenValue], keys: Keys, merge_one: MergeOne
) -> list[WrittenValue]:
    """The items of both lists, those of the patch first; without `keys` they are plain values."""
    if not keys:
        return _plain(target, patch)
    told = list(dict.fromkeys(_values(item, keys) for item in (*patch, *target)))
    used, _ = _usable(told, told[0], keys) if told else (keys, ())
    plain = _by_values(target, used), _by_values(patch, used)
    if plain[0] is not None and plain[1] is not None:
        return _of_their_own(plain[0], plain[1], merge_one, keeps_order=len(used) > 1)
    if len(target) + len(patch) > _FEW:
        raise NotHereError("a long list whose items cannot be told apart is not merged")
    if len(keys) > 1:
        _complete_all(told)
    left, added, used = list(target), list[WrittenValue](), keys
    for values in told:
        used, wanted = _usable(told, values, keys)
        number, old = _find(left, used, wanted)
        _, new = _find(patch, used, wanted)
        item = merge_one(old, new)
        if item is None or item.value is None or item.value == {}:
            left = _with(left, None, used, wanted)
            continue
        _complete(item, used, wanted)
        added = _with(added, item, used, wanted)
        if number is not None:
            left[number] = item
    for item in left:
        said = [(key, value) for key, value in zip(used, _values(item, used), strict=True) if value]
        if not said:
            added = [*added, item]
            continue
        names, values = zip(*said, strict=True)
        if len(used) > 1:
            # what several fields tell apart comes last, in its own order
            added = _with(added, None, names, values)
        added = _with(added, item, names, values)
    return added


def _by_values(items: Sequence[WrittenValue], keys: Keys) -> dict[Keys, WrittenValue] | None:
    """Items by their values; None where one lacks some, or two have the same."""
    found = {_values(item, keys): item for item in items}
    return found if len(found) == len(items) and all(all(values) for values in found) else None


def _of_their_own(
    target: Mapping[Keys, WrittenValue], patch: Mapping[Keys, WrittenValue], merge_one: MergeOne, *, keeps_order: bool
) -> list[WrittenValue]:
    """The items of both where each has its own values; what several fields tell apart keeps its order."""
    order = [*(values for values in patch if not keeps_order or values not in target)]
    order += [values for values in target if keeps_order or values not in patch]
    made = (merge_one(target.get(values), patch.get(values)) for values in order)
    return [item for item in made if item is not None and item.value not in (None, {})]


def _plain(target: Sequence[WrittenValue], patch: Sequence[WrittenValue]) -> list[WrittenValue]:
    found: dict[str, WrittenValue] = {}
    for item in (*patch, *target):
        found.setdefault(scalar(item.value), item)
    return list(found.values())


def _values(item: WrittenValue, keys: Keys) -> Keys:
    node = item.value
    return tuple(scalar(node.get(key)) if isinstance(node, PositionedDict) else "" for key in keys)


def _complete_all(told: list[Keys]) -> None:
    """Where two differ only by what one of them leaves out, both mean the same."""
    for first in range(len(told)):
        for second in range(len(told)):
            matched = _match(told[first], told[second])
            if matched is not None:
                told[first] = told[second] = matched


def _match(one: Keys, other: Keys) -> Keys | None:
    if any(a != b and a and b for a, b in zip(one, other, strict=True)):
        return None
    if not any(a == b for a, b in zip(one, other, strict=True)):
        return None
    return tuple(a or b for a, b in zip(one, other, strict=True))


def _usable(told: Sequence[Keys], values: Keys, keys: Keys) -> tuple[Keys, Keys]:
    """The keys that some item has, and the values for them."""
    has = [any(one[index] for one in told) for index in range(len(keys))]
    if not any(has):
        return keys, values
    used = tuple(key for key, is_used in zip(keys, has, strict=True) if is_used)
    return used, tuple(value for value, is_used in zip(values, has, strict=True) if value or is_used)


def _is(item: WrittenValue, keys: Keys, values: Keys) -> bool:
    """Whether an item has these values; nothing stands for any."""
    node = item.value
    return isinstance(node, PositionedDict) and all(
        key in node and (not value or scalar(node[key]) == value) for key, value in zip(keys, values, strict=True)
    )


def _find(items: Sequence[WrittenValue], keys: Keys, values: Keys) -> tuple[int | None, WrittenValue | None]:
    """The first item with these values and its number; values that nobody says are not asked for."""
    asked = [pair for pair in zip(keys, values, strict=True) if pair[1]]
    names, wanted = zip(*asked, strict=True) if asked else (keys, values)
    return next(((number, item) for number, item in enumerate(items) if _is(item, names, wanted)), (None, None))


def _with(items: Sequence[WrittenValue], item: WrittenValue | None, keys: Keys, values: Keys) -> list[WrittenValue]:
    """`items` with `item` in the place of those that have its values, or at the end; without those where it is None."""
    made: list[WrittenValue] = []
    is_there = False
    for one in items:
        if one.value is None or one.value == {}:
            continue
        if not _is(one, keys, values):
            made.append(one)
            continue
        is_there = True
        if item is not None:
            made.append(item)
    if item is not None and not is_there:
        made.append(item)
    return made


def _complete(item: WrittenValue, keys: Keys, values: Keys) -> None:
    """Write the values into an item that came about by them and lacks one."""
    if isinstance(item.value, PositionedDict):
        for key, value in zip(keys, values, strict=True):
            if key not in item.value and value:
                item.value.put(key, value, item.span, item.span)
