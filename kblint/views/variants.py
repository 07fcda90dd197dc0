"""Names for the scopes of a run: what sets each apart from the others."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypeVar

from kblint.model.bundle import Bundle, path_of
from kblint.model.kustomization import FILE_NAMES

T = TypeVar("T")
SHARED = "in several variants"
"""The name of what several variants hold alike."""


def variant_names(bundles: Sequence[Bundle]) -> tuple[str, ...]:
    """For each bundle the folder or file that holds what no other bundle has; empty where there is only one bundle.

    No two are the same, and none is empty: what has no folder in common is named by all that it is in.
    """
    if len(bundles) == 1:
        return ("",)
    files = [frozenset(path_of(thing) for thing in bundle.declarations) for bundle in bundles]
    holders = Counter(path for held in files for path in held)
    names: dict[str, None] = {}
    alike: Counter[str] = Counter()
    for held in files:
        name = _name([path for path in held if holders[path] == 1] or list(held))
        alike[name] += 1
        while (shown := f"{name} ({alike[name]})" if alike[name] > 1 else name) in names:
            alike[name] += 1
        names[shown] = None
    return tuple(names)


def told_once(names: Sequence[str], found: Sequence[Sequence[T]]) -> dict[str, tuple[T, ...]]:
    """What each variant holds, by its name; what several hold alike stands once, under `SHARED`."""
    holders = Counter(one for held in found for one in dict.fromkeys(held))
    told: dict[str, dict[T, None]] = {SHARED: {}}
    for name, held in zip(names, found, strict=True):
        for one in held:
            told.setdefault(SHARED if holders[one] > 1 else name, {}).setdefault(one)
    return {name: tuple(held) for name, held in told.items()}


def in_order(found: Mapping[str, T]) -> list[tuple[str, T]]:
    """What is told by name: what is shared first, and under no name where it stands alone."""
    if list(found) == [SHARED]:
        return [("", found[SHARED])]
    return sorted(found.items(), key=lambda one: (one[0] != SHARED, one[0]))


def _name(paths: list[str]) -> str:
    # what a kustomization builds is called by its folder
    paths = [posixpath.dirname(path) or path if posixpath.basename(path) in FILE_NAMES else path for path in paths]
    tops = {path[: path.find("/", 1)] if "/" in path[1:] else path for path in paths}
    is_alike = len({path.startswith("/") for path in paths}) == 1
    common = posixpath.commonpath(paths) if is_alike else ""
    return common if common.strip("/") else ", ".join(sorted(tops))
