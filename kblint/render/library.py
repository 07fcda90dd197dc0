"""The files that kustomizations may name, as one text: a span in it tells the file."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from msgspec.structs import replace

from kblint.model.kustomization import FILE_NAMES
from kblint.render.plain_words import as_kustomize_reads
from kblint.render.problems import NotHereError, RefusedError
from kblint.render.resource import WrittenValue
from kblint.source.stream import Stream, SyntaxFault
from kblint.source.templates import unknown
from kblint.source.text import Joined, Source, Span, joined
from kblint.source.values import Document, Origin, texts
from kblint.source.yaml_stream import parse_yaml


class Library:
    """Texts by path. `elsewhere` are paths of what is not among them and may exist all the same."""

    def __init__(self, sources: Iterable[Source], elsewhere: frozenset[str]) -> None:
        by_path = {source.path: source for source in sources}
        self.paths = sorted(by_path)
        self.text = joined("", [by_path[path] for path in self.paths])
        self._spans: dict[str, Span] = {}
        for path, start in zip(self.paths, self.text.starts, strict=True):
            self._spans[path] = Span(start, start + len(by_path[path].text))
        self._folders = {folder for path in by_path for folder in _folders(path)}
        self._elsewhere = elsewhere
        self._streams: dict[str, Stream] = {}

    def as_file(self, path: str) -> Joined:
        """The whole text, shown as one file: the one that says what is built of it."""
        return replace(self.text, path=path)

    def holds(self, path: str) -> bool:
        """Whether there is a file of that path."""
        return path in self._spans

    def text_of(self, path: str) -> str:
        """The text of a file that it holds."""
        span = self._spans[path]
        return self.text.text[span.start : span.end]

    def is_folder(self, path: str) -> bool:
        """Whether there is a folder of that path."""
        return path in self._folders

    def documents(self, path: str) -> tuple[Document, ...]:
        """The documents of a YAML or JSON file.

        Raises:
            NotHereError: the file is not in the input, or a template.
            RefusedError: there is no such file.
        """
        self._demand(path)
        stream = self._stream(path)
        if any(fault.code == "unreadable" for fault in stream.faults):
            # what is wrong with a text is said where it stands, once
            raise NotHereError(f"`{path}` cannot be read as YAML")
        return stream.documents

    def readable(self, path: str) -> tuple[Document, ...]:
        """The documents of a file that is here; none of one that cannot be read, which is said where it stands."""
        try:
            return self.documents(path)
        except NotHereError:
            return ()

    def faults(self, paths: Iterable[str]) -> list[SyntaxFault]:
        """What is wrong with the texts at these paths, as far as they were read."""
        return [fault for path in paths if path in self._streams for fault in self._streams[path].faults]

    def content(self, path: str) -> WrittenValue:
        """The text of a file as one value.

        Raises:
            NotHereError: the file is not in the input.
            RefusedError: there is no such file.
        """
        self._demand(path)
        span = self._spans[path]
        return WrittenValue(self.text.text[span.start : span.end], span)

    def _demand(self, path: str) -> None:
        if path in self._spans:
            return
        if path in self._elsewhere or path.startswith(("../", "/")):
            raise NotHereError(f"`{path}` is not in what was read")
        if unknown(path):
            raise NotHereError(f"`{path}` is still to be filled in")
        raise RefusedError(f"there is no file `{path}`")

    def _stream(self, path: str) -> Stream:
        if path not in self._streams:
            stream = parse_yaml(self.text, self._spans[path])
            documents = tuple(
                replace(one, root=as_kustomize_reads(self.text, one.root, one.span)) for one in stream.documents
            )
            self._streams[path] = replace(stream, documents=documents)
        return self._streams[path]


def is_kustomization_file(path: str) -> bool:
    """Whether kustomize takes a file for a kustomization, by its name."""
    return posixpath.basename(path) in FILE_NAMES


def _folders(path: str) -> Iterable[str]:
    folder = posixpath.dirname(path)
    while folder:
        yield folder
        folder = posixpath.dirname(folder) if folder != "/" else ""
    yield ""


def beside(folder: str, written: str) -> str:
    """The path that a kustomization in `folder` means."""
    path = posixpath.normpath(posixpath.join(folder, written))
    return "" if path == "." else path


def named_by(kustomization: Origin) -> Iterable[str]:
    """The paths that the texts of a kustomization may mean."""
    folder = posixpath.dirname(kustomization.source.path)
    for text in dict.fromkeys(one for one in texts(kustomization.node) if "\n" not in one):
        # a generator's file may have a name of its own before it: `app.conf=files/app.conf`
        for written in dict.fromkeys((text, text.rpartition("=")[2])):
            yield beside(folder, written)
