"""The subject Redirect: what may send plain requests back to https, a route or an entry point of the controller."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property

from kblint.engine.facts import Table, boolean, maybe_one, text
from kblint.engine.subject import SubjectKind
from kblint.model.meta import Meta
from kblint.source.text import Place
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.faults.fault import Kind
from kblint.wire.journeys.journey import Hop, Stage
from kblint.wire.topology import Topology


@dataclass(frozen=True, eq=False)
class _Redirect:
    kind: str
    name: str
    declared: Place
    meta: Meta | None
    key: Hashable
    topology: Topology

    @cached_property
    def loop(self) -> tuple[Hop, ...]:
        """The way of a request that it sends round, if there is one."""
        # a plain journey that was sent on to this one ends at its own listener, where no TLS ends
        broken = self.topology.by_fault.of(self.key, Kind.REDIRECT_LOOP)
        return next(
            (journey.hops for journey in (broken.journeys if broken else ()) if journey.redirects_to is None), ()
        )

    @property
    def turn(self) -> Hop | None:
        """The hop at which it sends back."""
        return next((hop for hop in self.loop if hop.fault and hop.fault.thing == self.key), None)


def _redirects(topology: Topology) -> Iterator[_Redirect]:
    """Every route, and every entry point behind a balancer that is told to redirect everything."""
    for wired in topology.routes:
        meta = wired.route.meta
        place = meta.origin.place("metadata", "name")
        yield _Redirect(meta.kind, meta.name, place, meta, wired.route, topology)
    seen: set[Hashable] = set()
    for listener in topology.listeners:
        point = listener.destination.entry_point
        if point and point.redirect and point.key not in seen:
            seen.add(point.key)
            yield _Redirect("entry point", point.name, point.redirect, _owner(listener), point.key, topology)


def _owner(listener: WiredListener) -> Meta | None:
    if listener.pods:
        return listener.pods[0].workload.meta
    return listener.port.service.meta if listener.port else None


def _place(redirect: _Redirect) -> Place:
    return (redirect.turn.place if redirect.turn else None) or redirect.declared


def _tls_end(redirect: _Redirect) -> Hop | None:
    return next((hop for hop in redirect.loop if hop.stage is Stage.BALANCER and hop.place), None)


# fmt: off
TLS_END = Table[Hop]("TlsEnd", "the listener of a balancer where TLS ends", lambda h: h.place, (
    text("label", "balancer, protocol, port", lambda h: h.label),
))
REDIRECT = Table[_Redirect]("Redirect", "what may send plain requests back to https", _place, (
    text("kind", "Ingress, HTTPRoute, ..., or `entry point`", lambda r: r.kind),
    text("name", "its name", lambda r: r.name),
    boolean("loops", "whether it sends back to https what a load balancer has decrypted", lambda r: r.turn is not None),
    text("reason", "why", lambda r: r.turn.reason if r.turn else ""),
    maybe_one("tlsEnd", "where TLS ends, if it loops", _tls_end, TLS_END),
))
SUBJECTS = (
    SubjectKind("redirect", "what may redirect plain requests", REDIRECT, _redirects, lambda r: r.meta,
        lambda r: (r.key,)),
)
