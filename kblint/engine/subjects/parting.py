"""The subject Parting: a container's call that network policies on its own pods do not let through."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import NamedTuple

from kblint.engine.facts import Table, integer, maybe_one, one, text
from kblint.engine.subject import SubjectKind
from kblint.engine.subjects.network_policy import POLICY_PORT
from kblint.engine.subjects.references import WORKLOAD_REF
from kblint.source.text import Place
from kblint.wire.clients.calls import Call
from kblint.wire.journeys.journey import Hop
from kblint.wire.policies.between import Parted, PartedKey
from kblint.wire.topology import Topology


class _Parting(NamedTuple):
    call: Call
    parted: Parted

    @property
    def place(self) -> Place:
        """The entry that opens the wrong port, else the policy."""
        mistaken = self.parted.mistaken
        return mistaken.origin.place("port") if mistaken else self.parted.isolating[0].origin.place("podSelector")


def _partings(topology: Topology) -> Iterator[_Parting]:
    """The workloads that policies part, each two once, as the calls have met it."""
    seen: set[PartedKey] = set()
    for call, journey in zip(topology.called, topology.calls, strict=True):
        for parted in map(_parted, journey.hops):
            if parted and parted.key not in seen:
                seen.add(parted.key)
                yield _Parting(call, parted)


def _parted(hop: Hop) -> Parted | None:
    return hop.fault.other if hop.fault and isinstance(hop.fault.other, Parted) else None


def _hops(parting: _Parting) -> Iterator[Hashable]:
    yield parting.parted.key
    if parting.parted.mistaken:
        # what is wrong with the entry itself is told of the port that is meant
        yield parting.parted.pod.key


# fmt: off
PARTING = Table[_Parting](
    "Parting", "two workloads of which one asks the other, and may not send to it", lambda p: p.place, (
    one("caller", "the workload that asks", lambda p: p.parted.caller, WORKLOAD_REF),
    one("asked", "the workload that is asked", lambda p: p.parted.pod.workload, WORKLOAD_REF),
    integer("number", "the port of its pods", lambda p: p.parted.pod.number),
    text("host", "the host as it is asked", lambda p: p.call.host, lambda p: p.call.place),
    text("evidence", "where that stands", lambda p: p.call.told.label),
    maybe_one("mistaken", "an entry that opens the Service's port where that of the pods was meant",
        lambda p: p.parted.mistaken, POLICY_PORT),
    text("certainty", "how sure it is that the policies rest on these pods, and that this is asked",
        lambda p: min(p.parted.certainty, p.call.certainty).label),
))
SUBJECTS = (
    SubjectKind("parting", "two workloads that network policies part", PARTING, _partings,
        lambda p: p.parted.caller.meta, _hops),
)
