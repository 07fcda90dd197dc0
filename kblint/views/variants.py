"""Names for the scopes of a run: what sets each apart from the others."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

from kblint.model.bundle import Bundle, path_of

T = TypeVar("T")


def variant_names(bundles: Sequence[Bundle]) -> tuple[str, ...]:
    """For each bundle the folder or file that holds what no other bundle has; empty where there is only one bundle."""
    if len(bundles) == 1:
        return ("",)
    files = [frozenset(path_of(thing) for thing in bundle.declarations) for bundle in bundles]
    holders = Counter(path for held in files for path in held)
    return tuple(_name([path for path in held if holders[path] == 1] or list(held)) for held in files)


def told_once(names: Sequence[str], found: Sequence[Sequence[T]]) -> dict[str, tuple[T, ...]]:
    """What each variant holds, by its name; what several hold alike stands once, under the empty name."""
    holders = Counter(one for held in found for one in dict.fromkeys(held))
    told: dict[str, dict[T, None]] = {"": {}}
    for name, held in zip(names, found, strict=True):
        for one in held:
            told.setdefault("" if holders[one] > 1 else name, {}).setdefault(one)
    return {name: tuple(held) for name, held in told.items()}


def _name(paths: list[str]) -> str:
    if len({path.startswith("/") for path in paths}) != 1:
        return ""
    return posixpath.commonpath(paths)
