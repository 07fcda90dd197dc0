"""Ingress controllers: which Service ports lead to one, and what they speak.

https://kubernetes.github.io/ingress-nginx/deploy/baremetal/ and https://docs.k3s.io/networking/networking-services
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kblint.model.workload import Container, Workload
from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.services.ports import PodPort, WiredPort, WiredService

_IMAGES = {
    "ingress-nginx": re.compile(
        r"(^|/)ingress-nginx/controller(-chroot)?([:@]|$)|(^|/)nginx-ingress-controller([:@]|$)"
    ),
    "nginx-ingress": re.compile(r"(^|/)nginx/nginx-ingress([:@]|$)"),
    "traefik": re.compile(r"(^|/)(mirrored-library-)?traefik([:@]|$)"),
}
_NAMES = {
    "ingress-nginx": "ingress-nginx",
    "ingress-nginx-controller": "ingress-nginx",
    "nginx-ingress": "nginx-ingress",
    "traefik": "traefik",
}
_HTTP_NAMES = frozenset({"http", "web", "http-web", "http1", "http2", "http-alt", "plain", "tohttps"})
_TLS_NAMES = frozenset({"https", "websecure", "tls", "ssl", "https-web", "http-secure"})
_NUMBERS = {80: "http", 8000: "http", 8080: "http", 443: "tls", 8443: "tls"}


@dataclass(frozen=True, slots=True, eq=False)
class AppProtocol:
    """What a port speaks: `http` or `tls`; None where nothing tells."""

    role: str | None
    certainty: Certainty
    evidence: Evidence | None


NO_APP_PROTOCOL = AppProtocol(None, Certainty.UNKNOWN, None)


def controller_of_workload(workload: Workload) -> str | None:
    """The ingress controller a workload runs, by its image."""
    return next(
        (name for container in workload.pod.running_containers if (name := controller_of_container(container))), None
    )


def controller_of_container(container: Container) -> str | None:
    """The ingress controller a container runs, by its image."""
    if not isinstance(container.image, str):
        return None
    return next((name for name, pattern in _IMAGES.items() if pattern.search(container.image)), None)


def controller_of_service(wired: WiredService) -> str | None:
    """The ingress controller behind a Service: by the workload, or where that is not here, by its well-known name."""
    for one in wired.selected:
        name = controller_of_workload(one.workload)
        if name:
            return name
    if wired.selected:
        return None
    labels = wired.service.meta.labels
    app = labels.get("app.kubernetes.io/name")
    if isinstance(app, str) and app in _NAMES:
        component = labels.get("app.kubernetes.io/component", "controller")
        return _NAMES[app] if component == "controller" else None
    return _NAMES.get(wired.service.meta.name)


def app_protocol(wired: WiredPort, controller: str | None) -> AppProtocol:
    """What is spoken behind a Service's port, by the strongest sign there is.

    A proved socket outranks names; the name of the target port outranks `appProtocol` and the Service port's own
    name, because `port 443, name https, targetPort http` is the right form where TLS ends at the balancer.
    """
    if proved := socket_protocol(wired.endpoints, Certainty.KNOWN):
        return proved
    sure = Certainty.KNOWN if controller else Certainty.LIKELY
    target = wired.port.target_port
    named = _by_name(target) or _declared_name(wired.endpoints)
    place = wired.port.origin.place("targetPort")
    if named:
        return AppProtocol(named, sure, Evidence(place, f"targetPort `{target}`" if isinstance(target, str) else ""))
    protocol = wired.port.app_protocol
    if isinstance(protocol, str) and (
        role := {"http": "http", "https": "tls", "kubernetes.io/h2c": "http"}.get(protocol)
    ):
        return AppProtocol(role, Certainty.KNOWN, Evidence(wired.port.origin.place("appProtocol"), ""))
    if controller and isinstance(target, int) and target in _NUMBERS:
        return AppProtocol(_NUMBERS[target], sure, Evidence(place, ""))
    if spoken := socket_protocol(wired.endpoints):
        return spoken
    if role := _by_name(wired.port.name):
        return AppProtocol(role, Certainty.LIKELY, Evidence(wired.port.origin.place("name"), ""))
    return NO_APP_PROTOCOL


def socket_protocol(pods: Iterable[PodPort], least: Certainty = Certainty.UNKNOWN) -> AppProtocol | None:
    """What the first socket behind ports of pods speaks that is at least so sure; None where none tells."""
    sockets = (socket for pod in pods for socket in pod.sockets if socket.certainty >= least)
    found = next((socket for socket in sockets if socket.speaks in ("http", "tls")), None)
    return AppProtocol(found.speaks, found.certainty, found.evidence) if found else None


def named_app_protocol(wired: WiredPort) -> str | None:
    """What a Service's port is said to speak, by its names: `http` or `tls`."""
    return _by_name(wired.port.target_port) or _declared_name(wired.endpoints) or _by_name(wired.port.name)


def _declared_name(behind: tuple[PodPort, ...]) -> str | None:
    roles = (_by_name(pod.declared.name) for pod in behind if pod.declared)
    return next((role for role in roles if role), None)


def _by_name(name: object) -> str | None:
    if not isinstance(name, str):
        return None
    if name in _HTTP_NAMES:
        return "http"
    return "tls" if name in _TLS_NAMES else None
