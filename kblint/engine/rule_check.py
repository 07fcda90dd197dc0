"""Rule files, checked before any rule runs: every name, path, text and expression, and what rules say of each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from kblint.cel.growth import check_growth
from kblint.engine import typecheck
from kblint.engine.marks import Mark, marks
from kblint.engine.path import SCALARS, Path, check_path
from kblint.engine.row import Field, Type
from kblint.engine.rule import EXAMPLE_FILE, expression_text, given_file
from kblint.engine.subject import Terms
from kblint.engine.template import TextTemplate, check_conditionals
from kblint.finding import Severity
from kblint.own_file import MistakeError, OwnFile
from kblint.source.spelling import did_you_mean
from kblint.source.values import PathPart

# CEL keeps these for itself: https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax
_RESERVED = frozenset(
    {"as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop"}
    | {"namespace", "null", "package", "return", "true", "var", "void", "while"}
)
_SAID_BY_CASES = (("message",), ("symptom",), ("help",), ("related",), ("fix",), ("location", "label"))
"""What a case may say instead of its rule, by the same key: where the rule says it."""
Parsed = TypeVar("Parsed")


def check_files(
    files: Sequence[OwnFile],
    terms: Terms,
    given: Mapping[str, Mapping[str, str]],
) -> tuple[frozenset[str], frozenset[str]]:
    """See that the rules are sound, alone and together.

    `given` holds, by the path of a rule, the manifests that its examples may name.

    Returns all expressions, and the names of all variables they may use.

    Raises:
        RuleError: the first mistake, with its place.
    """
    _check_together(files)
    checker = typecheck.Checker(terms.row_types)
    expressions: set[str] = set()
    names = {*terms.shared, *(kind.variable for kind in terms.kinds.values())}
    for file in files:
        check = RuleCheck(file, terms, given[file.source.path], checker)
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


class RuleCheck:
    """Checks one rule file, and collects its expressions and the names it brings."""

    def __init__(self, file: OwnFile, terms: Terms, given: Mapping[str, str], checker: typecheck.Checker) -> None:
        self._file = file
        self._terms = terms
        self._checker = checker
        self._variables = dict(terms.shared)
        self._given = given
        self.expressions: set[str] = set()
        self.names: set[str] = set()

    def run(self) -> None:
        """See that the rule is sound.

        Raises:
            RuleError: the first mistake, with its place.
        """
        content = self._file.content
        for index, example in enumerate(content.get("examples", ())):
            self._check_example(index, example)
        if "subject" not in content:
            self._check_described_only()
            return
        subject = content["subject"]
        kinds = self._terms.kinds
        if subject not in kinds:
            raise self._file.error(f"unknown subject `{subject}`", "subject", help=did_you_mean(subject, kinds))
        kind = kinds[subject]
        self._variables[kind.variable] = kind.name
        self._expression(typecheck.BOOL, "when")
        self._expression(typecheck.BOOL, "condition")
        self._expression(typecheck.STRING, "certainty")
        self._template(self._variables, "likely")
        self._check_lower()
        self._check_saying()
        self._pointer(self._variables, "location")
        self._check_cases()

    def _check_cases(self) -> None:
        content = self._file.content
        cases = content.get("cases", ())
        if not cases and "message" not in content:
            raise self._file.error("`message` is missing")
        for index, case in enumerate(cases):
            if "message" not in case and "message" not in content:
                raise self._file.error("`message` is missing, here or in the rule", "cases", index)
            self._expression(typecheck.BOOL, "cases", index, "when")
            self._template(self._variables, "cases", index, "label")
            self._check_saying("cases", index)
        for where in _SAID_BY_CASES:
            key = where[-1]
            if cases and self._file.origin.get(*where) is not None and all(key in case for case in cases):
                raise self._file.key_error(f"every case has its own `{key}`, so that this one is never used", *where)

    def _check_saying(self, *where: PathPart) -> None:
        """See that what is said beside the label is sound: of the rule, or of one of its cases."""
        for key in ("message", "symptom", "help"):
            self._template(self._variables, *where, key)
        related = self._file.origin.get(*where, "related")
        for index in range(len(related) if isinstance(related, list) else 0):
            self._check_related(*where, "related", index)
        if self._file.origin.get(*where, "fix") is not None:
            self._check_fix(*where, "fix")

    def _check_example(self, index: int, example: Mapping[str, Any]) -> None:
        key = "bad" if "bad" in example else "good"
        written = example[key]
        if isinstance(written, str):
            self._parsed(_marked, "examples", index, key)
        for name in () if isinstance(written, str) else written:
            self._parsed(_marked, "examples", index, key, name)
        own = {EXAMPLE_FILE} if isinstance(written, str) else written.keys()
        for position, name in enumerate(example.get("given", ())):
            where = ("examples", index, "given", position)
            if name not in self._given:
                message, help = f"there is no manifest `{name}` in `given/`", did_you_mean(name, self._given)
                raise self._file.error(message, *where, help=help)
            if given_file(name) in own:
                raise self._file.error(f"the example has a file `{given_file(name)}` of its own", *where)
            if _marked(self._given[name]):
                raise self._file.error(f"`{name}` holds a mark, which only an example can", *where)

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
            self._template(self._variables, "lower", index, "because")

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

    def _check_fix(self, *where: PathPart) -> None:
        self._check_edit(*where)
        also = self._file.origin.get(*where, "also")
        for index in range(len(also) if isinstance(also, list) else 0):
            self._check_edit(*where, "also", index)
        self._template(self._variables, *where, "title")

    def _check_edit(self, *where: PathPart) -> None:
        for key in ("replace", "remove"):
            target = self._path(self._variables, *where, key)
            if target is not None and target.type not in SCALARS:
                raise self._file.error(f"a fix changes single values, found: {target.type.value}", *where, key)
        self._expression(typecheck.BOOL, *where, "when")
        self._expression(typecheck.SCALAR, *where, "with")

    def _pointer(self, variables: Mapping[str, str], *where: PathPart) -> None:
        self._path(variables, *where, "at")
        self._template(variables, *where, "label")
        self._expression(typecheck.BOOL, *where, "when", variables=variables)

    def _path(self, variables: Mapping[str, str], *where: PathPart) -> Field | None:
        return self._parsed(lambda text: check_path(Path.parse(text), variables, self._terms.row_types), *where)

    def _template(self, variables: Mapping[str, str], *where: PathPart) -> None:
        template = self._parsed(_readable, *where)
        for hole in template.holes if template else ():
            self._compile(hole.expression, variables, typecheck.PRINTABLE, where, hole.offset)

    def _expression(
        self, wanted: typecheck.WantedType, *where: PathPart, variables: Mapping[str, str] | None = None
    ) -> None:
        value = self._file.origin.get(*where)
        if value is not None:
            self._compile(expression_text(value), variables or self._variables, wanted, where, 0)

    def _compile(
        self,
        expression: str,
        variables: Mapping[str, str],
        wanted: typecheck.WantedType,
        where: Sequence[PathPart],
        offset: int,
    ) -> None:
        try:
            check_growth(expression)
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


def _readable(text: str) -> TextTemplate:
    template = TextTemplate.parse(text)
    check_conditionals(template)
    return template


def _marked(text: str) -> tuple[Mark, ...]:
    return tuple(marks(text))
