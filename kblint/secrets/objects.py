"""Secrets that only the structure of a document tells: what a Secret holds, a name with its value beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import PurePath

from kblint.secrets.names import is_secret_header, is_secret_name
from kblint.secrets.values import is_open
from kblint.source.json_text import parse_json
from kblint.source.regex import regex
from kblint.source.text import Source, Span
from kblint.source.values import PositionedDict, PositionedList
from kblint.source.yaml_stream import parse_yaml

Secret = tuple[Span, str]
"""Where a secret is written, and its value; the two differ where it is quoted or folded."""

_WORTH_READING = regex(
    r"pass|pwd|\bpw|token|secret|cred|key|dsn|auth|conn|htpasswd|dockerc|cookie|bearer|mysql|mariadb|redis|mongo|\\[xu]",
    re.IGNORECASE,
)
_JSON = frozenset({".json", ".jsonl"})
_YAML = frozenset({".yaml", ".yml", ""})
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_NAMES = ("name", "key", "Name", "Key", "variable")
_VALUES = ("value", "Value", "default", "content")
_INSIDE = frozenset(
    {"value", "default", "plaintext", "plain", "raw", "stringValue", "string", "inline", "content", "list"}
)
"""Keys of a mapping whose own name says that it is secret, under which the secret itself may stand."""
_FLAG = regex(r"--?[A-Za-z][\w.-]*")
_PROGRAMS = regex(r"(?:.*/)?(?:mysql\w*|mariadb[\w-]*)")
_ASKED_BY_FLAG = {"redis-cli": "-a", "mongo": "-p", "mongosh": "-p", "mongodump": "-p", "cqlsh": "-p", "sshpass": "-p"}
"""Programs, and the flag in front of a password."""


def in_objects(source: Source) -> Iterator[Secret]:
    """The secrets in the documents of a YAML or JSON text; nothing of any other text."""
    suffix = PurePath(source.path).suffix.lower()
    if suffix not in _JSON | _YAML or not _WORTH_READING.search(source.text):
        return
    seen: set[int] = set()
    stream = parse_json(source) if suffix in _JSON else parse_yaml(source)
    for document in stream.documents:
        yield from _in(document.root, seen)


def _in(node: object, seen: set[int]) -> Iterator[Secret]:
    """What is secret below a container; one that an alias repeats is looked at once."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, PositionedDict):
        yield from _in_mapping(node)
        for value in node.values():
            yield from _in(value, seen)
    elif isinstance(node, PositionedList):
        yield from _passwords_of_programs(node)
        yield from _after_flags(node)
        for value in node:
            yield from _in(value, seen)


def _in_mapping(node: PositionedDict) -> Iterator[Secret]:
    if node.get("kind") == "Secret":
        for key in ("data", "stringData"):
            yield from _all(node.get(key), node.value_spans.get(key))
        metadata = node.get("metadata")
        annotations = metadata.get("annotations") if isinstance(metadata, PositionedDict) else None
        if isinstance(annotations, PositionedDict) and _LAST_APPLIED in annotations:
            yield from _all(annotations[_LAST_APPLIED], annotations.value_spans[_LAST_APPLIED])
    for key, value in node.items():
        if _is_secret_key(key):
            if isinstance(value, PositionedDict):
                for inner in _INSIDE & value.keys():
                    yield from _named(value[inner], value.value_spans[inner])
            else:
                yield from _named(value, node.value_spans[key])
        elif key == "secretGenerator" and isinstance(value, PositionedList):
            yield from _literals(value)
    yield from _beside(node)


def _is_secret_key(key: str) -> bool:
    """Annotations that end in `secret` name a Secret."""
    prefix, _, name = key.rpartition("/")
    return is_secret_name(name) and not (prefix and name.lower().endswith("secret"))


def _beside(node: PositionedDict) -> Iterator[Secret]:
    """The value that stands beside its name, or the content of a file whose name says so."""
    names = [node[key] for key in _NAMES if key in node]
    if "path" in node and isinstance(node["path"], str):
        names.append(PurePath(node["path"]).name.lstrip("."))
    if any(isinstance(name, str) and is_secret_header(name) for name in names):
        for key in _VALUES:
            if key in node:
                yield from _named(node[key], node.value_spans[key])


def _named(value: object, span: Span) -> Iterator[Secret]:
    """A scalar, or the scalars of a list, unless they are plainly none."""
    if isinstance(value, PositionedList):
        for item, at in zip(value, value.item_spans, strict=True):
            if not isinstance(item, PositionedDict | PositionedList):
                yield from _named(item, at)
    elif isinstance(value, str | int | float) and not isinstance(value, bool) and not is_open(str(value)):
        yield span, str(value)


def _all(value: object, span: Span | None) -> Iterator[Secret]:
    """Every scalar, whatever it says."""
    if isinstance(value, PositionedDict):
        for key, inner in value.items():
            yield from _all(inner, value.value_spans[key])
    elif isinstance(value, PositionedList):
        for item, at in zip(value, value.item_spans, strict=True):
            yield from _all(item, at)
    elif value is not None and span is not None:
        yield span, str(value)


def _literals(generators: PositionedList) -> Iterator[Secret]:
    """`literals` of a kustomization's `secretGenerator`: what follows the name."""
    for generator in generators:
        literals = generator.get("literals") if isinstance(generator, PositionedDict) else None
        if isinstance(literals, PositionedList):
            for item, span in zip(literals, literals.item_spans, strict=True):
                if isinstance(item, str) and "=" in item:
                    yield span, item.partition("=")[2]


def _passwords_of_programs(words: PositionedList) -> Iterator[Secret]:
    """`-pPASSWORD` among the words of a command of MySQL, where `-p` takes no blank before its value."""
    if any(isinstance(word, str) and _PROGRAMS.fullmatch(word) for word in words):
        for word, span in zip(words, words.item_spans, strict=True):
            if isinstance(word, str) and word.startswith("-p") and not is_open(word[2:]):
                yield span, word[2:]
    flags = {_ASKED_BY_FLAG.get(PurePath(word).name) for word in words if isinstance(word, str) and len(word) < 256}
    for index, (flag, word) in enumerate(pairwise(words), 1):
        if isinstance(flag, str) and flag in flags:
            yield from _named(word, words.item_spans[index])


def _after_flags(words: PositionedList) -> Iterator[Secret]:
    """The item after a flag whose name says that its value is secret."""
    for index, (flag, word) in enumerate(pairwise(words), 1):
        if isinstance(flag, str) and _FLAG.fullmatch(flag) and is_secret_name(flag) and not str(word).startswith("-"):
            yield from _named(word, words.item_spans[index])
