"""Addresses as clients are told them: URLs, lists of brokers, JDBC, connection strings, `host:port`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from kblint.source.regex import regex
from kblint.source.text import Span

DEFAULT_PORTS = {
    "amqp": 5672,
    "amqps": 5671,
    "http": 80,
    "https": 443,
    "ldap": 389,
    "ldaps": 636,
    "mariadb": 3306,
    "mongodb": 27017,
    "mqtt": 1883,
    "mysql": 3306,
    "nats": 4222,
    "postgres": 5432,
    "postgresql": 5432,
    "redis": 6379,
    "rediss": 6379,
    "sqlserver": 1433,
    "valkey": 6379,
    "ws": 80,
    "wss": 443,
}
"""What clients take where a URL names no port: https://www.iana.org/assignments/uri-schemes"""
_DIRECT = regex(r"mongodb\+srv|[a-z]+\+unix|unix|file|data|s3|gs|git|ssh|ftp|oci|docker|urn|mailto|arn", re.ASCII)
"""Schemes that ask for no host and port, or not in this way."""
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = rf"{_LABEL}(?:\.{_LABEL}){{0,9}}\.?"
_ENDPOINT = regex(rf"(?P<host>{_HOST}|\[[0-9a-f:]{{2,39}}\])(?::(?P<port>[^,;\s/]*))?")
_URL = regex(
    r"(?<![a-z0-9+.:-])(?P<scheme>(?:[a-z][a-z0-9+.-]{0,30}:){0,3}?[a-z][a-z0-9+.-]{0,30}):(?:thin:@)?//(?:(?<=dns://)/)?"
    r"(?:[^/@\s\"'<>?#,]{0,200}@)?"
    r"(?P<hosts>(?:\[[0-9a-f:]{2,39}\])?(?:(?!,[a-z0-9+.-]{1,30}://)[^/\s\"'`?#<>;)\]}|&\\]){0,1000})",
    re.ASCII,
)
_IN_PROTOCOL = regex(r"(?<![a-z])tcp[46]?\((?P<hosts>[^()\s]{1,300})\)", re.ASCII)
"""Go's driver for MySQL: https://github.com/go-sql-driver/mysql#dsn-data-source-name"""
_PAIRS = regex(
    r"(?:^|(?<=[;\s]))(?:host|server|data source)\s{0,3}=\s{0,3}(?:tcp:)?"
    r"(?P<host>[^;,\s:]{1,253})(?:[,:](?P<inner>\d{1,5}))?(?=[;\s]|$)",
    re.IGNORECASE | re.ASCII,
)
_PORT_PAIR = regex(r"(?:^|(?<=[;\s]))port\s{0,3}=\s{0,3}(?P<port>\d{1,5})(?=[;\s]|$)", re.IGNORECASE | re.ASCII)
_PLAIN = r"[a-z0-9.-]{1,253}:\d{1,5}"
_LIST = regex(rf"{_PLAIN}(?:[,;\s]{{1,3}}{_PLAIN}){{0,50}}(?:/[^\s,]*)?(?:,\w+=.*)?", re.ASCII)
_NAME = regex(r"[a-z0-9-]+(?:\.[a-z0-9-]+){1,2}\.svc(?:\.[a-z0-9.-]+)?", re.ASCII)
_NAMES = regex(rf"{_NAME.pattern}(?:[,;\s]{{1,3}}{_NAME.pattern}){{0,50}}", re.ASCII)
_LOOPBACK = regex(r"localhost|127(?:\.\d{1,3}){3}|\[?::1\]?", re.ASCII)
_HIGHEST = 65535


class Address(Struct, frozen=True):
    """A host and a port, and where in the text they stand.

    `port` is None where none is written; `is_port_known` is False where something is written that cannot be known.
    `scheme` is empty where none is.
    """

    host: str
    port: int | None
    scheme: str
    host_span: Span
    port_span: Span
    is_port_known: bool = True

    @property
    def default_port(self) -> int | None:
        """The port that clients take where none is written."""
        return DEFAULT_PORTS.get(self.scheme)

    @property
    def is_loopback(self) -> bool:
        """Whether it is the caller's own pod."""
        return _LOOPBACK.fullmatch(self.host) is not None

    def moved(self, by: int) -> Address:
        """The same in a text that begins `by` characters earlier."""
        host, port = self.host_span, self.port_span
        return replace(
            self, host_span=Span(host.start + by, host.end + by), port_span=Span(port.start + by, port.end + by)
        )


