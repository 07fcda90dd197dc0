"""The tables of well-known programs, images, frameworks and words: the YAML files of this folder."""

from __future__ import annotations

import fnmatch
import functools
import importlib.resources
import re
from collections.abc import Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import Any, NamedTuple

import yaml
from msgspec import Struct, field
from msgspec.structs import replace

from kblint.source.regex import regex


class ImageRef(NamedTuple):
    """An image reference in parts: `path` is the repository without the registry, `tag` is `latest` by default."""

    registry: str
    path: str
    tag: str

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]


class DefaultListener(Struct, frozen=True):
    """One socket of a program and what moves it; the fields are those of `images.yaml`."""

    port: int | None = None
    optional: bool = False
    host: str | None = None
    protocol: str = "TCP"
    speaks: str | None = None
    flags: tuple[str, ...] = ()
    repeats: bool = False
    operands: bool = False
    host_flags: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    address_env: tuple[str, ...] = ()
    host_env: tuple[str, ...] = ()
    everywhere: tuple[str, ...] = ()
    env_host: str | None = None
    keys: tuple[str, ...] = ()
    host_keys: tuple[str, ...] = ()
    file_host: str | None = None
    command_host: str | None = None


class ImageConfig(Struct, frozen=True):
    """What may change a program's listeners besides flags and variables; where `is_read`, its files are."""

    flags: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    is_read: bool = False
    is_yaml: bool = False
    named: tuple[str, ...] = ()
    own: Mapping[str, str] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.flags, self.words, self.files, self.keys, self.env, self.named))  # a mapping has no hash


class ServerLayout(Struct, frozen=True):
    """Where an image keeps its server's configuration; the fields are those of `layouts.yaml`."""

    main: str
    port: int
    included: tuple[str, ...] = ()
    own: str | None = None
    text: str = ""
    templates: str | None = None
    port_variable: str | None = None


class Program(Struct, frozen=True):
    """One entry of `images.yaml`."""

    program: str
    listeners: tuple[DefaultListener, ...]
    source: str = ""
    images: tuple[str, ...] = ()
    tags: str = "*"
    commands: tuple[tuple[str, ...], ...] = ()
    serves: tuple[str, ...] = ()
    subcommands: tuple[str, ...] = ()
    executes: bool = False
    reader: str | None = None
    layout: ServerLayout | None = None
    tls: tuple[str, ...] = ()
    config: ImageConfig = ImageConfig()
    steady: bool = False
    open: bool = False
    runs_code: bool = False
    headerless: bool = False
    convention: bool = False
    single_writer: bool = False
    inside: bool = False
    shared_with: tuple[str, ...] = ()
    service_link: str | None = None
    arguments_env: str | None = None
    is_told: bool = False
    """Whether the user says so, of an image of his own."""


class Catalogue(Struct, frozen=True, eq=False):
    """All programs: which entries an image or a command line may mean. An entry is read only when it is met."""

    by_image: Mapping[str, tuple[str, ...]]
    by_command: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
    names: frozenset[str]
    """The last parts of all images."""
    link_variables: frozenset[str]
    """The variables of Services that programs read their port from."""
    told: tuple[Program, ...] = ()
    """What the user says of images; it goes first."""

    def of_image(self, reference: str) -> Program | None:
        """What an image runs; None for unknown images, and for an official name in a foreign organisation."""
        image = parse_image(reference)
        organisation, _, name = image.path.rpartition("/")
        organisation = organisation.rpartition("/")[2]
        whole = f"{image.registry}/{image.path}" if image.registry else image.path
        # a project of the same name stands in other registries too: it is the usual one of Harbor
        is_official = image.registry in _DOCKER_HUB and organisation in ("", "library")
        is_official = is_official or whole.startswith("public.ecr.aws/docker/library/")
        key = name if is_official else f"{organisation}/{name}"
        candidates = dict.fromkeys((*self.by_image.get(whole, ()), *self.by_image.get(key, ())))
        programs = chain(
            (program for program in self.told if whole in program.images), (read_entry(entry) for entry in candidates)
        )
        return next((found for found in programs if fnmatch.fnmatchcase(image.tag, found.tags)), None)

    def of_command(self, words: Sequence[str]) -> Program | None:
        """What a command line starts; `words` begins with the program's file name."""
        candidates = self.by_command.get(words[0], ()) if words else ()
        entry = next((entry for rest, entry in candidates if all(word in words[1:] for word in rest)), None)
        return read_entry(entry) if entry else None


_DOCKER_HUB = ("", "docker.io", "index.docker.io", "registry-1.docker.io", "mirror.gcr.io")


