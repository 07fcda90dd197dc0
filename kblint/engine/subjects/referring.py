"""The subject of the reference area: an object that names another."""

from __future__ import annotations

from collections.abc import Iterator

from kblint.engine.row import Row
from kblint.engine.subject import Subject
from kblint.engine.subjects.fields import (
    MANY,
    anything,
    boolean,
    build,
    many,
    maybe_one,
    maybe_text,
    row_type,
    subject,
    text,
    texts,
)
from kblint.model.meta import Meta
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.wire.references import WiredReference
from kblint.wire.topology import Topology

OBJECT_REF = row_type(
    "ObjectRef",
    "an object, as others refer to it",
    {"kind": text("its kind"), "name": text("its name"), "namespace": maybe_text("its namespace")},
)
REFERENCE = row_type(
    "Reference",
    "an object that names another, once for each thing it names",
    {
        "purpose": text(
            "`scale-target`, `disruption-budget`, `monitor-port`, `monitor-target-port`, `webhook`, "
            "`conversion-webhook` or `api-service`"
        ),
        "ownerKind": text("the kind of the object that names"),
        "ownerName": text("its name"),
        "kind": text("the kind it names"),
        "name": maybe_text("the name it names, null where it selects by labels"),
        "namespace": maybe_text("where that is looked for, null where none is written"),
        "port": anything("the port it names"),
        "isMissing": boolean("whether nothing of that name is in the input; left out where it cannot be told"),
        "similar": maybe_one("ObjectRef", "an object there whose name, or label, differs by a slip of the hand"),
        "misfit": maybe_text("why what it names cannot be what it is for"),
        "portIsMissing": boolean("whether what it names has no such port; left out where it cannot be told"),
        "available": texts("the ports it could name"),
        "owners": many("ObjectRef", "the objects whose ports were looked at"),
    },
)


def object_ref(meta: Meta) -> Row:
    """The row of an object, standing at its name."""
    place = meta.origin.place("metadata", "name")
    return build(OBJECT_REF, place, {"kind": meta.kind, "name": meta.name, "namespace": meta.namespace})


def references(topology: Topology) -> Iterator[Subject]:
    """Every reference."""
    for wired in topology.references:
        yield subject(topology, _reference(wired), wired.reference.meta, ("reference", id(wired.reference)))


def _reference(wired: WiredReference) -> Row:
    reference = wired.reference
    return build(
        REFERENCE,
        reference.origin.place("name"),
        {
            "purpose": reference.purpose,
            "ownerKind": reference.meta.kind,
            "ownerName": reference.meta.name,
            "kind": reference.kind,
            "name": reference.name,
            "namespace": reference.namespace or reference.meta.namespace,
            "port": reference.port,
            "isMissing": Unknown() if wired.is_missing is None else wired.is_missing,
            "similar": object_ref(wired.similar) if wired.similar else None,
            "misfit": wired.misfit,
            "portIsMissing": Unknown() if wired.port_is_missing is None else wired.port_is_missing,
            "available": list(wired.available[:MANY]),
            "owners": tuple(object_ref(meta) for meta in wired.owners[:MANY]),
        },
        {"port": _port_place(wired), "kind": reference.origin.place("kind")},
    )


def _port_place(wired: WiredReference) -> Place:
    origin = wired.reference.origin
    for key in ("port", "targetPort", "portNumber"):
        if origin.is_written(key):
            return origin.place(key)
    return origin.place("name")


TYPES = (OBJECT_REF, REFERENCE)
