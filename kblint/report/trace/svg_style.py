"""How a picture looks: its fonts, its colours by day and by night, its marks; each in a file beside this one."""

from __future__ import annotations

import json
from importlib import resources
from string import Template


def style() -> str:
    """The style sheet.

    Colours stand in rules, not in custom properties, which not every program that draws SVG knows.
    """
    colours = Template(_text("colours.css"))
    times = json.loads(_text("colours.json"))
    day, night = (colours.substitute(times[time]) for time in ("day", "night"))
    return f"{_text('shapes.css')}{day}@media (prefers-color-scheme:dark){{{night}}}"


def marks() -> str:
    """Definitions that every picture uses: a mark and a tip of a line for each state."""
    return _text("marks.svg")


def _text(name: str) -> str:
    """A file without its line ends, which a picture does not need."""
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8").replace("\n", "")
