"""The subject Call: an address inside the cluster that a container is told to ask."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import NamedTuple

from kblint.engine.facts import Table, boolean, maybe_integer, maybe_one, maybe_text, text
from kblint.engine.subject import SubjectKind
from kblint.engine.subjects.references import SERVICE_PORT_REF, SERVICE_REF, faults
from kblint.wire.clients.advertised import Advertised
from kblint.wire.clients.calls import Call
from kblint.wire.clients.protocols import Stranger
from kblint.wire.faults.fault import Fault
from kblint.wire.services.ports import WiredPort
from kblint.wire.topology import Topology


class _Told(NamedTuple):
    """A call, and others that are told the same by the same text."""

    of: Call
    found: tuple[Fault, ...]
    others: tuple[Call, ...] = ()


def _calls(topology: Topology) -> Iterator[_Told]:
    """The calls that something is wrong with: one for each text, however many containers read it."""
    causes: dict[tuple[object, ...], list[_Told]] = {}
    for call in topology.called:
        found = topology.network.faults.of(call.key)
        if found:
            causes.setdefault((found[0].place, found[0].kind, found[0].reason), []).append(_Told(call, found))
    for same in causes.values():
        first, *others = sorted(same, key=lambda one: (one.of.place.source.path, one.of.place.span))
        yield first._replace(others=tuple(one.of for one in others))


def _hops(told: _Told) -> Iterator[Hashable]:
    yield from (call.key for call in (told.of, *told.others))


def _mistaken(told: _Told) -> WiredPort | None:
    return told.of.mistaken[1] if told.of.mistaken else None


def _stranger(told: _Told) -> Stranger | None:
    others = (fault.other for fault in told.found)
    return next((one for one in others if isinstance(one, Stranger)), None)


def _advertised(told: _Told) -> Advertised | None:
    others = (fault.other for fault in told.found)
    return next((one for one in others if isinstance(one, Advertised)), None)


# fmt: off
CALL = Table[_Told]("Call", "an address inside the cluster that a container asks", lambda c: c.of.place, (
    text("host", "the host that is asked", lambda c: c.of.host, lambda c: c.of.place),
    maybe_integer("port", "the port that is asked, null where nothing tells", lambda c: c.of.told.port,
        lambda c: c.of.told.port_place),
    boolean("isDefaultPort", "whether no port is written, and clients take that of the scheme",
        lambda c: c.of.told.is_default),
    text("container", "the container that asks", lambda c: c.of.container.name),
    text("workloadKind", "the kind of its workload", lambda c: c.of.workload.meta.kind),
    text("workloadName", "the name of its workload", lambda c: c.of.workload.meta.name),
    text("evidence", "where the address stands", lambda c: c.of.told.label),
    maybe_text("namespace", "the namespace in which a Service is looked for, null where none is written",
        lambda c: c.of.named.namespace if c.of.named else None),
    faults(lambda c: c.found),
    text("certainty", "how sure it is that this is asked, and that it is wrong", lambda c: c.found[0].certainty.label),
    text("doubt", "why that is only likely", lambda c: c.found[0].doubt),
    maybe_one("service", "the Service that is asked", lambda c: c.of.service.service if c.of.service else None,
        SERVICE_REF),
    maybe_one("meant", "the Service that is probably meant",
        lambda c: c.of.named.meant.service if c.of.named and c.of.named.meant else None, SERVICE_REF),
    text("right", "the name that is probably meant", lambda c: c.of.named.right if c.of.named else ""),
    maybe_integer("replicas", "how many pods the StatefulSet has of which one is named, null where none is",
        lambda c: c.of.named.workload.replicas if c.of.named and c.of.named.workload else None,
        lambda c: c.of.named.workload.meta.origin.place("spec", "replicas") if c.of.named and c.of.named.workload
        else c.of.place),
    maybe_one("mistaken", "the Service's port whose targetPort or nodePort was taken for it, or its only one",
        _mistaken, SERVICE_PORT_REF),
    text("scheme", "the scheme of the address, empty where none is written", lambda c: c.of.told.scheme),
    maybe_text("spokenBy", "the program that is asked in another protocol than its own, null for none",
        lambda c: found.socket.program if (found := _stranger(c)) else None,
        lambda c: found.socket.evidence.place if (found := _stranger(c)) else c.of.place),
    maybe_text("sentTo", "the loopback address that the one who is asked tells its clients to ask, null for none",
        lambda c: found.host if (found := _advertised(c)) else None,
        lambda c: found.place if (found := _advertised(c)) else c.of.place),
    maybe_text("sentBy", "the variable that says so", lambda c: found.variable if (found := _advertised(c)) else None),
    maybe_text("dnsPolicy", "the `dnsPolicy` of the pods that ask", lambda c: c.of.workload.pod.dns_policy,
        lambda c: c.of.workload.pod.origin.place("dnsPolicy")),
))
SUBJECTS = (
    SubjectKind("call", "an address inside the cluster that a container asks", CALL, _calls,
        lambda c: c.of.workload.meta, _hops),
)
