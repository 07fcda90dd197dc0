"""Kubernetes YAML: a source's text in, its documents and faults out."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from functools import partial

import yaml

from kblint.source.regex import regex
from kblint.source.stream import BrokenDocumentError, Budget, Stream, SyntaxFault
from kblint.source.text import Source, Span
from kblint.source.values import Document
from kblint.source.yaml_build import Builder
from kblint.source.yaml_faults import character_fault, nesting_limit, syntax_fault

_SEPARATOR = regex(r"^---(?=[ \t\r\n]|\Z)", re.MULTILINE)
"""At the first column this ends a document whatever it is inside of. https://yaml.org/spec/1.1/#c-forbidden"""


def parse_yaml(source: Source, part: Span | None = None) -> Stream:
    """Read every document of `source`, or of that `part` of it, as `sigs.k8s.io/yaml` would.

    Never raises: what cannot be read is a fault, and the documents before and after it are kept. Documents that hold
    nothing, or only comments, or `null`, are left out.
    """
    if part is not None:
        return _parsed(source, part)
    stream: Stream | None = source.kept.get(parse_yaml)
    if stream is None:
        stream = source.kept[parse_yaml] = _parsed(source, None)
    return stream


def _parsed(source: Source, part: Span | None) -> Stream:
    text = source.text
    start, end = part or Span(len(text) - len(text.lstrip("\ufeff")), len(text))
    documents: list[Document] = []
    faults: list[SyntaxFault] = []
    read = partial(_read, source, documents, faults, Budget())
    resume = read(start, end)
    if resume is not None:
        # From the first fault on, document by document: linear, however many of them are broken.
        for piece in _pieces(text, resume, end):
            read(*piece)
    faults.sort(key=lambda fault: fault.place.span)
    return Stream(tuple(documents), tuple(faults))


def _read(
    source: Source, documents: list[Document], faults: list[SyntaxFault], budget: Budget, start: int, end: int
) -> int | None:
    """Read `text[start:end]` up to its first broken document; what comes back is where the next one starts, if any."""
    builder = Builder(source, start, end, len(documents), budget)
    fault: SyntaxFault | None = None
    stopped = end
    try:
        builder.build()
    except (yaml.reader.ReaderError, UnicodeEncodeError):
        # libyaml looks ahead, so how much it had read says nothing; one document alone tells what is lost
        if _next_separator(source.text, start + 1, end) is not None:
            return start
        fault = character_fault(source, start, end)
    except yaml.MarkedYAMLError as error:
        limit = nesting_limit(error)
        if limit is not None and start + limit < end:
            # it counts levels while it looks ahead; in the text up to there ours are counted first
            _read(source, documents, faults, budget, start, start + limit)
            return _next_separator(source.text, start + limit, end)
        fault, stopped = syntax_fault(source, error, start)
    except BrokenDocumentError as error:
        fault, stopped = error.fault, builder.reached
    documents.extend(builder.documents)
    faults.extend(builder.faults)
    if fault is not None:
        faults.append(fault)
    return _next_separator(source.text, max(stopped, start + 1), end)


def _next_separator(text: str, start: int, end: int) -> int | None:
    match = _SEPARATOR.search(text, start, end)
    return match.start() if match else None


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The documents of `text` from `start` to `end`, each with the separator before it."""
    separators = (match.start() for match in _SEPARATOR.finditer(text, start + 1, end))
    bounds = itertools.chain((start,), separators, (end,))
    return itertools.pairwise(bounds)
