"""The subject NeededSettings: what pods do not start without, and that does not exist, such as a ConfigMap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kblint.engine.facts import Table, boolean, maybe_text, one, text
from kblint.engine.subject import SubjectKind
from kblint.engine.subjects.references import WORKLOAD_REF
from kblint.wire.faults.fault import Fault, Kind
from kblint.wire.faults.unconfigured import NeededSettings
from kblint.wire.topology import Topology


class _Need(NamedTuple):
    of: NeededSettings
    fault: Fault


def _missing(topology: Topology) -> Iterator[_Need]:
    for thing, faults in topology.network.faults.by_thing.items():
        if isinstance(thing, NeededSettings):
            yield from (_Need(thing, fault) for fault in faults if fault.kind is Kind.CONFIGURATION)


# fmt: off
NEEDED_SETTINGS = Table[_Need](
    "NeededSettings", "what pods need to start, and that does not exist, or a key of it",
    lambda n: n.fault.place, (
    text("kind", "`ConfigMap`, `Secret`, `PersistentVolumeClaim` or `ServiceAccount`", lambda n: n.of.kind),
    text("name", "its name", lambda n: n.of.name),
    maybe_text("key", "the key of it that is missing, null where all of it is",
        lambda n: n.of.key if n.fault.case else None),
    maybe_text("similar", "the name, or key, that is there and probably meant",
        lambda n: n.fault.other if isinstance(n.fault.other, str) else None),
    text("certainty", "how sure it is that it does not exist", lambda n: n.fault.certainty.label),
    boolean("isMounted", "whether it is a volume; else variables come from it", lambda n: n.of.is_mounted),
    one("workload", "the workload whose pods need it", lambda n: n.of.workload, WORKLOAD_REF),
))
SUBJECTS = (
    SubjectKind("settings", "something missing that pods need to start", NEEDED_SETTINGS, _missing,
        lambda n: n.of.workload.meta, lambda n: (n.of,)),
)
