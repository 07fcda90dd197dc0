"""How texts become what is declared in them, by one reader or by that of Kubernetes manifests."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import TypeVar

from kblint.model.bundle import Declaration
from kblint.model.firewall import FirewallRule
from kblint.read.charts import values_files
from kblint.read.kubernetes.objects import read_document
from kblint.read.reading import Reading
from kblint.releases.compose import with_releases
from kblint.source.text import Place, Source
from kblint.source.values import Document, Unknown
from kblint.source.yaml_stream import parse_yaml

T = TypeVar("T")


def documents(text: str, path: str = "folder/input.yaml") -> list[Document]:
    """The documents of a YAML or JSON text without faults."""
    stream = parse_yaml(Source(path, text))
    assert not stream.faults, stream.faults
    return list(stream.documents)


def document(text: str, path: str = "folder/input.yaml") -> Document:
    """The one document of a text."""
    (found,) = documents(text, path)
    return found


def read(reader: Callable[[Document], Reading | None], text: str, path: str = "folder/input.yaml") -> list[Declaration]:
    """What a reader of documents makes of a YAML or JSON text."""
    readings = map(reader, documents(text, path))
    return [thing for reading in readings if reading for thing in held(reading)]


def read_source(
    reader: Callable[[Source], Reading | None], text: str, path: str = "folder/script.sh"
) -> list[Declaration]:
    """What a reader of texts makes of a text."""
    reading = reader(Source(path, text))
    assert not (reading and reading.faults)
    return held(reading) if reading else []


def held(reading: Reading) -> list[Declaration]:
    """What a reading holds, with what is declared in the manifests inside of it."""
    inside = map(read_document, reading.documents)
    return [*reading.declarations, *(thing for one in inside if one for thing in one.declarations)]


def declarations(text: str, path: str = "app.yaml") -> list[Declaration]:
    """Everything read from Kubernetes manifests."""
    return read(read_document, textwrap.dedent(text), path)


def every(kind: type[T], text: str) -> list[T]:
    """The things of a type in Kubernetes manifests."""
    return [thing for thing in declarations(text) if isinstance(thing, kind)]


def one(kind: type[T], text: str) -> T:
    """The only thing of a type in Kubernetes manifests."""
    return only(declarations(text), kind)


def composed(text: str, path: str = "folder/input.yaml") -> list[Declaration]:
    """Everything read from manifests and files of values, with what known charts make of their releases."""
    found = documents(textwrap.dedent(text), path)
    readings = [reader(one) for one in found for reader in (read_document, values_files.read_document)]
    sources = dict.fromkeys(one.source for one in found)
    return list(
        with_releases([thing for one in readings if one for thing in one.declarations], list(sources)).declarations
    )


def only(found: list[Declaration], kind: type[T]) -> T:
    """The only thing of a type."""
    declarations = [thing for thing in found if isinstance(thing, kind)]
    assert len(declarations) == 1, declarations
    return declarations[0]


def at(place: Place) -> tuple[int, int, str]:
    """Line, column and text of a place."""
    return (*place.source.point(place.span.start), place.text)


def rule_in_words(rule: FirewallRule) -> str:
    """A rule in one line: `allow in tcp 80,443 from 10.0.0.0/8 on eth1 to 10.0.0.5`."""
    ports = "?" if isinstance(rule.ports, Unknown) else ",".join(
        str(part.first) if part.first == part.last else f"{part.first}-{part.last}" for part in rule.ports
    )  # fmt: skip
    sources = "?" if isinstance(rule.sources, Unknown) else ",".join(rule.sources)
    protocol = "?" if isinstance(rule.protocol, Unknown) else rule.protocol
    parts = [rule.action.value, rule.direction, protocol, ports or "all"]
    parts += [f"from {sources}"] * bool(sources) + [f"on {rule.interface}"] * bool(rule.interface)
    return " ".join([*parts, *[f"to {rule.destination}"] * bool(rule.destination)])
