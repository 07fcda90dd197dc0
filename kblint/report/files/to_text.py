"""The files of a run for people at a terminal."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from kblint.file_list import FileList, FileState, ListedFile, Whole
from kblint.report.commands import without_commands
from kblint.report.options import RenderOptions
from kblint.report.paint import Pen, Style
from kblint.report.printable import cell_width, wrap
from kblint.report.wording import plural

_WIDEST = 60
"""Cells of a path beside which something is said; what is said of a longer one stands below it."""
_STYLES = {FileState.READ: Style.PLAIN, FileState.IN_PART: Style.WARNING, FileState.LEFT_OUT: Style.GUTTER}


def render(listed: FileList, options: RenderOptions) -> str:
    """A line for each file, or more where they do not fit into `options.width`, then how many were read."""
    pen = Pen(options)
    folder = _common(listed)
    paths = [pen.printable(one.path.removeprefix(folder)) for one in listed.files]
    room = min(_WIDEST, pen.width // 2)
    column = max((cell_width(path) for path in paths if cell_width(path) <= room), default=0) + 2
    rows = zip(listed.files, paths, strict=True)
    lines = [line for one, path in rows for line in _file(one, path, _said(one, folder), column, pen)]
    blocks = [list(pen.heading("", folder)), lines, list(pen.folded(f"{_summary(listed)}."))]
    return without_commands("\n\n".join("\n".join(block) for block in blocks if block) + "\n")


def _common(listed: FileList) -> str:
    """The folder that holds all of it, with `/` at its end; empty where there is none to name."""
    folders = {posixpath.dirname(one.path.rstrip("/")) for one in listed.files}
    if len({folder.startswith("/") for folder in folders}) != 1:
        return ""
    common = posixpath.commonpath(folders)
    return f"{common}/" if common.strip("/") else ""


def _file(one: ListedFile, path: str, what: str, column: int, pen: Pen) -> Iterator[str]:
    said = [pen.paint(line, _STYLES[one.state]) for line in wrap(pen.printable(what), pen.width - column)]
    if cell_width(path) + 2 > column:
        yield path
    else:
        yield f"{path}{' ' * (column - cell_width(path))}{said.pop(0)}"
    yield from (f"{' ' * column}{line}" for line in said)


def _said(one: ListedFile, folder: str) -> str:
    """What it was read as; of objects their kinds, which say more than the format."""
    kinds = [f"{kind} ({count})" if count > 1 else kind for kind, count in one.holds]
    what = ", ".join(kinds or one.formats)
    of = f"part of {', '.join(_whole(whole, folder) for whole in one.part_of)}" if one.part_of else ""
    state = "" if one.state is not FileState.LEFT_OUT else "not read: "
    return "; ".join(part for part in (what, of, f"{state}{'; '.join(one.reasons)}" if one.reasons else "") if part)


def _whole(whole: Whole, folder: str) -> str:
    return whole.name if whole.kind == "release" else posixpath.dirname(whole.name.removeprefix(folder)) or whole.name


def _summary(listed: FileList) -> str:
    counts = listed.counts
    said = f"{plural(sum(counts.values()), 'file')}: {counts[FileState.READ] + counts[FileState.IN_PART]} read"
    said += f", {counts[FileState.IN_PART]} of them in part or not deployed" if counts[FileState.IN_PART] else ""
    said += f"; {counts[FileState.LEFT_OUT]} not read" if counts[FileState.LEFT_OUT] else ""
    return said + (f"; {plural(listed.folders, 'folder')} not looked into" if listed.folders else "")
