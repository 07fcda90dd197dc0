"""The register of ports as a document to keep beside the manifests.

Files are named without lines, and columns are not aligned, so that the document changes only where a port does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kblint.register import Entry, PortKind, Register
from kblint.report.commands import without_commands
from kblint.report.markup import code, prose
from kblint.report.options import RenderOptions
from kblint.report.ports.wording import EXPLANATIONS, TITLES, by_kind, conflict_of, numbers, port_of, use_of

_WRITTEN = "<!-- Written by kblint"


def render(register: Register, options: RenderOptions) -> str:  # noqa: ARG001 - every format is called the same way
    """The document without a comment about where it comes from."""
    return document(register, "")


def document(register: Register, command: str) -> str:
    """A heading and a table for each kind of port; `command` is what writes this document, empty for none."""
    blocks = []
    if command:
        # without what would end the comment
        shown = " ".join(command.split()).replace("-->", "--\\>")
        blocks.append(f"{_WRITTEN}: do not edit, run `{shown}` again. -->")
    blocks.append("# Ports")
    several = len(register.variants) > 1
    for variant in register.variants:
        if several:
            blocks.append(f"## {_cell(variant.name)}")
        for kind, entries in by_kind(variant.entries):
            blocks += _section("###" if several else "##", kind, entries)
    if register.reserved:
        blocks += _section("##", PortKind.RESERVED, register.reserved)
    if register.free:
        blocks.append("## Free ports")
        free = register.free
        blocks.append(f"- host ports: {numbers(free.host)}\n- node ports: {numbers(free.node)}")
    return without_commands("\n\n".join(blocks) + "\n")


def _section(heading: str, kind: PortKind, entries: Sequence[Entry]) -> tuple[str, ...]:
    said = EXPLANATIONS[kind]
    return f"{heading} {TITLES[kind]}", f"{said[0].upper()}{said[1:]}.", "\n".join(_table(kind, entries))


def is_document(text: str) -> bool:
    """Whether `text` says that kblint wrote it, or is empty."""
    return text.startswith(_WRITTEN) or not text.strip()


def _table(kind: PortKind, entries: Sequence[Entry]) -> Iterator[str]:
    is_reserved = kind is PortKind.RESERVED
    titles = ["Port", "Held by", "On" if is_reserved else "For", *([] if is_reserved else ["File"]), "Conflict"]
    yield f"| {' | '.join(titles)} |"
    yield f"| {' | '.join('---' for _ in titles)} |"
    for entry in entries:
        cells = [_cell(port_of(entry)), _cell(entry.holder), prose(use_of(entry) or entry.where)]
        if not is_reserved:
            cells.append(_cell(entry.place.source.path) if entry.place else "")
        cells.append(f"**{'!' if entry.is_certain else '?'}** {prose(conflict_of(entry))}" if entry.conflict else "")
        yield f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    """`text` as code, unless it holds what a table would take for its own."""
    return prose(text) if "|" in text or "\\" in text else code(text)
