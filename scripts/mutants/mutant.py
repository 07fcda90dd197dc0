"""The mutants of a module: what cosmic-ray can change in it, without what changes nothing."""

from __future__ import annotations

import ast
import difflib
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cosmic_ray.plugins
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code

ROOMS = ("kblint/wire", "kblint/cel", "kblint/engine")
"""What is mutated."""

_ONE_OF_MANY = re.compile(
    r"core/(?:AddNot|NumberReplacer|ReplaceAndWithOr|ReplaceOrWithAnd|ReplaceTrueWithFalse|ReplaceFalseWithTrue"
    r"|ZeroIterationForLoop|RemoveDecorator|ReplaceContinueWithBreak|ReplaceBreakWithContinue|ExceptionReplacer"
    r"|ReplaceUnaryOperator_(?:Delete_Not|Delete_USub)"
    r"|ReplaceComparisonOperator_(?:Eq_NotEq|NotEq_Eq|Is_IsNot|IsNot_Is|In_NotIn|NotIn_In|Lt_LtE|LtE_Lt|Gt_GtE|GtE_Gt)"
    r"|ReplaceBinaryOperator_(?:Add_Sub|Sub_Add|Mul_FloorDiv|FloorDiv_Mul|Mod_Mul|BitOr_BitAnd|BitAnd_BitOr|LShift_RShift))"
)
"""One kind of mistake for each operator: cosmic-ray has ten for each `|`, which die for the same reason."""


@dataclass(frozen=True)
class Mutant:
    """One change: `line` and `end_line` are where it is, `was` and `becomes` the lines that differ."""

    path: str
    line: int
    end_line: int
    operator: str
    was: str
    becomes: str
    code: str

    @property
    def key(self) -> str:
        """What it is told by, wherever its lines move to."""
        return f"{self.path}: {self.was} -> {self.becomes}"

    @property
    def room(self) -> str:
        """The folder it is in, no deeper than two levels."""
        return "/".join(Path(self.path).parent.parts[1:3])


def drawn(root: Path, rooms: Sequence[str], seed: int) -> list[tuple[str, str, int]]:
    """All mutants in the order in which they are taken: module, operator, and which of its places there."""
    found = [
        (path.relative_to(root).as_posix(), name, number)
        for room in rooms
        for path in sorted((root / room).rglob("*.py") if (root / room).is_dir() else [root / room])
        for name, number in _places(path.read_text(encoding="utf-8"))
    ]
    return random.Random(seed).sample(found, len(found))  # noqa: S311 - a sample


def _places(text: str) -> Iterator[tuple[str, int]]:
    nodes = list(ast_nodes(get_ast(text)))
    for name in sorted(filter(_ONE_OF_MANY.fullmatch, cosmic_ray.plugins.operator_names())):
        operator = cosmic_ray.plugins.get_operator(name)()
        count = sum(1 for node in nodes for _ in operator.mutation_positions(node))
        yield from ((name, number) for number in range(count))


def made(root: Path, path: str, name: str, number: int) -> Mutant | None:
    """The mutant; None where it would be no Python, or the same program."""
    text = (root / path).read_text(encoding="utf-8")
    code = mutate_code(text, cosmic_ray.plugins.get_operator(name)(), number)
    if code is None:
        return None
    try:
        changed = _program(code)
    except SyntaxError:
        return None
    if changed == _program(text):
        return None
    before, after = text.splitlines(), code.splitlines()
    parts = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    ranges = [part for part in parts if part[0] != "equal"]
    start, end = ranges[0][1], max(ranges[-1][2], ranges[0][1] + 1)
    was, becomes = before[start:end], after[ranges[0][3] : ranges[-1][4]]
    return Mutant(path, start + 1, end, name.removeprefix("core/"), _joined(was), _joined(becomes), code)


def _joined(lines: Sequence[str]) -> str:
    return " ".join(" ".join(lines).split())


def _program(text: str) -> str:
    """What a text means: without hints of types, how records keep their fields, and what is only remembered."""
    return ast.dump(_Meaning().visit(ast.parse(text)))


class _Meaning(ast.NodeTransformer):
    """Takes out what no test can see: hints, the options of dataclasses, caches that only save time."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self._decorated(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._decorated(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """A union of types is no operation on values."""
        if isinstance(node.op, ast.BitOr | ast.BitAnd) and all(map(_is_type, (node.left, node.right))):
            node.op = ast.BitOr()
        return self.generic_visit(node)

    def _decorated(self, node: ast.FunctionDef | ast.ClassDef) -> ast.AST:
        found = node.decorator_list
        node.decorator_list = [one for one in found if not re.match("dataclass|cache$|lru_cache", ast.unparse(one))]
        return self.generic_visit(node)


_TYPES = ("None", "str", "int", "bool", "float", "dict", "list", "tuple", "object")


def _is_type(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return _is_type(node.left) and _is_type(node.right)
    name = ast.unparse(node).partition("[")[0].rpartition(".")[2]
    return name in _TYPES or re.match(r"_?[A-Z][a-z]", name) is not None
