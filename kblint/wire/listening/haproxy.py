"""What an HAProxy listens on: the `bind` lines of its configuration.

https://docs.haproxy.org/3.2/configuration.html#4.2-bind
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.listening.address import EVERYWHERE, parse_address
from kblint.wire.listening.flags import flag_values
from kblint.wire.listening.passage import Passage
from kblint.wire.listening.sockets import Listening, Socket
from kblint.wire.listening.started import Started
from kblint.wire.listening.variables import substituted

LONGEST = 1 << 19
"""Characters; a longer configuration is not read."""
USUAL = "/usr/local/etc/haproxy/haproxy.cfg"
"""Where the official image looks. https://github.com/docker-library/haproxy"""

_SECTIONS = frozenset((
    "global", "defaults", "frontend", "backend", "listen", "peers", "resolvers", "userlist", "mailers", "cache",
    "program", "ring", "http-errors",
))  # fmt: skip
_WORD = re.compile(r"""["']?([^\s"'#]+)["']?|#""")
_FAMILY = re.compile(r"ipv[46]@")
_NO_PORT = re.compile(r"(?:unix|abns|fd|sockpair)@|/")


@dataclass(slots=True)
class _Section:
    kind: str
    mode: str = ""
    binds: list[list[Passage]] = field(default_factory=list)


def haproxy_listening(started: Started) -> Listening:
    """All sockets of an HAProxy whose configuration is in the input; nothing where it is not."""
    paths = [value.text for value in flag_values(started.arguments, ("-f",))] or [USUAL]
    file = started.files.at(paths[0])
    if len(paths) > 1 or not isinstance(file, Passage) or len(file.text) > LONGEST:
        return Listening()
    sockets: list[Socket] = []
    is_complete = started.is_all
    mode = "tcp"
    for section in _sections(substituted(file, started.environment)):
        if section.kind == "defaults":
            mode = section.mode or "tcp"
        speaks = "http" if (section.mode or mode) == "http" else None
        for words in section.binds:
            found = list(_bound(words, speaks))
            is_complete = is_complete and None not in found
            sockets += [socket for socket in found if socket is not None]
    return Listening(tuple(sockets), is_complete)


def _sections(text: Passage) -> Iterator[_Section]:
    section = _Section("")
    for words in _lines(text):
        name = words[0].text
        if name in _SECTIONS:
            yield section
            section = _Section(name)
        elif name == "mode" and len(words) > 1:
            section.mode = words[1].text
        elif name == "bind" and section.kind in ("frontend", "listen"):
            section.binds.append(words)
    yield section


def _bound(words: list[Passage], speaks: str | None) -> Iterator[Socket | None]:
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
        yield Socket(
            port=address.port,
            address=EVERYWHERE if address.host is None else address.host,
            protocol="TCP",
            speaks="tls" if "ssl" in options else speaks,
            program="haproxy",
            certainty=Certainty.KNOWN,
            evidence=Evidence(value.place(), "HAProxy listens here"),
            accepts_proxy_protocol="accept-proxy" in options,
        )


def _lines(text: Passage) -> Iterator[list[Passage]]:
    start = 0
    for line in text.text.split("\n"):
        words = []
        for match in _WORD.finditer(text.text, start, start + len(line)):
            if match[1] is None:
                break
            words.append(text.cut(*match.span(1)))
        start += len(line) + 1
        if words:
            yield words
