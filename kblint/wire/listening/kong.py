"""What Kong listens on: lists of addresses in its variables, each with words such as `ssl` behind it.

https://developer.konghq.com/gateway/configuration/#proxy-listen
"""

from __future__ import annotations

from kblint.source.regex import regex
from kblint.syntax.passage import Passage
from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.listening.sockets import ListenAddress, Listening, Socket, Started, parse_address

_VARIABLES = ("KONG_PROXY_LISTEN", "KONG_ADMIN_LISTEN", "KONG_ADMIN_GUI_LISTEN", "KONG_STATUS_LISTEN")
_ITEM = regex(r"[^,]+")


def kong_listening(started: Started) -> Listening:
    """The sockets of a Kong that its variables name, and those that it proxies on where none names any."""
    sockets: list[Socket] = []
    for name in _VARIABLES:
        value = started.environment.get(name)
        if isinstance(value, Passage):
            sockets += _listed(started, name, value)
        elif value is None and name == _VARIABLES[0]:
            defaults = ((one.port, one.speaks) for one in started.program.listeners if one.port)
            sockets += (
                started.socket(ListenAddress(None, port), started.default(port), speaks, Certainty.LIKELY)
                for port, speaks in defaults
            )
    return Listening(tuple(sockets))


def _listed(started: Started, name: str, value: Passage) -> list[Socket]:
    found = []
    for item in _ITEM.finditer(value.text):
        words = item[0].split()
        address = parse_address(words[0]) if words else None
        if address and address.port:
            evidence = Evidence(value.place(), f"`{name}` makes it listen on {address.port}")
            found.append(started.socket(address, evidence, "tls" if "ssl" in words else "http"))
    return found
