"""What a Caddy listens on: the site addresses of its Caddyfile.

https://caddyserver.com/docs/caddyfile/concepts#addresses
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kblint.source.values import Unknown
from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.listening.address import EVERYWHERE, parse_address, parse_port
from kblint.wire.listening.files import FromImage
from kblint.wire.listening.flags import flag_values
from kblint.wire.listening.passage import UNKNOWN, Passage
from kblint.wire.listening.sockets import Listening, Socket
from kblint.wire.listening.started import Started
from kblint.wire.listening.variables import Variables

LONGEST = 1 << 18
"""Characters; a longer Caddyfile is not read."""
USUAL = "/etc/caddy/Caddyfile"
"""Where the official image looks; its own one holds a site on `:80`. https://github.com/caddyserver/caddy-docker"""

_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|`([^`]*)`|(#[^\n]*)|(\n)|([^\s"`#][^\s]*)')
_VARIABLE = re.compile(r"\{\$(\w+)(?::([^{}\s]*))?\}", re.ASCII)
_SITE = re.compile(r"(?:(https?)://)?(\[[0-9a-fA-F:]+\]|[\w.*-]*)(?::([0-9]{1,5}))?(?:/\S*)?")


@dataclass(slots=True)
class _Block:
    """A block at the top of the file: the words before its brace, and the directives directly in it."""

    header: list[Passage]
    directives: list[list[Passage]] = field(default_factory=list)

    def option(self, name: str) -> str | None:
        """The first argument of a directive, empty without one; None where it is not there."""
        found = next((words for words in self.directives if words[0].text == name), None)
        if found is None:
            return None
        return found[1].text if len(found) > 1 else ""


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
        socket = _socket(80, EVERYWHERE, "http", started.default(80), Certainty.LIKELY)
        return Listening((socket, *_administration(started, None)), started.is_all)
    if not isinstance(file, Passage) or len(file.text) > LONGEST or file.text.lstrip().startswith(("[", '{"')):
        return Listening()
    blocks = _blocks(_substituted(file, started.environment))
    if blocks is None:
        return Listening()
    head = blocks[0] if blocks and not blocks[0].header else None
    options = _options(head)
    is_complete = started.is_all and options.is_plain
    sockets: list[Socket] = []
    for block in blocks[1:] if head else blocks:
        if block.header and block.header[0].text == "import":
            is_complete = False
        elif block.header and not block.header[0].text.startswith(("(", "&(")):
            for site in block.header:
                found = list(_site_sockets(site, block, options))
                is_complete = is_complete and bool(found)
                sockets += found
    return Listening((*sockets, *_administration(started, head)), is_complete)


def _substituted(file: Passage, environment: Variables) -> Passage:
    """The file with `{$NAME}` and `{$NAME:default}` replaced, as Caddy does before it reads anything else."""
    edits = []
    for match in _VARIABLE.finditer(file.text):
        value = environment.get(match[1])
        if isinstance(value, Passage):
            text = value.text
        else:
            text = UNKNOWN if isinstance(value, Unknown) or match[2] is None else match[2]
        edits.append((*match.span(), text or UNKNOWN))
    return file.replaced(edits)


def _blocks(file: Passage) -> list[_Block] | None:
    """The blocks at the top of the file; None where braces do not match."""
    blocks: list[_Block] = []
    header: list[Passage] = []
    depth = 0
    for words in _lines(file):
        opens, closes = words[-1].text == "{", words[0].text == "}"
        if depth == 0 and closes:
            return None
        if depth == 0:
            header += words[:-1] if opens else words
            if opens:
                blocks.append(_Block(header))
                header = []
            elif not words[-1].text.endswith(","):
                # one site that does without braces: all that follows belongs to it; or a snippet brought in
                if not blocks and words[0].text != "import":
                    return [_Block(words, list(_lines(file))[1:])] if header == words else None
                blocks.append(_Block(header))
                header = []
        elif depth == 1 and not closes:
            blocks[-1].directives.append(words)
        depth += opens - closes
    return blocks if depth == 0 and not header else None


def _lines(file: Passage) -> Iterator[list[Passage]]:
    words: list[Passage] = []
    for match in _WORD.finditer(file.text):
        if match[4] is not None:
            if words:
                yield words
            words = []
        elif match[3] is None:
            words.append(file.cut(*match.span(match.lastindex or 0)))
    if words:
        yield words


def _options(head: _Block | None) -> _Options:
    if head is None:
        return _Options(80, 443, redirects=True, is_plain=True)
    http, https = parse_port(head.option("http_port") or "80"), parse_port(head.option("https_port") or "443")
    automatic = head.option("auto_https")
    moves = any(head.option(name) is not None for name in ("default_bind", "layer4", "import"))
    return _Options(
        http or 80,
        https or 443,
        redirects=automatic not in ("off", "disable_redirects"),
        is_plain=bool(http and https) and automatic in (None, "disable_redirects") and not moves,
    )


def _site_sockets(site: Passage, block: _Block, options: _Options) -> Iterator[Socket]:
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
    address = EVERYWHERE if bound is None else bound
    if any(words[0].text == "tls" for words in block.directives):
        is_plain = False
    if is_plain:
        yield _socket(port or options.http, address, "http", evidence)
        return
    yield _socket(port or options.https, address, "tls", evidence)
    if host and options.redirects:
        # automatic HTTPS answers on the plain port with redirects
        yield _socket(options.http, address, "http", evidence)


def _administration(started: Started, head: _Block | None) -> tuple[Socket, ...]:
    """Where Caddy takes orders: https://caddyserver.com/docs/caddyfile/options#admin ."""
    written = head.option("admin") if head else None
    address = parse_address(written or "localhost:2019")
    if written == "off" or address is None or started.environment.get("CADDY_ADMIN") is not None:
        return ()
    host = EVERYWHERE if address.host is None else address.host
    return (_socket(address.port, host, "http", started.default(address.port), Certainty.LIKELY),)


def _socket(port: int, address: str, speaks: str, evidence: Evidence, certainty: Certainty = Certainty.KNOWN) -> Socket:
    return Socket(port, address, "TCP", speaks, "caddy", certainty, evidence)
