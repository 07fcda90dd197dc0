"""Edits that make a misfit fit, where exactly one edit does."""

from __future__ import annotations

import re

from kblint.admission.fields import Definitions, admits, fields_of
from kblint.admission.misfits import SchemaError
from kblint.admission.suggest import Suggestion
from kblint.fix import Edit
from kblint.model.meta import Meta
from kblint.source.regex import regex
from kblint.source.scalar import resolve
from kblint.source.text import Place, Span
from kblint.source.values import Origin, PositionedDict, PositionedList

_PLAIN = regex(r"""(["']?)[A-Za-z0-9_./-]+\1""")
_QUOTED = regex(r"""(["'])(.*)\1""", re.DOTALL)


def fixed(definitions: Definitions, origin: Origin, misfit: SchemaError, suggestion: Suggestion | None) -> Edit | None:
    """The edit, or None: where there is none, where several would do, and for what an alias or a merge brought here."""
    if misfit.what == "missing":
        return _added(origin, misfit)
    place = _own_place(origin, misfit)
    if place is None:
        return None
    if misfit.what == "unknown":
        new = _renamed(place.text, misfit, suggestion)
    elif misfit.limit:
        new = _mended(place.text, misfit)
    elif misfit.what == "type":
        new = _retyped(place.text, misfit) or _wrapped(definitions, place.text, misfit)
    else:
        new = _respelled(place.text, misfit)
    return None if new is None else Edit(place, new)


def written_anew(meta: Meta, key: str, text: str) -> Edit | None:
    """The edit that writes `text` as an object's `apiVersion` or `kind`."""
    place = meta.origin.place(key)
    new = _with_text(place.text, str(meta.origin.get(key)), text)
    return None if new is None else Edit(place, new)


def _own_place(origin: Origin, misfit: SchemaError) -> Place | None:
    """Where the key of an unknown field stands, or the value of another; only if it stands inside its mapping."""
    holder = origin.get(*misfit.path)
    span: Span | None = None
    if isinstance(holder, PositionedDict) and isinstance(misfit.key, str) and misfit.key in holder:
        spans = holder.key_spans if misfit.what == "unknown" else holder.value_spans
        span = spans[misfit.key]
    elif isinstance(holder, PositionedList) and isinstance(misfit.key, int):
        span = holder.item_spans[misfit.key]
    if span is None or not isinstance(holder, PositionedDict | PositionedList):
        return None
    is_inside = holder.span.start <= span.start and span.end <= holder.span.end
    return Place(origin.source, span) if is_inside else None


def _renamed(text: str, misfit: SchemaError, suggestion: Suggestion | None) -> str | None:
    if suggestion is None or not suggestion.is_certain:
        return None
    return _with_text(text, str(misfit.key), suggestion.name)


def _retyped(text: str, misfit: SchemaError) -> str | None:
    value = misfit.value
    if isinstance(value, str):
        is_integer = "integer" in misfit.allowed and re.fullmatch(r"-?(?:0|[1-9][0-9]{0,9})", value)
        is_plain = is_integer or ("boolean" in misfit.allowed and value in ("true", "false"))
        quoted = _QUOTED.fullmatch(text)
        return value if is_plain and quoted and quoted[2] == value else None
    if "string" in misfit.allowed and isinstance(value, bool | int | float):
        return f'"{text}"' if text and resolve(text) == value else None
    return None


def _wrapped(definitions: Definitions, text: str, misfit: SchemaError) -> str | None:
    """One value where a list or a mapping belongs, as the one item, or as the one field that can have it."""
    value = misfit.value
    if not isinstance(value, str | int) or isinstance(value, bool) or not _PLAIN.fullmatch(text):
        return None
    if "array" in misfit.allowed:
        return f"[{text}]" if isinstance(value, str) else None
    if "object" not in misfit.allowed or misfit.inner is None:
        return None
    fitting = [
        key for key, schema in fields_of(definitions, misfit.inner).items() if admits(definitions, schema, value)
    ]
    return f"{{{fitting[0]}: {text}}}" if len(fitting) == 1 else None


def _added(origin: Origin, misfit: SchemaError) -> Edit | None:
    """A field that is missing, written in front of the first one of its mapping."""
    holder, added = origin.get(*misfit.path), misfit.limit.adds if misfit.limit else ""
    if not added or not isinstance(holder, PositionedDict) or not holder.key_spans or misfit.key in holder:
        return None
    first = min(holder.key_spans.values())
    if not (holder.span.start <= first.start and first.end <= holder.span.end):
        return None
    place = Place(origin.source, first)
    is_flow = origin.source.text[holder.span.start] == "{"
    between = ", " if is_flow else "\n" + " " * (place.source.point(place.span.start).column - 1)
    return Edit(place, f"{misfit.key}: {added}{between}{place.text}")


def _respelled(text: str, misfit: SchemaError) -> str | None:
    if not isinstance(misfit.value, str):
        return None
    near = [option for option in misfit.allowed if str(option).lower() == misfit.value.lower()]
    return _with_text(text, misfit.value, str(near[0])) if len(near) == 1 else None


def _mended(text: str, misfit: SchemaError) -> str | None:
    format, value = misfit.limit.format if misfit.limit else None, misfit.value
    new = format.mended(value) if format and isinstance(value, str) and value != misfit.key else None
    if new is None:
        return None
    return new if new == value and text != new else _with_text(text, str(value), new)


def _with_text(written: str, old: str, new: str) -> str | None:
    """`written`, which says `old`, saying `new` in the same quotes."""
    if written == old:
        return new
    quoted = _QUOTED.fullmatch(written)
    return f"{quoted[1]}{new}{quoted[1]}" if quoted and quoted[2] == old else None
