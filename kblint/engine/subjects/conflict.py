"""The subject Conflict: something that another declaration makes wrong, or useless."""

from __future__ import annotations

from kblint.engine.facts import Table, many, maybe_text, text
from kblint.engine.subject import SubjectKind
from kblint.finding import ObjectRef
from kblint.model.meta import Meta
from kblint.wire.conflict import Conflict
from kblint.wire.evidence import Evidence

# fmt: off
EVIDENCE = Table[Evidence]("Evidence", "a place that shows something", lambda e: e.place, (
    text("label", "what it shows", lambda e: e.label),
))
CONFLICT = Table[Conflict]("Conflict", "something that another declaration makes wrong, or useless",
    lambda c: c.place, (
    text("kind", "in which respect: each has a rule of its own", lambda c: c.kind),
    text("case", "which face of that, empty for the only one", lambda c: c.case),
    text("name", "what it is called", lambda c: c.name),
    text("value", "what is written there", lambda c: c.value),
    text("other", "what that does not go with", lambda c: c.other),
    maybe_text("suggestion", "what was probably meant", lambda c: c.suggestion),
    text("certainty", "how sure it is", lambda c: c.certainty.label),
    many("shown", "what shows it", lambda c: c.shown, EVIDENCE),
))
SUBJECTS = (
    SubjectKind("conflict", "something that does not go with something else", CONFLICT, lambda t: t.conflicts,
        lambda c: c.about if isinstance(c.about, Meta) else ObjectRef(c.about[0], None, c.about[1]),
        lambda c: c.things),
)
