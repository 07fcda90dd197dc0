"""What became of every file of a run: what it was read as, what it is part of, or why it was left out."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from kblint.file_list import FileList, ListedFile, Whole
from kblint.intake import Input, Loaded
from kblint.model.balancer import LoadBalancer
from kblint.model.bundle import Declaration, meta_of, path_of
from kblint.model.cluster import ClusterSign, K3sConfig
from kblint.model.firewall import CloudFirewall, HostFirewall
from kblint.model.release import ChartRelease, Form
from kblint.render.library import named_by
from kblint.source.discover import PassedBy, shown_path
from kblint.source.grouping import grouped
from kblint.source.text import Place
from kblint.source.values import Origin
from kblint.texts import NOTHING_HERE, OWN, is_own

_KINDS: Mapping[type, str] = {
    LoadBalancer: "load balancer",
    CloudFirewall: "cloud firewall",
    HostFirewall: "host firewall",
    K3sConfig: "K3s configuration",
}
"""What people call a thing that is no object of the Kubernetes API."""
_CHART = "Chart.yaml"
_WALKED = frozenset(why.value for why in PassedBy)


def told_files(texts: Loaded, given: Input, root: Path, config_path: str | None) -> FileList:
    """Every file that was met, and what became of it; `root` is what paths are relative to.

    `config_path` is the configuration of the run, which is read as such.
    """
    reasons = dict(grouped(_reasons(texts, given, root)))
    holds = {path: tuple(sorted(Counter(kinds).items())) for path, kinds in grouped(_holds(given)).items()}
    part_of = {path: tuple(dict.fromkeys(wholes)) for path, wholes in grouped(_wholes(given)).items()}
    formats = {**given.read_as}
    if config_path is not None:
        formats[shown_path(config_path, root)] = ("kblint's configuration",)
    read = [*(one.path for one in texts.sources), *(one.path for one in texts.beside.sources)]
    charts = {posixpath.dirname(path) for path in read if posixpath.basename(path) == _CHART}
    shown = {path_of(one) for one in given.declarations if isinstance(one, ClusterSign)}
    own = {one.path for one in texts.sources if is_own(one)}
    listed: list[ListedFile] = []
    for path in sorted({*read, *reasons}):
        of = part_of.get(path, ())
        why = _passed_is_read(reasons.get(path, ()), is_read=path in read)
        named = formats.get(path, ())
        if not named and not of and not why:
            why = (OWN if path in own else _nothing(path, charts),)
            named, why = (("signs of the cluster",), ()) if path in shown and why[0] == NOTHING_HERE else ((), why)
        listed.append(ListedFile(path, tuple(named), holds.get(path, ()), of, tuple(dict.fromkeys(why))))
    return FileList(tuple(listed))


def _reasons(texts: Loaded, given: Input, root: Path) -> Iterator[tuple[str, str]]:
    """Why files are not read, or not deployed, or only in part."""
    for path, why, is_folder in texts.passed:
        yield f"{shown_path(path, root)}{'/' if is_folder else ''}", why.value
    for failure in texts.unread:
        yield failure.path, f"cannot be read: {failure.reason}"
    for fault in given.faults:
        if fault.code == "unreadable":
            yield fault.place.source.path, "cannot be parsed; `kblint check` says why"
    for problem in given.problems:
        yield problem.place.source.path, f"cannot be built: {problem.message}"
    for skipped in (*texts.skipped, *given.skipped):
        yield skipped.path, skipped.reason


def _passed_is_read(reasons: Sequence[str], *, is_read: bool) -> Sequence[str]:
    """A file that somebody names is read, whatever a walk says of it."""
    return tuple(one for one in reasons if one not in _WALKED) if is_read else reasons


def _holds(given: Input) -> Iterator[tuple[str, str]]:
    """Each thing with the file in which it is written."""
    # what several overlays take from one base is written once
    seen: set[tuple[Place, str]] = set()
    for one in (*given.declarations, *given.parts, *given.undeployed):
        meta = meta_of(one)
        if meta is not None:
            place = meta.origin.place("kind") if meta.is_rendered else Place(meta.origin.source, meta.origin.head)
            if meta.made is None and (place, meta.kind) not in seen:
                seen.add((place, meta.kind))
                yield place.source.path, meta.kind
        elif isinstance(one, ChartRelease):
            yield one.place.source.path, "values of a chart" if one.form is Form.FILE else "release of a chart"
        elif type(one) in _KINDS:
            yield path_of(one), _KINDS[type(one)]


def _wholes(given: Input) -> Iterator[tuple[str, Whole]]:
    """Each file with what is built or released with it."""
    for build in given.builds:
        # what settings are made of is not built, but named
        named = (path for one in build.kustomizations for path in named_by(one))
        for path in (*build.files, *named):
            if path != build.path:
                yield path, Whole("kustomization", build.path)
    for release in _releases(given.declarations):
        own = release.place.source.path
        for layer in release.layers:
            if isinstance(layer, Origin) and layer.place().source.path != own:
                yield layer.place().source.path, Whole("release", str(release))


def _releases(declarations: Iterable[Declaration]) -> Iterator[ChartRelease]:
    return (one for one in declarations if isinstance(one, ChartRelease))


def _nothing(path: str, charts: set[str]) -> str:
    """Why nothing was found in a file that was looked into."""
    folder = posixpath.dirname(path)
    while True:
        if folder in charts:
            return f"part of the chart in `{folder or '.'}`, which is not rendered"
        if not folder or folder == posixpath.dirname(folder):
            return NOTHING_HERE
        folder = posixpath.dirname(folder)
