"""The objects that are worked on: those of the files, what kustomizations build of them, and what known charts make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kblint.model.bundle import Declaration, meta_of
from kblint.model.kustomization import is_kustomization
from kblint.model.meta import Meta
from kblint.render.rendered import Build
from kblint.rendering import Opens, RenderedLine, RenderedObject, Rendering
from kblint.source.text import Joined, Place, Source, Span
from kblint.source.values import PositionedDict, PositionedList, shown


def rendering(declarations: Iterable[Declaration], builds: Sequence[Build], *, with_origins: bool) -> Rendering:
    """Every object of the Kubernetes API among `declarations`, each once; those of `builds` in kustomize's order.

    Keys are sorted, as kubectl prints them. A kustomization is no object: it says how to build some.
    """
    named = (meta for one in declarations if (meta := meta_of(one)) and not is_kustomization(meta))
    # a file about a chart has no kind of its own
    metas = {id(meta.origin.node): meta for meta in named if meta.origin.is_written("kind")}
    ranks = {id(document.root): document.index for build in builds for document in build.documents}
    paths: dict[str, int] = {}
    for meta in metas.values():
        paths.setdefault(meta.path, len(paths))

    def order(meta: Meta) -> tuple[int, bool, int]:
        """By file; in it as written or built, and what charts make behind that."""
        at = ranks.get(id(meta.origin.node), meta.origin.head.start)
        return paths[meta.path], meta.made is not None, 0 if meta.made else at

    return Rendering(tuple(map(_object, sorted(metas.values(), key=order))), with_origins)


def _object(meta: Meta) -> RenderedObject:
    source = meta.origin.source
    by = "rendered of" if meta.is_rendered else "built by"
    built_by = f"{by} {source.path}" if isinstance(source, Joined) else ""
    made_by = f"made by {meta.made} for {meta.made.release}" if meta.made else built_by
    lines = tuple(_mapping(source, meta.origin.node, "", ""))
    # what helm renders begins in a template, whatever asked for it
    place = meta.origin.place("kind") if meta.is_rendered else Place(source, meta.origin.head)
    return RenderedObject(place, made_by, lines)


def _mapping(source: Source, node: PositionedDict, first: str, lead: str) -> Iterator[RenderedLine]:
    """The lines of a mapping; `first` stands before the first of them, `lead` before the others."""
    for key in sorted(node):
        value = node[key]
        if isinstance(value, PositionedDict | PositionedList):
            yield RenderedLine(first, key, _opens(value), Place(source, node.key_spans[key]))
            if isinstance(value, PositionedDict):
                yield from _mapping(source, value, f"{lead}  ", f"{lead}  ")
            else:
                # as kubectl does, the items stand below their key and not to the right of it
                yield from _list(source, value, lead, lead)
        else:
            yield _scalar(source, first, key, value, node.value_spans[key])
        first = lead


def _list(source: Source, node: PositionedList, first: str, lead: str) -> Iterator[RenderedLine]:
    for value, span in zip(node, node.item_spans, strict=True):
        if isinstance(value, PositionedDict) and value:
            yield from _mapping(source, value, f"{first}- ", f"{lead}  ")
        elif isinstance(value, PositionedList) and value:
            yield from _list(source, value, f"{first}- ", f"{lead}  ")
        elif isinstance(value, PositionedDict | PositionedList):
            yield RenderedLine(f"{first}- ", None, _opens(value), Place(source, span))
        else:
            yield _scalar(source, f"{first}- ", None, value, span)
        first = lead


def _opens(value: PositionedDict | PositionedList) -> Opens:
    if value:
        return Opens.BELOW
    return Opens.MAPPING if isinstance(value, PositionedDict) else Opens.LIST


def _scalar(source: Source, lead: str, key: str | None, value: object, span: Span) -> RenderedLine:
    plain = value if value is None or isinstance(value, str | int | float) else shown(value)
    return RenderedLine(lead, key, plain, Place(source, span))
