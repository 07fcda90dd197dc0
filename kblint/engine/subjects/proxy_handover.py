"""The subject ProxyHandover: a balancer and a program behind it, which agree on the PROXY protocol or do not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kblint.engine.facts import Table, boolean, many, text
from kblint.engine.subject import SubjectKind
from kblint.engine.subjects.listener import LISTENER_REF, Sibling, about
from kblint.engine.subjects.references import faults
from kblint.source.grouping import grouped
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.balancers.proxy_protocol import ProxyProtocolLink
from kblint.wire.faults.index import Faults
from kblint.wire.topology import Topology


class _Handed(NamedTuple):
    """The listeners of a balancer that hand on to one program, and what is true of all of them."""

    listeners: list[WiredListener]
    proxy_protocol: ProxyProtocolLink
    faults: Faults


def _handovers(topology: Topology) -> Iterator[_Handed]:
    """Every balancer with every program behind it: the listeners that do not agree first, once for all of them."""
    links = ((wired, wired.proxy_protocol) for wired in topology.listeners if wired.proxy_protocol)
    for group in grouped(((wired.balancer, link.receiver.place), (wired, link)) for wired, link in links).values():
        failing = [pair for pair in group if pair[1].fails] or group
        yield _Handed([wired for wired, _ in failing], failing[0][1], topology.network.faults)


def _others(handed: _Handed) -> Iterator[Sibling]:
    for wired in handed.listeners[1:]:
        if wired.proxy_protocol:
            yield Sibling(wired.listener, wired.proxy_protocol.sender.place)


# fmt: off
PROXY_HANDOVER = Table[_Handed](
    "ProxyHandover",
    "the two ends of a connection that may begin with a PROXY protocol header: a balancer and a program behind it",
    lambda h: h.proxy_protocol.sender.place, (
    text("sender", "who sends the header or does not: the balancer, or an ingress controller that passes the port on",
        lambda h: h.proxy_protocol.sender.program or f"load balancer `{h.listeners[0].balancer.name}`"),
    boolean("sends", "whether the sender sends the header", lambda h: h.proxy_protocol.sender.sends),
    faults(lambda h: h.faults.of(h.listeners[0].listener)),
    many("others", "further listeners of the balancer of which the same is true", _others, LISTENER_REF),
    text("takes", "what the program does about the header: `required`, `optional` or `refused`",
        lambda h: h.proxy_protocol.receiver.mode.value, lambda h: h.proxy_protocol.receiver.place),
    text("program", "the program", lambda h: h.proxy_protocol.receiver.program),
    text("setting", "where the program is told", lambda h: h.proxy_protocol.receiver.setting),
    text("certainty", "how sure both ends are", lambda h: h.proxy_protocol.certainty.label),
))
SUBJECTS = (
    SubjectKind("proxy", "a balancer and a program behind it", PROXY_HANDOVER, _handovers,
        lambda h: about(h.listeners[0].balancer), lambda h: (wired.listener for wired in h.listeners)),
)
