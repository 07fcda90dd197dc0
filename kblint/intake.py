"""From paths to what the files hold."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain
from pathlib import Path

from msgspec import Struct, field

from kblint.admission.release import versions
from kblint.config import Config
from kblint.finding import Skipped
from kblint.from_charts import NO_CHARTS, ChartReading, Charts, Provenance
from kblint.helm.archives import Archives, cache_of_helm
from kblint.helm.chart import charts_of
from kblint.helm.process import Helm
from kblint.helm.rendered import Renderer
from kblint.left_out import left_out
from kblint.load_beside import files_beside
from kblint.loading import WantedPaths, load_texts
from kblint.model.bundle import Declaration
from kblint.model.cluster import ClusterSign, SignOf
from kblint.model.owned import without_owned
from kblint.named_files import NOTHING_BESIDE, Beside
from kblint.read.formats import Formats, formats
from kblint.releases.compose import with_releases
from kblint.render.build import build_all
from kblint.render.problems import Problem
from kblint.render.rendered import Build
from kblint.source.discover import SUFFIXES, Passed, suffix_of, tree_of
from kblint.source.grouping import grouped
from kblint.source.reader import ReadFailure
from kblint.source.stream import SyntaxFault
from kblint.source.text import Source
from kblint.source.values import Document
from kblint.texts import read_document, read_folders, read_sources


class Loaded(Struct, frozen=True):
    """The texts of a run. `unread` are files that should have been read and could not be."""

    sources: tuple[Source, ...]
    unread: tuple[ReadFailure, ...]
    skipped: tuple[Skipped, ...]
    named: frozenset[str] = frozenset()
    """Paths of files that the user named one by one."""
    beside: Beside = NOTHING_BESIDE
    charts: Charts | None = None
    """Where helm renders them."""
    passed: tuple[Passed, ...] = ()
    """What nobody looked into."""
    templates: Mapping[str, Source] = field(default_factory=dict)
    """Those that standard input names as what made it, by the names that helm gives them."""


class Input(Struct, frozen=True):
    """What the texts hold."""

    declarations: tuple[Declaration, ...]
    faults: tuple[SyntaxFault, ...]
    files: int
    skipped: tuple[Skipped, ...]
    parts: tuple[Declaration, ...] = ()
    """Patches: parts of objects, which are not wired."""
    undeployed: tuple[Declaration, ...] = ()
    """What no kustomization lists, beside one that lists others."""
    problems: tuple[Problem, ...] = ()
    """Why kustomizations and charts cannot be built."""
    provenance: Provenance = NO_CHARTS
    builds: tuple[Build, ...] = ()
    """What kustomizations build."""
    read_as: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What each file was read as, by its path: names of formats."""


class Buffers(Struct, frozen=True):
    """Texts that count instead of those on disk, and what an earlier run made of texts; both by the shown path."""

    texts: Mapping[str, str] = field(default_factory=dict)
    before: Mapping[str, Source] = field(default_factory=dict)

    def over(self, read: Source | ReadFailure) -> Source | ReadFailure:
        """What counts for a file of which this was read: the same object as before where the text is."""
        text = self.texts.get(read.path, read.text if isinstance(read, Source) else None)
        if text is None:
            return read
        before = self.before.get(read.path)
        return before if before is not None and before.text == text else Source(read.path, text)

    def unwritten(self, root: Path) -> Iterator[Source]:
        """The texts of files that are not on disk yet, as far as such files are read."""
        for path, text in self.texts.items():
            if suffix_of(path) in SUFFIXES and not os.path.lexists(root / path):
                yield Source(path, text)


NO_BUFFERS = Buffers()


def load(
    paths: Sequence[str], config: Config, root: Path, helm: Helm | None = None, buffers: Buffers = NO_BUFFERS
) -> Loaded:
    """Read every file below `paths` (relative to `root`) that kblint may have to do with, and nothing outside of them.

    Where there is a `helm`, it may render the charts among them. What `buffers` hold counts over what lies on disk.

    Raises:
        UsageError: there is too much to read.
    """
    found = load_texts(wanted_by(paths, config), root)
    tree = tree_of(paths, root)
    read: tuple[Source | ReadFailure, ...] = (*found.sources, *found.unread)
    counted = [buffers.over(one) for one in read]
    sources = (*(one for one in counted if isinstance(one, Source)), *buffers.unwritten(root))
    unread = tuple(one for one in counted if isinstance(one, ReadFailure))
    version = f"{config.kubernetes_version or versions()[-1]}.0"
    archives = Archives(root, tree, cache_of_helm(os.environ))
    charts = Charts(charts_of(sources, root, tree), Renderer(helm, version), archives) if helm else None
    beside = files_beside(sources, root, tree, gitignore=not config.is_isolated)
    return Loaded(sources, unread, found.skipped, found.named, beside, charts, found.passed)


