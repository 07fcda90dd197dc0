"""Charts as files: all that helm reads of one, taken from what is checked and from the archives in it."""

from __future__ import annotations

import io
import os
import posixpath
import tarfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from kblint.source.discover import shown_path
from kblint.source.reader import CheckedTree, ReadFailure, decoded, read_bytes
from kblint.source.text import Source
from kblint.source.values import PositionedDict, origins
from kblint.source.yaml_stream import parse_yaml

CHART = "Chart.yaml"
_MOST_FILES = 5_000
_MOST_BYTES = 32_000_000
"""Of one chart."""
_MOST_OF_ALL = 500_000_000
"""Of all charts together."""
_SCHEMA = "values.schema.json"
"""Left out: it may name files and addresses that helm would then read."""
_LOCAL = "file://"
_ARCHIVES = (".tgz", ".tar.gz")


class ChartFile(Struct, frozen=True):
    """A file of a chart: where it is shown to lie, and what it holds."""

    path: str
    data: bytes


class ChartFolder(Struct, frozen=True, dict=True):
    """A chart in the folder `folder`, as it is shown; `files` by their path inside. `reason` is why it is not whole.

    `texts` are those that are held otherwise too, by the path at which they are shown.
    """

    folder: str
    files: Mapping[str, ChartFile]
    reason: str | None = None
    texts: Mapping[str, Source] = field(default_factory=dict)

    @cached_property
    def about(self) -> PositionedDict:
        """What its `Chart.yaml` says."""
        return _mapping(self.source(CHART))

    @property
    def name(self) -> str:
        """What it is called."""
        name = self.about.get("name")
        return name if isinstance(name, str) and name else posixpath.basename(self.folder)

    @property
    def is_library(self) -> bool:
        """Whether it makes nothing by itself."""
        return self.about.get("type") == "library"

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """Its texts by their path inside; what is none is left out."""
        found = (
            (name, self.texts.get(file.path) or decoded(file.data, file.path)) for name, file in self.files.items()
        )
        return {name: text for name, text in found if isinstance(text, Source)}

    def source(self, name: str) -> Source | None:
        """One of its texts."""
        return self.sources.get(name)

    def data(self) -> dict[str, bytes]:
        """What its files hold, by their path inside."""
        texts = self.texts
        return {
            name: texts[file.path].text.encode("utf-8", "surrogatepass") if file.path in texts else file.data
            for name, file in self.files.items()
        }


def charts_of(sources: Iterable[Source], root: Path, tree: CheckedTree) -> tuple[ChartFolder, ...]:
    """The charts of which `sources` hold a `Chart.yaml`, with all their files that lie in `tree`.

    `root` is what paths are relative to. A chart inside another one's `charts` is part of that one, and told besides.
    """
    found: list[ChartFolder] = []
    left = _MOST_OF_ALL
    for source in sources:
        folder, _, name = source.path.rpartition("/")
        if name == CHART:
            chart = _read(folder, root, tree, left)
            left -= sum(len(file.data) for file in chart.files.values())
            found.append(chart)
    return with_local(found)


def with_local(charts: Sequence[ChartFolder]) -> tuple[ChartFolder, ...]:
    """The charts with those that they depend on and that lie in another folder of the input (`file://../common`)."""
    by_folder = {posixpath.normpath(chart.folder): chart for chart in charts}
    return tuple(replace(chart, files={**dict(_beside(chart, by_folder)), **chart.files}) for chart in charts)


def _beside(chart: ChartFolder, by_folder: Mapping[str, ChartFolder]) -> Iterator[tuple[str, ChartFile]]:
    for entry in _dependencies(chart):
        name, repository = entry.get("name"), entry.get("repository")
        if not isinstance(repository, str) or not repository.startswith(_LOCAL) or name in _vendored(chart):
            continue
        there = posixpath.normpath(posixpath.join(chart.folder, repository.removeprefix(_LOCAL)))
        if there in by_folder and by_folder[there] is not chart:
            for path, file in by_folder[there].files.items():
                yield f"charts/{name}/{path}", file


def missing(chart: ChartFolder) -> tuple[str, ...]:
    """The charts that a chart needs and that are not in it, by name."""
    names = (entry.get("name") for entry in _dependencies(chart))
    there = _vendored(chart)
    return tuple(dict.fromkeys(name for name in names if isinstance(name, str) and name not in there))


def _dependencies(chart: ChartFolder) -> list[PositionedDict]:
    requirements = chart.source("requirements.yaml")
    old = _mapping(requirements).get("dependencies") if requirements else None
    listed = chart.about.get("dependencies") or old
    return [one for one in listed if isinstance(one, PositionedDict)] if isinstance(listed, list) else []


