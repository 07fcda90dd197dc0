"""What expressions of Terraform stand for, as far as the files of one folder say it; everything else is unknown.

https://developer.hashicorp.com/terraform/language/expressions
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kblint.read.terraform.functions import FUNCTIONS, MAX_SIZE, as_text, is_number, operated
from kblint.source.values import Unknown
from kblint.syntax import hcl_tree as hcl

MAX_STEPS = 200_000
"""Expressions evaluated in one folder; beyond, everything is unknown."""
MAX_DEPTH = 150
"""Expressions that are evaluated inside of each other, through locals too."""


@dataclass(frozen=True, slots=True)
class Traversal(Unknown):
    """An attribute of a resource: known only to Terraform, but which resource it is, is written.

    `key` is that of one of several (`[0]`, `["web"]`), None where none is written.
    """

    type: str = ""
    name: str = ""
    key: object = None

    @property
    def address(self) -> str:
        """The resource as Terraform calls it, without the key."""
        return f"{self.type}.{self.name}"


@dataclass(slots=True)
class Folder:
    """The variables and locals that the files of a folder declare, evaluated when they are first asked for."""

    variables: Mapping[str, tuple[str, hcl.Expression]]
    locals: Mapping[str, tuple[str, hcl.Expression]]
    """Each with the text of its file."""
    _known: dict[tuple[str, str], object] = field(default_factory=dict)
    _asked: set[tuple[str, str]] = field(default_factory=set)
    steps: int = 0
    depth: int = 0

    def value(self, kind: str, name: str) -> object:
        """The value of `var.name` or `local.name`; unknown without a default, and for one that names itself."""
        asked = (kind, name)
        if asked not in self._known:
            declared = (self.variables if kind == "var" else self.locals).get(name)
            if declared is None or asked in self._asked:
                return Unknown(f"{kind}.{name}")
            self._asked.add(asked)
            self._known[asked] = Scope(self, declared[0]).value(declared[1])
            self._asked.discard(asked)
        return self._known[asked]


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression stands: its folder, its file's text, and the names bound around it (`each`, `count`)."""

    folder: Folder
    text: str
    names: Mapping[str, object] = field(default_factory=dict)

    def bound(self, **names: object) -> Scope:
        """The same place with more names."""
        return Scope(self.folder, self.text, {**self.names, **names})

    def unknown(self, expression: hcl.Expression) -> Unknown:
        """An unknown that says what is written."""
        return Unknown(self.text[slice(*expression.span)][:200])

    def value(self, expression: hcl.Expression) -> object:
        """A string, number, boolean, None, list or dict of these, or an Unknown in their place."""
        folder = self.folder
        folder.steps += 1
        if folder.steps > MAX_STEPS or folder.depth > MAX_DEPTH:
            return self.unknown(expression)
        folder.depth += 1
        value = self._value(expression)
        folder.depth -= 1
        return value

    def _value(self, expression: hcl.Expression) -> object:
        match expression:
            case hcl.Literal():
                return expression.value
            case hcl.Template():
                return self._template(expression)
            case hcl.Sequence():
                return [self.value(item) for item in expression.items]
            case hcl.Mapping():
                return self._mapping(expression)
            case hcl.Variable() | hcl.Access():
                return self._accessed(expression)
            case hcl.Call():
                return self._called(expression)
            case hcl.Conditional():
                test = self.value(expression.test)
                if not isinstance(test, bool):
                    return self.unknown(expression)
                return self.value(expression.yes if test else expression.no)
            case hcl.Operation():
                return self._operation(expression)
            case hcl.Loop():
                return self._loop(expression)
            case _:
                return self.unknown(expression)

    def _template(self, template: hcl.Template) -> object:
        parts = [part if isinstance(part, str) else self.value(part) for part in template.parts]
        if len(parts) == 1:
            # "${x}" alone keeps the type of x
            return parts[0]
        texts = [as_text(part) for part in parts]
        known = [part for part in texts if part is not None]
        if len(known) < len(texts) or sum(map(len, known)) > MAX_SIZE:
            return self.unknown(template)
        return "".join(known)

    def _mapping(self, mapping: hcl.Mapping) -> object:
        found: dict[str, object] = {}
        for key, value in mapping.entries:
            name = as_text(self.value(key))
            if name is None:
                return self.unknown(mapping)
            found[name] = self.value(value)
        return found

    def _accessed(self, expression: hcl.Expression) -> object:
        keys: list[object] = []
        root = expression
        while isinstance(root, hcl.Access):
            keys.append(self.value(root.key))
            root = root.of
        keys.reverse()
        if not isinstance(root, hcl.Variable):
            return self._inside(self.value(root), keys, expression)
        name = root.name
        if name in self.names:
            return self._inside(self.names[name], keys, expression)
        if name in ("var", "local") and keys and isinstance(keys[0], str):
            return self._inside(self.folder.value(name, keys[0]), keys[1:], expression)
        if name == "data" and keys:
            name, keys = f"data.{keys[0]}", keys[1:]
        if name in ("var", "local", "each", "count", "module", "path", "terraform", "self") or not keys:
            return self.unknown(expression)
        key = keys[1] if len(keys) > 1 and self._is_index(expression, len(keys) - 2) else None
        return Traversal(self.unknown(expression).text, type=name, name=str(keys[0]), key=key)

    @staticmethod
    def _is_index(expression: hcl.Expression, steps_back: int) -> bool:
        """Whether the access that many steps from the end is `[key]`; `.key` is an attribute."""
        for _ in range(steps_back):
            expression = expression.of if isinstance(expression, hcl.Access) else expression
        return isinstance(expression, hcl.Access) and expression.key.span.end < expression.span.end

    def _inside(self, value: object, keys: Iterable[object], expression: hcl.Expression) -> object:
        for key in keys:
            if isinstance(value, dict) and isinstance(key, str | int) and str(key) in value:
                value = value[str(key)]
            elif isinstance(value, list) and isinstance(key, int) and 0 <= key < len(value):
                value = value[key]
            else:
                return self.unknown(expression)
        # what is written here says more than what is written where it comes from
        return self.unknown(expression) if isinstance(value, Unknown) and not isinstance(value, Traversal) else value

    def _called(self, call: hcl.Call) -> object:
        function = FUNCTIONS.get(call.name)
        if function is None:
            return self.unknown(call)
        arguments = [self.value(argument) for argument in call.arguments]
        if any(isinstance(argument, Unknown) for argument in arguments):
            return self.unknown(call)
        result = function(arguments)
        return self.unknown(call) if result is None else result

    def _operation(self, operation: hcl.Operation) -> object:
        left = self.value(operation.left)
        if operation.operator == "()":
            return left
        if operation.right is None:
            if operation.operator == "!" and isinstance(left, bool):
                return not left
            return -left if operation.operator == "-" and is_number(left) else self.unknown(operation)  # type: ignore[operator]  # just checked
        right = self.value(operation.right)
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return self.unknown(operation)
        result = operated(operation.operator, left, right)
        return self.unknown(operation) if result is None else result

    def _loop(self, loop: hcl.Loop) -> object:
        collection = self.value(loop.collection)
        if not isinstance(collection, list | dict):
            return self.unknown(loop)
        results: list[object] = []
        named: dict[str, object] = {}
        for key, value in entries(collection):
            scope = self.bound(**dict(zip(reversed(loop.variables), (value, key), strict=False)))
            test = True if loop.test is None else scope.value(loop.test)
            if not isinstance(test, bool) or len(results) > MAX_SIZE:
                return self.unknown(loop)
            if not test:
                continue
            results.append(scope.value(loop.result))
            if loop.name is not None:
                name = as_text(scope.value(loop.name))
                if name is None:
                    return self.unknown(loop)
                named[name] = results[-1]
        return results if loop.name is None else named


def entries(collection: list[object] | dict[str, object]) -> Iterator[tuple[object, object]]:
    """Keys and values of a mapping, indices and values of a list."""
    return iter(collection.items()) if isinstance(collection, dict) else iter(enumerate(collection))