def wanted_by(paths: Sequence[str], config: Config) -> WantedPaths:
    """What is to be read when `paths` are named."""
    base = os.fspath(config.patterns_from) if config.patterns_from else None
    return WantedPaths(tuple(paths), config.exclude, base, not config.is_isolated)


def read(
    sources: Sequence[Source],
    named: frozenset[str] = frozenset(),
    beside: Beside = NOTHING_BESIDE,
    charts: Charts | None = None,
) -> Input:
    """Make positioned values of the texts, and the model of those.

    `named` are the paths that the user named one by one: they are never passed over. What kustomizations build stands
    for the files that they build it of; `beside` are files that only they read. `charts` are rendered, where
    there are any.
    """
    known = formats()
    declarations: list[Declaration] = []
    skipped: list[Skipped] = []
    read_as: list[tuple[str, str]] = []
    files = 0
    with collector_off():
        rendered = build_all((*sources, *beside.sources), beside.elsewhere)
        faults = [*rendered.faults]
        built = [document for build in rendered.builds for document in build.documents]
        for document in (*rendered.kustomizations, *built):
            made = read_document(document, known)
            declarations.extend(made.declarations)
            faults.extend(made.faults)
            read_as.extend(made.named)
        declarations.extend(sign for build in rendered.builds for sign in _unbuilt(build))
        skipped.extend(Skipped(path, f"built in part: {reason}") for path, reason in rendered.unknown)
        taken = rendered.used.union(document.source.path for document in rendered.kustomizations)
        for made in chain(read_sources(sources, known, named, taken), read_folders(sources, known)):
            declarations.extend(made.declarations)
            faults.extend(made.faults)
            skipped.extend(made.skipped)
            read_as.extend(made.named)
            files += made.files
    left = left_out(without_owned(declarations), sources, named, rendered.used)
    skipped += left.skipped
    with collector_off():
        by_helm = ChartReading(charts, sources, partial(_of_document, known=known)) if charts else None
        whole, cuts = with_releases(left.whole, sources, *([by_helm.of] if by_helm else []))
        faults += cuts
        problems, provenance = rendered.problems, NO_CHARTS
        if by_helm:
            alone = tuple(by_helm.alone())
            whole = (*by_helm.replaces(whole), *alone)
            faults = [*(one for one in faults if not by_helm.holds(one.place.source.path)), *by_helm.faults]
            files += sum(by_helm.holds(one.path) for one in skipped)
            skipped = list(by_helm.left(skipped))
            problems, provenance = (*problems, *by_helm.problems), by_helm.provenance()
            read_as.extend((source.path, "a chart, rendered") for source in sources if by_helm.holds(source.path))
    skipped = list(dict.fromkeys(skipped))  # two readers may say it of one folder
    formats_of = {path: tuple(dict.fromkeys(names)) for path, names in grouped(read_as).items()}
    told = (left.parts, left.undeployed, problems, provenance, rendered.builds, formats_of)
    return Input(whole, tuple(faults), files, tuple(skipped), *told)


def _of_document(document: Document, known: Formats) -> tuple[Sequence[Declaration], Sequence[SyntaxFault]]:
    made = read_document(document, known)
    return made.declarations, made.faults


def _unbuilt(build: Build) -> Iterator[Declaration]:
    """What stands for objects that a kustomization would bring, or change, if it could be built."""
    if build.is_partial:
        origin = build.kustomizations[0]
        if build.doubt:
            yield ClusterSign(SignOf.CHANGE, build.doubt, origin.place())
        yield ClusterSign(SignOf.RELEASE, f"kustomization `{build.path}`", origin.place())


@contextmanager
def collector_off() -> Iterator[None]:
    """Loading makes many objects that all stay: looking for garbage among them costs more than the loading itself."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
