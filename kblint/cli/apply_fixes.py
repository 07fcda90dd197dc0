"""`kblint check --fix` and `--diff`: what came of the trial of fixes, to the files they name and to no other."""

from __future__ import annotations

import codecs
import difflib
from collections.abc import Mapping
from pathlib import Path

import click

from kblint.errors import UsageError
from kblint.proof import Mended
from kblint.report.places import position
from kblint.report.printable import printable
from kblint.report.wording import plural


def tell(mended: Mended) -> None:
    """Say on standard error what was applied, and what was not because it does not help."""
    if mended.fixes:
        files = ", ".join(map(printable, sorted(mended.texts)))
        click.echo(f"applied {plural(mended.fixes, 'fix', 'fixes')} to {files}", err=True)
    tell_refused(mended)


def tell_refused(mended: Mended) -> None:
    """Say on standard error which fixes were tried and not applied, and why."""
    for refusal in mended.refused:
        fix = refusal.finding.fix
        place = position(refusal.finding.location.place, f"{refusal.finding.rule.id}: {fix.title if fix else ''}")
        click.echo(printable(f"not applied: {place}: {refusal.reason}"), err=True)


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
