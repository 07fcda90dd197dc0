"""Scopes: what is deployed together.

Real repositories hold release copies, overlays and provider variants side by side. The whole input is one scope
unless the same named object is declared twice. Then only what clashes is kept apart, folder by folder, and everything
else is seen by every variant; so nothing is ever reported between variants.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter

from msgspec import Struct

from kblint.model.bundle import Bundle, Declaration
from kblint.model.units import File, Unit, files_of, units_of

_SEES_ALL = 16
"""How many variants see everything that clashes with nothing; of any more each sees what lies around it.

So many variants are examples that have nothing to do with each other, and everything for each of them would be n².
"""
_AROUND = 64
"""How many files that is at most."""


def scopes(declarations: Sequence[Declaration]) -> tuple[Bundle, ...]:
    """Split everything read into bundles, each without an object twice. Without duplicates there is one."""
    files = files_of(declarations)
    names: dict[object, tuple[str, ...]] = {
        key: _by_name(key) for file in files for key in file.identities if key is not None
    }
    units, shared = units_of(files)
    if not units:
        return (Bundle(tuple(_without_repeats(files, names))),)
    around = _Around(shared)
    return tuple(
        Bundle(tuple(_without_repeats([*own, *(shared if number < _SEES_ALL else around.of(own))], names)))
        for number, own in enumerate(_variants(units))
    )


def _variants(units: Sequence[Unit]) -> list[list[File]]:
    """The fewest groups of units that fit together, found one unit after the other; all that fits is in the first.

    Units of one name in several places (`prod` of this application and of that one) come together where they can.
    """
    held: dict[object, int] = {}
    """For each key the variants that hold it, as the bits of a number."""
    named: dict[str, int] = {}
    groups: list[list[File]] = []
    first: list[int] = []
    for unit in units:
        taken = _union(held, unit.excludes)
        number = _of_its_name(unit, named, taken)
        if number is None:
            number = (~taken & (taken + 1)).bit_length() - 1
        if number == len(groups):
            groups.append([])
        groups[number].extend(unit.files)
        first.append(number)
        for word in unit.words:
            named[word] = named.get(word, 0) | 1 << number
        for key in unit.holds:
            held[key] = held.get(key, 0) | 1 << number
    every = (1 << min(len(groups), _SEES_ALL)) - 1
    for unit, number in zip(units, first, strict=True):
        free = every & ~_union(held, unit.excludes) & ~(1 << number)
        for key in unit.holds if free else ():
            held[key] |= free
        for other in _bits(free):
            groups[other].extend(unit.files)
    return groups


def _union(held: dict[object, int], keys: frozenset[object]) -> int:
    taken = 0
    for key in keys:
        taken |= held.get(key, 0)
    return taken


def _of_its_name(unit: Unit, named: dict[str, int], taken: int) -> int | None:
    """The variant that the words of the unit's path speak for: those that only one variant has."""
    for word in unit.words:
        bits = named.get(word, 0)
        if bits and not bits & (bits - 1) and not bits & taken:
            return bits.bit_length() - 1
    return None


def _bits(number: int) -> Iterator[int]:
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest


class _Around(Struct, frozen=True, eq=False):
    """What lies around the files of a variant, of all that clashes with nothing, in the order of its paths."""

    files: Sequence[File]

    def of(self, own: Sequence[File]) -> Sequence[File]:
        """The files below the highest folder over `own` that holds few."""
        folder = own[0].path.rpartition("/")[0]
        found: Sequence[File] = ()
        while True:
            below = f"{folder}/" if folder else ""
            start = bisect_left(self.files, below, key=attrgetter("path"))
            end = bisect_left(self.files, f"{below}\U0010ffff", key=attrgetter("path"))
            if end - start > _AROUND:
                return found
            found = self.files[start:end]
            if not folder:
                return found
            folder = folder.rpartition("/")[0]


def _without_repeats(files: Sequence[File], names: Mapping[object, tuple[str, ...]]) -> list[Declaration]:
    """The things of a scope; of an object declared twice in one file the last one counts.

    Objects come in the order of their `names`, so that nothing depends on how they are spread over files; what has no
    name of its own follows in the order of its files.
    """
    named: dict[object, Declaration] = {}
    others: list[Declaration] = []
    for file in sorted(files, key=attrgetter("path")):
        for key, declaration in zip(file.identities, file.declarations, strict=True):
            if key is None:
                others.append(declaration)
            else:
                named[key] = declaration
    return [*(named[key] for key in sorted(named, key=names.__getitem__)), *others]


def _by_name(key: object) -> tuple[str, ...]:
    return tuple("" if part is None else str(part) for part in key) if isinstance(key, tuple) else (str(key),)
