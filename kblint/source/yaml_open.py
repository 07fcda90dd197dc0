"""What is open while YAML is read: the containers, and what their anchors name."""

from __future__ import annotations

import itertools

from kblint.source.values import PositionedDict, PositionedList


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
    """A container that is being read; the outermost one, without a node, receives the document's root.

    Its node has no spans before its end: they are collected as `offsets`.
    """

    __slots__ = (
        "anchor",
        "height",
        "index",
        "is_mapping",
        "key",
        "key_end",
        "key_start",
        "merges",
        "name",
        "node",
        "offsets",
        "opened",
        "start",
    )

    def __init__(self, node: PositionedDict | PositionedList | None, start: int, opened: int) -> None:
        self.node = node
        self.is_mapping = isinstance(node, PositionedDict)
        self.start = start
        self.opened = opened
        self.key: str | KeyMark | None = None
        self.key_start = self.key_end = 0
        # those of the container, which are known at its end, then of each entry or item: see `PositionedDict.pack`
        self.offsets = [0, 0]
        # the number of each key, once one of them stood twice
        self.index: dict[str, int] | None = None
        self.merges: list[list[PositionedDict]] = []
        self.name: str | None = None
        self.anchor: Anchor | None = None
        self.height = 0

    def merge(self) -> None:
        """Add what merge keys bring: a later one wins over an earlier one, in the list of one the earlier mapping."""
        if not isinstance(self.node, PositionedDict):
            return
        for mapping in itertools.chain.from_iterable(reversed(self.merges)):
            for key in mapping:
                if key not in self.node:
                    self.node[key] = mapping[key]
                    self.offsets += (*mapping.key_span(key), *mapping.value_span(key))
