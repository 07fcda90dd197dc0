"""From paths to what the files hold."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from kblint.config import Config
from kblint.errors import UsageError
from kblint.finding import Skipped
from kblint.left_out import left_out
from kblint.load_beside import NOTHING_BESIDE, Beside, files_beside
from kblint.model.bundle import Declaration, path_of
from kblint.model.cluster import ClusterSign, SignOf
from kblint.model.owned import without_owned
from kblint.read.formats import Formats, formats
from kblint.read.scripts.cloud_init import is_cloud_init
from kblint.releases.compose import with_releases
from kblint.render.build import build_all
from kblint.render.library import is_kustomization_file
from kblint.render.problems import Problem
from kblint.render.rendered import Build
from kblint.source.discover import discover, read_source, shown_path, tree_of
from kblint.source.grouping import grouped
from kblint.source.json_text import parse_json
from kblint.source.reader import ReadFailure
from kblint.source.stream import Stream, SyntaxFault
from kblint.source.templates import is_helm_template, is_terraform_template, without_directives
from kblint.source.text import Source
from kblint.source.values import Document
from kblint.source.yaml_stream import parse_yaml


@dataclass(frozen=True, slots=True)
class Loaded:
    """The texts of a run. `unread` are files that should have been read and could not be."""

    sources: tuple[Source, ...]
    unread: tuple[ReadFailure, ...]
    skipped: tuple[Skipped, ...]
    named: frozenset[str] = frozenset()
    """Paths of files that the user named one by one."""
    beside: Beside = NOTHING_BESIDE


@dataclass(frozen=True, slots=True)
class Input:
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
    """Why kustomizations cannot be built."""


def load(paths: Sequence[str], config: Config, root: Path) -> Loaded:
    """Read every file below `paths` (relative to `root`) that kblint may have to do with, and nothing outside of them.

    Raises:
        UsageError: there is too much to read.
    """
    tree = tree_of(paths, root)
    found = discover(paths, exclude=config.exclude, root=root, tree=tree, gitignore=not config.is_isolated)
    sources: list[Source] = []
    unread = [*found.unread]
    skipped = [Skipped(left.path, left.reason) for left in found.outside]
    length = 0
    named = frozenset(shown_path(os.path.normpath(root / path), root) for path in paths)
    for path in found.files:
        read = read_source(path, root, tree)
        if isinstance(read, Source):
            sources.append(read)
            length += len(read.text)
            if length > MAX_LENGTH:
                raise UsageError(
                    f"there are more than {MAX_LENGTH:,} characters to check",
                    help="name the folders that hold manifests, or leave others out with `exclude`",
                )
        elif (read.is_binary or read.is_outside) and read.path not in named:
            skipped.append(Skipped(read.path, read.reason))
        else:
            unread.append(read)
    return Loaded(tuple(sources), tuple(unread), tuple(skipped), named, files_beside(sources, root, tree))


def read(sources: Sequence[Source], named: frozenset[str] = frozenset(), beside: Beside = NOTHING_BESIDE) -> Input:
    """Make positioned values of the texts, and the model of those.

    `named` are the paths that the user named one by one: they are never passed over. What kustomizations build stands
    for the files that they build it of; `beside` are files that only they read.
    """
    known = formats()
    declarations: list[Declaration] = []
    skipped: list[Skipped] = []
    files = 0
    with collector_off():
        rendered = build_all((*sources, *beside.sources), beside.elsewhere)
        faults = [*rendered.faults]
        built = [document for build in rendered.builds for document in build.documents]
        for document in (*rendered.kustomizations, *built):
            made = _read_document(document, known)
            declarations.extend(made.declarations)
            faults.extend(made.faults)
        declarations.extend(sign for build in rendered.builds for sign in _unbuilt(build))
        skipped.extend(Skipped(path, f"built in part: {reason}") for path, reason in rendered.unknown)
        taken = rendered.used.union(document.source.path for document in rendered.kustomizations)
        for source in sources:
            if source.path in taken:
                made = _read_text(source, known)
                made = replace(made, files=1)
            else:
                made = _read_source(source, known, named)
            declarations.extend(made.declarations)
            faults.extend(made.faults)
            skipped.extend(made.skipped)
            files += made.files
        for made in _read_folders(sources, known):
            declarations.extend(made.declarations)
            faults.extend(made.faults)
            skipped.extend(made.skipped)
            files += made.files
    left = left_out(without_owned(declarations), sources, named, rendered.used)
    skipped += left.skipped
    with collector_off():
        whole, cuts = with_releases(left.whole, sources)
    faults += cuts
    skipped = list(dict.fromkeys(skipped))  # two readers may say it of one folder
    return Input(whole, tuple(faults), files, tuple(skipped), left.parts, left.undeployed, problems=rendered.problems)


def _unbuilt(build: Build) -> Iterator[Declaration]:
    """What stands for objects that a kustomization would bring if it could be built."""
    if build.is_partial:
        origin = build.kustomizations[0]
        yield ClusterSign(SignOf.RELEASE, f"kustomization `{build.path}`", origin.place())


def _read_document(document: Document, known: Formats) -> Input:
    readings = [reading for reader in known.documents if (reading := reader(document)) is not None]
    declarations = tuple(declaration for reading in readings for declaration in reading.declarations)
    return Input(declarations, tuple(fault for reading in readings for fault in reading.faults), 0, ())


def _read_text(source: Source, known: Formats) -> Input:
    readings = [reading for reader in known.texts if (reading := reader(source)) is not None]
    declarations = tuple(declaration for reading in readings for declaration in reading.declarations)
    return Input(declarations, tuple(fault for reading in readings for fault in reading.faults), 0, ())


def _read_folders(sources: Sequence[Source], known: Formats) -> Iterator[Input]:
    """What the files of a folder hold together, such as Terraform's."""
    for held in grouped((source.path.rpartition("/")[0], source) for source in sources).values():
        for reader in known.folders:
            reading = reader(held)
            if reading is not None:
                paths = {path_of(declaration) for declaration in reading.declarations if _counts(declaration)}
                paths |= {fault.place.source.path for fault in reading.faults}
                skipped = tuple(Skipped(path, reason) for path, reason in reading.skipped)
                yield Input(reading.declarations, reading.faults, len(paths), skipped)


