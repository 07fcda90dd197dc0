"""HCL, the language of Terraform, as a tree: blocks, attributes and expressions that know where they stand.

https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from kblint.source.text import Span


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """Anything that has a value."""

    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Literal(Expression):
    """A number, a boolean, null, or a string without templates."""

    value: object


@dataclass(frozen=True, slots=True, eq=False)
class Template(Expression):
    """A string with `${}` in it: text and expressions in turn."""

    parts: tuple[str | Expression, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Variable(Expression):
    """The name at the start of `var.port` or `hcloud_load_balancer.main.id`."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Access(Expression):
    """`of.key` or `of[key]`."""

    of: Expression
    key: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Sequence(Expression):
    """`[a, b]`."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Mapping(Expression):
    """`{a = b}`; a bare word as key is that word."""

    entries: tuple[tuple[Expression, Expression], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Call(Expression):
    """`name(a, b)`."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Conditional(Expression):
    """`test ? yes : no`."""

    test: Expression
    yes: Expression
    no: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Operation(Expression):
    """`left operator right`, or `operator left` where `right` is None; brackets are the operator `()`."""

    operator: str
    left: Expression
    right: Expression | None


@dataclass(frozen=True, slots=True, eq=False)
class Loop(Expression):
    """`[for key, value in collection : result if test]`, or with `{}` and `name => result`."""

    variables: tuple[str, ...]
    collection: Expression
    name: Expression | None
    result: Expression
    test: Expression | None


@dataclass(frozen=True, slots=True, eq=False)
class Opaque(Expression):
    """Something whose value nobody needs to know here: a splat, a template with directives."""


@dataclass(frozen=True, eq=False)
class Attribute:
    """`name = value`. Most values are never asked for, so each is built when it first is."""

    name: str
    name_span: Span
    _build: Callable[[], Expression] = field(repr=False)

    @cached_property
    def value(self) -> Expression:
        """The expression behind the `=`."""
        return self._build()


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """`type "label" "label" { ... }`; `head` is all before the brace."""

    type: str
    labels: tuple[str, ...]
    head: Span
    span: Span
    body: Body


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """What stands between the braces of a block, or in a whole file."""

    attributes: dict[str, Attribute] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)

    def blocks_of(self, type: str) -> Iterator[Block]:
        """The blocks of one type."""
        return (block for block in self.blocks if block.type == type)
