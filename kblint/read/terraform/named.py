"""What expressions name: attributes of resources, and what the keys behind a name lead to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kblint.source.values import Unknown
from kblint.syntax.hcl import Attribute, Body


class Traversal(Unknown, frozen=True):
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


def attribute_at(body: Body, keys: Sequence[object]) -> tuple[Attribute, Sequence[object]] | None:
    """The attribute that keys such as `metadata`, 0, `name` lead to, and the keys that are left; None without one.

    A block is a list of blocks, of which the first is meant where there is no number.
    """
    rest = list(keys)
    while rest and isinstance(name := rest.pop(0), str):
        if name in body.attributes:
            return body.attributes[name], rest
        blocks = list(body.blocks_of(name))
        index = rest.pop(0) if rest and isinstance(rest[0], int) else 0
        if not (isinstance(index, int) and 0 <= index < len(blocks)):
            return None
        body = blocks[index].body
    return None


def inside(value: object, keys: Iterable[object], whole: Unknown) -> object:
    """What the keys lead to; `whole` where that is not known: it says more than what is written where it comes from."""
    for key in keys:
        if isinstance(value, dict) and isinstance(key, str | int) and str(key) in value:
            value = value[str(key)]
        elif isinstance(value, list) and isinstance(key, int) and 0 <= key < len(value):
            value = value[key]
        else:
            return whole
    return whole if isinstance(value, Unknown) and not isinstance(value, Traversal) else value
