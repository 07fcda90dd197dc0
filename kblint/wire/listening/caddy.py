"""What a Caddy listens on: the site addresses of its Caddyfile.

https://caddyserver.com/docs/caddyfile/concepts#addresses
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kblint.syntax.caddy import CaddyBlock, blocks
from kblint.syntax.passage import UNKNOWN, Passage
from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.listening.command_line import flag_values
from kblint.wire.listening.files import FromImage
from kblint.wire.listening.sockets import ListenAddress, Listening, Socket, parse_address, parse_port
from kblint.wire.listening.started import Started
from kblint.wire.listening.variables import Variables

LONGEST = 1 << 18
"""Characters; a longer Caddyfile is not read."""
USUAL = "/etc/caddy/Caddyfile"
"""Where the official image looks; its own one holds a site on `:80`. https://github.com/caddyserver/caddy-docker"""

_VARIABLE = re.compile(r"\{\$(\w+)(?::([^{}\s]*))?\}", re.ASCII)
_SITE = re.compile(r"(?:(https?)://)?(\[[0-9a-fA-F:]+\]|[\w.*-]*)(?::([0-9]{1,5}))?(?:/\S*)?")


@dataclass(frozen=True, slots=True)
class _Options:
    """Global options that decide about ports."""

    http: int
    https: int
    redirects: bool
    is_plain: bool
    """Whether nothing else in them moves listeners."""


def caddy_listening(started: Started) -> Listening:
    """All sockets of a Caddy, its administration on the loopback interface too."""
    given = list(flag_values(started.arguments, ("--config", "-c")))
    file = started.files.at(given[-1].text if given else USUAL)
    if isinstance(file, FromImage):
        if (given and given[-1].text != USUAL) or not started.is_of_image:
            return Listening()
        return Listening((started.default_socket(80), *_administration(started, None)), started.is_all)
    if not isinstance(file, Passage) or len(file.text) > LONGEST or file.text.lstrip().startswith(("[", '{"')):
        return Listening()
    found = blocks(_substituted(file, started.environment))
    if found is None:
        return Listening()
    head = found[0] if found and not found[0].header else None
    options = _options(head)
    is_complete = started.is_all and options.is_plain
    sockets: list[Socket] = []
    for block in found[1:] if head else found:
        if block.header and block.header[0].text == "import":
            is_complete = False
        elif block.header and not block.header[0].text.startswith(("(", "&(")):
            for site in block.header:
                made = list(_site_sockets(started, site, block, options))
                is_complete = is_complete and bool(made)
                sockets += made
    return Listening((*sockets, *_administration(started, head)), is_complete)


def _substituted(file: Passage, environment: Variables) -> Passage:
    """The file with `{$NAME}` and `{$NAME:default}` replaced, as Caddy does before it reads anything else."""
    found = ((match, environment.get(match[1])) for match in _VARIABLE.finditer(file.text))
    return file.replaced(
        (*match.span(), (value.text if isinstance(value, Passage) else "" if value else match[2]) or UNKNOWN)
        for match, value in found
    )


def _options(head: CaddyBlock | None) -> _Options:
    if head is None:
        return _Options(80, 443, redirects=True, is_plain=True)
    http, https = parse_port(head.option("http_port") or "80"), parse_port(head.option("https_port") or "443")
    automatic = head.option("auto_https")
    moves = any(head.option(name) is not None for name in ("default_bind", "layer4", "import"))
    is_plain = bool(http and https) and automatic in (None, "disable_redirects") and not moves
    redirects = automatic not in ("off", "disable_redirects")
    return _Options(http or 80, https or 443, redirects=redirects, is_plain=is_plain)


def _site_sockets(started: Started, site: Passage, block: CaddyBlock, options: _Options) -> Iterator[Socket]:
    """The sockets of one site address; none where it cannot be known."""
    text = site.text.rstrip(",")
    match = _SITE.fullmatch(text)
    if not match or UNKNOWN in text or not text:
        return
    scheme, host, written = match.groups()
    port = int(written) if written else None
    is_plain = scheme == "http" or port == options.http or (not host and scheme is None and port != options.https)
    evidence = Evidence(site.cut(0, len(text)).place(), "Caddy listens here")
    bound = block.option("bind")
    if any(words[0].text == "tls" for words in block.directives):
        is_plain = False
    if is_plain:
        yield started.socket(ListenAddress(bound, port or options.http), evidence, "http")
        return
    yield started.socket(ListenAddress(bound, port or options.https), evidence, "tls")
    if host and options.redirects:
        # automatic HTTPS answers on the plain port with redirects
        yield started.socket(ListenAddress(bound, options.http), evidence, "http")


def _administration(started: Started, head: CaddyBlock | None) -> tuple[Socket, ...]:
    """Where Caddy takes orders: https://caddyserver.com/docs/caddyfile/options#admin ."""
    written = head.option("admin") if head else None
    address = parse_address(written or "localhost:2019")
    if written == "off" or address is None or started.environment.get("CADDY_ADMIN") is not None:
        return ()
    return (started.socket(address, started.default(address.port), "http", Certainty.LIKELY),)
