"""What HAProxy, Caddy and Traefik listen on: `bind` lines, the site addresses of a Caddyfile, entry points.

https://docs.haproxy.org/3.2/configuration.html#4.2-bind ,
https://caddyserver.com/docs/caddyfile/concepts#addresses and
https://doc.traefik.io/traefik/reference/install-configuration/entrypoints/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from kblint.source.regex import regex
from kblint.syntax.caddy import CaddyBlock, blocks
from kblint.syntax.haproxy import sections
from kblint.syntax.passage import UNKNOWN, Passage
from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.listening.command import flag_values
from kblint.wire.listening.files import FromImage
from kblint.wire.listening.sockets import (
    ListenAddress,
    Listening,
    Socket,
    Started,
    parse_address,
    parse_port,
    too_long,
)
from kblint.wire.listening.variables import Variables, substituted

_CONFIGURATION = "/usr/local/etc/haproxy/haproxy.cfg"
_CADDYFILE = "/etc/caddy/Caddyfile"
"""Where the official images look; Caddy's own file holds a site on `:80`.

https://github.com/docker-library/haproxy and https://github.com/caddyserver/caddy-docker
"""
_LONGEST, _LONGEST_CADDYFILE = 1 << 19, 1 << 18
"""Characters; a longer configuration is not read."""
_FAMILY = regex(r"ipv[46]@")
_NO_PORT = regex(r"(?:unix|abns|fd|sockpair)@|/")


def haproxy_listening(started: Started) -> Listening:
    """All sockets of an HAProxy whose configuration is in the input; nothing where it is not."""
    paths = [value.text for value in flag_values(started.arguments, ("-f",))] or [_CONFIGURATION]
    file = started.files.at(paths[0])
    if len(paths) > 1 or not isinstance(file, Passage):
        return Listening()
    if len(file.text) > _LONGEST:
        return Listening(cuts=(too_long(file.place(0, 1), _LONGEST),))
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
    return Listening(tuple(sockets), is_complete, read=len(file.text))


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


_VARIABLE = regex(r"\{\$(\w+)(?::([^{}\s]*))?\}", re.ASCII)
_SITE = regex(r"(?:(https?)://)?(\[[0-9a-fA-F:]+\]|[\w.*-]*)(?::([0-9]{1,5}))?(?:/\S*)?")


class _Options(Struct, frozen=True):
    """Global options that decide about ports."""

    http: int
    https: int
    redirects: bool
    is_plain: bool
    """Whether nothing else in them moves listeners."""


def caddy_listening(started: Started) -> Listening:
    """All sockets of a Caddy, its administration on the loopback interface too."""
    given = list(flag_values(started.arguments, ("--config", "-c")))
    file = started.files.at(given[-1].text if given else _CADDYFILE)
    if isinstance(file, FromImage):
        if (given and given[-1].text != _CADDYFILE) or not started.is_of_image:
            return Listening()
        return Listening((started.default_socket(80), *_administration(started, None)), started.is_all)
    if not isinstance(file, Passage) or file.text.lstrip().startswith(("[", '{"')):
        return Listening()
    if len(file.text) > _LONGEST_CADDYFILE:
        return Listening(cuts=(too_long(file.place(0, 1), _LONGEST_CADDYFILE),))
    found = blocks(_substituted(file, started.environment))
    if found is None:
        return Listening(read=len(file.text))
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
    return Listening((*sockets, *_administration(started, head)), is_complete, read=len(file.text))


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


_SETTING = regex(r"(?:--|TRAEFIK_)entrypoints?[._]([\w-]+?)[._](\w[\w._-]*)\Z", re.IGNORECASE | re.ASCII)
_CONFIG = regex(r"--configfile\b", re.IGNORECASE)
_OWN = regex(r"--(?:api|ping|metrics)\b", re.IGNORECASE)
_TRUSTS_PROXY = regex(r"proxyprotocol[._](?:insecure|trustedips)", re.IGNORECASE)


class _Setting(Struct, frozen=True):
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
