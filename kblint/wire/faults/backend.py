"""What is wrong at a route: between it and the Service it names, what it hangs on, and where it sends requests back."""

from __future__ import annotations

from collections.abc import Iterator

from kblint.model.policy import ConfigMap
from kblint.model.route import Backend, Dialect, Route
from kblint.source.text import Place
from kblint.source.values import shown
from kblint.wire.clients.protocols import database
from kblint.wire.conflict import Conflict
from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.faults.fault import Fault, Kind, Outcome
from kblint.wire.faults.service import protocol_clash
from kblint.wire.routes.backends import WiredBackend
from kblint.wire.routes.certificates import is_meant_for_tls
from kblint.wire.routes.forwarding import Forced
from kblint.wire.routes.redirects import is_for_nginx, redirects
from kblint.wire.routes.route_parents import WiredParent, WiredRoute
from kblint.wire.services.absence import Absent
from kblint.wire.services.controllers import AppProtocol, app_protocol, grpc_protocol
from kblint.wire.services.entry_points import EntryPoint
from kblint.wire.services.ports import PodPort

_BACK = "sends plain requests back to https, where the balancer decrypts them again"
_MAY_BE_MADE = "a Service of this name may be made outside the input"


def route_faults(wired: WiredRoute, absent: Absent) -> Iterator[Fault]:
    """A route whose class is nobody's: no controller takes it; then the parents it does not attach to."""
    route = wired.route
    if wired.class_problem == "unknown":
        reason = f"no controller here takes class `{shown(route.class_name)}`"
        place = route.origin.place("ingressClassName")
        similar, doubt = wired.similar_class, "another controller, outside the input, may take the class"
        is_sure = similar is not None or absent("IngressClass", None, shown(route.class_name))
        certainty, doubt = (Certainty.KNOWN, "") if is_sure else (Certainty.LIKELY, doubt)
        yield Fault(Kind.CLASS, route, place, reason, Outcome.NOT_FOUND, certainty, "unknown", similar, doubt)
    if wired.class_problem == "ignored":
        place, reason = (
            route.meta.origin.place("metadata", "name"),
            "it names no class, and ingress-nginx takes none without",
        )
        doubt = "another controller, outside the input, may take it"
        yield Fault(Kind.CLASS, route, place, reason, Outcome.NOT_FOUND, Certainty.LIKELY, "ignored", doubt=doubt)
    for parent in wired.parents:
        found = parent_fault(parent)
        if found:
            yield found


def parent_fault(parent: WiredParent) -> Fault | None:
    """Why a route does not attach to a parent."""
    if not parent.problem:
        return None
    outcome = Outcome.NOT_FOUND if speaks_http(parent.route) else Outcome.REFUSED
    return Fault(Kind.ATTACHMENT, parent.route, parent.place, parent.problem, outcome, other=parent.near)


def speaks_http(route: Route) -> bool:
    """Whether a Gateway can answer for a route in HTTP; it rejects connections otherwise."""
    return route.meta.kind in ("HTTPRoute", "GRPCRoute", "VirtualService")


def backend_faults(wired: WiredBackend, absent: Absent, *, is_at_home: bool) -> Iterator[Fault]:
    """What keeps a controller from the Service that a route names; `is_at_home`: another one of the route is here."""
    backend = wired.backend
    nowhere = Outcome.REFUSED if wired.route.protocol else Outcome.UNAVAILABLE
    if wired.service is None:
        meant = next((one.service for one in (*wired.similar, *wired.in_other_namespaces)), None)
        is_absent = bool(wired.service_missing) and absent("Service", wired.namespace, shown(backend.name))
        if wired.service_missing and (meant or is_absent):
            place, case = backend.origin.place("name"), "similar" if wired.similar else "elsewhere" if meant else ""
            reason = f"there is no Service `{shown(backend.name)}` in its namespace"
            is_sure = is_absent or ((wired.similar or is_at_home) and wired.certainty is Certainty.KNOWN)
            certainty, doubt = (Certainty.KNOWN, "") if is_sure else (Certainty.LIKELY, _MAY_BE_MADE)
            yield Fault(Kind.BACKEND_SERVICE, backend, place, reason, nowhere, certainty, case, meant, doubt)
        return
    if wired.port is None:
        if wired.port_missing:
            reason = f"Service `{shown(backend.name)}` has no port `{shown(backend.port)}`"
            place, case = backend.origin.place(), wired.mistaken_for or ""
            yield Fault(Kind.BACKEND_PORT, backend, place, reason, nowhere, wired.certainty, case, wired.mistaken)
        return
    if wired.is_ungranted:
        reason = f"namespace `{shown(wired.namespace)}` has no ReferenceGrant for it"
        outcome = Outcome.SERVER_ERROR if speaks_http(wired.route) else Outcome.REFUSED
        yield Fault(Kind.GRANT, backend, backend.origin.place("namespace"), reason, outcome)
    if wired.port.port.protocol == "UDP" and asks_for_tcp(wired) and protocol_clash(wired.port) is None:
        # where its pods declare the port for TCP, the Service has made the mistake
        reason, place = (
            f"port `{shown(backend.port)}` of Service `{shown(backend.name)}` is UDP",
            backend.origin.place(),
        )
        yield Fault(Kind.BACKEND_PORT, backend, place, reason, nowhere, wired.certainty, "udp")
    yield from _no_requests(wired)
    yield from _protocol_mismatch(wired)


