"""Strategic merge patches, as kustomize applies them: https://github.com/kubernetes-sigs/kustomize, kyaml/yaml/merge2.

Everything that comes out stands where it was written: in what is patched, or in the patch.
"""

from __future__ import annotations

from kblint.render.merge_keys import Shape
from kblint.render.merge_lists import merged_items
from kblint.render.problems import RefusedError
from kblint.render.resource import WrittenValue
from kblint.source.text import Source, Span
from kblint.source.values import PositionedDict, PositionedList

_DIRECTIVE = "$patch"
_MERGE, _REPLACE, _DELETE = "merge", "replace", "delete"


def merge(source: Source, target: PositionedDict, patch: PositionedDict, shape: Shape | None) -> PositionedDict | None:
    """`target` with `patch` applied; None where the patch deletes it. Both are left as they are.

    Raises:
        RefusedError: the two do not fit together.
    """
    found = _Merge(source).values(WrittenValue(target, target.span), WrittenValue(patch, patch.span), shape)
    return found.value if found and isinstance(found.value, PositionedDict) else None


class _Merge:
    def __init__(self, source: Source) -> None:
        self._source = source

    def values(self, old: WrittenValue | None, new: WrittenValue | None, shape: Shape | None) -> WrittenValue | None:
        """One value of the target with that of the patch; None for what is taken away."""
        kind = _kind_of(old) or _kind_of(new)
        if any(other not in (None, kind) for other in (_kind_of(old), _kind_of(new))):
            span = new.span if new else None
            raise RefusedError(f"the patch has {_kind_of(new)} here, what it patches has {_kind_of(old)}", None, span)
        if kind == "a list":
            return self._lists(old, new, shape)
        if kind == "a value":
            return new if new is not None else old
        return self._mappings(old, new, shape)

    def _mappings(self, old: WrittenValue | None, new: WrittenValue | None, shape: Shape | None) -> WrittenValue | None:
        said = _said_of_mapping(new)
        if old is None or old.value is None:
            if said == _DELETE:
                return None
            if new is None:
                # a null that is spelled out stays, one that is only not written goes
                return old if old and self._source.text[old.span.start : old.span.end] else None
            base = new
        elif new is not None and new.value is None:
            return None
        elif said == _DELETE:
            return None
        else:
            base = new if said == _REPLACE and new is not None else old
        if not isinstance(base.value, PositionedDict):
            return None
        patch = new.value if new is not None and isinstance(new.value, PositionedDict) else PositionedDict()
        first = base.value
        made = PositionedDict(first.span)
        for key in (*first, *(key for key in patch if key not in first)):
            if key == _DIRECTIVE and said is not None:
                continue
            below = shape.fields.get(key) if shape else None
            value = self.values(entry(first, key), entry(patch, key), below)
            if value is not None and (value.value is not None or entry(patch, key) is None):
                made.put(key, value.value, value.key_span, value.span)
        return WrittenValue(made, base.span, base.key_span)

    def _lists(self, old: WrittenValue | None, new: WrittenValue | None, shape: Shape | None) -> WrittenValue | None:
        keys = shape.keys if shape else None
        if keys is None:
            return new if new is not None else old
        if new is not None and new.value is None:
            return None
        said = _said_of_list(new) if old and old.value is not None else None
        if said == _DELETE:
            return None
        is_fresh = old is None or old.value is None or said == _REPLACE
        base = new if is_fresh else old
        if base is None or not isinstance(base.value, PositionedList):
            return None
        patched = _items(new, without_directive=said is not None)
        target = patched if is_fresh else _items(old)
        below = Shape(shape.fields) if shape else None

        def one(target_item: WrittenValue | None, patch_item: WrittenValue | None) -> WrittenValue | None:
            return self.values(target_item, patch_item, below)

        made = PositionedList(base.value.span)
        for item in merged_items(target, patched, keys, one):
            made.put(item.value, item.span)
        return WrittenValue(made, base.span, base.key_span)


def entry(node: PositionedDict, key: str) -> WrittenValue | None:
    """An entry of a mapping with where it stands; None where there is none."""
    return WrittenValue(node[key], node.value_spans[key], node.key_spans[key]) if key in node else None


def _kind_of(written: WrittenValue | None) -> str | None:
    if written is None or written.value is None:
        return None
    if isinstance(written.value, PositionedDict):
        return "a mapping"
    return "a list" if isinstance(written.value, PositionedList) else "a value"


def _said_of_mapping(new: WrittenValue | None) -> str | None:
    value = new.value if new else None
    if not isinstance(value, PositionedDict) or _DIRECTIVE not in value:
        return None
    return _directive(value, value.value_spans[_DIRECTIVE])


def _said_of_list(new: WrittenValue | None) -> str | None:
    """What an item says that holds nothing but a directive."""
    for item in new.value if new and isinstance(new.value, PositionedList) else ():
        if isinstance(item, PositionedDict) and _DIRECTIVE in item:
            return _directive(item, item.value_spans[_DIRECTIVE]) if len(item) == 1 else None
    return None


def _directive(holder: PositionedDict, span: Span) -> str:
    said = holder[_DIRECTIVE]
    if said not in (_MERGE, _REPLACE, _DELETE):
        known = f"`{_MERGE}`, `{_REPLACE}` or `{_DELETE}`"
        raise RefusedError(f"`{_DIRECTIVE}: {said}` is no directive of a patch", f"write {known}", span)
    return str(said)


def _items(written: WrittenValue | None, *, without_directive: bool = False) -> list[WrittenValue]:
    if written is None or not isinstance(written.value, PositionedList):
        return []
    found = [WrittenValue(item, span) for item, span in zip(written.value, written.value.item_spans, strict=True)]
    if without_directive:
        return [one for one in found if not (isinstance(one.value, dict) and _DIRECTIVE in one.value)]
    return found
