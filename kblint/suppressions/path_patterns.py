"""Patterns of paths in the configuration: as in `.gitignore`, whatever the working directory is."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property

from msgspec import Struct

from kblint.source.ignore import Ignores


class PathPatterns(Struct, frozen=True, eq=False, dict=True):
    """Patterns as in `.gitignore`; none of them means every path.

    They start at the folder `base`; paths are shown from `root`, the working directory.
    """

    lines: Sequence[str] = ()
    base: str = ""
    root: str = ""

    @cached_property
    def _ignores(self) -> Ignores:
        return Ignores().with_lines(self.lines)

    def hold(self, path: str) -> bool:
        """Whether a file, as it is shown, is meant."""
        if not self.lines:
            return True
        is_elsewhere = self.base != self.root
        return self._ignores.leaves_out_file(
            os.path.relpath(os.path.join(self.root, path), self.base) if is_elsewhere else path  # noqa: PTH118 - a text
        )
