"""Which facts the expressions of rules name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from msgspec import Struct

from kblint.engine.facts import Names
from kblint.engine.path import Path
from kblint.engine.rule import Check, Rule
from kblint.engine.template import TextTemplate
from kblint.source.regex import regex

_NAME = regex(r"\.(?:\s|//[^\n]*)*`?([A-Za-z_]\w*)")
"""What stands behind a dot, which in CEL is a field or a function; in a string it may be neither, and does no harm."""


class Wanted(Struct, frozen=True):
    """The names of fields that the rules on one subject use, or more.

    `asked` stand in the expression that a rule begins with: they are needed for every subject. `judged` stand in any
    expression, and are needed where that one does not say already that all is well; `told` stand in texts and places
    too, and are needed only where something is found.
    """

    asked: Names
    judged: Names
    told: Names


def wanted(rules: Iterable[Rule], known: Mapping[str, Wanted] = MappingProxyType({})) -> dict[str, Wanted]:
    """What rules use, by the kind of their subject; `known` is what some do on their own, by their ids."""
    found: dict[str, list[Wanted]] = {}
    for rule in rules:
        if rule.subject is not None:
            found.setdefault(rule.subject, []).append(known.get(rule.id) or named(rule))
    return {
        subject: Wanted(
            _all(one.asked for one in each), _all(one.judged for one in each), _all(one.told for one in each)
        )
        for subject, each in found.items()
    }


def named(rule: Rule) -> Wanted:
    """What one rule uses."""
    return named_in(rule.check, rule.symptom, rule.help)


def named_in(check: Check | None, *texts: TextTemplate | None) -> Wanted:
    """What a check uses, and the texts beside it."""
    judged: set[str] = set()
    told: set[str] = set()
    for part in _parts((check, *texts)):
        names = _NAME.findall(_text(part))
        told.update(names)
        judged.update(names if isinstance(part, str) else ())
    first = (check.when or check.condition) if check else None
    return Wanted(frozenset(judged if first is None else _NAME.findall(first)), frozenset(judged), frozenset(told))


def _all(names: Iterable[Names]) -> Names:
    return frozenset().union(*names)


def _parts(part: object) -> Iterator[str | TextTemplate | Path]:
    """Everything below a part of a rule that names something."""
    if isinstance(part, str | TextTemplate | Path):
        yield part
    elif isinstance(part, tuple | frozenset):
        for item in part:
            yield from _parts(item)
    else:
        kind: type = type(part)
        for name in kind.__struct_fields__ if issubclass(kind, Struct) else ():
            value = getattr(part, name)
            if value is not None:
                yield from _parts(value)


def _text(part: str | TextTemplate | Path) -> str:
    """A part as the expressions in it: a path is one too."""
    if isinstance(part, TextTemplate):
        return "\n".join(hole.expression for hole in part.holes)
    return part.text if isinstance(part, Path) else part
