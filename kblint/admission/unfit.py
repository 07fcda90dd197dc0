"""Objects that do not fit the schema of their kind, and what is said about them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import NamedTuple

from kblint.admission.edits import fixed
from kblint.admission.misfits import Kinds, SchemaError, misfits
from kblint.admission.objection import Objection
from kblint.admission.suggest import Suggestion, suggest
from kblint.admission.wording import help_for, label_for, message_for, title_for
from kblint.finding import Location
from kblint.fix import Applicability, Fix
from kblint.model.meta import Meta
from kblint.source.grouping import grouped
from kblint.source.stream import SyntaxFault, not_followed
from kblint.wire.evidence import Certainty
from kblint.wire.faults.fault import Fault, Kind, Outcome

MOST_PER_OBJECT = 5
"""Findings about one object: one that is wrong all over has one cause, and the first few tell it."""
MOST_PLACES = 50
"""Places that one finding shows, where one mistake was made many times."""

_TELLING = ("unknown", "type", "value", "missing", "limit")
"""What is shown first: a field in the wrong place or misspelled is also missing where it should be."""


class Unfit(NamedTuple):
    """An object with what does not fit the definition of its kind, which is one of `kinds`."""

    meta: Meta
    definition: str
    misfits: Sequence[SchemaError]
    kinds: Kinds

    def fault(self, thing: Hashable) -> Fault:
        """What becomes of it: who applies it may choose to have unknown fields dropped, the rest is refused."""
        refused = next((one for one in self.misfits if one.what != "unknown"), None)
        first = refused or self.misfits[0]
        place = first.place(self.meta.origin)
        reason = message_for(first, self.meta, place)
        if refused:
            kind = _kind(refused)
            certainty = Certainty.UNKNOWN if self.kinds.doubt(self.meta) else Certainty.KNOWN
            return Fault(kind, thing, place, reason, Outcome.REJECTED, certainty=certainty)
        reason = f"{reason}: refused, or dropped without a word"
        return Fault(Kind.SCHEMA, thing, place, reason, Outcome.REJECTED, certainty=Certainty.UNKNOWN)

    def objections(self) -> Iterator[Objection]:
        """What is said about it: what is one mistake, once."""
        alike = grouped((misfit.likeness, misfit) for misfit in self.misfits)
        shown = [
            (same, suggest(self.kinds.definitions, self.definition, self.meta.origin, same[0]))
            for same in list(alike.values())[:MOST_PER_OBJECT]
        ]
        meant = {(*place, one.name) for _, one in shown if one for place in one.places}
        told = [pair for pair in shown if pair[0][0].what != "missing" or pair[0][0].full_path not in meant]
        for number, (same, suggestion) in enumerate(told, start=1):
            yield self._objection(same, suggestion, len(alike) - len(shown) if number == len(told) else 0)

    def _objection(self, same: Sequence[SchemaError], suggestion: Suggestion | None, left: int) -> Objection:
        """One mistake; `left` further ones are not shown."""
        origin = self.meta.origin
        first, *others = sorted(same[:MOST_PLACES], key=lambda one: one.place(origin).span)
        place = first.place(origin)
        help = help_for(first, suggestion, place)
        more = f"; {left} more in this object {'does' if left == 1 else 'do'} not fit" if left else ""
        more += f"; of {len(same)} such places the first {MOST_PLACES} are shown" if len(same) > MOST_PLACES else ""
        return Objection(
            _kind(first),
            self.meta,
            message_for(first, self.meta, place),
            Location(place, label_for(first)),
            help + more,
            (
                *(Location(at, "here too") for at in dict.fromkeys(one.place(origin) for one in others) if at != place),
                *self.kinds.definer(self.meta),
            ),
            self._fix(same, suggestion),
            None if first.what == "unknown" else Outcome.REJECTED,
            doubt=self.kinds.doubt(self.meta),
        )

    def _fix(self, same: Sequence[SchemaError], suggestion: Suggestion | None) -> Fix | None:
        """A fix for all places at once, or for none; what it changes is refused by the API server today."""
        edits = [fixed(self.kinds.definitions, self.meta.origin, misfit, suggestion) for misfit in same]
        done = tuple(dict.fromkeys(edit for edit in edits if edit))
        if not done or None in edits:
            return None
        is_safe = same[0].limit is None or same[0].limit.is_safe
        return Fix(title_for(same[0], done[0].text), Applicability.SAFE if is_safe else Applicability.UNSAFE, done)


def unfit_in(
    metas: Iterable[Meta], kinds: Kinds, is_right: Callable[[Meta, SchemaError], bool], cuts: list[SyntaxFault]
) -> Iterator[Unfit]:
    """The objects that do not fit, of kinds that are known; all others are left alone.

    `is_right` tells what is no misfit after all. Where one lies within another, only the outermost is told. What a
    limit keeps from being asked goes into `cuts`.
    """
    for meta in metas:
        definition = kinds.definition(meta.group, meta.version, meta.kind)
        found = misfits(kinds, definition, meta.origin) if definition else []
        if definition and kinds.is_cut:
            message = "the rules of its definition would cost too much here, and none of them is asked"
            cuts.append(not_followed(meta.origin.place("kind"), message))
        wrong = [one for one in found if not is_right(meta, one)]
        outer = {one.full_path for one in wrong if one.what in ("type", "value")}
        told = [one for one in wrong if not any(one.path[:end] in outer for end in range(len(one.path) + 1))]
        # a rule about all of a value fails for what is wrong in it, too
        spoilt = {one.full_path[:end] for one in told if not _is_rule(one) for end in range(len(one.full_path) + 1)}
        told = [one for one in told if not (_is_rule(one) and one.full_path in spoilt)]
        # a field that nobody knows was most likely meant to be the one that is missed
        odd = {one.path for one in told if one.what == "unknown"}
        told = [one for one in told if not one.limit or not odd & {one.full_path, one.limit.is_needed and one.path}]
        told.sort(key=lambda one: (_TELLING.index(one.what), not _adds(one)))
        if definition and wrong:
            # of a field that is wrong in several ways, the first tells it
            yield Unfit(meta, definition, list({one.full_path: one for one in reversed(told)}.values())[::-1], kinds)


def _kind(misfit: SchemaError) -> Kind:
    return Kind.INVALID_VALUE if misfit.limit and not _adds(misfit) else Kind.SCHEMA


def _adds(misfit: SchemaError) -> bool:
    """Whether it is a field that the schema requires, of which is known what people mean by leaving it out."""
    return misfit.limit is not None and bool(misfit.limit.adds)


def _is_rule(misfit: SchemaError) -> bool:
    return misfit.limit is not None and misfit.limit.is_rule
