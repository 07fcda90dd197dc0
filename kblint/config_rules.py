"""What `kblint.yaml` says of rules: which of them run, how grave they are, and where they are silent."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kblint.source.text import Place
from kblint.source.values import Origin, strings
from kblint.suppressions.choice import Choice, Override
from kblint.suppressions.path_patterns import PathPatterns
from kblint.suppressions.suppress import IgnoreEntry


def choice_of(origin: Origin, base: Path, root: Path) -> Choice:
    """Which rules run and how grave they are; patterns of paths start at `base`, and paths are shown from `root`."""
    content: Mapping[str, Any] = origin.node
    return Choice(
        select=tuple(strings(content.get("select"))),
        ignored=tuple(strings(content.get("ignore"))),
        severity=dict(content.get("severity", {})),
        overrides=tuple(
            Override(_patterns(entry, base, root), dict(_severity(entry))) for entry in origin.children("overrides")
        ),
        places=dict(_places(origin)),
    )


def entries_of(origin: Origin, base: Path, root: Path) -> Iterator[IgnoreEntry]:
    """What silences rules for some files or objects: one entry for each rule, with the place where that is named."""
    for key, rules in (("ignore", "rules"), ("overrides", "ignore")):
        for entry in origin.children(key):
            paths = _patterns(entry, base, root)
            for number, rule in enumerate(strings(entry.node.get(rules))):
                yield IgnoreEntry(
                    rules=(rule,),
                    paths=paths,
                    objects=tuple(strings(entry.node.get("objects"))),
                    reason=str(entry.node.get("reason", "")),
                    place=entry.place(rules, number),
                )


def _patterns(entry: Origin, base: Path, root: Path) -> PathPatterns:
    lines = tuple(strings(entry.node.get("paths")))
    return PathPatterns(lines, os.path.abspath(base), os.path.abspath(root))  # noqa: PTH100 - links are not followed


def _severity(entry: Origin) -> Mapping[str, str]:
    said = entry.get("severity")
    return said if isinstance(said, dict) else {}


def _places(origin: Origin) -> Iterator[tuple[tuple[str, str], Place]]:
    """Where rules are named that are not in an entry of their own."""
    for key in ("select", "ignore"):
        said = origin.get(key)
        for number, rule in enumerate(said if isinstance(said, list) else ()):
            if isinstance(rule, str):
                yield (key, rule), origin.place(key, number)
    for entry in (origin, *origin.children("overrides")):
        for rule in _severity(entry):
            yield ("severity", rule), entry.key_place("severity", rule)
