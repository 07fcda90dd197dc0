"""The register of ports for spreadsheets: RFC 4180, one port a line, free ports last."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from kblint.register import Entry, Register
from kblint.report.commands import without_inline_commands
from kblint.report.options import RenderOptions
from kblint.report.places import path_and_line
from kblint.report.ports.wording import conflict_of
from kblint.report.printable import printable

COLUMNS: Final = (
    *("variant", "kind", "port", "protocol", "address"),
    *("where", "holder", "use", "path", "line", "conflict"),
)


def render(register: Register, options: RenderOptions) -> str:  # noqa: ARG001 - every format is called the same way
    """A line of column names, then the ports; each line ends with CR LF."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for variant in register.variants:
        writer.writerows(_row(variant.name, entry) for entry in variant.entries)
    writer.writerows(_row("", entry) for entry in register.reserved)
    if register.free:
        writer.writerows(_free("free host port", port) for port in register.free.host)
        writer.writerows(_free("free node port", port) for port in register.free.node)
    return text.getvalue()


def _row(variant: str, entry: Entry) -> Iterator[str]:
    path, _, line = path_and_line(entry.place).rpartition(":")
    port = "" if entry.port is None else str(entry.port)
    texts = (variant, entry.kind.value, port, entry.protocol, entry.address, entry.where, entry.holder, entry.use, path)
    return map(_inert, (*texts, line, conflict_of(entry)))


def _free(kind: str, port: int) -> tuple[str, ...]:
    return ("", kind, str(port), *("" for _ in COLUMNS[3:]))


def _inert(text: str) -> str:
    """`text` that a spreadsheet shows and does not take for a formula: https://owasp.org/www-community/attacks/CSV_Injection."""
    shown = without_inline_commands(printable(text))
    return f"'{shown}" if shown.startswith(("=", "+", "-", "@")) else shown
