"""DOC003: what is said about objects that do not fit the schema of their kind."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import NamedTuple

from kblint.engine.kubernetes_schema.misfits import SchemaError, misfits
from kblint.engine.kubernetes_schema.patches import Patches
from kblint.engine.kubernetes_schema.release import Release
from kblint.engine.kubernetes_schema.schema_fixes import fixed
from kblint.engine.kubernetes_schema.suggest import Suggestion, former_name, suggest
from kblint.engine.kubernetes_schema.wording import help_for, label_for, message_for, more_help, title_for
from kblint.engine.rule import Rule
from kblint.engine.subject import reference
from kblint.finding import Finding, Location
from kblint.fix import Applicability, Fix
from kblint.model.meta import Meta
from kblint.source.text import Place
from kblint.wire.evidence import Certainty
from kblint.wire.faults.fault import Fault, Kind
from kblint.wire.faults.outcome import Outcome

MOST_PER_OBJECT = 5
"""Findings about one object: one that is wrong all over has one cause, and the first few tell it."""
MOST_PLACES = 50
"""Places that one finding shows, where one mistake was made many times."""

_TELLING = ("unknown", "type", "value", "missing")
"""What is shown first: a field in the wrong place or misspelled is also missing where it should be."""
_REJECTED = "rejected by the API"
"""What happens to anything but an unknown field, which a client may choose to have dropped."""


class Unfit(NamedTuple):
    """An object with what does not fit the definition of its kind."""

    meta: Meta
    definition: str
    misfits: Sequence[SchemaError]


def unfit_objects(metas: Sequence[Meta], release: Release, patches: Patches) -> Iterator[Unfit]:
    """The objects that do not fit, of the kinds that the release has; custom resources are left alone."""
    for meta, definition, found in _misfits(metas, release):
        left = [one for one in found if one.what != "missing" or not patches.may_fill(meta, one)]
        if left:
            yield Unfit(meta, definition, _telling(left))


def unfit_patches(metas: Sequence[Meta], release: Release) -> Iterator[Unfit]:
    """The same of parts of objects: nothing is missing from these, and `null` takes a field away, whatever it is."""
    for meta, definition, found in _misfits(metas, release):
        left = [one for one in found if one.what != "missing" and one.value is not None]
        if left:
            yield Unfit(meta, definition, _telling(left))


def _misfits(metas: Sequence[Meta], release: Release) -> Iterator[tuple[Meta, str, Sequence[SchemaError]]]:
    for meta in metas:
        definition = release.definition(meta.group, meta.version, meta.kind)
        found = misfits(release, definition, meta.origin) if definition is not None else ()
        if definition is not None and found:
            yield meta, definition, found


def _telling(found: Sequence[SchemaError]) -> Sequence[SchemaError]:
    return sorted(_without_echoes(found), key=lambda one: _TELLING.index(one.what))


def schema_fault(unfit: Unfit, thing: Hashable) -> Fault:
    """What becomes of an object: whoever applies it may choose to have unknown fields dropped, the rest is refused."""
    refused = next((one for one in unfit.misfits if one.what != "unknown"), None)
    first = refused or unfit.misfits[0]
    place = _place(unfit.meta, first)
    reason = message_for(first, unfit.meta, place)
    return Fault(
        Kind.SCHEMA,
        thing,
        place,
        reason if refused else f"{reason}: refused, or dropped without a word",
        Outcome.REJECTED,
        certainty=Certainty.KNOWN if refused else Certainty.UNKNOWN,
    )


def schema_findings(unfit: Unfit, release: Release, rule: Rule) -> Iterator[Finding]:
    """What does not fit in one object."""
    meta, definition, found = unfit
    alike: dict[tuple[object, ...], list[SchemaError]] = {}
    for misfit in found:
        alike.setdefault(_likeness(misfit), []).append(misfit)
    groups = list(alike.values())
    shown = groups[:MOST_PER_OBJECT]
    suggestions = [
        suggest(release.definitions, definition, meta.origin, same[0]) if same[0].what == "unknown" else None
        for same in shown
    ]
    meant = {(*place, one.name) for one in suggestions if one for place in one.places}
    told = [
        (same, suggestion)
        for same, suggestion in zip(shown, suggestions, strict=True)
        if same[0].what != "missing" or same[0].full_path not in meant
    ]
    for number, (same, suggestion) in enumerate(told, start=1):
        left = len(groups) - len(shown) if number == len(told) else 0
        yield _finding(meta, same, suggestion, rule, left)


def _likeness(misfit: SchemaError) -> tuple[object, ...]:
    """The same for misfits that are one mistake: made several times, or of fields that went together."""
    former = former_name(misfit)
    return (former,) if former else misfit.likeness


def _without_echoes(found: Sequence[SchemaError]) -> list[SchemaError]:
    """Only the outermost where one misfit lies within another; each place once."""
    wrong = {misfit.full_path for misfit in found if misfit.what in ("type", "value")}
    return [misfit for misfit in found if not any(misfit.path[:end] in wrong for end in range(len(misfit.path) + 1))]


def _finding(meta: Meta, same: Sequence[SchemaError], suggestion: Suggestion | None, rule: Rule, left: int) -> Finding:
    first, *others = sorted(same[:MOST_PLACES], key=lambda one: _place(meta, one).span)
    place = _place(meta, first)
    help = help_for(first, suggestion, place)
    return Finding(
        rule.ref,
        rule.severity,
        "known",
        message_for(first, meta, place),
        Location(place, label_for(first)),
        related=tuple(Location(other, "here too") for other in _places(meta, others) if other != place),
        object=reference(meta),
        symptom=rule.symptom.text if rule.symptom and first.what == "unknown" else _REJECTED,
        help=more_help(help, left),
        fix=_fix(meta, same, suggestion),
    )


def _places(meta: Meta, same: Iterable[SchemaError]) -> Iterable[Place]:
    return dict.fromkeys(_place(meta, misfit) for misfit in same)


def _place(meta: Meta, misfit: SchemaError) -> Place:
    if misfit.what == "unknown":
        return meta.origin.key_place(*misfit.full_path)
    if misfit.what == "missing":
        return meta.origin.place(*misfit.path)
    return meta.origin.place(*misfit.full_path)


def _fix(meta: Meta, same: Sequence[SchemaError], suggestion: Suggestion | None) -> Fix | None:
    """A fix for all places at once, or for none; what it changes is refused by the API server today."""
    edits = [fixed(meta.origin, misfit, suggestion) for misfit in same]
    done = tuple(dict.fromkeys(edit for edit in edits if edit))
    if not done or None in edits:
        return None
    return Fix(title_for(same[0], done[0].text), Applicability.SAFE, done)
