"""ConfigMaps and Secrets that a kustomization generates: each entry stands in the file or line that it comes from."""

from __future__ import annotations

import base64
import posixpath
from collections.abc import Iterator

from kblint.render.library import Library, beside
from kblint.render.problems import NotHereError, RefusedError
from kblint.render.resource import BuiltObject, WrittenValue, scalar
from kblint.source.embedded import embedded
from kblint.source.text import Span
from kblint.source.values import Origin, PositionedDict, PositionedList, Unknown

_LINE = 70
"""Characters of base64 in a line, as kustomize writes them."""
_QUOTES = ("'", '"')


def generate(kind: str, entry: Origin, options: Origin, library: Library, folder: str, path: str) -> BuiltObject:
    """The ConfigMap or Secret that `entry` of a kustomization in `folder` asks for; `options` are those for all.

    Raises:
        RefusedError: kustomize would not generate it.
    """
    made = _Made(entry)
    made.put((), "apiVersion", WrittenValue("v1", entry.head))
    made.put((), "kind", WrittenValue(kind, entry.head))
    name = _entry(entry, "name")
    if name is None or not scalar(name.value):
        raise RefusedError("a generator needs a `name`", None, entry.head)
    made.put(("metadata",), "name", name)
    namespace = _entry(entry, "namespace")
    if namespace is not None and namespace.value:
        made.put(("metadata",), "namespace", namespace)
    if kind == "Secret":
        made.put((), "type", _entry(entry, "type") or WrittenValue("Opaque", entry.head))
    try:
        pairs = dict[str, WrittenValue]()
        for key, written in _pairs(entry, library, folder, is_secret=kind == "Secret"):
            if key in pairs:
                help = "give one of them another name"
                raise RefusedError(f"the key `{key}` is generated twice", help, written.key_span)
            pairs[key] = _encoded(written) if kind == "Secret" else written
    except _UnknownKeysError as error:
        made.put((), "data", WrittenValue(Unknown(str(error)), entry.head))
    else:
        for key, written in pairs.items():
            made.put(("data",), key, written)
    own = entry.child("options")
    for field in ("labels", "annotations"):
        for holder in (options, own):
            for key, written in _entries(holder.child(field)):
                # what one generator says wins over what is said for all
                made.put(("metadata", field), key, written)
    if any(holder.get("immutable") is True for holder in (options, own)):
        made.put((), "immutable", WrittenValue(True, entry.head))
    resource = BuiltObject(made.root, entry.head, path)
    resource.needs_hash = not any(holder.get("disableNameSuffixHash") is True for holder in (options, own))
    behavior = entry.get("behavior")
    resource.behavior = behavior if isinstance(behavior, str) else ""
    return resource


class _UnknownKeysError(Exception):
    """A file of variables is not in the input: nobody knows which keys it gives; the message is its path."""


class _Made:
    """An object in the making."""

    def __init__(self, entry: Origin) -> None:
        self.root = PositionedDict(entry.head)
        self._head = entry.head

    def put(self, way: tuple[str, ...], key: str, written: WrittenValue) -> None:
        node = self.root
        for part in way:
            child = node.get(part)
            if not isinstance(child, PositionedDict):
                child = PositionedDict(self._head)
                node.put(part, child, self._head, self._head)
            node = child
        node.put(key, written.value, written.key_span, written.span)


def _entry(holder: Origin, key: str) -> WrittenValue | None:
    if key not in holder.node:
        return None
    return WrittenValue(holder.node[key], holder.node.value_spans[key], holder.node.key_spans[key])


def _entries(holder: Origin) -> Iterator[tuple[str, WrittenValue]]:
    for key, value in holder.node.items():
        yield key, WrittenValue(scalar(value), holder.node.value_spans[key], holder.node.key_spans[key])


def _listed(entry: Origin, key: str) -> Iterator[tuple[str, Span]]:
    items = entry.get(key)
    if isinstance(items, PositionedList):
        for item, span in zip(items, items.item_spans, strict=True):
            yield scalar(item), span


def _pairs(entry: Origin, library: Library, folder: str, *, is_secret: bool) -> Iterator[tuple[str, WrittenValue]]:
    """Keys and values in the order in which kustomize reads them: files of variables, literals, files."""
    env = entry.get("env")
    envs = [*_listed(entry, "envs"), *([(env, entry.span("env"))] if isinstance(env, str) and env else [])]
    for written, span in envs:
        file = _content(library, beside(folder, written), span, is_secret=is_secret)
        if file is None:
            raise _UnknownKeysError(written)
        yield from _variables(file)
    for written, span in _listed(entry, "literals"):
        key, sign, value = written.partition("=")
        if not sign or not key:
            raise RefusedError(f"`{written}` is no literal", "write `KEY=value`", span)
        yield key, _part(entry, written, span, value)
    for written, span in _listed(entry, "files"):
        key, path = _file(written, span)
        file = _content(library, beside(folder, path), span, is_secret=is_secret)
        # what a file that is not here holds is not known; that it makes an entry is
        yield key, WrittenValue(file.value, file.span, span) if file else WrittenValue(Unknown(path), span)


def _content(library: Library, path: str, span: Span, *, is_secret: bool) -> WrittenValue | None:
    try:
        return library.content(path)
    except NotHereError:
        return None
    except RefusedError as error:
        if is_secret:
            # kept out of the repository, as it should be
            return None
        raise RefusedError(error.message, "correct the path, or add the file", span) from None


def _variables(file: WrittenValue) -> Iterator[tuple[str, WrittenValue]]:
    start = file.span.start
    for line in str(file.value).splitlines(keepends=True):
        text = line.rstrip("\r\n")
        stripped = text.lstrip()
        at = start + len(text) - len(stripped)
        start += len(line)
        if not stripped or stripped.startswith("#"):
            continue
        key, sign, value = stripped.partition("=")
        first = at + len(key) + len(sign)
        yield key, WrittenValue(value, Span(first, first + len(value)), Span(at, at + len(key)))


def _file(written: str, span: Span) -> tuple[str, str]:
    """The key of an entry of `files`, and the path."""
    key, sign, path = written.partition("=")
    if not sign:
        return posixpath.basename(written), written
    if not key or not path or "=" in path:
        raise RefusedError(f"`{written}` names no file", "write `name=path`, or the path alone", span)
    return key, path


def _part(entry: Origin, written: str, span: Span, value: str) -> WrittenValue:
    """The value of a literal with its own place: what follows the first `=`, without the quotes around it."""
    outer = embedded(entry.source, span, written)
    start, end = len(written) - len(value), len(written)
    key_span = outer.span_of(0, start - 1)
    if len(value) > 1 and value[0] == value[-1] and value[0] in _QUOTES:
        start, end = start + 1, end - 1
    return WrittenValue(written[start:end], outer.span_of(start, end), key_span)


def _encoded(written: WrittenValue) -> WrittenValue:
    if isinstance(written.value, Unknown):
        return written
    text = base64.b64encode(str(written.value).encode(errors="surrogatepass")).decode("ascii")
    if len(text) >= _LINE:
        text = "".join(f"{text[start : start + _LINE]}\n" for start in range(0, len(text), _LINE))
    return WrittenValue(text, written.span, written.key_span)
