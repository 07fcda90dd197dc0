"""What a reader returns, and the objects of a Kubernetes document."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from kblint.model.bundle import Declaration
from kblint.source.stream import SyntaxFault
from kblint.source.values import Document, Origin


class Reading(Struct, frozen=True):
    """What a reader found in a document or text; `skipped` are paths of what it does not take, each with the reason.

    `documents` are manifests written inside of it, which every format is offered as if they stood alone.
    """

    declarations: tuple[Declaration, ...] = ()
    faults: tuple[SyntaxFault, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    documents: tuple[Document, ...] = ()


def objects_of(document: Document) -> Iterator[Origin]:
    """The objects of a document: mappings with `apiVersion` and `kind`; every `List` is opened, also nested ones."""
    pending = [document.origin]
    while pending:
        origin = pending.pop()
        kind, version = origin.node.get("kind"), origin.node.get("apiVersion")
        if not isinstance(kind, str) or not isinstance(version, str):
            continue
        if kind.endswith("List") and isinstance(origin.node.get("items"), list):
            pending.extend(reversed(origin.children("items")))
        else:
            yield origin
