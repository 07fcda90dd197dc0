"""The formats kblint reads, found in this package and its rooms.

A new one is one new module, in a room of its own or in that of its family, with `read_document`, `read_text` or
`read_folder`. `FORMAT` is what people are told of it; `WORDS`, where it has some, are keys by which a broken text is
still known to be of the format.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from msgspec import Struct

import kblint.read
from kblint.model.input_format import InputFormat
from kblint.read.reading import Reading
from kblint.source.text import Source
from kblint.source.values import Document

DocumentReader = Callable[[Document], Reading | None]
TextReader = Callable[[Source], Reading | None]
FolderReader = Callable[[Sequence[Source]], Reading | None]
"""For a format in which the files of one folder, without those below it, only mean something together."""


class Formats(Struct, frozen=True):
    """All readers. Each returns None for what is not its own, recognised by what it holds, not by where it lies."""

    documents: tuple[DocumentReader, ...]
    texts: tuple[TextReader, ...]
    folders: tuple[FolderReader, ...]
    words: re.Pattern[str]
    """What a text holds that one of them would read if it were whole."""
    about: Mapping[str, InputFormat]
    """What is said of each, by the name of its module; those that read only signs or limits say nothing."""

    def name(self, reader: DocumentReader | TextReader | FolderReader) -> str:
        """What that is called which a reader reads; empty where it has no format of its own."""
        about = self.about.get(reader.__module__)
        return about.name if about else ""


@cache
def formats() -> Formats:
    """Every reader of this package, in the order of the module names."""
    found = pkgutil.walk_packages(kblint.read.__path__, f"{kblint.read.__name__}.")
    modules = [importlib.import_module(one.name) for one in found if not one.ispkg]
    words = [re.escape(word) for module in modules for word in getattr(module, "WORDS", ())]
    return Formats(
        documents=tuple(module.read_document for module in modules if hasattr(module, "read_document")),
        texts=tuple(module.read_text for module in modules if hasattr(module, "read_text")),
        folders=tuple(module.read_folder for module in modules if hasattr(module, "read_folder")),
        words=re.compile(rf"\b(?:{'|'.join(words)})\b"),
        about={module.__name__: module.FORMAT for module in modules if hasattr(module, "FORMAT")},
    )
