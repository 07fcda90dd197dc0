"""The subject NeededSettings: a ConfigMap or Secret without which pods do not start, and that does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from kblint.engine.facts import Table, boolean, one, text
from kblint.engine.subject import SubjectKind
from kblint.engine.subjects.references import WORKLOAD_REF
from kblint.wire.faults.fault import Kind
from kblint.wire.faults.unconfigured import NeededSettings
from kblint.wire.topology import Topology


def _missing(topology: Topology) -> Iterator[NeededSettings]:
    for thing, faults in topology.network.faults.by_thing.items():
        if isinstance(thing, NeededSettings) and any(fault.kind is Kind.CONFIGURATION for fault in faults):
            yield thing


# fmt: off
NEEDED_SETTINGS = Table[NeededSettings](
    "NeededSettings", "a ConfigMap or Secret that pods need to start, and that does not exist", lambda n: n.place, (
    text("kind", "`ConfigMap` or `Secret`", lambda n: n.kind),
    text("name", "its name", lambda n: n.name),
    boolean("isMounted", "whether it is a volume; else variables come from it", lambda n: n.is_mounted),
    one("workload", "the workload whose pods need it", lambda n: n.workload, WORKLOAD_REF),
))
SUBJECTS = (
    SubjectKind("settings", "a ConfigMap or Secret that is missing", NEEDED_SETTINGS, _missing,
        lambda n: n.workload.meta, lambda n: (n,)),
)
