"""Places of kblint as those of the protocol, and back."""

from __future__ import annotations

import os
from pathlib import Path

from lsprotocol import types
from msgspec import Struct
from pygls import uris
from pygls.workspace import PositionCodec

from kblint.source.text import Place, Point


class Places(Struct, frozen=True):
    """Places in the files of a folder; `codec` counts characters as the editor does."""

    root: Path
    codec: PositionCodec

    def uri(self, path: str) -> str:
        """The address of a file, which is shown relative to the folder."""
        return uris.from_fs_path(os.path.normpath(self.root / path)) or path

    def range(self, place: Place) -> types.Range:
        """Where a place begins and ends."""
        return types.Range(self._position(place, place.start), self._position(place, place.end))

    def location(self, place: Place) -> types.Location:
        """A place with its file."""
        return types.Location(self.uri(place.path), self.range(place))

    def holds(self, place: Place, uri: str, position: types.Position) -> bool:
        """Whether a place is about a position of a file."""
        if self.uri(place.path) != uri:
            return False
        found = self.range(place)
        return _order(found.start) <= _order(position) <= _order(found.end)

    def _position(self, place: Place, point: Point) -> types.Position:
        before = place.source.line(point.line)[: point.column - 1]
        return types.Position(point.line - 1, self.codec.client_num_units(before))


def overlap(one: types.Range, other: types.Range) -> bool:
    """Whether two ranges have a position in common."""
    return _order(one.start) <= _order(other.end) and _order(other.start) <= _order(one.end)


def _order(position: types.Position) -> tuple[int, int]:
    return position.line, position.character
