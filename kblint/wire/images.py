"""The table of well-known programs and images, `images.yaml`."""

from __future__ import annotations

import fnmatch
import functools
import importlib.resources
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import yaml


class ImageRef(NamedTuple):
    """An image reference in parts: `path` is the repository without the registry, `tag` is `latest` by default."""

    registry: str
    path: str
    tag: str

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Listener:
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


@dataclass(frozen=True, slots=True)
class Config:
    """What may change a program's listeners besides flags and variables."""

    flags: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    env: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Program:
    """One entry of `images.yaml`."""

    program: str
    listeners: tuple[Listener, ...]
    images: tuple[str, ...] = ()
    tags: str = "*"
    commands: tuple[tuple[str, ...], ...] = ()
    serves: tuple[str, ...] = ()
    subcommands: tuple[str, ...] = ()
    executes: bool = False
    reader: str | None = None
    layout: str | None = None
    tls: tuple[str, ...] = ()
    config: Config = Config()
    open: bool = False
    convention: bool = False
    single_writer: bool = False
    service_link: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """All programs, by image and by the first word of the command that starts them."""

    by_image: Mapping[str, tuple[Program, ...]]
    by_command: Mapping[str, tuple[tuple[tuple[str, ...], Program], ...]]
    names: frozenset[str]

    def of_image(self, reference: str) -> Program | None:
        """What an image runs; None for unknown images, and for an official name in a foreign organisation."""
        image = parse_image(reference)
        organisation, slash, name = image.path.rpartition("/")
        organisation = organisation.rpartition("/")[2]
        is_official = organisation == "library" or (not slash and image.registry in _DOCKER_HUB)
        key = name if is_official else f"{organisation}/{name}"
        return next((found for found in self.by_image.get(key, ()) if fnmatch.fnmatchcase(image.tag, found.tags)), None)

    def is_name(self, name: str) -> bool:
        """Whether an image in the table has that last part of its path."""
        return name in self.names

    def of_command(self, words: tuple[str, ...]) -> Program | None:
        """What a command line starts; `words` begins with the program's file name."""
        candidates = self.by_command.get(words[0], ()) if words else ()
        return next((found for rest, found in candidates if all(word in words[1:] for word in rest)), None)


_DOCKER_HUB = ("", "docker.io", "index.docker.io", "registry-1.docker.io")


def parse_image(reference: str) -> ImageRef:
    """The parts of an image reference. https://github.com/distribution/reference/blob/main/reference.go ."""
    reference = reference.partition("@")[0]
    first, slash, rest = reference.partition("/")
    is_registry = bool(slash) and ("." in first or ":" in first or first == "localhost")
    registry, path = (first, rest) if is_registry else ("", reference)
    head, _, last = path.rpartition("/")
    name, _, tag = last.partition(":")
    return ImageRef(registry, f"{head}/{name}" if head else name, tag or "latest")


@functools.cache
def catalogue() -> Catalogue:
    """The table that ships with kblint."""
    text = importlib.resources.files(__package__).joinpath("images.yaml").read_text("utf-8")
    return build(yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)))  # noqa: S506  # both are safe loaders


def build(entries: list[dict[str, Any]]) -> Catalogue:
    """A catalogue of the entries of a file as `images.yaml`. Raises TypeError for a key that does not exist."""
    by_image: dict[str, list[Program]] = {}
    by_command: dict[str, list[tuple[tuple[str, ...], Program]]] = {}
    for entry in entries:
        program = _program(entry)
        for image in program.images:
            by_image.setdefault(image, []).append(program)
        for first, *rest in program.commands:
            by_command.setdefault(first, []).append((tuple(rest), program))
    return Catalogue(
        MappingProxyType({image: tuple(found) for image, found in by_image.items()}),
        # the longer command line says more: `superset run` before `superset`
        MappingProxyType(
            {word: tuple(sorted(found, key=lambda item: -len(item[0]))) for word, found in by_command.items()}
        ),
        frozenset(image.rpartition("/")[2] for image in by_image),
    )


def _program(entry: dict[str, Any]) -> Program:
    entry = _frozen(entry)
    entry["listeners"] = tuple(Listener(**_frozen(listener)) for listener in entry["listeners"])
    entry["commands"] = tuple(tuple(command.split()) for command in entry.get("commands", ()))
    entry["config"] = Config(**_frozen(entry.get("config", {})))
    return Program(**entry)


def _frozen(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
