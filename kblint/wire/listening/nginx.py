"""What the `listen` directives of nginx ask for."""

from __future__ import annotations

from dataclasses import dataclass

from kblint.source.text import Span
from kblint.syntax.nginx import Directive, NginxSyntaxError
from kblint.wire.listening.address import EVERYWHERE, parse_address


@dataclass(frozen=True, slots=True)
class Listen:
    """One `listen` of a server. `span` is its first argument, or the server's name where nothing is written.

    https://nginx.org/en/docs/http/ngx_http_core_module.html#listen
    """

    address: str
    port: int
    span: Span
    protocol: str = "TCP"
    is_tls: bool = False
    accepts_proxy_protocol: bool = False


def listen_of(directive: Directive) -> Listen | None:
    """What a `listen` directive asks for; None for a socket of the file system.

    Raises NginxSyntaxError where that cannot be understood.
    """
    if not directive.arguments:
        raise NginxSyntaxError("`listen` without an argument")
    first, *options = directive.arguments
    if first.text.startswith("unix:"):
        return None
    address = parse_address(first.text, default_port=80)
    if address is None or not address.port:
        raise NginxSyntaxError("a `listen` that cannot be known")
    words = {option.text for option in options}
    return Listen(
        EVERYWHERE if address.host is None else address.host,
        address.port,
        first.span,
        protocol="UDP" if words & {"udp", "quic"} else "TCP",
        is_tls=bool(words & {"ssl", "quic"}),
        accepts_proxy_protocol="proxy_protocol" in words,
    )
