"""The subject GatewayListener: where a Gateway listens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kblint.engine.facts import Table, anything, maybe_one, maybe_text, text
from kblint.engine.subject import SubjectKind
from kblint.model.route import Gateway, GatewayListener
from kblint.wire.evidence import Evidence
from kblint.wire.faults.fault import Fault, Kind
from kblint.wire.services.entry_points import EntryPorts
from kblint.wire.topology import Topology


class _Listening(NamedTuple):
    """A listener of a Gateway, and what is wrong with it."""

    gateway: Gateway
    listener: GatewayListener
    fault: Fault | None

    @property
    def ports(self) -> EntryPorts | None:
        """What Traefik has instead."""
        return self.fault.other if self.fault and isinstance(self.fault.other, EntryPorts) else None


def _every(topology: Topology) -> Iterator[_Listening]:
    faults = topology.network.faults
    return (
        _Listening(gateway, listener, faults.first(listener, Kind.ENTRY_POINT))
        for gateway in topology.bundle.all(Gateway)
        for listener in gateway.listeners
    )


# fmt: off
TOLD = Table[Evidence]("EntryPoints", "what tells the entry points of Traefik", lambda e: e.place, ())
GATEWAY_LISTENER = Table[_Listening]("GatewayListener", "a listener of a Gateway", "port", (
    text("gateway", "the name of its Gateway", lambda g: g.gateway.meta.name),
    anything("port", "its port", lambda g: g.listener.port),
    maybe_text("problem", "why its controller does not serve it, null where nothing is known against it",
        lambda g: g.fault.reason if g.fault else None),
    text("certainty", "how sure that is: known, likely, unknown",
        lambda g: g.fault.certainty.label if g.fault else "unknown"),
    text("entryPorts", "the ports of Traefik's entry points, joined by commas",
        lambda g: ", ".join(f"`{one}`" for one in (g.ports.numbers if g.ports else ()))),
    maybe_one("told", "what tells them", lambda g: g.ports.evidence if g.ports else None, TOLD),
), lambda g: g.listener.origin)
SUBJECTS = (
    SubjectKind("gate", "a listener of a Gateway", GATEWAY_LISTENER, _every, lambda g: g.gateway.meta,
        lambda g: (g.listener,)),
)
