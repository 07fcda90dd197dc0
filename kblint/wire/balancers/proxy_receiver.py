"""Who takes a connection that may begin with a PROXY protocol header, and what it is told about that.

ingress-nginx and nginx refuse a connection without the header once they are told to expect it, and take the header for
a broken request while they are not. Traefik, once told, takes connections with and without.
https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/configmap/#use-proxy-protocol ,
https://nginx.org/en/docs/http/ngx_http_core_module.html#listen ,
https://doc.traefik.io/traefik/reference/install-configuration/entrypoints/#proxyprotocol-and-load-balancers
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from kblint.model.annotations import as_boolean
from kblint.model.policy import ConfigMap
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.wire.evidence import Certainty
from kblint.wire.listening.sockets import Socket

_KEY = "use-proxy-protocol"
_SETTINGS = {
    "nginx": "`proxy_protocol` of `listen`",
    "haproxy": "`accept-proxy` of `bind`",
    "traefik": "`proxyProtocol.trustedIPs` of the entry point",
}


class ProxyProtocolMode(enum.Enum):
    """What a program does about the header."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Receiver:
    """What takes the connection: `program`, told by its `setting` at `place`."""

    mode: ProxyProtocolMode
    certainty: Certainty
    program: str
    setting: str
    place: Place


def ingress_nginx(mode: ProxyProtocolMode, certainty: Certainty, place: Place) -> Receiver:
    """An ingress-nginx."""
    return Receiver(mode, certainty, "ingress-nginx", f"`{_KEY}`", place)


def traefik(mode: ProxyProtocolMode, certainty: Certainty, place: Place) -> Receiver:
    """A Traefik."""
    return Receiver(mode, certainty, "Traefik", _SETTINGS["traefik"], place)


def by_config_map(found: ConfigMap, certainty: Certainty) -> Receiver | None:
    """An ingress-nginx that reads this ConfigMap; None where its value cannot be known."""
    written = found.data.get(_KEY)
    if isinstance(written, Unknown):
        return None
    mode = ProxyProtocolMode.REQUIRED if written is not None and as_boolean(written) else ProxyProtocolMode.REFUSED
    place = found.origin.place(_KEY) if written is not None else found.meta.origin.place("metadata", "name")
    return ingress_nginx(mode, certainty, place)


def by_socket(socket: Socket) -> Receiver | None:
    """What a proved socket does; programs of which nothing is known may do either."""
    setting = _SETTINGS.get(socket.program)
    if setting is None or socket.certainty is not Certainty.KNOWN:
        return None
    place = socket.evidence.place
    if socket.program == "traefik":
        return traefik(
            ProxyProtocolMode.OPTIONAL if socket.accepts_proxy_protocol else ProxyProtocolMode.REFUSED,
            Certainty.KNOWN,
            place,
        )
    mode = ProxyProtocolMode.REQUIRED if socket.accepts_proxy_protocol else ProxyProtocolMode.REFUSED
    return Receiver(mode, Certainty.KNOWN, socket.program, setting, place)
