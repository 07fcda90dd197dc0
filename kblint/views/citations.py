"""Which rules tell of what breaks a journey."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from kblint.engine.catalog import Catalog
from kblint.finding import Finding
from kblint.source.grouping import grouped
from kblint.wire.faults.fault import Fault


class Citations(Struct, frozen=True):
    """The findings that break journeys: for each journey, by its name, in which respect and by which rule.

    The respect is empty for a rule that names none: those tell what the API has against an object.
    """

    by_journey: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    respects: frozenset[str] = frozenset()

    def of(self, journey: str, fault: Fault | None) -> tuple[str, ...]:
        """The ids of the rules that tell of a fault on the way of this journey."""
        if fault is None:
            return ()
        respect = fault.kind.value if fault.kind.value in self.respects else ""
        return tuple(dict.fromkeys(rule for said, rule in self.by_journey.get(journey, ()) if said == respect))


NO_CITATIONS = Citations()


def citations(findings: Iterable[Finding], catalog: Catalog) -> Citations:
    """What `findings` say of journeys; they are those of the same texts, silenced ones too."""
    breaks = {rule.id: (rule.check and rule.check.breaks) or "" for rule in catalog.rules.values()}
    told = grouped(
        (journey, (breaks[finding.rule.id], finding.rule.id)) for finding in findings for journey in finding.journeys
    )
    return Citations(told, frozenset(breaks.values()) - {""})
