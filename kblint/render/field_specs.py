"""Fields that kustomize changes in objects: which kinds have them, and where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kblint.render.identity import Gvk
from kblint.source.values import PathPart, PositionedDict, PositionedList

_PART = re.compile(r"(?:[^/\\]|\\.)+")


ANYTHING = Gvk()


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field of the objects that `gvk` stands for; `creates` where it is made in objects that do not have it.

    The parts of `path` are parted by `/`; lists on the way are gone through, whether or not `[]` says so.
    """

    path: tuple[str, ...]
    gvk: Gvk = ANYTHING
    creates: bool = False


def specs(paths: Iterable[str], *kinds: Gvk, creates: bool = False) -> tuple[FieldSpec, ...]:
    """Every path for every kind; for any object where no kind is given."""
    return tuple(FieldSpec(split(path), gvk, creates) for path in paths for gvk in kinds or (ANYTHING,))


def split(path: str) -> tuple[str, ...]:
    """The parts of a path; a `/` behind a backslash belongs to a part."""
    return tuple(part.replace("\\/", "/") for part in _PART.findall(path))


def fields(root: PositionedDict, spec: FieldSpec) -> Iterator[tuple[PathPart, ...]]:
    """Where the field stands in an object, every time; where it would, if it is to be made."""
    yield from _below(root, spec.path, (), creates=spec.creates)


def _below(
    node: object, left: tuple[str, ...], way: tuple[PathPart, ...], *, creates: bool
) -> Iterator[tuple[PathPart, ...]]:
    if not left:
        yield way
    elif isinstance(node, PositionedList):
        for index, item in enumerate(node):
            yield from _below(item, left, (*way, index), creates=creates)
    elif isinstance(node, PositionedDict):
        name = left[0].removesuffix("[]")
        is_list = name != left[0]
        if node.get(name) is not None or (name in node and len(left) == 1):
            yield from _below(node[name], left[1:], (*way, name), creates=creates)
        elif creates and not is_list and not any(part.endswith("[]") for part in left[1:]):
            yield (*way, name, *left[1:])
