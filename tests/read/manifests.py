"""Manifests as texts, read the way a run reads them."""

from __future__ import annotations

import textwrap
from typing import TypeVar

from kblint.model.bundle import Thing
from kblint.read.kubernetes import read_document
from kblint.source.text import Source
from kblint.source.yaml_stream import parse_yaml

T = TypeVar("T")


def things(text: str, path: str = "app.yaml") -> list[Thing]:
    """Everything read from the documents of a text."""
    readings = map(read_document, parse_yaml(Source(path, textwrap.dedent(text))).documents)
    return [thing for reading in readings if reading for thing in reading.things]


def one(kind: type[T], text: str) -> T:
    """The only thing of a type in a text."""
    (found,) = every(kind, text)
    return found


def every(kind: type[T], text: str) -> list[T]:
    """The things of a type in a text."""
    return [thing for thing in things(text) if isinstance(thing, kind)]
