"""The subject Backend: where a route sends requests."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import NamedTuple

from kblint.engine.facts import Table, anything, boolean, maybe_one, maybe_text, text
from kblint.engine.subject import Among, SubjectKind, among
from kblint.engine.subjects.references import SERVICE_PORT_REF, SERVICE_REF, faults, is_sure
from kblint.model.service import Service, ServicePort
from kblint.source.text import Place
from kblint.wire.evidence import Certainty
from kblint.wire.faults.fault import Kind
from kblint.wire.routes.backends import WiredBackend
from kblint.wire.services.controllers import AppProtocol, app_protocol


class _Mistaken(NamedTuple):
    service: Service
    port: ServicePort
    key: str


def _hops(backend: Among[WiredBackend]) -> Iterator[Hashable]:
    yield backend.wired.backend
    if backend.wired.port:
        yield backend.wired.port.port


def _port_place(backend: Among[WiredBackend]) -> Place:
    """Where a backend's port is written: each dialect has its own key."""
    origin = backend.wired.backend.origin
    for path in (("port", "number"), ("port", "name"), ("servicePort",), ("port",)):
        if origin.is_written(*path):
            return origin.place(*path)
    return origin.place()


def _spoken(backend: Among[WiredBackend]) -> AppProtocol:
    """What the Service's port speaks."""
    port = backend.wired.port
    told = backend.topology.network.faults.other(backend.wired.backend, Kind.BACKEND_PROTOCOL, AppProtocol)
    if told:
        return told
    return app_protocol(port, None) if port else AppProtocol(None, Certainty.UNKNOWN, None)


def _has_neighbours(backend: Among[WiredBackend]) -> bool:
    services, namespace = backend.topology.services, backend.wired.namespace
    return bool(services.in_namespace(namespace)) if namespace else services.has_beside(backend.wired.route.meta.path)


def _mistaken(backend: Among[WiredBackend]) -> _Mistaken | None:
    wired = backend.wired
    if wired.mistaken is None or wired.service is None:
        return None
    return _Mistaken(wired.service.service, wired.mistaken, wired.mistaken_for or "port")


# fmt: off
BACKEND_REF = Table[WiredBackend]("BackendRef", "a backend of another route", lambda b: b.rule.origin.place("path"), (
    text("routeKind", "Ingress, ...", lambda b: b.route.meta.kind),
    text("routeName", "the route's name", lambda b: b.route.meta.name),
    text("serviceName", "where it sends", lambda b: b.backend.name),
))
BACKEND = Table[Among[WiredBackend]]("Backend", "where a route sends requests", "name", (
    text("routeKind", "Ingress, HTTPRoute, ...", lambda b: b.wired.route.meta.kind),
    text("routeName", "the route's name", lambda b: b.wired.route.meta.name),
    boolean("isPassedOn", "whether connections or packets are passed on as they are, and no requests are answered",
        lambda b: b.wired.route.protocol is not None),
    maybe_text("host", "the host it serves, null for any", lambda b: b.wired.rule.host),
    maybe_text("path", "the path it serves", lambda b: b.wired.rule.path, lambda b: b.wired.rule.origin.place("path")),
    text("serviceName", "the Service it names", lambda b: b.wired.backend.name),
    maybe_text("namespace", "where that Service is looked for, null where no namespace is written",
        lambda b: b.wired.namespace),
    anything("port", "the port it names", lambda b: b.wired.backend.port, _port_place),
    boolean("isMissing", "whether no Service of that name is in the input", lambda b: b.wired.service_missing),
    boolean("isSurelyMissing", "whether that Service surely does not exist, or another one is meant",
        lambda b: is_sure(Kind.BACKEND_SERVICE, b.topology.network.faults.of(b.wired.backend))),
    maybe_one("similar", "a Service there whose name differs by a slip of the hand",
        lambda b: b.wired.similar[0].service if b.wired.similar else None, SERVICE_REF),
    maybe_one("elsewhere", "a Service of that name in another namespace",
        lambda b: b.wired.in_other_namespaces[0].service if b.wired.in_other_namespaces else None, SERVICE_REF),
    boolean("namespaceHasServices",
        "whether the input holds other Services of that namespace; of the same folder, where none is written",
        _has_neighbours),
    maybe_one("service", "the Service it leads to", lambda b: b.wired.service.service if b.wired.service else None,
        SERVICE_REF),
    faults(lambda b: b.topology.network.faults.of(b.wired.backend)),
    maybe_one("mistaken", "the Service port whose targetPort or nodePort was taken for its port", _mistaken,
        SERVICE_PORT_REF.standing(lambda m: m.port.origin.place(m.key if isinstance(m, _Mistaken) else "port"))),
    maybe_text("mistakenFor", "`targetPort` or `nodePort`", lambda b: b.wired.mistaken_for),
    text("certainty", "how sure it is that this is the Service meant, or that what is missing is missed",
        lambda b: b.wired.certainty.label),
    boolean("isOfChart", "whether a chart makes its Service of values",
        lambda b: b.wired.service is not None and b.wired.service.service.meta.made is not None),
    boolean("isUngranted", "whether it reaches into a namespace that grants it to nobody",
        lambda b: b.wired.is_ungranted, "namespace"),
    maybe_one("rival", "another Ingress of the class that claims the same host and path",
        lambda b: b.wired.conflict, BACKEND_REF),
    maybe_text("controller", "the ingress controller that serves it", lambda b: b.wired.taker.controller),
    maybe_text("asksFor", "what that speaks to it: HTTP, HTTPS, GRPC, ...; null where it cannot be known",
        lambda b: b.wired.asked.protocol if b.wired.asked else None,
        lambda b: b.wired.asked.place if b.wired.asked else None),
    boolean("asksForWritten", "whether that is written", lambda b: bool(b.wired.asked and b.wired.asked.place)),
    maybe_text("speaks", "what the Service's port speaks: `http`, `tls`, `grpc` or `other`, null where nothing tells",
        lambda b: _spoken(b).role, lambda b: shown.place if (shown := _spoken(b).evidence) else None),
    text("speaksCertainty", "how sure that is", lambda b: _spoken(b).certainty.label),
), lambda b: b.wired.backend.origin)
SUBJECTS = (
    SubjectKind("backend", "a route's backend", BACKEND,
        among(lambda topology: topology.backends), lambda b: b.wired.route.meta, _hops),
)