def _vendored(chart: ChartFolder) -> frozenset[str]:
    """The names of the charts in its `charts`."""
    found: set[str] = set()
    for name in chart.files:
        parts = name.split("/")
        if parts[0] == "charts" and parts[2:] == [CHART]:
            inner = _mapping(chart.source(name)).get("name")
            found.add(inner if isinstance(inner, str) else parts[1])
    return frozenset(found)


def aliases(chart: ChartFolder, folder: str) -> tuple[tuple[str, str], ...]:
    """For each chart in `charts` of the one at `folder` inside: the keys of its values, and its folder."""
    own = f"{folder}charts/"
    listed = _mapping(chart.source(f"{folder}{CHART}"))
    entries = [one.node for one in origins(Source("", ""), listed.get("dependencies"))]
    found: list[tuple[str, str]] = []
    for name in chart.files:
        if name.startswith(own) and name.removeprefix(own).count("/") == 1 and name.endswith(f"/{CHART}"):
            inner = name.removesuffix(CHART)
            called = _mapping(chart.source(name)).get("name")
            keys = [str(one.get("alias") or called) for one in entries if one.get("name") == called] or [str(called)]
            found.extend((key, inner) for key in keys)
    return tuple(found)


def _mapping(source: Source | None) -> PositionedDict:
    documents = parse_yaml(source).documents if source else ()
    root = documents[0].root if documents else None
    return root if isinstance(root, PositionedDict) else PositionedDict()


def _read(folder: str, root: Path, tree: CheckedTree, left: int) -> ChartFolder:
    """The chart of a folder."""
    files: dict[str, ChartFile] = {}
    size = 0
    top = os.path.normpath(root / folder)
    for full in _walk(top):
        name = os.path.relpath(full, top).replace(os.sep, "/")
        path = shown_path(full, root)
        data = read_bytes(full, path, tree)
        if isinstance(data, ReadFailure):
            return ChartFolder(folder, {}, f"`{path}` {data.reason}")
        size += len(data)
        added = _unpacked(name, path, data) if _is_archive(name) else {name: ChartFile(path, data)}
        files.update(added)
        if len(files) > _MOST_FILES or size > min(_MOST_BYTES, left):
            return ChartFolder(folder, {}, "it is larger than kblint hands to helm")
    kept = {name: file for name, file in files.items() if posixpath.basename(name) != _SCHEMA}
    return ChartFolder(folder, kept)


def _walk(top: str) -> Iterator[str]:
    """The files of a folder, in order; what is hidden is none of a chart's, but for `.helmignore`."""
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") or name == ".helmignore":
                yield os.path.join(folder, name)  # noqa: PTH118 - a text, as all paths here
        # a folder behind a link is not walked into: reading it says whether it leads out
        for name in folders:
            full = os.path.join(folder, name)  # noqa: PTH118 - as above
            if os.path.islink(full):  # noqa: PTH114 - as above
                yield full


def _is_archive(name: str) -> bool:
    return posixpath.dirname(name) == "charts" and name.endswith(_ARCHIVES)


def _unpacked(name: str, path: str, data: bytes) -> dict[str, ChartFile]:
    """The files of a packed chart as a folder beside the others; an archive that is none is left to helm."""
    folder = f"charts/{posixpath.basename(name).removesuffix('.gz').removesuffix('.tar').removesuffix('.tgz')}"
    files = opened(path, data)
    if files is None:
        return {name: ChartFile(path, data)}
    return {f"{folder}/{inner}": file for inner, file in files.items()}


def packed(path: str, data: bytes) -> ChartFolder | None:
    """The chart that an archive holds, which is shown as `path`; None where it holds none."""
    files = opened(path, data)
    if files is None or CHART not in files:
        return None
    return ChartFolder(path, {name: file for name, file in files.items() if posixpath.basename(name) != _SCHEMA})


def is_packed(path: str) -> bool:
    """Whether a file is shown to lie in an archive: somebody else's, which nobody edits."""
    return any(f"{suffix}/" in path for suffix in _ARCHIVES)


def opened(path: str, data: bytes) -> dict[str, ChartFile] | None:
    """The files of a packed chart by their path inside; None for an archive that is none, or grows too much."""
    files: dict[str, ChartFile] = {}
    size = 0
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r|gz") as archive:
            for member in archive:
                size += member.size
                if size > _MOST_BYTES or len(files) > _MOST_FILES:
                    return None
                inner = posixpath.normpath(member.name).partition("/")[2]
                held = archive.extractfile(member) if member.isreg() else None
                if held is None or not inner or ".." in member.name.split("/") or member.name.startswith("/"):
                    continue
                files[inner] = ChartFile(f"{path}/{inner}", held.read())
    except (tarfile.TarError, OSError, EOFError, zlib.error):
        return None
    return files
