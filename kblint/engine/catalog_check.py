"""Every name, path and expression of the rule files, checked before any rule runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from kblint.engine import typecheck
from kblint.engine.mistake import MistakeError
from kblint.engine.path import Path, check_path, is_scalar
from kblint.engine.row import Field, RowType, Type
from kblint.engine.rule import expression_text
from kblint.engine.rule_file import OwnFile
from kblint.engine.subject import SubjectKind
from kblint.engine.template import TextTemplate
from kblint.finding import Severity
from kblint.source.spelling import did_you_mean
from kblint.source.values import PathPart

# CEL keeps these for itself: https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax
_RESERVED = frozenset(
    {"as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop"}
    | {"namespace", "null", "package", "return", "true", "var", "void", "while"}
)
Parsed = TypeVar("Parsed")


def check_files(
    files: Sequence[OwnFile],
    kinds: Mapping[str, SubjectKind[Any]],
    row_types: Mapping[str, RowType],
    shared: Mapping[str, str],
) -> tuple[frozenset[str], frozenset[str]]:
    """See that the rules are sound, alone and together.

    Returns all expressions, and the names of all variables they may use.

    Raises:
        RuleError: the first mistake, with its place.
    """
    _check_together(files)
    checker = typecheck.Checker(row_types)
    expressions: set[str] = set()
    names = {*shared, *(kind.variable for kind in kinds.values())}
    for file in files:
        check = _RuleCheck(file, kinds, row_types, shared, checker)
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


class _RuleCheck:
    """Checks one rule file, and collects its expressions and the names it brings."""

    def __init__(
        self,
        file: OwnFile,
        kinds: Mapping[str, SubjectKind[Any]],
        row_types: Mapping[str, RowType],
        shared: Mapping[str, str],
        checker: typecheck.Checker,
    ) -> None:
        self._file = file
        self._kinds = kinds
        self._row_types = row_types
        self._checker = checker
        self._variables = dict(shared)
        self.expressions: set[str] = set()
        self.names: set[str] = set()

    def run(self) -> None:
        content = self._file.content
        if "condition" not in content:
            self._check_described_only()
            return
        subject = content["subject"]
        if subject not in self._kinds:
            raise self._file.error(f"unknown subject `{subject}`", "subject", help=did_you_mean(subject, self._kinds))
        kind = self._kinds[subject]
        self._variables[kind.variable] = kind.row_type
        self._expression(typecheck.BOOL, "when")
        self._expression(typecheck.BOOL, "condition")
        self._expression(typecheck.STRING, "certainty")
        self._check_lower()
        for key in ("message", "symptom", "help"):
            self._template(self._variables, key)
        self._pointer(self._variables, "location")
        for index in range(len(content.get("related", ()))):
            self._check_related("related", index)
        if "fix" in content:
            self._check_fix()

    def _check_described_only(self) -> None:
        for key in ("symptom", "help"):
            template = self._parsed(TextTemplate.parse, key)
            for hole in template.holes if template else ():
                raise self._file.error("this rule has no subject to speak of", key, offset=hole.offset)

    def _check_lower(self) -> None:
        own = Severity[self._file.content["severity"].upper()]
        for index, entry in enumerate(self._file.content.get("lower", ())):
            if Severity[entry["to"].upper()] >= own:
                raise self._file.error(f"`{entry['to']}` is not below `{own.label}`", "lower", index, "to")
            self._expression(typecheck.BOOL, "lower", index, "when")

    def _check_related(self, *where: PathPart) -> None:
        each = self._path(self._variables, *where, "each")
        if each is None:
            self._pointer(self._variables, *where)
            return
        if each.type is not Type.ROWS or each.row is None:
            raise self._file.error(f"`each` needs a list of rows, found: {each.type.value}", *where, "each")
        name = str(self._file.origin.get(*where, "as"))
        if name in self._variables or name in _RESERVED:
            raise self._file.error(f"`{name}` is already taken", *where, "as", help="choose another name")
        self.names.add(name)
        self._pointer({**self._variables, name: each.row}, *where)

    def _check_fix(self) -> None:
        for key in ("replace", "remove"):
            target = self._path(self._variables, "fix", key)
            if target is not None and not is_scalar(target):
                raise self._file.error(f"a fix changes single values, found: {target.type.value}", "fix", key)
        self._expression(typecheck.BOOL, "fix", "when")
        self._expression(typecheck.SCALAR, "fix", "with")
        self._template(self._variables, "fix", "title")

    def _pointer(self, variables: Mapping[str, str], *where: PathPart) -> None:
        self._path(variables, *where, "at")
        self._template(variables, *where, "label")
        self._expression(typecheck.BOOL, *where, "when", variables=variables)

    def _path(self, variables: Mapping[str, str], *where: PathPart) -> Field | None:
        return self._parsed(lambda text: check_path(Path.parse(text), variables, self._row_types), *where)

    def _template(self, variables: Mapping[str, str], *where: PathPart) -> None:
        template = self._parsed(TextTemplate.parse, *where)
        for hole in template.holes if template else ():
            self._compile(hole.expression, variables, typecheck.PRINTABLE, where, hole.offset)

    def _expression(
        self, wanted: typecheck.Wanted, *where: PathPart, variables: Mapping[str, str] | None = None
    ) -> None:
        value = self._file.origin.get(*where)
        if value is not None:
            self._compile(expression_text(value), variables or self._variables, wanted, where, 0)

    def _compile(
        self,
        expression: str,
        variables: Mapping[str, str],
        wanted: typecheck.Wanted,
        where: Sequence[PathPart],
        offset: int,
    ) -> None:
        try:
            self._checker.check(expression, variables, wanted)
        except MistakeError as mistake:
            message, help = mistake.message, mistake.help
            raise self._file.error(message, *where, offset=offset + mistake.offset, help=help) from None
        self.expressions.add(expression)

    def _parsed(self, parse: Callable[[str], Parsed], *where: PathPart) -> Parsed | None:
        value = self._file.origin.get(*where)
        if value is None:
            return None
        try:
            return parse(str(value))
        except MistakeError as mistake:
            raise self._file.mistake(mistake, *where) from None
