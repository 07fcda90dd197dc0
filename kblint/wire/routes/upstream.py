"""What an ingress controller speaks to the backends of a route.

https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#backend-protocol ; Traefik speaks
TLS to port 443 and to ports whose name begins with `https`, unless told otherwise:
https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/
"""

from __future__ import annotations

from msgspec import Struct

from kblint.model.route import Backend, Dialect, Route
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.wire.services.ports import WiredPort

_NGINX = "nginx.ingress.kubernetes.io/"
_TRAEFIK = "traefik.ingress.kubernetes.io/service.serversscheme"
_NGINX_SPEAKS = ("HTTP", "HTTPS", "GRPC", "GRPCS")
_SCHEMES = {"http": "HTTP", "https": "HTTPS", "h2c": "GRPC"}


class Asked(Struct, frozen=True):
    """HTTP, HTTPS, GRPC or GRPCS, and where that is written; None where it is the controller's default."""

    protocol: str
    place: Place | None = None

    @property
    def is_tls(self) -> bool:
        """Whether it is spoken inside TLS."""
        return self.protocol in ("HTTPS", "GRPCS")


def asked_protocol(route: Route, backend: Backend, port: WiredPort | None, controller: str | None) -> Asked | None:
    """What `controller` speaks to the Service port behind a backend; None where that cannot be known."""
    if route.protocol is not None or port is None:
        return None
    if controller == "ingress-nginx":
        return _by_nginx(route)
    return _by_traefik(route, backend, port) if controller == "traefik" else None


def _by_nginx(route: Route) -> Asked | None:
    annotations, key = route.meta.annotations, f"{_NGINX}backend-protocol"
    if annotations.get(f"{_NGINX}ssl-passthrough") == "true":
        return None
    asked = annotations.get(key)
    if asked is None:
        # a controller that is given `--annotations-prefix` reads those of that prefix
        return None if any(name.endswith("/backend-protocol") for name in annotations) else Asked("HTTP")
    is_known = isinstance(asked, str) and asked.upper() in _NGINX_SPEAKS
    return Asked(str(asked).upper(), route.meta.origin.place("metadata", "annotations", key)) if is_known else None


def _by_traefik(route: Route, backend: Backend, port: WiredPort) -> Asked | None:
    if route.dialect is Dialect.TRAEFIK:
        written, place = backend.origin.get("scheme"), backend.origin.place("scheme")
    else:
        meta = port.service.meta
        written, place = meta.annotations.get(_TRAEFIK), meta.origin.place("metadata", "annotations", _TRAEFIK)
    if written:
        return Asked(_SCHEMES[written], place) if isinstance(written, str) and written in _SCHEMES else None
    number, name = port.port.port, port.port.name
    if isinstance(number, Unknown) or isinstance(name, Unknown):
        return None
    is_tls = number == 443 or (name or "").startswith("https")
    return Asked("HTTPS", port.port.origin.place("port" if number == 443 else "name")) if is_tls else Asked("HTTP")
