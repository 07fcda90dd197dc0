"""The rule files, checked before any rule runs: each by itself, and all together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kblint.engine.row import RowType
from kblint.engine.rule_check import RuleCheck
from kblint.engine.rule_file import OwnFile
from kblint.engine.subject import SubjectKind
from kblint.engine.typecheck import Checker
from kblint.source.spelling import did_you_mean


def check_files(
    files: Sequence[OwnFile],
    kinds: Mapping[str, SubjectKind[Any]],
    row_types: Mapping[str, RowType],
    shared: Mapping[str, str],
    given: Mapping[str, Mapping[str, str]],
) -> tuple[frozenset[str], frozenset[str]]:
    """See that the rules are sound, alone and together.

    `given` holds, by the path of a rule, the manifests that its examples may name.

    Returns all expressions, and the names of all variables they may use.

    Raises:
        RuleError: the first mistake, with its place.
    """
    _check_together(files)
    checker = Checker(row_types)
    expressions: set[str] = set()
    names = {*shared, *(kind.variable for kind in kinds.values())}
    for file in files:
        check = RuleCheck(file, kinds, row_types, shared, given[file.source.path], checker)
        check.run()
        expressions |= check.expressions
        names |= check.names
    return frozenset(expressions), frozenset(names)


def _check_together(files: Sequence[OwnFile]) -> None:
    seen: dict[str, OwnFile] = {}
    for file in files:
        for key in ("id", "name"):
            value = file.content[key]
            if value in seen:
                raise file.error(f"{key} `{value}` is already used by `{seen[value].source.path}`", key)
            seen[value] = file
    yields = {file.content["id"]: file.content.get("yieldsTo", ()) for file in files}
    for file in files:
        for index, target in enumerate(file.content.get("yieldsTo", ())):
            if target not in yields:
                raise file.error(f"unknown rule `{target}`", "yieldsTo", index, help=did_you_mean(target, yields))
            if file.content["id"] in _reached(target, yields):
                message = f"`{target}` yields to this rule too, so that both would stay silent"
                raise file.error(message, "yieldsTo", index)


def _reached(start: str, yields: Mapping[str, Sequence[str]]) -> set[str]:
    """All rules that `start` yields to, itself included, over any number of steps."""
    reached: set[str] = set()
    pending = [start]
    while pending:
        rule = pending.pop()
        if rule not in reached:
            reached.add(rule)
            pending.extend(yields.get(rule, ()))
    return reached
