"""The marks in the examples of rules: `# <- primary` and `# <- related` on the lines that must be shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

_MARK = re.compile(r"(?:#|//)[ \t]*<-[ \t]*(?P<kinds>[a-z]+(?:,[ \t]*[a-z]+)*)[ \t]*$", re.MULTILINE)


class Mark(NamedTuple):
    """A line that must be shown."""

    path: str
    line: int


class Marks(NamedTuple):
    """All marked lines of an example."""

    primary: frozenset[Mark]
    related: frozenset[Mark]


def marks(files: Mapping[str, str]) -> Marks:
    """The marks in the files of an example; one line may carry both: `# <- primary, related`."""
    found: dict[str, set[Mark]] = {"primary": set(), "related": set()}
    for path, text in files.items():
        for match in _MARK.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            for kind in re.split(r",[ \t]*", match["kinds"]):
                assert kind in found, f"{path}:{line}: unknown mark `{kind}`"
                found[kind].add(Mark(path, line))
    return Marks(frozenset(found["primary"]), frozenset(found["related"]))
