"""`kblint check --fix` and `--diff`: apply fixes, in memory first, then to the files they name and to no other."""

from __future__ import annotations

import codecs
import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kblint.config import Config
from kblint.engine.catalog import Catalog
from kblint.errors import UsageError
from kblint.finding import Result
from kblint.fix import Applicability, apply
from kblint.intake import STDIN, Loaded
from kblint.run import check
from kblint.source.text import Source

_ROUNDS = 10
"""Fixes that overlap are applied one after the other; this many rounds end it in any case."""


@dataclass(frozen=True, slots=True)
class Mended:
    """What is left to report, how many fixes were applied, and the changed texts: path to (before, after)."""

    result: Result
    fixes: int
    texts: Mapping[str, tuple[str, str]]


def mend(loaded: Loaded, config: Config, catalog: Catalog, *, unsafe: bool) -> Mended:
    """Apply every safe fix (every unsafe one too, if asked), until nothing is left to apply."""
    allowed = {Applicability.SAFE, Applicability.UNSAFE} if unsafe else {Applicability.SAFE}
    before = {source.path: source.text for source in loaded.sources if source.path != STDIN}
    fixes = 0
    result = check(loaded, config, catalog)
    for _ in range(_ROUNDS):
        wanted = [
            finding.fix
            for finding in result.findings
            if finding.fix
            and finding.fix.applicability in allowed
            and all(edit.place.source.path in before for edit in finding.fix.edits)
        ]
        applied = apply(wanted)
        if not applied.applied:
            break
        fixes += len(applied.applied)
        texts = {source.path: text for source, text in applied.texts.items()}
        sources = tuple(Source(source.path, texts.get(source.path, source.text)) for source in loaded.sources)
        loaded = replace(loaded, sources=sources)
        result = check(loaded, config, catalog)
    changed = {
        source.path: (before[source.path], source.text)
        for source in loaded.sources
        if source.path in before and before[source.path] != source.text
    }
    return Mended(result, fixes, changed)


def write_texts(texts: Mapping[str, tuple[str, str]], root: Path) -> None:
    """Write changed texts back, with the byte order mark and line ends they had.

    Raises:
        UsageError: a file is not UTF-8, has changed since it was read, or cannot be written.
    """
    for path, (before, after) in texts.items():
        file = root / path
        try:
            raw = file.read_bytes()
            mark = codecs.BOM_UTF8 if raw.startswith(codecs.BOM_UTF8) else b""
            if raw != mark + before.encode("utf-8"):
                raise UsageError(f"`{path}` is not UTF-8 or has changed since it was read; it is left as it is")
            file.write_bytes(mark + after.encode("utf-8"))
        except OSError as error:
            raise UsageError(f"`{path}` cannot be mended: {error.strerror}") from error


def difference(texts: Mapping[str, tuple[str, str]]) -> str:
    """The changes as a unified diff."""
    lines: list[str] = []
    for path, (before, after) in sorted(texts.items()):
        lines.extend(
            difflib.unified_diff(
                before.splitlines(keepends=True), after.splitlines(keepends=True), f"a/{path}", f"b/{path}"
            )
        )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
