"""The inputs that fuzzing begins with: one folder a format; what it once found stands there too."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

FOLDER = Path(__file__).parent / "corpus"
OURS = ("configuration", "rules")
"""Files of kblint's own: what is wrong with them ends the run, with an error."""


@cache
def corpus() -> Mapping[str, Mapping[str, str]]:
    """By format: the texts by file name."""
    return MappingProxyType(
        {
            folder.name: MappingProxyType(
                {file.name: file.read_bytes().decode("utf-8", "surrogateescape") for file in sorted(folder.iterdir())}
            )
            for folder in sorted(FOLDER.iterdir())
        }
    )


def inputs() -> list[str]:
    """The formats of what is checked."""
    return [name for name in corpus() if name not in OURS]