def parse_image(reference: str) -> ImageRef:
    """The parts of an image reference. https://github.com/distribution/reference/blob/main/reference.go ."""
    reference = reference.partition("@")[0]
    first, slash, rest = reference.partition("/")
    is_registry = bool(slash) and ("." in first or ":" in first or first == "localhost")
    registry, path = (first, rest) if is_registry else ("", reference)
    head, _, last = path.rpartition("/")
    name, _, tag = last.partition(":")
    return ImageRef(registry, f"{head}/{name}" if head else name, tag or "latest")


def with_told(entries: Sequence[Mapping[str, Any]]) -> Catalogue:
    """The table with what the user says of images: the `images` of `kblint.yaml`, its keys with hyphens."""
    return replace(catalogue(), told=tuple(map(_told, entries))) if entries else catalogue()


def _told(entry: Mapping[str, Any]) -> Program:
    image: str = entry["image"]
    listeners = ({key.replace("-", "_"): value for key, value in one.items()} for one in entry["listeners"])
    return Program(
        program=image.rpartition("/")[2],
        listeners=tuple(DefaultListener(**_frozen(one)) for one in listeners),
        images=(image,),
        tags=entry.get("tags", "*"),
        is_told=True,
    )


_PUBLIC = (
    *_DOCKER_HUB,
    *("ghcr.io", "quay.io", "gcr.io", "registry.k8s.io", "k8s.gcr.io", "mcr.microsoft.com", "docker.elastic.co"),
    *("public.ecr.aws", "registry.gitlab.com", "docker.redpanda.com", "cr.weaviate.io", "docker.n8n.io"),
    *("docker.getoutline.com", "code.forgejo.org", "codeberg.org", "lscr.io", "nvcr.io", "cr.fluentbit.io"),
)
"""Registries in which makers publish images; what has the same name elsewhere may be a build of somebody's own."""


def is_pinned(reference: str) -> bool:
    """Whether a reference surely means one release of its maker's image: by a digest, or a tag that holds a number."""
    image = parse_image(reference)
    return image.registry in _PUBLIC and ("@sha256:" in reference or any(map(str.isdecimal, image.tag)))


@functools.cache
def catalogue() -> Catalogue:
    """The table that ships with kblint."""
    return index(_shipped("images.yaml"))


def _shipped(name: str) -> str:
    return importlib.resources.files(__package__).joinpath(name).read_text("utf-8")


@functools.cache
def _layouts() -> Mapping[str, ServerLayout]:
    return {name: ServerLayout(**_frozen(entry)) for name, entry in _loaded(_shipped("layouts.yaml")).items()}


@functools.cache
def frameworks() -> tuple[Program, ...]:
    """Frameworks, by what their applications are told: the entries of `frameworks.yaml`, in their order."""
    return tuple(map(read_entry, _shipped("frameworks.yaml").split("\n- program:")[1:]))


@functools.cache
def word_table() -> Mapping[str, tuple[str, ...]]:
    """What words of command lines mean: those of each line of `words.yaml`."""
    return {meaning: tuple(line.split()) for meaning, line in _loaded(_shipped("words.yaml")).items()}


def _loaded(text: str) -> dict[str, Any]:
    entries: dict[str, Any] = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  # both are safe
    return entries


_LINK = regex(r"^  service_link: (\w+)$", re.MULTILINE)
_KEY = regex(r"^  (images|commands): \[(.*)\]$", re.MULTILINE)


def index(text: str) -> Catalogue:
    """The entries of a text as `images.yaml`.

    Reading all of it as YAML would take longer than checking a small input, so `images` and `commands` stand on one
    line each, and the rest of an entry is read when it is needed.
    """
    by_image: dict[str, list[str]] = {}
    by_command: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for entry in text.split("\n- program:")[1:]:
        for key, items in _KEY.findall(entry):
            for item in items.split(", "):
                if key == "images":
                    by_image.setdefault(item, []).append(entry)
                else:
                    first, *rest = item.split()
                    by_command.setdefault(first, []).append((tuple(rest), entry))
    return Catalogue(
        MappingProxyType({image: tuple(entries) for image, entries in by_image.items()}),
        # the longer command line says more: `caddy file-server` before `caddy`
        MappingProxyType(
            {word: tuple(sorted(found, key=lambda it: -len(it[0]))) for word, found in by_command.items()}
        ),
        frozenset(image.rpartition("/")[2] for image in by_image),
        frozenset(_LINK.findall(text)),
    )


@functools.cache
def read_entry(entry: str) -> Program:
    """One entry of the table, its `- program:` left out.

    Raises TypeError for a key that does not exist, KeyError for such a layout.
    """
    fields = _frozen(_loaded(f"  program:{entry}"))
    fields["listeners"] = tuple(DefaultListener(**_frozen(listener)) for listener in fields["listeners"])
    fields["commands"] = tuple(tuple(command.split()) for command in fields.get("commands", ()))
    fields["config"] = ImageConfig(**_frozen(fields.get("config", {})))
    fields["layout"] = _layouts()[fields["layout"]] if "layout" in fields else None
    return Program(**fields)


def _frozen(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
