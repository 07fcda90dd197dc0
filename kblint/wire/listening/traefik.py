"""What a Traefik listens on: its entry points, as flags or variables give them.

https://doc.traefik.io/traefik/reference/install-configuration/entrypoints/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kblint.syntax.passage import Passage
from kblint.wire.evidence import Evidence
from kblint.wire.listening.sockets import Listening, Socket, parse_address
from kblint.wire.listening.started import Started

_SETTING = re.compile(r"(?:--|TRAEFIK_)entrypoints?[._]([\w-]+?)[._](\w[\w._-]*)\Z", re.IGNORECASE | re.ASCII)
_CONFIG = re.compile(r"--configfile\b", re.IGNORECASE)
_OWN = re.compile(r"--(?:api|ping|metrics)\b", re.IGNORECASE)
_TRUSTS_PROXY = re.compile(r"proxyprotocol[._](?:insecure|trustedips)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Setting:
    """One setting of an entry point; names are case-insensitive."""

    point: str
    key: str
    value: Passage


def traefik_listening(started: Started) -> Listening:
    """All sockets of a Traefik that is configured by flags or variables alone."""
    words = [word.text for word in started.arguments]
    has_file = any(_CONFIG.match(word) for word in words) or started.files.touches("/etc/traefik")
    if has_file or started.environment.is_open:
        return Listening()
    settings = list(_settings(started))
    given = [setting for setting in settings if setting.key == "address"]
    sockets: list[Socket] = []
    is_complete = started.is_all
    for setting in given:
        socket = _socket(started, setting, settings)
        is_complete = is_complete and socket is not None
        sockets += [socket] if socket else []
    if not given:
        sockets.append(started.default_socket(80))
    uses_own = any(_OWN.match(word) for word in words) or any(
        name.startswith(("TRAEFIK_API", "TRAEFIK_PING", "TRAEFIK_METRICS")) for name in started.environment.values
    )
    if uses_own and not any(setting.point == "traefik" for setting in given):
        # the entry point that these make for themselves where they are not given another
        is_complete = False
    return Listening(tuple(sockets), is_complete)


def _settings(started: Started) -> Iterator[_Setting]:
    for word in started.arguments:
        name, _, value = word.text.partition("=")
        if match := _SETTING.match(name):
            yield _Setting(match[1].lower(), match[2].lower(), word.cut(len(word.text) - len(value)))
    for name, passage in started.environment.values.items():
        if match := _SETTING.match(name):
            yield _Setting(match[1].lower(), match[2].lower(), passage)


def _socket(started: Started, setting: _Setting, settings: list[_Setting]) -> Socket | None:
    text, _, protocol = setting.value.text.partition("/")
    address = parse_address(text)
    if address is None or not address.port:
        return None
    keys = [other.key for other in settings if other.point == setting.point]
    speaks_tls = any(key.replace("_", ".").startswith("http.tls") for key in keys)
    evidence = Evidence(setting.value.place(), f"Traefik's entry point `{setting.point}` listens here")
    speaks, trusts = "tls" if speaks_tls else None, any(_TRUSTS_PROXY.match(key) for key in keys)
    protocol = protocol.upper() or "TCP"
    return started.socket(address, evidence, speaks, protocol=protocol, accepts_proxy_protocol=trusts)
