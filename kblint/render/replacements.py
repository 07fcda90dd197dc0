"""`replacements` of a kustomization: a value of one object is written into others, where it stands as before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kblint.render.field_paths import find, lookup, split_path
from kblint.render.library import Library, beside
from kblint.render.problems import NotHereError, RefusedError
from kblint.render.resource import BuiltObject, WrittenValue, is_heavy, scalar
from kblint.render.selectors import fits_selectors, selector_id
from kblint.source.scalar import resolve
from kblint.source.values import Origin, PathPart, PositionedDict, PositionedList, Unknown, head_of, strings

_NAME = "metadata.name"


def replacements_of(entry: Origin, library: Library, folder: str) -> Iterator[Origin]:
    """The replacements of an entry: those of the file that it names, or itself.

    Raises:
        RefusedError: there is no such file.
        NotHereError: the file is not in the input.
    """
    path = entry.get("path")
    if not isinstance(path, str) or not path:
        yield entry
        return
    try:
        documents = library.documents(beside(folder, path))
    except RefusedError as error:
        raise RefusedError(error.message, "correct the path, or add the file", entry.span("path")) from None
    for document in documents:
        root = document.root
        if isinstance(root, PositionedDict):
            yield Origin(entry.source, root, document.span)
        elif isinstance(root, PositionedList):
            for item, span in zip(root, root.item_spans, strict=True):
                if isinstance(item, PositionedDict):
                    yield Origin(entry.source, item, head_of(item, span))


def replace_values(resources: Sequence[BuiltObject], replacement: Origin) -> None:
    """Write the value of the source into the targets.

    Raises:
        RefusedError: there is no source, or a field that is to be written does not exist.
    """
    source, targets = replacement.child("source"), replacement.children("targets")
    if not source.node or not targets:
        raise RefusedError("a replacement needs a `source` and `targets`", None, replacement.head)
    written = _source_value(resources, source)
    for target in targets:
        for one in _targets(resources, target):
            for path in strings(target.get("fieldPaths")) or [_NAME]:
                _write(one, path, written, target)


def _source_value(resources: Sequence[BuiltObject], source: Origin) -> WrittenValue:
    selector = selector_id(source)
    found = [one for one in resources if any(id.is_selected_by(selector) for id in reversed(one.ids))]
    if len(found) != 1:
        what = "no object is" if not found else f"{len(found)} objects are"
        raise RefusedError(f"{what} the source of this replacement", None, source.head)
    path = scalar(source.get("fieldPath")) or _NAME
    way = split_path(path)
    for end in range(1, len(way)):
        above = lookup(found[0], way[:end])
        if above is not None and isinstance(found[0].get(*above), Unknown):
            return WrittenValue(Unknown(path), found[0].span)
    spot = lookup(found[0], way)
    value = found[0].get(*spot) if spot is not None else None
    if spot is None or value is None or value in ("", {}, []):
        raise RefusedError(f"the source has no `{path}`", None, source.span("fieldPath"))
    holder = found[0].get(*spot[:-1])
    span = found[0].span
    if isinstance(holder, PositionedDict):
        span = holder.value_spans[str(spot[-1])]
    elif isinstance(holder, PositionedList) and isinstance(spot[-1], int):
        span = holder.item_spans[spot[-1]]
    if is_heavy(value):
        raise NotHereError(f"`{path}` is too much to be copied")
    found[0].share()
    options = source.child("options")
    delimiter = scalar(options.get("delimiter"))
    if delimiter and not isinstance(value, Unknown):
        parts, index = scalar(value).split(delimiter), options.get("index") or 0
        if not isinstance(index, int) or not 0 <= index < len(parts):
            raise RefusedError(f"`{scalar(value)}` has no part {index}", None, options.span("index"))
        value = parts[index]
    return WrittenValue(value, span)


def _targets(resources: Sequence[BuiltObject], target: Origin) -> Iterator[BuiltObject]:
    select = target.child("select")
    if not select.node:
        raise RefusedError("a target of a replacement needs `select`", None, target.head)
    selector, rejects = selector_id(select), target.children("reject")
    for one in resources:
        if not fits_selectors(one, select) or not any(id.is_selected_by(selector) for id in one.ids):
            continue
        if not any(_is_rejected(one, reject) for reject in rejects):
            yield one


def _is_rejected(one: BuiltObject, reject: Origin) -> bool:
    if (reject.get("labelSelector") or reject.get("annotationSelector")) and fits_selectors(one, reject):
        return True
    selector = selector_id(reject)
    return any((*selector.gvk, selector.name, selector.namespace)) and any(
        id.is_selected_by(selector) for id in one.ids
    )


def _write(one: BuiltObject, path: str, written: WrittenValue, target: Origin) -> None:
    options = target.child("options")
    spots = find(one, split_path(path), written if options.get("create") is True else None)
    if not spots:
        raise RefusedError(
            f"{one.gvk.kind} `{one.name}` has no `{path}`", "add `options: {create: true}` to make it", target.head
        )
    for spot in spots:
        _put(one, spot, written, options)


def _put(one: BuiltObject, spot: tuple[PathPart, ...], written: WrittenValue, options: Origin) -> None:
    old = one.get(*spot)
    delimiter = scalar(options.get("delimiter"))
    value: object = written.value
    if isinstance(value, Unknown) or isinstance(old, Unknown):
        one.put(spot, WrittenValue(Unknown(scalar(old)) if delimiter else value, written.span))
        return
    if delimiter:
        parts, index = scalar(old).split(delimiter), options.get("index") or 0
        index = index if isinstance(index, int) else 0
        if index < 0:
            parts.insert(0, scalar(value))
        elif index >= len(parts):
            parts.append(scalar(value))
        else:
            parts[index] = scalar(value)
        made = delimiter.join(parts)
        if is_heavy(made):
            raise NotHereError("a replacement makes a text that is too long")
        # what is put together stands where most of it is written
        one.change(spot, made)
        return
    if old is not None and not isinstance(old, dict | list):
        value = _as(old, scalar(value))
    one.put(spot, WrittenValue(value, written.span))


def _as(old: object, text: str) -> object:
    """What a text is where `old` stands: a string stays one, all else is what it reads like."""
    return text if isinstance(old, str) else resolve(text)
