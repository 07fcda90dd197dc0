"""How a golden file tells what kblint says: every report complete, one thing a line, nothing twice.

A file holds sections, each under a line `=== input | command format`. The reports for people stand as they are printed.
In those for programs every finding, journey, hop, port and line of a checklist takes one line, and what says nothing is
left out: nulls, which the schemas demand, the version of kblint, empty lists, and that nothing is silenced or unjudged.
The ports that a profile reserves stand in `nothing.txt` only, as they are the same for every input.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

Report = tuple[str, str, str]
"""Name of the input, command, format."""
_A_LINE_EACH = frozenset(
    {"variants", "applications", "lines", "placeholders"}  # of a checklist
    | {"findings", "unjudged", "journeys", "hops", "ports", "reserved", "skipped"}
)
"""The lists whose elements stand on lines of their own."""


def written(reports: Mapping[Report, str], *, with_reserved: bool) -> str:
    """The text of a golden file."""
    sections = []
    for (name, command, form), text in reports.items():
        body = text if form != "json" else f"{_compact(json.loads(text), with_reserved=with_reserved)}\n"
        if not with_reserved and (command, form) == ("ports", "table"):
            body = "\n\n".join(part for part in body.split("\n\n") if not part.startswith("Reserved ports:"))
        sections.append(f"=== {name} | {command} {form}\n{body}")
    return "\n".join(sections)


def read(text: str) -> dict[Report, str]:
    """The sections of a golden file."""
    found: dict[Report, str] = {}
    for section in f"\n{text}".split("\n=== ")[1:]:
        head, _, body = section.partition("\n")
        name, _, report = head.partition(" | ")
        command, _, form = report.partition(" ")
        found[name, command, form] = body
    return found


def _compact(document: dict[str, Any], *, with_reserved: bool) -> str:
    del document["tool"]
    if not with_reserved:
        document.pop("reserved", None)
    summary = document.get("summary", {})
    if not summary.get("unjudged"):
        summary.pop("unjudged", None)
    if not any(summary.get("silencedErrors", {}).values()):
        summary.pop("silencedErrors", None)
    return "\n".join(_lines(_said(document), "", ""))


def _said(value: Any) -> Any:
    """`value` without what says nothing."""
    if isinstance(value, dict):
        return {key: _said(one) for key, one in value.items() if one is not None and one != []}
    return [_said(one) for one in value] if isinstance(value, list) else value


def _lines(value: Any, margin: str, before: str) -> Iterator[str]:
    """`value` after the text `before`, its lists of `_A_LINE_EACH` an element a line."""
    if not isinstance(value, dict) or not _A_LINE_EACH & value.keys():
        yield f"{margin}{before}{json.dumps(value, ensure_ascii=False)}"
        return
    plain = {key: one for key, one in value.items() if key not in _A_LINE_EACH or not isinstance(one[0], dict)}
    listed = {key: one for key, one in value.items() if key not in plain}
    opening = json.dumps(plain, ensure_ascii=False)[1:-1]
    if not listed:
        yield f"{margin}{before}{{{opening}}}"
        return
    yield f"{margin}{before}{{{opening}{',' if opening else ''}"
    for number, (key, elements) in enumerate(listed.items(), 1):
        yield f'{margin} "{key}": ['
        for position, element in enumerate(elements, 1):
            *head, last = _lines(element, f"{margin}  ", "")
            yield from head
            yield last + ("," if position < len(elements) else "")
        yield f"{margin} ]{',' if number < len(listed) else '}'}"
