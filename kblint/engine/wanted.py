"""Which facts the expressions of rules name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cache

from kblint.engine.facts import Names
from kblint.engine.path import Path
from kblint.engine.rule import Example, Rule
from kblint.engine.template import TextTemplate

_NAME = re.compile(r"\.(?:\s|//[^\n]*)*`?([A-Za-z_]\w*)")
"""What stands behind a dot, which in CEL is a field or a function; in a string it may be neither, and does no harm."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The names of fields that the rules on one subject use, or more.

    `asked` stand in the expression that a rule begins with: they are needed for every subject. `judged` stand in any
    expression, and are needed where that one does not say already that all is well; `told` stand in texts and places
    too, and are needed only where something is found.
    """

    asked: Names
    judged: Names
    told: Names


def wanted(rules: Iterable[Rule]) -> dict[str, Wanted]:
    """What rules use, by the kind of their subject."""
    found: dict[str, tuple[set[str], set[str], set[str]]] = {}
    for rule in rules:
        if check := rule.check:
            asked, judged, told = found.setdefault(check.subject, (set(), set(), set()))
            for part in _parts(rule):
                names = _NAME.findall(_text(part))
                told.update(names)
                judged.update(names if isinstance(part, str) else ())
            first = check.when or check.condition
            asked.update(judged if first is None else _NAME.findall(first))
    return {subject: Wanted(*map(frozenset, names)) for subject, names in found.items()}


def _parts(part: object) -> Iterator[str | TextTemplate | Path]:
    """Everything below a part of a rule that names something; the texts of the rule itself are prose."""
    if isinstance(part, str | TextTemplate | Path):
        yield part
    elif isinstance(part, tuple | frozenset):
        for item in part:
            yield from _parts(item)
    elif not isinstance(part, Example):
        kind: type = type(part)
        for name in _fields(kind):
            value = getattr(part, name)
            if value is not None and not (isinstance(part, Rule) and _is_prose(value)):
                yield from _parts(value)


@cache
def _fields(kind: type) -> tuple[str, ...]:
    """The names of a dataclass's fields; none of anything else."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()


def _is_prose(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, tuple) and all(isinstance(item, str) for item in value))


def _text(part: str | TextTemplate | Path) -> str:
    """A part as the expressions in it: a path is one too."""
    if isinstance(part, TextTemplate):
        return "\n".join(hole.expression for hole in part.holes)
    return part.text if isinstance(part, Path) else part
