"""The suffix of the names of generated objects: `api/hasher/hasher.go` of https://github.com/kubernetes-sigs/kustomize."""

from __future__ import annotations

import hashlib
import json

from kblint.render.resource import BuiltObject, scalar

_ALIKE = str.maketrans("013ae", "ghkmt")
"""Digits and vowels that would make words are written as other letters."""
_LENGTH = 10


def name_suffix(resource: BuiltObject) -> str:
    """The letters that kustomize appends to the name of an object that it generates, after a dash."""
    kind = resource.gvk.kind
    # the name is meant to count, but kustomize looks for it where it does not stand
    told: dict[str, object] = {"kind": kind, "name": "", "data": _mapping(resource, "data") or ""}
    if kind == "Secret":
        told["type"] = scalar(resource.get("type"))
    extra = "stringData" if kind == "Secret" else "binaryData"
    more = _mapping(resource, extra)
    if more is not None:
        told[extra] = more
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    # Go writes these as escapes, and separators of lines too
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:_LENGTH].translate(_ALIKE)


def _mapping(resource: BuiltObject, key: str) -> dict[str, str] | None:
    return resource.texts(key) if isinstance(resource.get(key), dict) else None
