"""The faults of one scope, by the thing each is on."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from kblint.model.balancer import LoadBalancer
from kblint.model.meta import Meta
from kblint.model.route import Route
from kblint.model.service import Service
from kblint.model.workload import Workload
from kblint.wire.evidence import Certainty
from kblint.wire.faults.fault import Fault, Kind

Owner = LoadBalancer | Route | Service | Workload
"""An object that the API refuses as a whole, or that serves as a whole or not at all."""

Other = TypeVar("Other")
_FORM = (Kind.SCHEMA, Kind.API_VERSION)


@dataclass(frozen=True, slots=True, eq=False)
class Faults:
    """All verdicts that do not depend on the way a request comes.

    `stopping` holds for a whole object what keeps it from serving, `noted` what may; also what keeps a route from it,
    whose Service and pods are there to see all the same.
    """

    by_thing: Mapping[Hashable, tuple[Fault, ...]]
    stopping: Mapping[Owner, Fault]
    noted: Mapping[Owner, Fault]

    @property
    def refused(self) -> Iterator[tuple[Meta, Fault]]:
        """What the API refuses for its schema or its version."""
        for owner in dict.fromkeys((*self.stopping, *self.noted)):
            found = (fault for fault in self.of(owner) if fault.kind in _FORM)
            yield from ((owner.meta, fault) for fault in found if owner.meta)

    def of(self, thing: Hashable) -> tuple[Fault, ...]:
        """What is wrong with a thing, the first being what people meet first."""
        return self.by_thing.get(thing, ())

    def first(self, thing: Hashable, *kinds: Kind) -> Fault | None:
        """The first fault of a thing, of one of `kinds` where some are named."""
        return next((fault for fault in self.of(thing) if not kinds or fault.kind in kinds), None)

    def other(self, thing: Hashable, kind: Kind, of: type[Other]) -> Other | None:
        """What the first fault of a kind conflicts with, or what was meant, if that is one `of` this type."""
        fault = self.first(thing, kind)
        return fault.other if fault and isinstance(fault.other, of) else None


def indexed(stops: Iterable[tuple[Owner, Fault]], others: Iterable[Fault]) -> Faults:
    """All faults by their things, in their order.

    `stops` keep their whole owner from serving, whichever part of it they are on; `others` stop no whole object.
    """
    by_thing: dict[Hashable, list[Fault]] = {}
    stopping: dict[Owner, Fault] = {}
    noted: dict[Owner, Fault] = {}
    for owner, fault in stops:
        by_thing.setdefault(fault.thing, []).append(fault)
        if isinstance(owner, Route) or fault.certainty is Certainty.UNKNOWN:
            if owner not in noted or noted[owner].certainty < fault.certainty:
                noted[owner] = fault
        elif fault.certainty is Certainty.KNOWN:
            stopping.setdefault(owner, fault)
    for fault in others:
        by_thing.setdefault(fault.thing, []).append(fault)
    return Faults({thing: tuple(dict.fromkeys(found)) for thing, found in by_thing.items()}, stopping, noted)
