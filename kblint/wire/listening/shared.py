"""How much of what containers share is read for each of them: n containers may each read the same m entries."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, field

from kblint.model.policy import ConfigMap
from kblint.model.workload import Container
from kblint.source.stream import SyntaxFault, not_followed

MOST = 200_000
"""Entries that are read once more, in all of a run; each takes up to 20 microseconds."""
_EACH = 50
"""Entries that any container may read once more: no input is shorter for having many containers."""
_READ = 6
"""Characters of a server's configuration that take as long as an entry."""
_SEEN = 500
"""Characters of any other text that do."""


class Shared(Struct):
    """Counts what is read again, until it is too much; `cuts` is where that was met."""

    cuts: list[SyntaxFault] = field(default_factory=list)
    _known: set[ConfigMap] = field(default_factory=set)
    _left: int = MOST

    def is_over(self, container: Container) -> bool:
        """Whether nothing more is read that a container shares with others."""
        if self._left >= 0 and not self.cuts:
            return False
        key = next((one for one in ("volumeMounts", "envFrom") if container.origin.get(one)), None)
        if key and not self.cuts:
            message = f"containers read {MOST:,} entries of ConfigMaps once more; from here on none is followed"
            self.cuts.append(not_followed(container.origin.place(key), message))
        return key is not None

    def count(self, container: Container, found: Iterable[ConfigMap], read: int, entries: int = 0) -> None:
        """Take in what a container has found: the characters `read` as configurations, and what came of it."""
        found = set(found)
        for one in found - self._known:
            self._left += len(one.data) + sum(len(text) // _READ for text in one.data.values() if isinstance(text, str))
        self._left += _EACH + sum(len(text) // _READ for text in container.words if isinstance(text, str))
        self._left -= sum(map(_entries, found)) + read // _READ + entries
        self._known |= found


def _entries(found: ConfigMap) -> int:
    return len(found.data) + sum(len(text) // _SEEN for text in found.data.values() if isinstance(text, str))
