"""Pages for a terminal: Markdown and tables, wrapped to its width and coloured by `rich`."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable

from kblint.finding import Severity
from kblint.report.printable import printable
from kblint.source.regex import regex

_AUTOLINK = regex(r"<(https?://[^\s>]+)>")
_CODE = regex(r"^```\w+\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
_COMMENT_SIGN = regex(r"^#(?=( *)\^+ )", re.MULTILINE)
"""What makes the underline of an example a comment, which only a file needs; it may stand below what is meant."""
_IN_CODE = (
    (r"(?m)^[ \t]*(?:- )*[\w./-]+(?=:(?: |$))", "cyan"),
    (r"(?m)#(?: .*)?$", "dim"),
    (r"(?m)^ *\^+ reported.*$", "bold red"),
    (r"(?m)^ *\^+ shown.*$", "bold yellow"),
)
_SEVERITIES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.INFO: "bold blue"}
_WIDE = 72
"""Cells from which on the names of rules stay whole."""
_STYLES = {"markdown.h2": "bold underline", "markdown.code": "cyan", "markdown.item.bullet": "dim"}


def rendered_page(markdown: str, width: int) -> str:
    """A page that begins with its title, for a terminal that has colours."""
    from rich.padding import Padding  # noqa: PLC0415 - 60 ms with the others, and only a terminal needs them
    from rich.text import Text  # noqa: PLC0415 - as above

    title, _, rest = markdown.partition("\n")
    parts: list[object] = [Text(printable(title.removeprefix("# ")), style="bold"), ""]
    for number, part in enumerate(_CODE.split("\n".join(printable(line) for line in rest.split("\n")))):
        if number % 2:
            code = Text(_COMMENT_SIGN.sub(lambda sign: " " if sign[1] else "^", part.rstrip()))
            for pattern, style in _IN_CODE:
                code.highlight_regex(pattern, style)
            parts += ["", Padding(code, (0, 0, 0, 2)), ""]
        else:
            parts.append(_prose(_AUTOLINK.sub(r"\1", part)))
    return _printed(parts, width)


def _prose(text: str) -> object:
    from rich.markdown import Markdown  # noqa: PLC0415 - see `rendered_page`

    prose = Markdown(text, hyperlinks=False)
    for block in prose.parsed:
        # what looks like HTML is a placeholder such as <node>, and shown
        block.type = "code_block" if block.type == "html_block" else block.type
        for part in block.children or ():
            part.type = "text" if part.type == "html_inline" else part.type
    return prose


def rendered_rules(rows: Iterable[tuple[str, Severity, str, str]], width: int, *, color: bool = True) -> str:
    """A table of rules (id, severity, name, summary), for a terminal, with colours or without."""
    from rich.table import Table  # noqa: PLC0415 - see `rendered_page`
    from rich.text import Text  # noqa: PLC0415 - as above

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("rule", no_wrap=True, style="bold")
    table.add_column("severity", no_wrap=True)
    table.add_column("name", overflow="fold", no_wrap=width >= _WIDE)
    table.add_column("what it reports", overflow="fold", ratio=1)
    for id, severity, name, summary in rows:
        table.add_row(printable(id), Text(severity.label, _SEVERITIES[severity]), printable(name), printable(summary))
    return _printed((table,), width, color=color)


def _printed(parts: Iterable[object], width: int, *, color: bool = True) -> str:
    from rich.console import Console  # noqa: PLC0415 - see `rendered_page`
    from rich.theme import Theme  # noqa: PLC0415 - as above

    text = io.StringIO()
    console = Console(
        file=text,
        width=width,
        force_terminal=color,
        color_system="standard" if color else None,
        no_color=False,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
        theme=Theme(_STYLES),
    )
    for part in parts:
        console.print(part)
    return "\n".join(line.rstrip() for line in text.getvalue().split("\n"))
