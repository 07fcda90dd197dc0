"""Manifests as texts, read the way a run reads them."""

from __future__ import annotations

import textwrap
from typing import TypeVar

from kblint.model.bundle import Declaration
from kblint.read.kubernetes.objects import read_document
from kblint.source.text import Source
from kblint.source.yaml_stream import parse_yaml

T = TypeVar("T")


def declarations(text: str, path: str = "app.yaml") -> list[Declaration]:
    """Everything read from the documents of a text."""
    readings = map(read_document, parse_yaml(Source(path, textwrap.dedent(text))).documents)
    return [thing for reading in readings if reading for thing in reading.declarations]


def one(kind: type[T], text: str) -> T:
    """The only thing of a type in a text."""
    (found,) = every(kind, text)
    return found


def every(kind: type[T], text: str) -> list[T]:
    """The things of a type in a text."""
    return [thing for thing in declarations(text) if isinstance(thing, kind)]
