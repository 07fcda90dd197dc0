"""Patches of a kustomization: strategic merge patches and JSON patches, in files and in the kustomization itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from kblint.render.identity import Id
from kblint.render.json_patch import apply_json_patch
from kblint.render.library import Library, beside
from kblint.render.merge import merge
from kblint.render.merge_keys import shape_of
from kblint.render.plain_words import as_kustomize_reads
from kblint.render.problems import LackingError, RefusedError
from kblint.render.resource import BuiltObject, WrittenValue
from kblint.render.selectors import selected
from kblint.source.embedded import embedded
from kblint.source.moved import move_all
from kblint.source.templates import unknown
from kblint.source.text import Source, Span
from kblint.source.values import Origin, PathPart, PositionedDict, PositionedList
from kblint.source.yaml_stream import parse_yaml


class Patch(Struct, frozen=True):
    """One patch: an object's fields, or a list of operations; `target` says for which objects."""

    root: PositionedDict | PositionedList
    span: Span
    target: Origin | None
    renames: bool = False
    changes_kind: bool = False


def patches_of(entry: Origin, library: Library, folder: str) -> tuple[Patch, ...]:
    """The patches of an entry of `patches` or `patchesJson6902`.

    Raises:
        RefusedError: there is none, or it is no patch.
        NotHereError: its file is not in the input.
    """
    text, path = entry.get("patch"), entry.get("path")
    is_inline = isinstance(text, str) and bool(text.strip())
    if is_inline == (isinstance(path, str) and bool(path)):
        wanted = "not both" if is_inline else "the file, or the text"
        raise RefusedError("a patch needs `path` or `patch`", f"write {wanted}", entry.head)
    if isinstance(text, str) and is_inline:
        roots = inline(entry.source, WrittenValue(text, entry.node.value_spans["patch"]))
    else:
        roots = in_file(library, beside(folder, str(path)), entry.span("path"))
    target = entry.child("target") if isinstance(entry.get("target"), PositionedDict) else None
    options = entry.child("options")
    patches = tuple(
        Patch(
            *root,
            target,
            renames=options.get("allowNameChange") is True,
            changes_kind=options.get("allowKindChange") is True,
        )
        for root in roots
    )
    if target and len(patches) > 1 and isinstance(patches[0].root, PositionedDict):
        raise RefusedError(
            "several patches in one entry cannot share a `target`", "give each its own entry", entry.head
        )
    return patches


def in_file(library: Library, path: str, asked: Span) -> list[tuple[PositionedDict | PositionedList, Span]]:
    """The patches in a file; `asked` is where it is named."""
    try:
        documents = library.documents(path)
    except RefusedError as error:
        raise RefusedError(error.message, "correct the path, or add the file", asked) from None
    return list(_roots((document.root, document.span) for document in documents))


def inline(source: Source, written: WrittenValue) -> list[tuple[PositionedDict | PositionedList, Span]]:
    """The patches in a text of a kustomization."""
    text = str(written.value)
    outer = embedded(source, written.span, text)
    stream = parse_yaml(Source(source.path, text))
    for fault in stream.faults:
        if fault.code == "unreadable":
            span = outer.span_of(*fault.place.span)
            raise RefusedError(f"this patch cannot be read: {fault.message}", fault.help, span)
    roots = [as_kustomize_reads(one.source, one.root, one.span) for one in stream.documents]
    for root in roots:
        move_all(root, lambda span: outer.span_of(*span))
    return list(_roots((root, written.span) for root in roots))


def _roots(found: Iterator[tuple[object, Span]]) -> Iterator[tuple[PositionedDict | PositionedList, Span]]:
    for root, span in found:
        if isinstance(root, PositionedDict) and isinstance(root.get("kind"), str) and "items" in root:
            items = root["items"]
            if isinstance(items, PositionedList) and str(root["kind"]).endswith("List"):
                yield from _roots(zip(items, items.item_spans, strict=True))
                continue
        if isinstance(root, PositionedDict | PositionedList):
            yield root, span


