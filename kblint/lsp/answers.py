"""What an editor asks for: the rule of a finding, its fix, and where a link leads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsprotocol import types

from kblint.finding import Finding
from kblint.fix import Applicability, Fix
from kblint.lsp.diagnostics import diagnostic
from kblint.lsp.look import Look
from kblint.lsp.places import Places, overlap
from kblint.source.grouping import grouped
from kblint.source.text import Place


def hover(look: Look, places: Places, uri: str, position: types.Position) -> types.Hover | None:
    """The rules of what is found at a position, why each matters, and what to do; None where nothing is."""
    found = [one for one in look.findings if places.holds(one.location.place, uri, position)]
    if not found:
        return None
    text = "\n\n---\n\n".join(_page(one, look) for one in found)
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), places.range(found[0].location.place))


def actions(look: Look, places: Places, uri: str, where: types.Range) -> list[types.CodeAction]:
    """The fixes of what is found in a range, as edits of all files that they touch."""
    found = (one for one in look.findings if places.uri(one.location.place.path) == uri)
    return [
        types.CodeAction(
            title=f"kblint: {one.fix.title}",
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[diagnostic(one, places)],
            is_preferred=one.fix.applicability is Applicability.SAFE,
            edit=_edit(one.fix, places),
        )
        for one in found
        if one.fix and one.fix.edits and not one.fix.command and overlap(places.range(one.location.place), where)
    ]


def definitions(look: Look, places: Places, uri: str, position: types.Position) -> list[types.Location]:
    """Where links lead that begin at a position."""
    pairs = [(link.source, link.target) for link in look.links]
    return [*_other_ends(pairs, places, uri, position)]


def references(look: Look, places: Places, uri: str, position: types.Position) -> list[types.Location]:
    """Where links begin that lead to a position."""
    pairs = [(link.target, link.source) for link in look.links]
    return [*_other_ends(pairs, places, uri, position)]


def _other_ends(
    pairs: Iterable[tuple[Place, Place]], places: Places, uri: str, position: types.Position
) -> Iterator[types.Location]:
    """The other ends of links at a position; where there is none at the very place, of those on its line."""
    here = [(near, far) for near, far in pairs if places.uri(near.path) == uri]
    found = [far for near, far in here if places.holds(near, uri, position)]
    found = found or [far for near, far in here if near.start.line == position.line + 1]
    return (places.location(place) for place in dict.fromkeys(found))


def _page(finding: Finding, look: Look) -> str:
    page = (look.pages or {}).get(finding.rule.id, "")
    lines = [f"**{finding.rule.id} {finding.rule.name}** ({finding.severity.label})", page]
    if finding.help:
        lines.append(f"*{finding.help}*")
    return "\n\n".join(line.strip() for line in lines if line.strip())


def _edit(fix: Fix, places: Places) -> types.WorkspaceEdit:
    edits = ((places.uri(edit.place.path), types.TextEdit(places.range(edit.place), edit.text)) for edit in fix.edits)
    return types.WorkspaceEdit(changes={uri: list(changes) for uri, changes in grouped(edits).items()})
