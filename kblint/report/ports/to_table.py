"""The register of ports for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kblint.register import Entry, FreePorts, PortKind, Register, RegisterVariant
from kblint.report.commands import without_commands
from kblint.report.frame import MIN_WIDTH
from kblint.report.options import RenderOptions
from kblint.report.paint import Style, paint
from kblint.report.places import common_folder, path_and_line
from kblint.report.ports.wording import EXPLANATIONS, TITLES, by_kind, conflict_of, numbers, port_of, use_of
from kblint.report.printable import cell_width, printable, wrap
from kblint.report.wording import plural

_MARKS = {True: ("!", Style.ERROR), False: ("?", Style.WARNING)}
"""How a conflict is marked: one that is certain, one that may be."""


def render(register: Register, options: RenderOptions) -> str:
    """A block for each kind of port, then free ports if asked for, then how many conflict.

    A port is a line where it fits into `options.width`; else what it is for, and the file, follow below. `!` marks
    ports that somebody else claims as well, `?` those that may meet another claim on some nodes.
    """
    blocks: list[list[str]] = []
    for variant in register.variants:
        table = _Table(variant, options)
        blocks += [lines for lines in (list(table.heading()), *map(list, table.kinds())) if lines]
    if register.reserved:
        blocks.append(list(_Table(RegisterVariant("", register.reserved), options).reserved()))
    if register.free:
        blocks.append(list(_free(register.free)))
    blocks.append(list(_summary(register, options)))
    return without_commands("\n\n".join("\n".join(block) for block in blocks) + "\n")


class _Table:
    """The ports of one variant, line by line."""

    def __init__(self, variant: RegisterVariant, options: RenderOptions) -> None:
        self.variant = variant
        self.options = options
        self.width = max(options.width, MIN_WIDTH)
        self.folder = common_folder(entry.place for entry in variant.entries)

    def heading(self) -> Iterator[str]:
        """What sets the variant apart, and where its files are."""
        if self.variant.name and self.variant.name != self.folder.rstrip("/"):
            yield self.paint(self.printable(self.variant.name), Style.STRONG)
        if self.folder:
            yield self.paint(f"files are below {self.printable(self.folder)}", Style.GUTTER)

    def kinds(self) -> Iterator[Iterator[str]]:
        """A block for each kind of port."""
        for kind, entries in by_kind(self.variant.entries):
            yield self._kind(kind, entries)

    def _kind(self, kind: PortKind, entries: Sequence[Entry]) -> Iterator[str]:
        yield f"{self.paint(TITLES[kind], Style.STRONG)}: {EXPLANATIONS[kind]}"
        rows = [self._cells(entry) for entry in entries]
        port, holder, use, file = (max(cell_width(row[column]) for row in rows) for column in range(4))
        indent = len("! ") + port + 2
        is_wide = indent + holder + 2 + use + 2 + file <= self.width
        for entry, (number, name, said, where) in zip(entries, rows, strict=True):
            lead = self._lead(entry, number, port)
            if is_wide:
                yield f"{lead}  {name}{_gap(holder, name)}{said}{_gap(use, said)}{self.paint(where, Style.GUTTER)}"
            else:
                yield f"{lead}  {name}"
                yield from self._below(said, where, indent)
            yield from self._conflict(entry, indent)

    def reserved(self) -> Iterator[str]:
        """Those nobody claims in one paragraph: they are there to be left alone."""
        yield f"{self.paint(TITLES[PortKind.RESERVED], Style.STRONG)}: {EXPLANATIONS[PortKind.RESERVED]}"
        quiet = "; ".join(self._reserved_words(entry) for entry in self.variant.entries if not entry.conflict)
        yield from (f"  {line}" for line in wrap(quiet, self.width - 2))
        for entry in self.variant.entries:
            if entry.conflict:
                words = self._reserved_words(entry)
                yield self._lead(entry, words, cell_width(words))
                yield from self._conflict(entry, 4)

    def _reserved_words(self, entry: Entry) -> str:
        use = use_of(entry)
        return self.printable(f"{port_of(entry)} {entry.holder}{f' ({use})' if use else ''}")

    def _cells(self, entry: Entry) -> tuple[str, ...]:
        texts = (port_of(entry), entry.holder, use_of(entry), path_and_line(entry.place, self.folder))
        return tuple(map(self.printable, texts))

    def _lead(self, entry: Entry, text: str, width: int) -> str:
        sign, style = _MARKS[entry.is_certain] if entry.conflict else (" ", Style.PLAIN)
        return self.paint(f"{sign} {' ' * (width - cell_width(text))}{text}", style)

    def _below(self, use: str, file: str, indent: int) -> Iterator[str]:
        """What it is for, and the file at the end of the line if there is room."""
        room = self.width - indent
        lines = wrap(use, room) or [""]
        gap = room - cell_width(lines[-1]) - cell_width(file)
        if gap >= 2:
            lines[-1] += f"{' ' * gap}{self.paint(file, Style.GUTTER)}"
        else:
            lines.append(self.paint(file, Style.GUTTER))
        yield from (f"{' ' * indent}{line}" for line in lines)

    def _conflict(self, entry: Entry, indent: int) -> Iterator[str]:
        style = _MARKS[entry.is_certain][1]
        for line in wrap(self.printable(conflict_of(entry)), self.width - indent):
            yield f"{' ' * indent}{self.paint(line, style)}"

    def printable(self, text: str) -> str:
        return printable(text, unicode=self.options.unicode)

    def paint(self, text: str, style: Style) -> str:
        return paint(text, style, color=self.options.color)


def _gap(width: int, text: str) -> str:
    """What stands between a cell of a column `width` wide and the next one."""
    return " " * (width - cell_width(text) + 2)


def _free(free: FreePorts) -> Iterator[str]:
    yield f"Free host ports: {numbers(free.host)}"
    yield f"Free node ports: {numbers(free.node)}"


def _summary(register: Register, options: RenderOptions) -> Iterator[str]:
    entries = [entry for variant in register.variants for entry in variant.entries]
    said = f"{plural(len(entries), 'port')} in use"
    sure = sum(1 for entry in entries if entry.conflict and entry.is_certain)
    likely = sum(1 for entry in entries if entry.conflict and not entry.is_certain)
    if sure:
        said += f", {sure} claimed twice (!)"
    if likely:
        said += f", {likely} that may meet another claim (?)"
    style = Style.ERROR if sure else Style.WARNING if likely else Style.GOOD
    yield paint(f"{said}.", style, color=options.color)
