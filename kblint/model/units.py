"""What is kept apart as a whole where objects clash: a folder, the files of a chart or kustomization, or one file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct

from kblint.model.bundle import Declaration, Other, identity, meta_of, path_of
from kblint.model.cluster import CHART_GROUP
from kblint.model.kustomization import is_kustomization, listed_by
from kblint.model.policy import Namespace
from kblint.source.grouping import grouped
from kblint.source.templates import unknown
from kblint.source.text import Joined

_IN_CHART = frozenset({"templates", "crds", "charts"})
_OBJECT = 4
"""Parts of the key of an object of the API: group, kind, namespace and name."""


class File(Struct, frozen=True, eq=False):
    """What one file declares, in its order.

    `home` is the folder it is deployed with: its chart's, that of the one kustomization that lists it, else its own.
    `identities` are those of its declarations, `keys` what makes its objects the same as others.
    """

    path: str
    home: tuple[str, ...]
    declarations: tuple[Declaration, ...]
    identities: tuple[tuple[object, ...] | None, ...]
    keys: frozenset[object]
    is_chart: bool


class Unit(Struct, frozen=True, eq=False):
    """Files that are kept apart from others as a whole, because they hold something of which there is more.

    `holds` are the keys that it brings, `excludes` those that it cannot stand beside; `words` are the names in its
    path, the last one first.
    """

    files: tuple[File, ...]
    holds: frozenset[object]
    excludes: frozenset[object]
    words: tuple[str, ...]


def files_of(declarations: Sequence[Declaration]) -> list[File]:
    """The files that `declarations` come from, in the order of their paths."""
    by_path = grouped((path_of(declaration), declaration) for declaration in declarations)
    metas = [one.meta for one in declarations if isinstance(one, Other)]
    charts = {_folder(meta.path) for meta in metas if meta.group == CHART_GROUP}
    listers = listed_by(filter(is_kustomization, metas), by_path)
    # what is meant to be taken in by many is no sign that those are variants of each other
    parts = {_folder(meta.path) for meta in metas if is_kustomization(meta) and meta.kind == "Component"}
    return [_file(path, by_path[path], charts, listers.get(path, ()), parts) for path in sorted(by_path)]


def _file(
    path: str, found: Iterable[Declaration], charts: set[str], listers: Sequence[str], components: set[str]
) -> File:
    chart = _chart_of(path, charts) if charts else None
    home = chart if chart is not None else listers[0] if len(listers) == 1 else _folder(path)
    held = tuple(found)
    identities = tuple(map(identity, held))
    # a namespace is where things stand: every folder that puts some there may bring it along
    pairs = zip(identities, held, strict=True)
    keys = {key for key, one in pairs if key is not None and not isinstance(one, Namespace)}
    # what is built of one file in several ways is as many variants of it
    bases = {base for one in held if (base := _base(one)) is not None and base != path}
    keys |= {("file", base) for base in bases if not components or not _is_below(base, components)}
    parts = tuple(part for part in home.split("/") if part)
    return File(path, parts, held, identities, frozenset(keys), chart is not None)


def _base(declaration: Declaration) -> str | None:
    """The file in which an object begins that is built of several."""
    meta = meta_of(declaration)
    # releases of one chart are no variants of each other: they differ by their names
    if meta is None or meta.is_rendered or not isinstance(meta.origin.source, Joined):
        return None
    return meta.origin.place("kind").source.path


def _is_below(path: str, folders: set[str]) -> bool:
    return any(path[:end] in folders for end, sign in enumerate(path) if sign == "/")


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _chart_of(path: str, charts: set[str]) -> str | None:
    """The folder of the outermost chart that a file is part of."""
    parts = path.split("/")
    for depth in range(len(parts)):
        folder = "/".join(parts[:depth])
        if folder in charts and (len(parts) == depth + 1 or parts[depth] in _IN_CHART):
            return folder
    return None


def units_of(files: Sequence[File]) -> tuple[list[Unit], list[File]]:
    """What has to be kept apart, in the order of the paths, and the files that clash with nothing."""
    clashes = _Clashes(files)
    if not clashes.keys:
        return [], list(files)
    grouped: dict[object, list[File]] = {}
    shared: list[File] = []
    for file, trail in zip(files, clashes.trails, strict=True):
        name = clashes.unit_of(file, trail)
        if name is None:
            shared.append(file)
        else:
            grouped.setdefault(name, []).append(file)
    return [clashes.unit(members) for members in grouped.values()], shared


class _Clashes:
    """Which objects there are several of, counted for every folder."""

    def __init__(self, files: Sequence[File]) -> None:
        tree = _Folders()
        self.trails = [tree.trail(file) for file in files]
        holders = grouped((key, index) for index, file in enumerate(files) for key in file.keys)
        anywhere = frozenset(map(_kind_and_name, filter(_is_anywhere, holders)))
        self._met = frozenset(_kind_and_name(key) for key in holders if not _is_anywhere(key)) & anywhere
        """What is written with a namespace in one place and without in another: it may be one object."""
        self.keys = frozenset(key for key, held in holders.items() if len(held) > 1 or _kind_and_name(key) in self._met)
        self._total = [0] * tree.size
        self._outside = [0] * tree.size
        """How many objects a folder holds, and of how many of them there are others elsewhere."""
        self._is_torn = [False] * tree.size
        """Whether a folder holds an object twice itself."""
        together = grouped((name if (name := _kind_and_name(key)) in self._met else key, key) for key in holders)
        for keys in together.values():
            self._count([holders[key] for key in keys], tree, [_is_anywhere(key) for key in keys])

    def _count(self, holders: Sequence[Sequence[int]], tree: _Folders, is_anywhere: Sequence[bool]) -> None:
        """Count what may be one object: `holders` are the files of each way in which it is written."""
        counts = [Counter(folder for index in held for folder in self.trails[index]) for held in holders]
        number = sum(map(len, holders))
        every: Counter[int] = Counter()
        for count in counts:
            every.update(count)
        for count in counts:
            for folder, times in count.items():
                self._total[folder] += 1
                around = tree.around.get(folder, folder)
                self._outside[folder] += around is not None and every[around] < number
                self._is_torn[folder] |= times > 1
        if len(counts) > 1:
            sides = [{folder for one, is_side in zip(counts, is_anywhere, strict=True) if is_side is side
                      for folder in one} for side in (True, False)]  # fmt: skip
            for folder in sides[0] & sides[1]:
                self._is_torn[folder] = True

    def unit_of(self, file: File, trail: Sequence[int]) -> object:
        """What names the unit that a file belongs to: a number of a folder, or its own path; None where it has none.

        The highest folder of whose objects at least half are elsewhere too is a copy as a whole. Of other folders,
        such as those that bring along one thing that everybody does, only the files right in them stay together.
        """
        own = trail[-1]
        for folder in trail[:-1]:
            if not self._is_torn[folder] and 0 < self._total[folder] <= 2 * self._outside[folder]:
                return folder
        if not self._is_torn[own] and self._outside[own]:
            return own
        return None if self.keys.isdisjoint(file.keys) else file.path

    def unit(self, members: Sequence[File]) -> Unit:
        """The unit of these files."""
        keys = frozenset(key for file in members for key in file.keys if key in self.keys)
        holds, excludes = set(keys), set(keys)
        for key in keys:
            name = _kind_and_name(key)
            if name in self._met:
                is_anywhere = _is_anywhere(key)
                holds.add((name, is_anywhere))
                excludes.add((name, not is_anywhere))
        shared = [set(file.home) for file in members]
        common = set.intersection(*shared)
        words = tuple(part for part in reversed(members[0].home) if part in common)
        return Unit(tuple(members), frozenset(holds), frozenset(excludes), words)


def _is_anywhere(key: object) -> bool:
    """Whether an object stands in whatever namespace it is deployed to."""
    if not isinstance(key, tuple) or len(key) != _OBJECT:
        return False
    namespace = key[2]
    return namespace is None or (isinstance(namespace, str) and unknown(namespace))


def _kind_and_name(key: object) -> object:
    """What an object's key says without the namespace; a key itself for what is in none."""
    return (key[0], key[1], key[3]) if isinstance(key, tuple) and len(key) == _OBJECT else key


class _Folders:
    """Numbers for folders, and for the files right in each of them.

    `around` tells, for the latter, where something counts as lying elsewhere: not below their own folder, for what
    lies above belongs to everything below. It is None where nothing does.
    """

    def __init__(self) -> None:
        self._numbers: dict[tuple[int, str | None, bool], int] = {}
        self.around: dict[int, int | None] = {}

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return len(self._numbers)

    def trail(self, file: File) -> list[int]:
        """The folders over a file from the outside in, without the outermost; last what stands for its neighbours."""
        if file.is_chart:
            return [self._numbers.setdefault((-1, "/".join(file.home), True), len(self._numbers))]
        trail: list[int] = []
        above = -1
        for part in file.home:
            above = self._numbers.setdefault((above, part, False), len(self._numbers))
            trail.append(above)
        own = self._numbers.setdefault((above, None, True), len(self._numbers))
        self.around[own] = trail[-1] if trail else None
        return [*trail, own]
