"""What is open while YAML is read: the containers, and what their anchors name."""

from __future__ import annotations

from kblint.source.values import NOWHERE, PositionedDict, PositionedList


class KeyMark:
    """Stands where a key would: for a merge key, and for a key that cannot be one."""


MERGE = KeyMark()
LEFT_OUT = KeyMark()


class Anchor:
    """What an anchor names: `size` counts the values in it, `height` its levels; open while it is being read."""

    __slots__ = ("height", "is_open", "size", "value")

    def __init__(self) -> None:
        self.value: object = None
        self.size = 1
        self.height = 0
        self.is_open = True


class OpenContainer:
    """A container that is being read; the outermost one, without a node, receives the document's root."""

    __slots__ = ("anchor", "height", "is_mapping", "key", "key_span", "merges", "name", "node", "opened", "start")

    def __init__(self, node: PositionedDict | PositionedList | None, start: int, opened: int) -> None:
        self.node = node
        self.is_mapping = isinstance(node, PositionedDict)
        self.start = start
        self.opened = opened
        self.key: str | KeyMark | None = None
        self.key_span = NOWHERE
        self.merges: list[list[PositionedDict]] = []
        self.name: str | None = None
        self.anchor: Anchor | None = None
        self.height = 0
