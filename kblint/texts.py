"""One text, or the texts of one folder, offered to every format."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from kblint.config_search import FILE_NAMES as CONFIG_NAMES
from kblint.finding import Skipped
from kblint.left_out import TERRAFORM, not_a_manifest
from kblint.model.bundle import Declaration, path_of
from kblint.model.cluster import ClusterSign
from kblint.read.formats import Formats
from kblint.read.reading import Reading
from kblint.read.scripts.cloud_init import is_cloud_init
from kblint.render.library import is_kustomization_file
from kblint.source.discover import suffix_of
from kblint.source.grouping import grouped
from kblint.source.json_text import parse_json
from kblint.source.regex import regex
from kblint.source.stream import Stream, SyntaxFault
from kblint.source.templates import is_terraform_template, without_directives
from kblint.source.text import Source
from kblint.source.values import Document
from kblint.source.yaml_stream import parse_yaml

STDIN = "<stdin>"
NOTHING_HERE = "holds nothing that kblint reads"
OWN = "kblint's own"
_STRUCTURED = frozenset({".yaml", ".yml", ".json", ".jsonl"})
_TERRAFORM_FILES = (".tf", ".tfvars")
_CLOUD_CONFIG = "#cloud-config"
"""How cloud-init's own YAML begins, whatever the file is called."""
_CLOUD_INIT = "cloud-init"
_OWN_CONTENT = regex(
    r'"title": "kblint |"tool": \{\s*"name": "kblint"|"driver": \{\s*"name": "kblint"|"fingerprint": "'
)
"""What its schemas, its reports and its baselines hold near their beginnings."""
_BEGINNING = 1500
"""Characters."""


class Held(Struct, frozen=True):
    """What texts hold: `files` says how many of them hold something, `read_as` as what each was read, by its path."""

    declarations: tuple[Declaration, ...]
    faults: tuple[SyntaxFault, ...]
    files: int = 0
    skipped: tuple[Skipped, ...] = ()
    read_as: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def named(self) -> Iterator[tuple[str, str]]:
        """Each path with each of the formats."""
        return ((path, name) for path, names in self.read_as.items() for name in names)


def is_own(source: Source) -> bool:
    """Whether a file is kblint's own: its configuration, or a schema, a report or a baseline that it wrote.

    What such a file speaks of is no sign of anything: it names Hetzner and K3s wherever it is written.
    """
    if posixpath.basename(source.path) in CONFIG_NAMES:
        return True
    is_json = suffix_of(source.path) in (".json", ".sarif") and source.text.lstrip()[:1] == "{"
    return is_json and _OWN_CONTENT.search(source.text[:_BEGINNING]) is not None


def read_document(document: Document, known: Formats) -> Held:
    """What a document holds."""
    found = [(known.name(reader), reading) for reader in known.documents if (reading := reader(document)) is not None]
    return _joined(document.source.path, found, known)


def read_text(source: Source, known: Formats) -> Held:
    """What a text holds that is no document, or beside its documents."""
    found = [(known.name(reader), reading) for reader in known.texts if (reading := reader(source)) is not None]
    return _joined(source.path, found, known)


def _joined(path: str, found: Sequence[tuple[str, Reading]], known: Formats) -> Held:
    """What readings of one text hold together; beside each is the name of its format, if it has one."""
    inside = _inside((reading for _, reading in found), known)
    declarations = [declaration for _, reading in found for declaration in reading.declarations]
    faults = [fault for _, reading in found for fault in reading.faults]
    names = [name for name, reading in found if name and (reading.faults or any(map(_counts, reading.declarations)))]
    for held in inside:
        declarations.extend(held.declarations)
        faults.extend(held.faults)
        names.extend(name for _, name in held.named)
    return Held(tuple(declarations), tuple(faults), read_as={path: tuple(names)} if names else {})


def _inside(readings: Iterable[Reading], known: Formats) -> tuple[Held, ...]:
    """What the manifests hold that stand inside of other texts."""
    return tuple(read_document(document, known) for reading in readings for document in reading.documents)


