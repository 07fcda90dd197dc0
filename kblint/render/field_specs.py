"""Fields that kustomize changes in objects: which kinds have them, and where."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from kblint.render.identity import Gvk
from kblint.source.regex import regex
from kblint.source.values import PathPart, PositionedDict, PositionedList

_PART = regex(r"(?:[^/\\]|\\.)+")


ANYTHING = Gvk()


class FieldSpec(Struct, frozen=True):
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


def fields(root: PositionedDict, spec: FieldSpec) -> list[tuple[PathPart, ...]]:
    """Where the field stands in an object, every time; where it would, if it is to be made."""
    found: list[tuple[PathPart, ...]] = []
    _look(root, spec.path, (), found, creates=spec.creates)
    return found


def _look(
    node: object,
    left: tuple[str, ...],
    way: tuple[PathPart, ...],
    found: list[tuple[PathPart, ...]],
    *,
    creates: bool,
) -> None:
    for number, part in enumerate(left):
        if isinstance(node, PositionedList):
            for index, item in enumerate(node):
                _look(item, left[number:], (*way, index), found, creates=creates)
            return
        if not isinstance(node, PositionedDict):
            return
        name = part.removesuffix("[]")
        below = node.get(name)
        if below is None and not (name in node and number == len(left) - 1):
            rest = left[number:]
            if creates and not any(one.endswith("[]") for one in rest):
                found.append((*way, *rest))
            return
        node, way = below, (*way, name)
    found.append(way)
