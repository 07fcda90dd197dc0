"""Packed charts that releases name: in the input, or in Helm's own cache."""

from __future__ import annotations

import os
import posixpath
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from kblint.helm.chart import ChartFolder, packed
from kblint.model.release import ChartRelease
from kblint.source.discover import shown_path
from kblint.source.reader import CheckedTree, read_bytes
from kblint.source.regex import regex

_NAME = regex(r"[A-Za-z0-9][\w.-]*", re.ASCII)
_VERSION = regex(r"v?(\d+\.\d+\.\d+(?:[-+][\w.+-]*)?)", re.ASCII)


class Archives:
    """Opens packed charts, each once; `root` is what paths are relative to, `tree` what may be read besides the cache.

    `cache` is the folder into which helm puts what it has fetched, None where there is none.
    """

    def __init__(self, root: Path, tree: CheckedTree, cache: Path | None) -> None:
        self._root = root
        self._tree = tree
        self._cache = cache
        self._opened: dict[str, ChartFolder | None] = {}

    def of(self, release: ChartRelease) -> ChartFolder | None:
        """The chart of a release, where it is packed and here: by its path, else by its name and exact version."""
        for full, tree in self._candidates(release):
            chart = self._chart(full, tree)
            if chart is not None:
                return chart
        return None

    def _candidates(self, release: ChartRelease) -> Iterator[tuple[str, CheckedTree | None]]:
        written = release.written
        if written.endswith(".tgz") and "://" not in written:
            file = release.meta.path if release.meta else release.place.source.path
            for folder in (posixpath.dirname(file), ""):
                yield os.path.normpath(self._root / folder / written), self._tree
        version = _VERSION.fullmatch(release.version or "")
        if self._cache and version and _NAME.fullmatch(release.chart):
            # the user's own, like helm
            yield str(self._cache / f"{release.chart}-{version[1]}.tgz"), None

    def _chart(self, full: str, tree: CheckedTree | None) -> ChartFolder | None:
        if full not in self._opened:
            data = read_bytes(full, full, tree) if os.path.lexists(full) else None
            shown = shown_path(full, self._root)
            self._opened[full] = packed(shown, data) if isinstance(data, bytes) else None
        return self._opened[full]


def cache_of_helm(environment: Mapping[str, str]) -> Path | None:
    """The folder of fetched charts: https://helm.sh/docs/helm/helm/ ; None where there is none."""
    if named := environment.get("HELM_REPOSITORY_CACHE"):
        return Path(named)
    if home := environment.get("HELM_CACHE_HOME"):
        return Path(home, "repository")
    if home := environment.get("XDG_CACHE_HOME"):
        return Path(home, "helm", "repository")
    user = environment.get("HOME", "")
    below = ("Library", "Caches") if sys.platform == "darwin" else (".cache",)
    return Path(user, *below, "helm", "repository") if Path(user).is_absolute() else None
