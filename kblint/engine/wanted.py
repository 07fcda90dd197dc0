"""Which facts the expressions of rules name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from types import UnionType

from kblint.engine.facts import Names
from kblint.engine.path import Path
from kblint.engine.rule import Example, Rule
from kblint.engine.template import TextTemplate

_NAME = re.compile(r"\.(?:\s|//[^\n]*)*`?([A-Za-z_]\w*)")
"""What stands behind a dot, which in CEL is a field or a function; in a string it may be neither, and does no harm."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The names of fields that the rules on one subject use, or more.

    `judged` stand in expressions: they are needed for every subject. `told` stand in texts and places too, and are
    needed only where something is found.
    """

    judged: Names
    told: Names


def wanted(rules: Iterable[Rule]) -> dict[str, Wanted]:
    """What rules use, by the kind of their subject."""
    judged: dict[str, set[str]] = {}
    told: dict[str, set[str]] = {}
    for rule in rules:
        if rule.check:
            judged.setdefault(rule.check.subject, set()).update(_names(rule, str))
            told.setdefault(rule.check.subject, set()).update(_names(rule, str | TextTemplate | Path))
    return {subject: Wanted(frozenset(judged[subject]), frozenset(told[subject])) for subject in judged}


def _names(part: object, kinds: type | UnionType) -> Iterator[str]:
    """The names in everything of these kinds below a part of a rule; the texts of the rule itself are prose."""
    if isinstance(part, str | TextTemplate | Path):
        yield from _NAME.findall(_text(part)) if isinstance(part, kinds) else ()
    elif isinstance(part, tuple | frozenset):
        for item in part:
            yield from _names(item, kinds)
    elif is_dataclass(part) and not isinstance(part, Example):
        for field in fields(part):
            value = getattr(part, field.name)
            if not (isinstance(part, Rule) and _is_prose(value)):
                yield from _names(value, kinds)


def _is_prose(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, tuple) and all(isinstance(item, str) for item in value))


def _text(part: str | TextTemplate | Path) -> str:
    """A part as the expressions in it: a path is one too."""
    if isinstance(part, TextTemplate):
        return "\n".join(hole.expression for hole in part.holes)
    return part.text if isinstance(part, Path) else part
