"""Names for the scopes of a run: what sets each apart from the others."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Sequence

from kblint.model.bundle import Bundle, path_of


def variant_names(bundles: Sequence[Bundle]) -> tuple[str, ...]:
    """For each bundle the folder or file that holds what no other bundle has; empty where there is only one bundle."""
    if len(bundles) == 1:
        return ("",)
    files = [frozenset(path_of(thing) for thing in bundle.declarations) for bundle in bundles]
    holders = Counter(path for held in files for path in held)
    return tuple(_name([path for path in held if holders[path] == 1] or list(held)) for held in files)


def _name(paths: list[str]) -> str:
    if len({path.startswith("/") for path in paths}) != 1:
        return ""
    return posixpath.commonpath(paths)
