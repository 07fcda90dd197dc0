"""How a picture looks: its colours by day and by night, its fonts, its marks."""

from __future__ import annotations

_COLOURS = {
    "page": ("#ffffff", "#0d1117"),
    "card": ("#f6f8fa", "#161b22"),
    "line": ("#d1d9e0", "#3d444d"),
    "text": ("#1f2328", "#e6edf3"),
    "muted": ("#59636e", "#9198a1"),
    "faint": ("#b1bac4", "#59636e"),
    "ok": ("#1a7f37", "#3fb950"),
    "broken": ("#cf222e", "#f85149"),
    "broken-card": ("#fff1f0", "#2a1517"),
    "unknown": ("#9a6700", "#d29922"),
    "unknown-card": ("#fff8e5", "#241c0b"),
    "ink": ("#ffffff", "#0d1117"),
}
"""Each by day and by night."""

_MONO = "ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono','DejaVu Sans Mono',monospace"
_SANS = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"

_SHAPES = (
    f".kblint text{{font-family:{_SANS}}}"
    f".kblint .name,.kblint .path{{font-family:{_MONO}}}"
    ".kblint .title{font-size:17px;font-weight:600}"
    ".kblint .head{font-size:10.5px;font-weight:600;letter-spacing:.04em}"
    ".kblint .name{font-size:12px;font-weight:600}"
    ".kblint .path{font-size:10px}"
    ".kblint .prose{font-size:11.5px}"
    ".kblint .seen{font-size:13px;font-weight:600}"
    ".kblint .way{fill:none;stroke-width:1.75}"
    ".kblint .way.unknown{stroke-dasharray:6 4}"
    ".kblint .way.dead{stroke-width:1.25;stroke-dasharray:2 4}"
    ".kblint .card.unknown rect{stroke-dasharray:6 4}"
    ".kblint .card.dead rect{stroke-dasharray:2 4}"
    ".kblint .card.broken rect{stroke-width:1.75}"
)


def _colours(*, by_night: bool) -> str:
    of = {name: pair[by_night] for name, pair in _COLOURS.items()}
    states = "".join(
        f".kblint .{state}.seen,.kblint .{state}.prose{{fill:{of[state]}}}"
        f".kblint .way.{state}{{stroke:{of[state]}}}"
        f".kblint .tip.{state},.kblint .mark.{state}{{fill:{of[state]};stroke:{of['ink']}}}"
        for state in ("ok", "unknown", "broken")
    )
    return (
        f".kblint .page{{fill:{of['page']};stroke:{of['line']}}}"
        f".kblint text{{fill:{of['text']}}}"
        f".kblint .muted{{fill:{of['muted']}}}"
        f".kblint .card rect{{fill:{of['card']};stroke:{of['line']}}}"
        f".kblint .card.dead rect{{fill:{of['page']};stroke:{of['faint']}}}"
        f".kblint .card.broken rect{{fill:{of['broken-card']};stroke:{of['broken']}}}"
        f".kblint .card.unknown rect{{fill:{of['unknown-card']};stroke:{of['unknown']}}}"
        f".kblint .rule{{stroke:{of['line']}}}"
        f"{states}"
        f".kblint .way.dead{{stroke:{of['faint']}}}"
        f".kblint .tip.dead{{fill:{of['faint']}}}"
        f".kblint .mark.dead{{fill:{of['faint']};stroke:{of['page']}}}"
    )


STYLE = f"{_SHAPES}{_colours(by_night=False)}@media (prefers-color-scheme:dark){{{_colours(by_night=True)}}}"
"""The style sheet. Colours stand in rules, not in custom properties, which not every program that draws SVG knows."""

_SIGNS = {
    "ok": '<path d="M-3 .3L-.9 2.5 3.2-2.2" fill="none" stroke-width="1.6"/>',
    "broken": '<path d="M-2.4-2.4L2.4 2.4M2.4-2.4L-2.4 2.4" fill="none" stroke-width="1.6"/>',
    "unknown": '<path d="M-2-1.6A2 2 0 1 1 .6 .2Q0 .5 0 1.2M0 2.9V3.4" fill="none" stroke-width="1.5"/>',
    "dead": "",
}

MARKS = "".join(
    f'<g id="kblint-mark-{state}"><circle r="{2.5 if state == "dead" else 6.5}" stroke="none"/>{sign}</g>'
    for state, sign in _SIGNS.items()
) + "".join(
    f'<marker id="kblint-{state}" viewBox="0 0 8 8" refX="1" refY="4" markerWidth="8" markerHeight="8"'
    f' markerUnits="userSpaceOnUse" orient="auto"><path class="tip {state}" d="M0 .5L7 4 0 7.5Z" stroke="none"/>'
    "</marker>"
    for state in _SIGNS
)
"""Definitions that every picture uses: a mark and a tip of a line for each state."""
