"""Readings of texts written in a test."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from kblint.model.bundle import Declaration
from kblint.read.reading import Reading
from kblint.source.text import Place, Source
from kblint.source.values import Document
from kblint.source.yaml_stream import parse_yaml

T = TypeVar("T")


def read(reader: Callable[[Document], Reading | None], text: str, path: str = "folder/input.yaml") -> list[Declaration]:
    """What a reader of documents makes of a YAML or JSON text."""
    stream = parse_yaml(Source(path, text))
    assert not stream.faults
    readings = [reader(document) for document in stream.documents]
    return [thing for reading in readings if reading for thing in reading.declarations]


def only(declarations: list[Declaration], kind: type[T]) -> T:
    """The one thing of a type."""
    found = [thing for thing in declarations if isinstance(thing, kind)]
    assert len(found) == 1, found
    return found[0]


def at(place: Place) -> tuple[int, int, str]:
    """Line, column and text of a place."""
    return (*place.source.point(place.span.start), place.text)


def read_source(
    reader: Callable[[Source], Reading | None], text: str, path: str = "folder/script.sh"
) -> list[Declaration]:
    """What a reader of texts makes of a text."""
    reading = reader(Source(path, text))
    assert not (reading and reading.faults)
    return list(reading.declarations) if reading else []
