"""`load-balancer.hetzner.cloud/` annotations in the maps of Terraform files, which make Services and Helm values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kblint.model.annotations import PREFIX
from kblint.model.balancer import BalancerAnnotation
from kblint.read.scalars import text
from kblint.read.terraform.values import Scope
from kblint.source.text import Source
from kblint.source.values import Origin, PositionedDict
from kblint.syntax.hcl_tree import Body, Call, Conditional, Expression, Literal, Mapping, Operation, Sequence


def annotations_in(source: Source, body: Body, scope: Scope) -> Iterator[BalancerAnnotation]:
    """Every such key of a map, in the order of the file; what it ends on is not known."""
    if PREFIX not in source.text:
        return
    for mapping in _mappings(body):
        node = PositionedDict(mapping.span)
        for key, value in mapping.entries:
            if isinstance(key, Literal) and isinstance(key.value, str):
                node.put(key.value, scope.value(value), key.span, value.span)
        for name, written in node.items():
            if name.startswith(PREFIX):
                yield BalancerAnnotation(
                    name=name.removeprefix(PREFIX),
                    value=text(written) or "",
                    owner=None,
                    reaches="unknown",
                    service_type=None,
                    origin=Origin(source, node, node.key_spans[name]),
                    key=name,
                )


def _mappings(body: Body) -> Iterator[Mapping]:
    for attribute in body.attributes.values():
        yield from _inside(attribute.value)
    for block in body.blocks:
        yield from _mappings(block.body)


def _inside(expression: Expression) -> Iterator[Mapping]:
    parts: Iterable[Expression] = ()
    match expression:
        case Mapping():
            yield expression
            parts = [value for _, value in expression.entries]
        case Sequence():
            parts = expression.items
        case Call():
            parts = expression.arguments
        case Conditional():
            parts = (expression.yes, expression.no)
        case Operation():
            parts = (expression.left,)
    for part in parts:
        yield from _inside(part)
