"""What expressions of Terraform stand for, as far as the files of one folder say it; everything else is unknown.

https://developer.hashicorp.com/terraform/language/expressions
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct, field

from kblint.read.terraform.functions import FUNCTIONS, MAX_SIZE, OPERATORS, TooLargeError, as_text, entries, operated
from kblint.read.terraform.named import Traversal, attribute_at, inside
from kblint.source.text import Span
from kblint.source.values import Unknown
from kblint.syntax.grammar import Node
from kblint.syntax.hcl import Body
from kblint.syntax.hcl_nodes import here_document, named, number, opened, parts_of, string

MAX_STEPS = 50_000
"""Expressions evaluated in one folder; beyond, everything is unknown."""
MAX_DEPTH = 150
"""Expressions that are evaluated inside of each other, through locals too."""


_TOO_LARGE = f"values grow to more than {MAX_SIZE:,} items or characters"


class Folder(Struct):
    """The variables and locals that the files of a folder declare, evaluated when they are first asked for."""

    variables: Mapping[str, tuple[str, Node]]
    locals: Mapping[str, tuple[str, Node]]
    """Each with the text of its file."""
    resources: Mapping[str, tuple[str, Body]] = field(default_factory=dict)
    """Those of which there is one, by their address, each with the text of its file."""
    _known: dict[tuple[str, str], object] = field(default_factory=dict)
    _asked: set[tuple[str, str]] = field(default_factory=set)
    steps: int = 0
    depth: int = 0
    cuts: dict[str, tuple[str, Span]] = field(default_factory=dict)  # what is said of a limit, and where it was met

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

    def written(self, address: str, keys: Sequence[object]) -> object:
        """What a resource of the folder says of itself at `keys`: `metadata`, 0, `name`; unknown where it says nothing.

        A block is a list of blocks, of which the first is meant where there is no number.
        """
        asked = (address, repr(keys))
        text, body = self.resources.get(address, ("", None))
        found = attribute_at(body, keys) if body else None
        if found is None or asked in self._asked:
            return Unknown(address)
        self._asked.add(asked)
        value = Scope(self, text).value(found[0].value)
        self._asked.discard(asked)
        return inside(value, found[1], Unknown(address))


class Scope(Struct, frozen=True):
    """Where an expression stands: its folder, its file's text, and the names bound around it (`each`, `count`)."""

    folder: Folder
    text: str
    names: Mapping[str, object] = field(default_factory=dict)

    def bound(self, **names: object) -> Scope:
        """The same place with more names."""
        return Scope(self.folder, self.text, {**self.names, **names})

    def written(self, node: Node) -> str:
        """The characters of a node."""
        return self.text[node.start_byte : node.end_byte]

    def unknown(self, *parts: Node) -> Unknown:
        """An unknown that says what is written."""
        return Unknown(self.text[parts[0].start_byte : parts[-1].end_byte][:200])

    def value(self, *parts: Node) -> object:
        """A string, number, boolean, None, list or dict of these, or an Unknown in their place.

        `parts` is the node of an expression, or several: a value, and the `.key`, `[key]` and splats behind it.
        """
        folder = self.folder
        folder.steps += 1
        if folder.steps > MAX_STEPS or folder.depth > MAX_DEPTH:
            return self._cut(f"values take over {MAX_STEPS:,} steps or {MAX_DEPTH} levels to work out", *parts)
        folder.depth += 1
        value = self._value(opened(parts))
        folder.depth -= 1
        return value

    def _cut(self, message: str, *parts: Node) -> Unknown:
        """An unknown that a limit makes; where it was met is told."""
        span = Span(parts[0].start_byte, parts[-1].end_byte)
        self.folder.cuts.setdefault(f"{message}; from here on they are not known", (self.text, span))
        return self.unknown(*parts)

    def _value(self, parts: Sequence[Node]) -> object:
        node, *rest = parts
        match "variable_expr" if rest else node.type:
            case "variable_expr":
                return self._accessed(parts)
            case "numeric_lit":
                return number(self.written(node))
            case "bool_lit":
                return self.written(node) == "true"
            case "null_lit":
                return None
            case "string_lit" | "quoted_template":
                return self._string(node)
            case "heredoc_template":
                document = here_document(self.text, node)
                return self.unknown(node) if document is None else document
            case "tuple":
                return [self.value(item) for item in named(node, "expression")]
            case "object":
                return self._object(node)
            case "function_call":
                return self._called(node)
            case "conditional":
                return self._conditional(node)
            case "unary_operation":
                return self._unary(node)
            case "binary_operation":
                return self._binary(node)
            case "for_tuple_expr" | "for_object_expr":
                return self._loop(node)
            case _:
                return self.unknown(node)

    def _string(self, node: Node) -> object:
        written = string(self.text, node)
        if written is None:
            return self.unknown(node)
        parts = [part if isinstance(part, str) else self.value(part) for part in written]
        if len(parts) == 1:
            # "${x}" alone keeps the type of x
            return parts[0]
        texts = [as_text(part) for part in parts]
        known = [part for part in texts if part is not None]
        if len(known) < len(texts):
            return self.unknown(node)
        if sum(map(len, known)) > MAX_SIZE:
            return self._cut(_TOO_LARGE, node)
        return "".join(known)

    def _object(self, node: Node) -> object:
        found: dict[str, object] = {}
        for element in named(node, "object_elem"):
            key, value = named(element, "expression")
            name = self.key(key)
            if name is None:
                return self.unknown(node)
            found[name] = self.value(value)
        return found

    def key(self, node: Node) -> str | None:
        """The key of an object, of which a bare word is that word; None where it is not known."""
        (bare, *rest) = opened((node,))
        return self.written(bare) if bare.type == "variable_expr" and not rest else as_text(self.value(node))

    def _accessed(self, parts: Sequence[Node]) -> object:
        whole = self.unknown(*parts)
        first, *rest = parts
        if first.type == "(":
            first, rest = parts[1], rest[2:]
            if not rest:
                return self.value(first)
        if any(part.type not in ("get_attr", "index") for part in rest):
            return whole
        keys = [self._asked(part) for part in rest]
        if parts[0].type != "variable_expr":
            return inside(self.value(first), keys, whole)
        name = self.written(first)
        if name in self.names:
            return inside(self.names[name], keys, whole)
        if name in ("var", "local") and keys and isinstance(keys[0], str):
            return inside(self.folder.value(name, keys[0]), keys[1:], whole)
        if name == "data" and keys:
            name, keys, rest = f"data.{keys[0]}", keys[1:], rest[1:]
        if name in ("var", "local", "each", "count", "module", "path", "terraform", "self") or not keys:
            return whole
        stated = self.folder.written(f"{name}.{keys[0]}", keys[1:])
        if not isinstance(stated, Unknown):
            return stated
        key = keys[1] if len(keys) > 1 and rest[1].named_children[-1].type == "new_index" else None
        return Traversal(whole.text, type=name, name=str(keys[0]), key=key)

    def _asked(self, part: Node) -> object:
        """The key that `.key` or `[key]` asks for."""
        inner = part.named_children[-1]
        if part.type == "get_attr":
            return self.written(inner)
        if inner.type == "new_index":
            return self.value(*named(inner, "expression"))
        # `.0`, of which the grammar has only the dot
        return number(self.written(inner)[1:])

    def _called(self, call: Node) -> object:
        name, *rest = call.named_children
        given = [part for inner in rest if inner.type == "function_arguments" for part in named(inner, "expression")]
        function = FUNCTIONS.get(self.written(name))
        if function is None or not given:
            return self.unknown(call)
        arguments = [self.value(argument) for argument in given]
        if any(isinstance(argument, Unknown) for argument in arguments):
            return self.unknown(call)
        return self._worked_out(call, function, arguments)

    def _worked_out(self, node: Node, function: Callable[..., object], *arguments: object) -> object:
        """What a function gives; an unknown where that is not known, or too large."""
        try:
            result = function(*arguments)
        except TooLargeError:
            return self._cut(_TOO_LARGE, node)
        return self.unknown(node) if result is None else result

    def _conditional(self, node: Node) -> object:
        """`a ? b : c ? d : e`, of which the grammar makes the condition `a ? b : c`; it is not."""
        end = node
        branches: list[tuple[Node, Node]] = []
        parts: Sequence[Node] = (node,)
        while len(parts) == 1 and parts[0].type == "conditional":
            test, yes, no = named(parts[0], "expression")
            branches.append((yes, no))
            parts = opened((test,))
        for yes, no in reversed(branches):
            decided = self.value(test)
            if not isinstance(decided, bool):
                return self.unknown(test, end)
            if decided:
                return self.value(yes)
            test = no
        return self.value(test)

    def _unary(self, node: Node) -> object:
        sign, *operand = parts_of(node)
        value = self.value(*operand)
        match sign.type, value:
            case "!", bool():
                return not value
            case "-", int() | float() if not isinstance(value, bool):
                return -value
        return self.unknown(node)

    def _binary(self, node: Node) -> object:
        parts = parts_of(node)
        at = next(index for index, part in enumerate(parts) if part.type in OPERATORS)
        left, right = self.value(*parts[:at]), self.value(*parts[at + 1 :])
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return self.unknown(node)
        return self._worked_out(node, operated, parts[at].type, left, right)

    def _loop(self, loop: Node) -> object:
        """`[for key, value in collection : result if test]`, or with `{}` and `name => result`."""
        (intro,) = named(loop, "for_intro")
        variables = [self.written(part) for part in named(intro, "identifier")]
        *name, result = named(loop, "expression")
        tests = [part for condition in named(loop, "for_cond") for part in named(condition, "expression")]
        collection = self.value(*named(intro, "expression"))
        if not isinstance(collection, list | dict):
            return self.unknown(loop)
        results: list[object] = []
        by_name: dict[str, object] = {}
        for key, value in entries(collection):
            scope = self.bound(**dict(zip(reversed(variables), (value, key), strict=False)))
            test = scope.value(*tests) if tests else True
            if len(results) > MAX_SIZE:
                return self._cut(_TOO_LARGE, loop)
            if not isinstance(test, bool):
                return self.unknown(loop)
            if not test:
                continue
            results.append(scope.value(result))
            if name:
                called = as_text(scope.value(*name))
                if called is None:
                    return self.unknown(loop)
                by_name[called] = results[-1]
        return by_name if name else results