def _read_source(source: Source, known: Formats, named: frozenset[str]) -> Input:
    suffix = os.path.splitext(source.path)[1].lower()  # noqa: PTH122 - a shown path, not one to open
    text = _read_text(source, known)
    declarations, faults = [*text.declarations], [*text.faults]
    if suffix in _STRUCTURED or source.path == STDIN or is_kustomization_file(source.path):
        stream = _parse(source, suffix)
        reason = _not_ours(source, stream, known, is_named=source.path in named)
        if reason:
            parts = _in_part(source, suffix, known) if reason == _TERRAFORM else ()
            reason = _TERRAFORM.replace(";", ", read in part;") if parts else reason
            return Input(parts, (), int(bool(parts)), (Skipped(source.path, reason),))
        for document in stream.documents:
            made = _read_document(document, known)
            declarations.extend(made.declarations)
            faults.extend(made.faults)
        if stream.faults:
            # a key written twice in somebody else's file is somebody else's business
            is_named = any(map(_counts, declarations)) or source.path in named
            is_ours = is_named or known.words.search(source.text) is not None
            # and one that stands in both branches of a template stands once in what comes out
            is_ours = is_ours and not is_terraform_template(source)
            faults.extend(fault for fault in stream.faults if is_ours or fault.code == "unreadable")
    is_read = bool(faults) or any(_counts(one) for one in declarations)
    if source.path in named and not is_read:
        return Input(tuple(declarations), (), 0, (Skipped(source.path, "holds nothing that kblint reads"),))
    return Input(tuple(declarations), tuple(faults), int(is_read), ())


def _in_part(source: Source, suffix: str, known: Formats) -> tuple[Declaration, ...]:
    """What cloud-init is told, as far as a Terraform template is that without its directives."""
    stream = _parse(without_directives(source), suffix)
    if stream.faults:
        return ()
    documents = [replace(document, source=source) for document in stream.documents]
    readings = (reader(one) for one in documents if is_cloud_init(one) for reader in known.documents)
    return tuple(declaration for reading in readings if reading for declaration in reading.declarations)


def _counts(declaration: Declaration) -> bool:
    """Whether a thing makes a file one of ours: a sign of the cluster may stand in anybody's file."""
    return not isinstance(declaration, ClusterSign)


STDIN = "<stdin>"
MAX_LENGTH = 1_000_000_000
"""Characters in one run: text is kept in memory, and what is made of it."""
_STRUCTURED = frozenset({".yaml", ".yml", ".json", ".jsonl"})


_TERRAFORM = "Terraform template; render it and check what comes out"


def _not_ours(source: Source, stream: Stream, known: Formats, *, is_named: bool) -> str | None:
    """Why a text that does not parse is passed over rather than reported; None for a mistake in a manifest."""
    broken = [fault for fault in stream.faults if fault.code == "unreadable"]
    if not broken:
        return None
    in_chart = "/templates/" in f"/{source.path}"
    if is_helm_template(source, in_chart=in_chart) or any("{{" in _line(fault) for fault in broken):
        return "template; render it and check what comes out"
    if is_terraform_template(source):
        return _TERRAFORM
    if not is_named and not known.words.search(source.text):
        return "cannot be parsed, and does not look like a manifest"
    return None


def _line(fault: SyntaxFault) -> str:
    return fault.place.source.line(fault.place.source.point(fault.place.span.start).line)


def _parse(source: Source, suffix: str) -> Stream:
    if suffix in (".json", ".jsonl"):
        return parse_json(source)
    return parse_yaml(source)


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
