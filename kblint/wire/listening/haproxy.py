"""What an HAProxy listens on: the `bind` lines of its configuration.

https://docs.haproxy.org/3.2/configuration.html#4.2-bind
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kblint.syntax.haproxy import sections
from kblint.syntax.passage import Passage
from kblint.wire.evidence import Evidence
from kblint.wire.listening.command_line import flag_values
from kblint.wire.listening.sockets import Listening, Socket, parse_address
from kblint.wire.listening.started import Started
from kblint.wire.listening.variables import substituted

LONGEST = 1 << 19
"""Characters; a longer configuration is not read."""
USUAL = "/usr/local/etc/haproxy/haproxy.cfg"
"""Where the official image looks. https://github.com/docker-library/haproxy"""

_FAMILY = re.compile(r"ipv[46]@")
_NO_PORT = re.compile(r"(?:unix|abns|fd|sockpair)@|/")


def haproxy_listening(started: Started) -> Listening:
    """All sockets of an HAProxy whose configuration is in the input; nothing where it is not."""
    paths = [value.text for value in flag_values(started.arguments, ("-f",))] or [USUAL]
    file = started.files.at(paths[0])
    if len(paths) > 1 or not isinstance(file, Passage) or len(file.text) > LONGEST:
        return Listening()
    sockets: list[Socket] = []
    is_complete = started.is_all
    mode = "tcp"
    for section in sections(substituted(file, started.environment)):
        modes = [words[1].text for words in section.named("mode") if len(words) > 1]
        if section.kind == "defaults":
            mode = modes[-1] if modes else "tcp"
        speaks = "http" if (modes[-1] if modes else mode) == "http" else None
        for words in section.named("bind") if section.kind in ("frontend", "listen") else ():
            found = list(_bound(started, words, speaks))
            is_complete = is_complete and None not in found
            sockets += [socket for socket in found if socket is not None]
    return Listening(tuple(sockets), is_complete)


def _bound(started: Started, words: list[Passage], speaks: str | None) -> Iterator[Socket | None]:
    """The sockets of one `bind` line; None for an address that cannot be known."""
    if len(words) < 2:
        yield None
        return
    options = {word.text for word in words[2:]}
    start = 0
    for part in words[1].text.split(","):
        value = words[1].cut(start, start + len(part))
        start += len(part) + 1
        if _NO_PORT.match(part):
            continue
        address = parse_address(_FAMILY.sub("", part))
        if address is None or not address.port:
            yield None
            continue
        evidence = Evidence(value.place(), "HAProxy listens here")
        takes_header, spoken = "accept-proxy" in options, "tls" if "ssl" in options else speaks
        yield started.socket(address, evidence, spoken, accepts_proxy_protocol=takes_header)
