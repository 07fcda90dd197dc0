"""Which chart of the input a release is of."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from kblint.helm.chart import ChartFolder
from kblint.model.release import ChartRelease, Form
from kblint.source.grouping import grouped
from kblint.source.templates import unknown

_IN_REPOSITORY = frozenset({Form.APPLICATION, Form.HELM_RELEASE})
"""Forms that name a chart by its path from the top of a repository, which may be checked out anywhere."""


class Shelf:
    """The charts of the input, found as releases name them."""

    def __init__(self, charts: Sequence[ChartFolder]) -> None:
        self._by_folder = {posixpath.normpath(chart.folder): chart for chart in charts}
        self._by_name = grouped((folder.rpartition("/")[2], folder) for folder in self._by_folder)

    def of(self, release: ChartRelease) -> ChartFolder | None:
        """The chart of a release; None where it is none of these."""
        written = release.written
        if not written or unknown(written) or "://" in written:
            return None
        file = release.meta.path if release.meta else release.place.source.path
        if release.form in _IN_REPOSITORY:
            is_path = release.form is Form.APPLICATION or "/" in written or written.startswith(".")
            return self._ending(written) if is_path else None
        for folder in _upward(posixpath.dirname(file)):
            if chart := self._by_folder.get(posixpath.normpath(posixpath.join(folder, written))):
                return chart
        return self._ending(written) if written.startswith(("./", "../")) else None

    def _ending(self, written: str) -> ChartFolder | None:
        """The only chart whose folder ends with a path."""
        parts = [part for part in posixpath.normpath(written).split("/") if part not in ("", ".", "..")]
        if not parts:
            return None
        ending = "/".join(parts)
        found = [one for one in self._by_name.get(parts[-1], ()) if f"/{one}".endswith(f"/{ending}")]
        return self._by_folder[found[0]] if len(found) == 1 else None

    def roots(self) -> Iterator[ChartFolder]:
        """The charts that are part of no other."""
        for folder, chart in self._by_folder.items():
            above = posixpath.dirname(folder)
            is_inside = posixpath.basename(above) == "charts" and posixpath.dirname(above) in self._by_folder
            if not is_inside:
                yield chart


def _upward(folder: str) -> Iterator[str]:
    yield folder
    while folder and folder != "/":
        folder = posixpath.dirname(folder)
        yield folder
