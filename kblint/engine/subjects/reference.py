"""The subject Reference: an object that names another."""

from __future__ import annotations

from kblint.engine.facts import MANY, Table, anything, boolean, many, maybe_one, maybe_text, text, texts
from kblint.engine.subject import SubjectKind
from kblint.engine.subjects.references import OBJECT_REF
from kblint.source.text import Place
from kblint.wire.references import WiredReference


def _port_place(wired: WiredReference) -> Place:
    origin = wired.reference.origin
    key = next((key for key in ("port", "targetPort", "portNumber") if origin.is_written(key)), "name")
    return origin.place(key)


# fmt: off
REFERENCE = Table[WiredReference]("Reference", "an object that names another, once for each thing it names", "name", (
    text("purpose",
        "`scale-target`, `disruption-budget`, `monitor-port`, `monitor-target-port`, `webhook`, "
        "`conversion-webhook` or `api-service`",
        lambda w: w.reference.purpose),
    text("ownerKind", "the kind of the object that names", lambda w: w.reference.meta.kind),
    text("ownerName", "its name", lambda w: w.reference.meta.name),
    text("kind", "the kind it names", lambda w: w.reference.kind, "kind"),
    maybe_text("name", "the name it names, null where it selects by labels", lambda w: w.reference.name),
    maybe_text("namespace", "where that is looked for, null where none is written",
        lambda w: w.reference.namespace or w.reference.meta.namespace),
    anything("port", "the port it names", lambda w: w.reference.port, _port_place),
    boolean("isMissing", "whether nothing of that name is in the input; left out where it cannot be told",
        lambda w: w.is_missing),
    boolean("isAbsent", "whether what it names surely does not exist", lambda w: w.is_absent),
    maybe_one("similar", "an object there whose name, or label, differs by a slip of the hand", lambda w: w.similar,
        OBJECT_REF),
    boolean("isNameForLabel", "whether the name of `similar` stands where its label has another value",
        lambda w: w.is_name_for_label),
    maybe_text("misfit", "why what it names cannot be what it is for", lambda w: w.misfit),
    boolean("portIsMissing", "whether what it names has no such port; left out where it cannot be told",
        lambda w: w.port_is_missing),
    texts("available", "the ports it could name", lambda w: w.available[:MANY]),
    many("owners", "the objects whose ports were looked at", lambda w: w.owners, OBJECT_REF),
), lambda w: w.reference.origin)
SUBJECTS = (
    SubjectKind("reference", "an object that names another", REFERENCE, lambda topology: topology.references,
        lambda w: w.reference.meta, lambda w: (w.reference,)),
)
