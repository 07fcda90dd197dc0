"""The scripts and files inside cloud-init user data.

https://cloudinit.readthedocs.io/en/latest/reference/modules.html
"""

from __future__ import annotations

from collections.abc import Iterator

from kblint.read.scripts.commands import ScriptCommand, commands, prepared, script_in
from kblint.source.regex import regex
from kblint.source.text import Place, Source, Span
from kblint.source.values import Document, Origin, PositionedList
from kblint.syntax.passage import Passage, Spot, whole
from kblint.syntax.shell import masked

_HEAD = regex(r"\s*#cloud-config\b")
RUNNING_KEYS = ("bootcmd", "runcmd")
"""In the order in which cloud-init runs them."""


def is_cloud_init(document: Document) -> bool:
    """Whether a document is cloud-init user data: `#cloud-config` on top, or a list of commands or files in it."""
    node = document.origin.node
    if not node or "apiVersion" in node:
        return False
    if document.index == 0 and _HEAD.match(document.source.text):
        return True
    return any(isinstance(node.get(key), PositionedList) for key in (*RUNNING_KEYS, "write_files"))


def cloud_init_commands(document: Document) -> Iterator[ScriptCommand]:
    """The commands that cloud-init runs, in order; an item that is a sequence is one command without a shell."""
    for key in RUNNING_KEYS:
        items = document.origin.node.get(key)
        if not isinstance(items, PositionedList):
            continue
        for item, span in zip(items, items.item_spans, strict=True):
            if isinstance(item, str):
                yield from commands(script_in(document.source, span, item))
            elif isinstance(item, PositionedList):
                parts = zip(item, item.item_spans, strict=True)
                yield from _run(document.source, [_argument(document.source, at, part) for part, at in parts])


def scripts_in(document: Document) -> Iterator[Passage]:
    """The scripts among what cloud-init runs."""
    for key in RUNNING_KEYS:
        items = document.origin.node.get(key)
        if isinstance(items, PositionedList):
            for item, span in zip(items, items.item_spans, strict=True):
                if isinstance(item, str):
                    yield script_in(document.source, span, item)


def _run(source: Source, written: list[Passage]) -> Iterator[ScriptCommand]:
    """What `[sh, -c, ...]` runs, else the command itself."""
    words, variables = prepared(written)
    if not words:
        return
    first, last = words[0].place(), words[-1].place()
    whole = ScriptCommand(
        words, variables, "", Place(source, Span(first.span.start, max(first.span.end, last.span.end)))
    )
    if whole.name in ("sh", "bash") and len(words) > 2 and words[1].text == "-c":
        yield from commands(words[2])
    else:
        yield whole


def _argument(source: Source, span: Span, value: object) -> Passage:
    if isinstance(value, str):
        return masked(script_in(source, span, value))
    place = Place(source, span)
    return whole(place.text, Spot(place))


def written_files(document: Document) -> Iterator[tuple[str, Origin]]:
    """The path of each file that cloud-init writes, and its entry, whose `content` holds the text."""
    for entry in document.origin.children("write_files"):
        path, content = entry.get("path"), entry.get("content")
        if isinstance(path, str) and isinstance(content, str) and not entry.get("encoding"):
            yield path, entry
