"""The register of ports for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kblint.register import Entry, PortKind, Register
from kblint.report.commands import without_commands
from kblint.report.options import RenderOptions
from kblint.report.paint import Pen, Style
from kblint.report.places import common_folder, path_and_line
from kblint.report.ports.wording import EXPLANATIONS, TITLES, by_kind, conflict_of, numbers, port_of, use_of
from kblint.report.printable import cell_width, wrap
from kblint.report.wording import plural

_MARKS = {True: ("!", Style.ERROR), False: ("?", Style.WARNING)}
"""How a conflict is marked: one that is certain, one that may be."""


def render(register: Register, options: RenderOptions) -> str:
    """A block for each kind of port, then free ports if asked for, then how many conflict.

    A port is a line where it fits into `options.width`; else what it is for, and the file, follow below. `!` marks
    ports that somebody else claims as well, `?` those that may meet another claim on some nodes.
    """
    pen = Pen(options)
    blocks: list[list[str]] = []
    for variant in register.variants:
        folder = common_folder(entry.place for entry in variant.entries)
        blocks.append(list(pen.heading(variant.name, folder)))
        blocks += [list(_kind(kind, entries, pen, folder)) for kind, entries in by_kind(variant.entries)]
    if register.reserved:
        blocks.append(list(_reserved(register.reserved, pen)))
    if register.free:
        free = register.free
        blocks.append([f"Free host ports: {numbers(free.host)}", f"Free node ports: {numbers(free.node)}"])
    blocks.append([_summary(register, pen)])
    return without_commands("\n\n".join("\n".join(block) for block in blocks if block) + "\n")


def _kind(kind: PortKind, entries: Sequence[Entry], pen: Pen, folder: str) -> Iterator[str]:
    yield f"{pen.paint(TITLES[kind], Style.STRONG)}: {EXPLANATIONS[kind]}"
    texts = [(port_of(entry), entry.holder, use_of(entry), path_and_line(entry.place, folder)) for entry in entries]
    rows = [tuple(map(pen.printable, row)) for row in texts]
    port, holder, use, file = (max(cell_width(row[column]) for row in rows) for column in range(4))
    indent = len("! ") + port + 2
    is_wide = indent + holder + 2 + use + 2 + file <= pen.width
    for entry, (number, name, said, where) in zip(entries, rows, strict=True):
        lead = _lead(entry, number, port, pen)
        if is_wide:
            yield f"{lead}  {name}{_gap(holder, name)}{said}{_gap(use, said)}{pen.paint(where, Style.GUTTER)}"
        else:
            yield f"{lead}  {name}"
            yield from _below(said, where, indent, pen)
        yield from _conflict(entry, indent, pen)


def _reserved(entries: Sequence[Entry], pen: Pen) -> Iterator[str]:
    """Those nobody claims in one paragraph: they are there to be left alone."""
    yield f"{pen.paint(TITLES[PortKind.RESERVED], Style.STRONG)}: {EXPLANATIONS[PortKind.RESERVED]}"
    words = [f"{port_of(entry)} {entry.holder}{f' ({use})' if (use := use_of(entry)) else ''}" for entry in entries]
    quiet = "; ".join(text for entry, text in zip(entries, words, strict=True) if not entry.conflict)
    yield from pen.folded(quiet, indent=2)
    for entry, text in zip(entries, map(pen.printable, words), strict=True):
        if entry.conflict:
            yield _lead(entry, text, cell_width(text), pen)
            yield from _conflict(entry, 4, pen)


def _lead(entry: Entry, text: str, width: int, pen: Pen) -> str:
    sign, style = _MARKS[entry.is_certain] if entry.conflict else (" ", Style.PLAIN)
    return pen.paint(f"{sign} {' ' * (width - cell_width(text))}{text}", style)


def _below(use: str, file: str, indent: int, pen: Pen) -> Iterator[str]:
    """What it is for, and the file at the end of the line if there is room."""
    room = pen.width - indent
    lines = wrap(use, room) or [""]
    gap = room - cell_width(lines[-1]) - cell_width(file)
    if gap >= 2:
        lines[-1] += f"{' ' * gap}{pen.paint(file, Style.GUTTER)}"
    else:
        lines.append(pen.paint(file, Style.GUTTER))
    yield from (f"{' ' * indent}{line}" for line in lines)


def _conflict(entry: Entry, indent: int, pen: Pen) -> Iterator[str]:
    return pen.folded(conflict_of(entry), _MARKS[entry.is_certain][1], indent)


def _gap(width: int, text: str) -> str:
    """What stands between a cell of a column `width` wide and the next one."""
    return " " * (width - cell_width(text) + 2)


def _summary(register: Register, pen: Pen) -> str:
    entries = [entry for variant in register.variants for entry in variant.entries]
    said = f"{plural(len(entries), 'port')} in use"
    sure = sum(1 for entry in entries if entry.conflict and entry.is_certain)
    likely = sum(1 for entry in entries if entry.conflict and not entry.is_certain)
    if sure:
        said += f", {sure} claimed twice (!)"
    if likely:
        said += f", {likely} that may meet another claim (?)"
    return pen.paint(f"{said}.", Style.ERROR if sure else Style.WARNING if likely else Style.GOOD)
