"""Checked catalogues on disk: checking and compiling the rules costs more than a small run."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from kblint import kept
from kblint.engine.wanted import Wanted

_NAME = "catalog"


class CachedEntry(Struct, frozen=True):
    """What a catalogue is built from: the content of each rule file, with its path, and the compiled expressions.

    `names` are the variables that the expressions were compiled with; `named` is what each rule with a subject names,
    by its id.
    """

    rules: tuple[tuple[str, Mapping[str, Any]], ...]
    names: frozenset[str]
    code: Mapping[str, bytes]
    named: Mapping[str, Wanted]


def load_entry(folder: Path | None, key: str) -> CachedEntry | None:
    """What was saved under `key`; None where there is nothing, or nothing that can be used."""
    try:
        body = kept.load(folder, _NAME, key)
        return None if body is None else _decoded(body)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None  # it is only a copy: made again, and written over


def save_entry(folder: Path | None, key: str, entry: CachedEntry) -> None:
    """Keep `entry` under `key`; does nothing where the folder cannot be written."""
    code = {expression: base64.b64encode(code).decode() for expression, code in entry.code.items()}
    named = {id: [sorted(names) for names in (one.asked, one.judged, one.told)] for id, one in entry.named.items()}
    body = {"rules": entry.rules, "names": sorted(entry.names), "code": code, "named": named}
    kept.save(folder, _NAME, key, body)


def _decoded(body: Mapping[str, Any]) -> CachedEntry:
    return CachedEntry(
        rules=tuple((path, content) for path, content in body["rules"]),
        names=frozenset(body["names"]),
        code={expression: base64.b64decode(code) for expression, code in body["code"].items()},
        named={id: Wanted(*map(frozenset, names)) for id, names in body["named"].items()},
    )
