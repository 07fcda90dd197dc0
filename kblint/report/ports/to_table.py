"""The register of ports for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kblint.register import Entry, FreePorts, Kind, Register
from kblint.report.commands import without_commands
from kblint.report.options import RenderOptions
from kblint.report.paint import Style, paint
from kblint.report.ports.wording import EXPLANATIONS, TITLES, by_kind, conflict_of, numbers, port_of, use_of
from kblint.report.printable import cell_width, printable, wrap
from kblint.report.wording import plural

NAME: Final = "table"

_MIN_WIDTH = 40


def render(register: Register, options: RenderOptions) -> str:
    """A block for each kind of port, then free ports if asked for, then how many conflict.

    A port is a line where it fits into `options.width`; else what it is for, and the file, follow below. `!` marks
    ports that somebody else claims as well, `?` those that may meet another claim on some nodes.
    """
    blocks: list[list[str]] = []
    for variant in register.variants:
        if len(register.variants) > 1:
            blocks.append([paint(f"== {printable(variant.name, unicode=options.unicode)}", Style.STRONG, color=options.color)])
        blocks += [list(_kind(kind, entries, options)) for kind, entries in by_kind(variant.entries)]
    if register.free:
        blocks.append(list(_free(register.free)))
    blocks.append(list(_summary(register, options)))
    return without_commands("\n\n".join("\n".join(block) for block in blocks) + "\n")


def _kind(kind: Kind, entries: Sequence[Entry], options: RenderOptions) -> Iterator[str]:
    yield f"{paint(TITLES[kind], Style.STRONG, color=options.color)}: {EXPLANATIONS[kind]}"
    rows = [_cells(entry, options) for entry in entries]
    port, holder, use, file = (max((cell_width(row[column]) for row in rows), default=0) for column in range(4))
    # columns that do not fit beside the others go below them
    indent = 2 + port + 2
    together = indent + holder + (use and use + 2) + (file and file + 2) <= _width(options)
    for entry, row in zip(entries, rows, strict=True):
        style = Style.PLAIN if not entry.conflict else Style.ERROR if entry.is_certain else Style.WARNING
        mark = " " if not entry.conflict else "!" if entry.is_certain else "?"
        lead = f"{mark} {' ' * (port - cell_width(row[0]))}{row[0]}"
        line = f"{paint(lead, style, color=options.color)}  {row[1]}"
        if together:
            line += _column(row[1], holder, row[2]) + _column(row[2], use, row[3])
            yield line.rstrip()
        else:
            yield line
            for text in (row[2], row[3]):
                yield from (" " * indent + part for part in wrap(text, _width(options) - indent))
        conflict = printable(conflict_of(entry), unicode=options.unicode)
        for part in wrap(conflict, _width(options) - indent):
            yield " " * indent + paint(part, style, color=options.color)


def _column(before: str, width: int, text: str) -> str:
    """`text` behind a cell `before` of a column `width` wide."""
    return f"{' ' * (width - cell_width(before))}{'  ' if width else ''}{text}"


def _cells(entry: Entry, options: RenderOptions) -> tuple[str, str, str, str]:
    file = ""
    if entry.place:
        source, span = entry.place
        file = f"{source.path}:{source.point(span.start).line}"
    texts = (port_of(entry), entry.holder, use_of(entry), file)
    port, holder, use, file = (printable(text, unicode=options.unicode) for text in texts)
    return port, holder, use, file


def _free(free: FreePorts) -> Iterator[str]:
    yield f"Free host ports: {numbers(free.host)}"
    yield f"Free node ports: {numbers(free.node)}"


def _summary(register: Register, options: RenderOptions) -> Iterator[str]:
    entries = [entry for variant in register.variants for entry in variant.entries if entry.kind is not Kind.RESERVED]
    said = f"{plural(len(entries), 'port')} in use"
    sure = sum(1 for entry in entries if entry.conflict and entry.is_certain)
    likely = sum(1 for entry in entries if entry.conflict and not entry.is_certain)
    if sure:
        said += f", {sure} claimed twice (!)"
    if likely:
        said += f", {likely} that may meet another claim (?)"
    style = Style.ERROR if sure else Style.WARNING if likely else Style.GOOD
    yield paint(f"{said}.", style, color=options.color)


def _width(options: RenderOptions) -> int:
    return max(options.width, _MIN_WIDTH)
