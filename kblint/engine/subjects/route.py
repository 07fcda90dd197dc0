"""The subjects Route and Redirect: an Ingress or a route of another dialect, and what sends requests back to https."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from functools import cached_property

from msgspec import Struct

from kblint.engine.facts import MANY, Table, boolean, maybe_one, maybe_text, text, texts
from kblint.engine.subject import Among, SubjectKind, among
from kblint.engine.subjects.references import OBJECT_REF, is_sure
from kblint.model.meta import Meta
from kblint.source.text import Place
from kblint.wire.faults.fault import Kind
from kblint.wire.journeys.journey import Hop, Stage
from kblint.wire.routes.route_parents import MisplacedSecret, WiredParent, WiredRoute
from kblint.wire.topology import Topology

_CLASS = ("metadata", "annotations", "kubernetes.io/ingress.class")


def _class_place(route: Among[WiredRoute]) -> Place:
    origin = route.wired.route.meta.origin
    if origin.is_written("spec", "ingressClassName"):
        return origin.place("spec", "ingressClassName")
    return origin.place(*_CLASS) if origin.is_written(*_CLASS) else origin.place("metadata", "name")


class _Redirect(Struct, frozen=True, eq=False, dict=True):
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
        if point and point.redirect and point not in seen:
            seen.add(point)
            yield _Redirect("entry point", point.name, point.redirect, listener.meta_behind, point, topology)


# fmt: off
PARENT = Table[WiredParent]("Parent", "a parent that a route does not attach to", lambda p: p.place, (
    text("name", "the Gateway it names", lambda p: p.parent.name),
    text("problem", "why it does not attach", lambda p: p.problem or ""),
    maybe_one("near", "the Gateway that refuses it, or that is probably meant", lambda p: p.near, OBJECT_REF),
))
SECRET = Table[MisplacedSecret]("MisplacedSecret", "a TLS secret that stands in another namespace", "secretName", (
    text("name", "its name", lambda s: s.tls.secret or ""),
    maybe_one("found", "where it stands", lambda s: s.found, OBJECT_REF),
), lambda s: s.tls.origin)
ROUTE = Table[Among[WiredRoute]](
    "Route", "an Ingress, a route of the Gateway API, or Traefik's IngressRoute",
    lambda r: r.wired.route.meta.origin.place("metadata", "name"), (
    text("kind", "Ingress, HTTPRoute, ...", lambda r: r.wired.route.meta.kind),
    text("name", "its name", lambda r: r.wired.route.meta.name),
    maybe_text("namespace", "its namespace, null where none is written", lambda r: r.wired.route.meta.namespace),
    maybe_text("className", "the class it names", lambda r: r.wired.route.class_name, _class_place),
    maybe_text("classProblem", "`unknown` (no such class here) or `no-default` (none is named, none is the default)",
        lambda r: r.wired.class_problem),
    boolean("isLost", "whether a known way in breaks because no controller takes the class",
        lambda r: r.topology.by_fault.of(r.wired.route, Kind.CLASS) is not None),
    boolean("classIsSurelyUnknown", "whether that class surely does not exist, or another one is meant",
        lambda r: is_sure(Kind.CLASS, r.topology.network.faults.of(r.wired.route))),
    texts("classes", "the first classes in the input", lambda r: [meta.name for meta in r.wired.classes[:MANY]]),
    maybe_one("similarClass", "a class whose name differs by a slip of the hand", lambda r: r.wired.similar_class,
        OBJECT_REF),
    maybe_one("someClass", "one of the classes in the input", lambda r: next(iter(r.wired.classes), None), OBJECT_REF),
    maybe_one("brokenParent", "a parent it does not attach to",
        lambda r: next((parent for parent in r.wired.parents if parent.problem), None), PARENT),
    maybe_one("misplacedSecret", "a TLS secret that stands in another namespace", lambda r: r.wired.secret, SECRET),
))
TLS_END = Table[Hop]("TlsEnd", "the listener of a balancer where TLS ends", lambda h: h.place, (
    text("label", "balancer, protocol, port", lambda h: h.label),
))
REDIRECT = Table[_Redirect]("Redirect", "what may send plain requests back to https",
    lambda r: (r.turn.place if r.turn else None) or r.declared, (
    text("kind", "Ingress, HTTPRoute, ..., or `entry point`", lambda r: r.kind),
    text("name", "its name", lambda r: r.name),
    boolean("loops", "whether it sends back to https what a load balancer has decrypted", lambda r: r.turn is not None),
    text("reason", "why", lambda r: r.turn.reason if r.turn else ""),
    boolean("isForced", "whether it is `force-ssl-redirect` that does, whatever `tls:` and `ssl-redirect` say",
        lambda r: r.turn is not None and r.turn.fault is not None and r.turn.fault.case == "forced"),
    maybe_one("tlsEnd", "where TLS ends, if it loops",
        lambda r: next((hop for hop in r.loop if hop.stage is Stage.BALANCER and hop.place), None), TLS_END),
))
SUBJECTS = (
    SubjectKind("route", "an Ingress, or a route of another dialect", ROUTE, among(lambda topology: topology.routes),
        lambda r: r.wired.route.meta, lambda r: (r.wired.route,)),
    SubjectKind("redirect", "what may redirect plain requests", REDIRECT, _redirects, lambda r: r.meta,
        lambda r: (r.key,)),
)
