"""Files and lines as people read them: short, below the folder that holds them all."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from kblint.source.text import Place


def common_folder(places: Iterable[Place]) -> str:
    """The folder that holds every file, with a slash at its end; empty where there is none to name."""
    folders = {posixpath.dirname(place.source.path) for place in places}
    if len({folder.startswith("/") for folder in folders}) != 1:
        return ""
    common = posixpath.commonpath(folders)
    return common if common in ("", "/") else f"{common}/"


def path_and_line(place: Place, folder: str = "") -> str:
    """`api.yaml:20`, as seen from `folder`."""
    source, span = place
    return f"{source.path.removeprefix(folder)}:{source.point(span.start).line}"
