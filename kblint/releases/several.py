"""Releases that are written more than once, and what becomes of what they make."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator

from kblint.model.balancer import LoadBalancer
from kblint.model.bundle import Declaration, meta_of
from kblint.model.release import ChartRelease
from kblint.model.workload import Workload
from kblint.source.grouping import grouped


def _installed(release: ChartRelease) -> tuple[str, str]:
    """What two files that install the same have in common; where one of them says no namespace, it may be any."""
    return release.chart, release.name


def _written(release: ChartRelease) -> object:
    """What two texts have in common that are one release: variants of an object, which never run together."""
    return release.meta.key if release.meta else (release.form, release.place.source.path)


class Several:
    """What releases make that are written more than once: as variants of one object, or for two who install them.

    A script that sets a cluster up, and an Application that keeps it, install the same: what both make alike is there
    once. Where they make it differently, nobody knows which of them runs: pods are left out then.
    """

    def __init__(self, releases: Iterable[ChartRelease]) -> None:
        self._groups = grouped((_installed(one), one) for one in releases)
        self._first: dict[tuple[object, ...], tuple[object, object]] = {}
        self._alike: Counter[tuple[object, ...]] = Counter()

    def is_only(self, release: ChartRelease) -> bool:
        """Whether nobody else installs the same; variants of one object stand in folders of their own."""
        group = self._groups[_installed(release)]
        folders = {posixpath.dirname(one.place.source.path) for one in group}
        return len({_written(one) for one in group}) == 1 and len(folders) == len(group)

    def see(self, release: ChartRelease, made: Iterable[Declaration]) -> None:
        """Note what a release makes."""
        for one in made:
            meta = meta_of(one)
            if meta and not isinstance(one, LoadBalancer):
                key = (_installed(release), meta.key)
                _, node = self._first.setdefault(key, (_written(release), meta.origin.node))
                self._alike[key] += node == meta.origin.node

    def once(self, release: ChartRelease, made: Iterable[Declaration]) -> Iterator[Declaration]:
        """What a release makes, without what another one makes alike, and without pods that others make differently."""
        count = len(self._groups[_installed(release)])
        for one in made:
            meta = meta_of(one)
            key = (_installed(release), meta.key if meta else None)
            by, node = self._first[key]
            is_there = by != _written(release) and meta is not None and node == meta.origin.node
            if not is_there and (not isinstance(one, Workload) or self._alike[key] == count):
                yield one
