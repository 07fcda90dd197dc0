"""Places as people read them: files below the folder that holds them all, lines and columns counted from 1."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from kblint.source.grouping import grouped
from kblint.source.text import Place, Point


def common_folder(places: Iterable[Place | None]) -> str:
    """The folder that holds every file, with a slash at its end; empty where there is none to name."""
    folders = {posixpath.dirname(place.source.path) for place in places if place}
    if len({folder.startswith("/") for folder in folders}) != 1:
        return ""
    common = posixpath.commonpath(folders)
    return common if common in ("", "/") else f"{common}/"


def ends(place: Place) -> tuple[Point, Point]:
    """Where a place begins, and behind which character it ends."""
    source, span = place
    return source.point(span.start), source.point(span.end)


def path_and_line(place: Place | None, folder: str = "") -> str:
    """`api.yaml:20`, as seen from `folder`; empty for no place."""
    return f"{place.source.path.removeprefix(folder)}:{ends(place)[0].line}" if place else ""


def path_and_lines(places: Iterable[Place | None], folder: str = "") -> str:
    """`api.yaml:20, 41`, or `api.yaml:20, lb.yaml:9`: several places, as seen from `folder`."""
    there = [place for place in places if place]
    files = grouped((place.source.path, ends(place)[0].line) for place in there)
    return ", ".join(
        f"{path.removeprefix(folder)}:{', '.join(map(str, dict.fromkeys(lines)))}" for path, lines in files.items()
    )


def position(place: Place, label: str = "") -> str:
    """`api.yaml:20:5`, and behind it what is to be said there."""
    line, column = ends(place)[0]
    return f"{place.source.path}:{line}:{column}{f': {label}' if label else ''}"
