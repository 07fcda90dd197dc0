"""The subject Redirect: what may send plain requests back to https, a route or an entry point of the controller."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from kblint.engine.row import Row
from kblint.engine.subject import Subject
from kblint.engine.subjects.fields import boolean, build, maybe_one, row_type, subject, text
from kblint.model.meta import Meta
from kblint.source.text import Place
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.journeys.journey import Cause, Hop, Stage
from kblint.wire.topology import Topology

TLS_END = row_type("TlsEnd", "the listener of a balancer where TLS ends", {"label": text("balancer, protocol, port")})
REDIRECT = row_type(
    "Redirect",
    "what may send plain requests back to https",
    {
        "kind": text("Ingress, HTTPRoute, ..., or `entry point`"),
        "name": text("its name"),
        "loops": boolean("whether it sends back to https what a load balancer has decrypted"),
        "reason": text("why"),
        "tlsEnd": maybe_one("TlsEnd", "where TLS ends, if it loops"),
    },
)


def redirects(topology: Topology) -> Iterator[Subject]:
    """Every route, and every entry point behind a balancer that is told to redirect everything."""
    for wired in topology.routes:
        meta, key = wired.route.meta, ("route", id(wired.route))
        row = _redirect(topology, key, meta.kind, meta.name, meta.origin.place("metadata", "name"))
        yield subject(topology, row, meta, key)
    seen: set[Hashable] = set()
    for listener in topology.listeners:
        point = listener.destination.entry_point
        if point and point.redirect and point.key not in seen:
            seen.add(point.key)
            row = _redirect(topology, point.key, "entry point", point.name, point.redirect)
            yield subject(topology, row, _owner(listener), point.key)


def _owner(listener: WiredListener) -> Meta | None:
    if listener.pods:
        return listener.pods[0].workload.meta
    return listener.port.service.meta if listener.port else None


def _redirect(topology: Topology, key: Hashable, kind: str, name: str, place: Place) -> Row:
    cause = Cause("redirect-loop", key)
    # a plain journey that was sent on to this one ends at its own listener, where no TLS ends
    looping = (journey for journey in topology.broken.get(cause, ()) if journey.redirects_to is None)
    hops = next((journey.hops for journey in looping), ())
    told = next((hop for hop in hops if hop.cause == cause), None)
    return build(
        REDIRECT,
        told.place if told and told.place else place,
        {
            "kind": kind,
            "name": name,
            "loops": told is not None,
            "reason": told.reason if told else "",
            "tlsEnd": _tls_end(hops),
        },
    )


def _tls_end(hops: tuple[Hop, ...]) -> Row | None:
    hop = next((hop for hop in hops if hop.stage is Stage.BALANCER and hop.place), None)
    return build(TLS_END, hop.place, {"label": hop.label}) if hop and hop.place else None


TYPES = (TLS_END, REDIRECT)
