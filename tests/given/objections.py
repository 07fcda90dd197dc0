"""What the API server has against objects, as findings."""

from __future__ import annotations

from collections.abc import Mapping

from kblint.admission.verdicts import verdicts
from kblint.builtin import object_finding
from kblint.finding import Finding
from kblint.intake import read
from kblint.source.text import Source
from tests.given.runs import catalog


def findings(*texts: str, version: str | None = None, files: Mapping[str, str] | None = None) -> tuple[Finding, ...]:
    """All findings about the objects in `texts`, and in `files` by their names."""
    named = {f"{number}.yaml": text for number, text in enumerate(texts)} | dict(files or {})
    sources = [Source(name, text) for name, text in named.items()]
    given = read(sources)
    found = verdicts(given.declarations, version, given.parts).objections()
    return tuple(object_finding(objection, catalog().rules) for objection in found)