def asks_for_tcp(wired: WiredBackend) -> bool:
    """Whether the controller takes TCP ports only: ingress-nginx does for an Ingress, Traefik never asks.

    https://github.com/kubernetes/ingress-nginx/blob/main/internal/ingress/controller/endpointslices.go
    """
    return wired.route.protocol is None and (
        is_for_nginx(wired.route) or (wired.taker.controller == "ingress-nginx" and bool(wired.taker.certainty))
    )


def _no_requests(wired: WiredBackend) -> Iterator[Fault]:
    """Requests to a database, or to a queue, which speaks another protocol altogether."""
    is_of_requests = wired.route.protocol is None and wired.route.dialect is not Dialect.ISTIO
    socket = database(wired.port.endpoints) if wired.port and is_of_requests else None
    if socket is None:
        return
    reason, doubt = f"{socket.program} speaks no HTTP there", "another program may listen there"
    spoken = AppProtocol("other", socket.certainty, Evidence(socket.evidence.place, socket.program))
    kind, place = Kind.BACKEND_PROTOCOL, socket.evidence.place
    yield Fault(
        kind, wired.backend, place, reason, Outcome.BAD_GATEWAY, socket.certainty, "other", spoken,
        "" if socket.certainty is Certainty.KNOWN else doubt,
    )  # fmt: skip


def _protocol_mismatch(wired: WiredBackend) -> Iterator[Fault]:
    """The controller speaks another protocol than the process does."""
    spoken, asked = app_protocol(wired.port, None) if wired.port else None, wired.asked
    grpc = grpc_protocol(wired.port) if wired.port and wired.route.meta.kind != "GRPCRoute" else None
    if grpc and asked and asked.protocol == "HTTP" and (spoken is None or spoken.role != "tls"):
        spoken = grpc
    elif spoken is None or asked is None or spoken.role not in ("http", "tls"):
        return
    if spoken.role != "grpc" and asked.is_tls is (spoken.role == "tls"):
        return
    certainty, doubt = spoken.certainty, ""
    if not is_for_nginx(wired.route) and wired.taker.certainty is not Certainty.KNOWN:
        certainty, doubt = min(certainty, Certainty.LIKELY), "no class says which controller serves it"
    place = spoken.evidence.place if spoken.evidence else wired.backend.origin.place("name")
    outcome, case = (Outcome.PLAIN_TO_TLS, "tls") if spoken.role == "tls" else (Outcome.BAD_GATEWAY, "plain")
    case = "grpc" if spoken.role == "grpc" else case
    reason = f"the controller speaks {asked.protocol} to it"
    yield Fault(Kind.BACKEND_PROTOCOL, wired.backend, place, reason, outcome, certainty, case, spoken, doubt)


def forwarding_fault(
    backend: Backend, pod: PodPort, forced: Forced, ends: Place, controller: str, settings: ConfigMap | None
) -> Fault:
    """An application that sends back to https what a balancer has decrypted, because nobody tells it so.

    `settings` are those of the controller, None where it has none.
    """
    meta = pod.workload.meta
    who = (
        "nothing that it is told changes that" if forced.is_always else f"{controller} tells it that they came by http"
    )
    reason = f"{forced.label} sends plain requests back to https, and {who}"
    shown = [Evidence(ends, "TLS ends here")]
    if settings and not forced.is_always:
        place = settings.origin.place("use-forwarded-headers")
        shown.append(Evidence(place, "the controller trusts no forwarded header"))
    case = "always" if forced.is_always else ""
    found = Conflict(
        "forwarded-protocol", meta, forced.place, str(meta), forced.label, controller, case,
        certainty=forced.certainty, shown=tuple(shown), things=(backend,),
    )  # fmt: skip
    doubt = "only the name of the variable says what it does"
    kind, effect = Kind.FORWARDED_PROTOCOL, Outcome.REDIRECT_LOOP
    return Fault(kind, backend, forced.place, reason, effect, forced.certainty, case, found, doubt)


def certificate_fault(route: Route, host: str, controller: str, certainty: Certainty) -> Fault:
    """TLS that reaches a controller for a host for which it has no certificate: it shows one of its own."""
    place = route.origin.place("rules")
    reason = f"no `tls` names {host}, and {controller} shows a certificate that nobody trusts"
    found = Conflict("certificate-host", route.meta, place, route.meta.name, host, controller, things=(route,))
    doubt = "a default certificate may be set elsewhere"
    if not is_meant_for_tls(route):
        # people may be meant to come by http only
        certainty = Certainty.UNKNOWN
    effect = Outcome.TLS_ERROR
    return Fault(Kind.CERTIFICATE_HOST, route, place, reason, effect, certainty, other=found, doubt=doubt)


def entry_point_loop(point: EntryPoint | None) -> Fault | None:
    """Traefik's entry point for plain requests, told to send them all on to https."""
    if point is None or point.redirect is None:
        return None
    reason = f"entry point `{point.name}` {_BACK}"
    return Fault(Kind.REDIRECT_LOOP, point, point.redirect, reason, Outcome.REDIRECT_LOOP)


def route_loop(route: Route, host: str | None, settings: ConfigMap | None) -> Fault | None:
    """A route of ingress-nginx that sends requests which the balancer has decrypted on to https."""
    found = redirects(route, host, settings, is_decrypted=True)
    if found is None:
        return None
    place, why = found
    case = "forced" if "force" in why else "tls"
    return Fault(Kind.REDIRECT_LOOP, route, place, f"{why} {_BACK}", Outcome.REDIRECT_LOOP, case=case)