def apply(source: Source, resources: list[BuiltObject], patch: Patch, *, is_whole: bool) -> list[BuiltObject]:
    """The resources with a patch applied, which may delete some.

    Raises:
        RefusedError: it cannot be applied.
        LackingError: what it is for is not in the input; `is_whole` says that everything is.
    """
    if isinstance(patch.root, PositionedList):
        if patch.target is None:
            raise RefusedError("a JSON patch needs a `target`", "say for which object it is", patch.span)
        chosen = selected(resources, patch.target)
        for one in chosen:
            one.remember()
            one.twins = {}
            apply_json_patch(one, patch.root)
        return resources
    named = BuiltObject(patch.root, patch.span, source.path)
    if not named.gvk.kind or not named.name:
        missing = "kind" if not named.gvk.kind else "metadata.name"
        raise RefusedError(f"a patch needs `{missing}`", "name the object that it is for", patch.span)
    if patch.target is not None:
        chosen = selected(resources, patch.target)
    else:
        chosen = [_patched_one(resources, named, is_whole=is_whole)]
    gone = {id(one) for one in chosen if not _merged(source, one, named, patch)}
    return [one for one in resources if id(one) not in gone]


def _patched_one(resources: Sequence[BuiltObject], named: BuiltObject, *, is_whole: bool) -> BuiltObject:
    wanted = named.id
    found = [one for one in resources if one.was_called(wanted.name) and any(map(wanted.is_same, one.ids))]
    if len(found) == 1:
        return found[0]
    span = named.root.value_spans.get("kind", named.span)
    metadata = named.root.get("metadata")
    if isinstance(metadata, PositionedDict) and "name" in metadata:
        span = metadata.value_spans["name"]
    if found:
        raise RefusedError(f"this patch is for {len(found)} objects, {_shown(wanted)}", "add a `target`", span)
    is_open = unknown(wanted.name) or any(one.gvk.kind == wanted.gvk.kind and unknown(one.name) for one in resources)
    if not is_whole or is_open:
        raise LackingError(f"{_shown(wanted)}, which is patched, is not in what was read")
    raise RefusedError(f"no object matches this patch of {_shown(wanted)}", _near(resources, wanted), span)


def _near(resources: Sequence[BuiltObject], wanted: Id) -> str:
    """What may be meant instead."""
    for one in resources:
        now = one.original
        if (now.gvk.kind, now.name) == (wanted.gvk.kind, wanted.name):
            if now.gvk != wanted.gvk:
                version = f"{now.gvk.group}/{now.gvk.version}" if now.gvk.group else now.gvk.version
                return f"the one here has `apiVersion: {version}`"
            return (
                f"the one here has `namespace: {now.namespace}`" if now.namespace else "the one here has no namespace"
            )
    names = sorted({one.original.name for one in resources if one.gvk.kind == wanted.gvk.kind})
    return f"here are {', '.join(f'`{name}`' for name in names[:5])}" if names else "name an object that is built here"


def _shown(id: Id) -> str:
    return f"{id.gvk.kind} `{id.name}`"


def _merged(source: Source, target: BuiltObject, patch: BuiltObject, said: Patch) -> bool:
    """Whether anything is left of the target with the patch merged into it."""
    before = target.gvk, target.name
    kept = [
        (path, entry(target, path))
        for path in (("apiVersion",), ("kind",), ("metadata", "name"), ("metadata", "namespace"))
    ]
    made = merge(source, target.root, patch.root, shape_of(before[0]))
    if made is None:
        return False
    if said.renames or said.changes_kind:
        target.remember()
    twins = {path: target.get(*path) for path in target.twins}
    target.replace(made)
    for path, value in twins.items():
        written = entry(target, path)
        if written is not None and written.value != value and isinstance(value, str):
            target.put(path, written)
    for path, written in kept:
        may_change = said.changes_kind if path == ("kind",) else said.renames if path[-1] == "name" else False
        if written is not None and not may_change:
            target.put(path, written)
        elif written is None and path[-1] == "namespace":
            target.remove(path)
    return True


def entry(target: BuiltObject, path: tuple[PathPart, ...]) -> WrittenValue | None:
    """What stands at a path of an object, with where; None where nothing does."""
    holder, key = target.get(*path[:-1]), path[-1]
    if not isinstance(holder, PositionedDict) or not isinstance(key, str) or key not in holder:
        return None
    return WrittenValue(holder[key], holder.value_spans[key], holder.key_spans[key])
