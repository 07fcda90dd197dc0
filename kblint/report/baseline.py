"""A baseline as a file: JSON as `baseline.schema.json` says, an entry a line, for whoever reads a difference of it."""

from __future__ import annotations

from collections.abc import Sequence

from kblint.finding import KnownFindings
from kblint.report.document import VERSION, Json, inline


def render(entries: Sequence[KnownFindings]) -> str:
    """The text of a baseline file; ends with a line end."""
    lines = ",\n".join(f"    {inline(plain_entry(entry))}" for entry in entries)
    found = f"[\n{lines}\n  ]" if lines else "[]"
    return f'{{\n  "version": {VERSION},\n  "findings": {found}\n}}\n'


def plain_entry(entry: KnownFindings) -> dict[str, Json]:
    """An entry as JSON."""
    return {
        "rule": entry.rule,
        "severity": entry.severity.label,
        "object": entry.object,
        "path": entry.path,
        "message": entry.message,
        "count": entry.count,
        "fingerprint": entry.fingerprint,
    }