def read_folders(sources: Sequence[Source], known: Formats) -> Iterator[Held]:
    """What the files of a folder hold together, such as Terraform's."""
    for held in grouped((source.path.rpartition("/")[0], source) for source in sources).values():
        for reader in known.folders:
            reading = reader(held)
            if reading is not None:
                inside = _inside((reading,), known)
                declarations = (*reading.declarations, *(thing for one in inside for thing in one.declarations))
                faults = (*reading.faults, *(fault for one in inside for fault in one.faults))
                paths = {path_of(declaration) for declaration in declarations if _counts(declaration)}
                paths |= {fault.place.source.path for fault in faults}
                skipped = tuple(Skipped(path, reason) for path, reason in reading.skipped)
                # what one file declares may be said in another, as by its variables
                named = (one.path for one in held if one.path.endswith(_TERRAFORM_FILES) and not skipped)
                read_as = dict.fromkeys(named, (known.name(reader),))
                yield Held(declarations, faults, len(paths), skipped, read_as=read_as)


def read_sources(
    sources: Sequence[Source], known: Formats, named: frozenset[str], taken: Collection[str]
) -> Iterator[Held]:
    """What each file holds; of one that a kustomization has `taken`, only what is no manifest.

    `named` are the paths that the user named one by one.
    """
    for source in sources:
        if is_own(source):
            if source.path in named:
                yield Held((), (), skipped=(Skipped(source.path, OWN),))
            continue
        # the formats are always the same: an earlier run has read the same text as this one would
        key = (read_sources, source.path in taken, source.path in named)
        held: Held | None = source.kept.get(key)
        if held is None:
            is_taken = source.path in taken
            held = replace(read_text(source, known), files=1) if is_taken else _read_whole(source, known, named)
            source.kept[key] = held
        yield held


def _read_whole(source: Source, known: Formats, named: frozenset[str]) -> Held:
    """What a text holds with all its documents; `named` are the paths that the user named one by one."""
    suffix = ".yaml" if source.text.startswith(_CLOUD_CONFIG) else suffix_of(source.path)
    text = read_text(source, known)
    declarations, faults = [*text.declarations], [*text.faults]
    read_as = [*text.named]
    if suffix in _STRUCTURED or source.path == STDIN or is_kustomization_file(source.path):
        stream = _parse(source, suffix)
        reason = not_a_manifest(source, stream, known.words, is_named=source.path in named)
        if reason:
            parts = _in_part(source, suffix, known) if reason == TERRAFORM else ()
            reason = TERRAFORM.replace(";", ", read in part;") if parts else reason
            read_as = [(source.path, _CLOUD_INIT)] if parts else []
            return Held(parts, (), int(bool(parts)), (Skipped(source.path, reason),), grouped(read_as))
        for document in stream.documents:
            made = read_document(document, known)
            declarations.extend(made.declarations)
            faults.extend(made.faults)
            read_as.extend(made.named)
        if stream.faults:
            # a key written twice in somebody else's file is somebody else's business
            is_named = any(map(_counts, declarations)) or source.path in named
            is_ours = is_named or known.words.search(source.text) is not None
            # and one that stands in both branches of a template stands once in what comes out
            is_ours = is_ours and not is_terraform_template(source)
            faults.extend(fault for fault in stream.faults if is_ours or fault.code == "unreadable")
    is_read = bool(faults) or any(_counts(one) for one in declarations)
    if source.path in named and not is_read:
        return Held(tuple(declarations), (), 0, (Skipped(source.path, NOTHING_HERE),))
    return Held(tuple(declarations), tuple(faults), int(is_read), (), read_as=grouped(read_as))


def _in_part(source: Source, suffix: str, known: Formats) -> tuple[Declaration, ...]:
    """What cloud-init is told, as far as a Terraform template is that without its directives."""
    stream = _parse(without_directives(source), suffix)
    if stream.faults:
        return ()
    documents = [replace(document, source=source) for document in stream.documents]
    held = (read_document(one, known) for one in documents if is_cloud_init(one))
    return tuple(declaration for one in held for declaration in one.declarations)


def _counts(declaration: Declaration) -> bool:
    """Whether a thing makes a file one of ours: a sign of the cluster may stand in anybody's file."""
    return not isinstance(declaration, ClusterSign)


def _parse(source: Source, suffix: str) -> Stream:
    if suffix in (".json", ".jsonl"):
        return parse_json(source)
    return parse_yaml(source)
