"""Words that kustomize reads otherwise than the API server's clients: `on` and `no` are texts to it, as in YAML 1.2.

Measured with `kubectl kustomize`: of the words for true and false only `true` and `false` are such.
"""

from __future__ import annotations

import re

from kblint.source.regex import regex
from kblint.source.text import Source, Span
from kblint.source.values import PositionedDict, PositionedList

_WORD = regex(r"[yn]|yes|no|on|off", re.IGNORECASE)
_MAY_BE_HERE = regex(rf"(?<![^\s:,\[{{-])(?:{_WORD.pattern})(?![^\s:,\]}}])", re.IGNORECASE)


def as_kustomize_reads(source: Source, root: object, span: Span) -> object:
    """`root`, which stands at `span` of a source, with those words as the texts that they are.

    It is changed where it stands: nothing else may hold it.
    """
    text = source.text
    if not _MAY_BE_HERE.search(text, span.start, span.end):
        return root
    pending, seen = [root], set[int]()
    while pending:
        node = pending.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, PositionedDict):
            _mend(node, text)
            pending.extend(node.values())
        elif isinstance(node, PositionedList):
            for index, (value, at) in enumerate(zip(node, node.item_spans, strict=True)):
                node[index] = _read(value, at, text)
            pending.extend(node)
    return root


def _mend(node: PositionedDict, text: str) -> None:
    entries = [
        (_key(key, node.key_spans[key], text), _read(value, node.value_spans[key], text), key)
        for key, value in node.items()
    ]
    spans = {key: (node.key_spans[key], node.value_spans[key]) for key in node}
    if all(new == old and value is node[old] for new, value, old in entries):
        return
    for held in (node, node.key_spans, node.value_spans):
        held.clear()
    for new, value, old in entries:
        node.put(new, value, *spans[old])


def _read(value: object, span: Span, text: str) -> object:
    written = text[span.start : span.end]
    return written if isinstance(value, bool) and _WORD.fullmatch(written) else value


def _key(key: str, span: Span, text: str) -> str:
    written = text[span.start : span.end]
    return written if key in ("true", "false") and _WORD.fullmatch(written) else key