def in_urls(text: str) -> Iterator[Address]:
    """The addresses of all URLs in a text, also those in JDBC's form and those with several hosts."""
    for match in _URL.finditer(text) if "://" in text or ":@//" in text else ():
        scheme = _scheme(match["scheme"])
        if not _DIRECT.fullmatch(scheme):
            yield from _endpoints(match["hosts"], match.start("hosts"), scheme)
    for match in _IN_PROTOCOL.finditer(text) if "tcp" in text else ():
        yield from _endpoints(match["hosts"], match.start("hosts"), "mysql")


def begins_with_url(text: str) -> bool:
    """Whether a text is an address as a whole, or a list of some, and does not only mention one."""
    text = text.strip().removeprefix("[").lstrip("\"' ")
    match = _URL.match(text)
    return match is not None or _IN_PROTOCOL.search(text) is not None


def in_pairs(text: str) -> Iterator[Address]:
    """The address of a connection string: `host=db port=5432`, `Server=db,1433;`."""
    match = _PAIRS.search(text) if "=" in text else None
    if match is None or not re.fullmatch(_HOST, match["host"]):
        return
    inner, outer = match["inner"], _PORT_PAIR.search(text)
    span = Span(*match.span("inner")) if inner else Span(*outer.span("port")) if outer else Span(*match.span("host"))
    number = inner or (outer["port"] if outer else None)
    yield Address(match["host"].rstrip("."), int(number) if number else None, "", Span(*match.span("host")), span)


def in_list(text: str) -> Iterator[Address]:
    """The addresses of a text that is nothing but `host:port`, or several of them."""
    stripped = text.strip()
    if not _LIST.fullmatch(stripped):
        return
    offset = text.index(stripped)
    for match in re.finditer(r"(?:^|(?<=[,;\s]))([a-z0-9.-]+):(\d{1,5})(?=[,;\s/]|$)", stripped):
        if re.fullmatch(_HOST, match[1]) and 0 < int(match[2]) <= _HIGHEST:
            host, port = Span(*match.span(1)), Span(*match.span(2))
            yield Address(match[1].rstrip("."), int(match[2]), "", host, port).moved(offset)


def in_names(text: str) -> Iterator[Address]:
    """The names of a text that is nothing but names of the cluster without a port, as lists of seeds are."""
    if not _NAMES.fullmatch(text.strip()):
        return
    for match in _NAME.finditer(text):
        yield Address(match[0].rstrip("."), None, "", Span(*match.span()), Span(*match.span()))


def endpoint(text: str, scheme: str = "") -> Address | None:
    """One `host` or `host:port`, as servers' configurations have it; None for anything else."""
    found = list(_endpoints(text, 0, scheme))
    return found[0] if len(found) == 1 and found[0].host_span.start == 0 else None


def _scheme(written: str) -> str:
    """`jdbc:postgresql` and `postgresql+psycopg2` are PostgreSQL's."""
    last = written.rpartition(":")[2]
    first, plus, _ = last.partition("+")
    return first if plus and first in DEFAULT_PORTS and last != "mongodb+srv" else last


def _endpoints(hosts: str, offset: int, scheme: str) -> Iterator[Address]:
    start = 0
    for part in hosts.split(","):
        match = _ENDPOINT.fullmatch(part)
        if match and match["host"].strip("."):
            written = match["port"]
            is_number = bool(written) and written.isascii() and written.isdecimal() and 0 < int(written[:6]) <= _HIGHEST
            host = Span(start + match.start("host"), start + match.end("host"))
            port = Span(start + match.start("port"), start + match.end("port")) if written else host
            known = is_number or written in (None, "")
            yield Address(
                match["host"].rstrip("."), int(written) if is_number else None, scheme, host, port, known
            ).moved(offset)
        start += len(part) + 1
