"""What the API server says about every object on its own: made once, for findings and for what is wired."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from kblint.admission.custom import Place, custom_kinds, unserved
from kblint.admission.misfits import SchemaError
from kblint.admission.objection import Objection
from kblint.admission.patches import find_patches
from kblint.admission.release import Release, load_release
from kblint.admission.structural import Structure
from kblint.admission.unfit import Unfit, unfit_in
from kblint.admission.versions import version_objections
from kblint.model.bundle import Declaration, meta_of
from kblint.model.meta import Meta
from kblint.model.route import Route
from kblint.model.service import Service
from kblint.model.workload import Workload
from kblint.source.grouping import grouped
from kblint.source.stream import SyntaxFault
from kblint.source.text import Place as TextPlace
from kblint.source.text import Source
from kblint.wire.evidence import Certainty
from kblint.wire.faults.fault import Fault, Kind, Outcome

_MOST_CUTS = 20
"""Objects that are told where rules cost too much: once they do for a run, they do for every further object."""


class Verdicts(Struct, frozen=True, eq=False):
    """The objects that do not fit the schema of their kind, and those whose API version does not have their kind.

    `patches` are what does not fit of things that are only parts of objects.
    """

    release: Release
    unfit: Sequence[Unfit]
    outdated: Sequence[Objection]
    patches: Sequence[Unfit] = ()
    cuts: Sequence[SyntaxFault] = ()
    """Where a limit kept rules from being asked."""

    def objections(self) -> Iterator[Objection]:
        """What is said about each of them."""
        for unfit in self.unfit:
            yield from unfit.objections()
        yield from self.outdated
        for patch in self.patches:
            for objection in patch.objections():
                yield replace(objection, outcome=None, is_part=True)

    def refused(
        self, declarations: Sequence[Declaration], texts: Iterable[SyntaxFault]
    ) -> dict[Declaration, tuple[Fault, ...]]:
        """The declarations that the API server refuses, or may refuse, with why; `texts` is what is wrong in them."""
        by_node = grouped((id(meta.origin.node), thing) for thing in declarations if (meta := meta_of(thing)))
        misfits = (
            (thing, one.fault(thing)) for one in self.unfit for thing in by_node.get(id(one.meta.origin.node), ())
        )
        outdated = (
            (thing, Fault(one.kind, thing, one.location.place, one.message, Outcome.NOT_SERVED, certainty=_sure(one)))
            for one in self.outdated
            if not one.is_served
            for thing in by_node.get(id(one.meta.origin.node), ())
        )
        return grouped(chain(misfits, outdated, _doubled(declarations, texts)))


def _sure(objection: Objection) -> Certainty:
    return Certainty.UNKNOWN if objection.doubt else Certainty.KNOWN


def _doubled(declarations: Iterable[Declaration], texts: Iterable[SyntaxFault]) -> Iterator[tuple[Declaration, Fault]]:
    """Objects with a key that stands twice: kustomize refuses such a text, kubectl sends the last value of it."""
    doubled = [fault for fault in texts if fault.code == "duplicate-key"]
    sources = {fault.place.source for fault in doubled}
    by_source: dict[Source, list[tuple[int, int, Service | Workload | Route]]] = {}
    for thing in declarations if doubled else ():
        if isinstance(thing, Service | Workload | Route):
            source, (start, end) = TextPlace(thing.meta.origin.source, thing.meta.origin.node.span)
            if source in sources:
                by_source.setdefault(source, []).append((start, end, thing))
    for entries in by_source.values():
        entries.sort(key=itemgetter(0))
    for fault in doubled:
        entries, (start, end) = by_source.get(fault.place.source, []), fault.place.span
        at = bisect_right(entries, start, key=itemgetter(0)) - 1
        if at >= 0 and end <= entries[at][1]:
            owner, reason = entries[at][2], f"{fault.message}: kustomize refuses it, or the first value is lost"
            may = Certainty.UNKNOWN
            yield owner, Fault(Kind.DUPLICATE_KEY, owner, fault.place, reason, Outcome.REJECTED, certainty=may)


def verdicts(
    declarations: Iterable[Declaration],
    version: str | None,
    parts: Iterable[Declaration] = (),
    kept: Mapping[Place, Structure | None] = MappingProxyType({}),
    cache: Path | None = None,
) -> Verdicts:
    """What the API server of release `version` (None: the newest known) says about objects.

    `parts` are patches, which it never sees: only their fields are looked at. `kept` are schemas of custom resources
    that are not in the input. `cache` is the folder of what is kept between runs, None for none.
    """
    metas, patches, release = _metas(declarations), _metas(parts), load_release(version, cache)
    known, custom = find_patches((*metas, *patches)), custom_kinds(metas, kept)

    def is_filled(meta: Meta, one: SchemaError) -> bool:
        if one.limit and one.limit.is_later and meta.origin.is_written("metadata", "uid"):
            return True
        return one.needs_the_rest and known.may_fill(meta, one)

    def is_partial(_: Meta, one: SchemaError) -> bool:
        # nothing is missing from a patch, and `null` takes a field away, whatever it is
        return one.needs_the_rest or one.value is None

    cuts: list[SyntaxFault] = []
    return Verdicts(
        release,
        (*unfit_in(metas, release, is_filled, cuts), *unfit_in(metas, custom, is_filled, cuts)),
        (*version_objections(metas, release), *unserved(metas, custom)),
        (*unfit_in(patches, release, is_partial, cuts), *unfit_in(patches, custom, is_partial, cuts)),
        tuple(cuts[:_MOST_CUTS]),
    )


def _metas(declarations: Iterable[Declaration]) -> tuple[Meta, ...]:
    # a balancer's annotations are read as a thing of their own from the mapping of their Service
    by_node = {id(meta.origin.node): meta for meta in map(meta_of, declarations) if meta is not None and not meta.made}
    return tuple(by_node.values())
