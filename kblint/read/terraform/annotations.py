"""`load-balancer.hetzner.cloud/` annotations in the maps of Terraform files, which make Services and Helm values."""

from __future__ import annotations

from collections.abc import Iterator

from kblint.model.annotations import PREFIX
from kblint.model.balancer import BalancerAnnotation
from kblint.read.hetzner.annotations import annotations_of
from kblint.read.terraform.values import Scope
from kblint.read.values import lenient_text
from kblint.source.text import Source
from kblint.source.values import PositionedDict
from kblint.syntax.grammar import Node, found
from kblint.syntax.hcl import Body
from kblint.syntax.hcl_nodes import named, span_of


def annotations_in(source: Source, body: Body, scope: Scope) -> Iterator[BalancerAnnotation]:
    """Every such key of a map, in the order of the file; what it ends on is not known."""
    if PREFIX not in source.text:
        return
    for mapping in _objects(body, source):
        node = PositionedDict(span_of(mapping))
        for element in named(mapping, "object_elem"):
            key, value = named(element, "expression")
            word = scope.key(key)
            if word is not None:
                # an annotation is a string: Terraform makes one of any scalar
                node.put(word, lenient_text(scope.value(value)) or "", span_of(key), span_of(value))
        yield from annotations_of(source, node, None, "unknown", None)


def _objects(body: Body, source: Source) -> Iterator[Node]:
    for attribute in body.attributes.values():
        if PREFIX in source.text[slice(*span_of(attribute.value))]:
            yield from found(attribute.value, "hcl", "(object) @object").get("object", ())
    for block in body.blocks:
        yield from _objects(block.body, source)
