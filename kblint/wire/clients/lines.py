"""Addresses in the lines of scripts, and of files in whatever language: URLs, and the values of settings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from kblint.source.regex import regex
from kblint.source.text import Span
from kblint.wire.clients.addresses import endpoint, in_list, in_pairs, in_urls
from kblint.wire.clients.pairs import host_of, paired, port_of
from kblint.wire.clients.told import LONGEST, Text, Told, is_address, is_never_asked, made
from kblint.wire.evidence import Certainty

_COMMENT = ("#", "//", ";", "--", "<!--", "*")
_SETTING = regex(
    r"\s*(?:-\s+)?(?:export\s+)?(?:[\"'.]?(?P<name>[A-Za-z][\w./-]{0,80})[\"']?\s*[:=]|(?P<word>(?i:host|port))(?=\s))\s*"
)
_ASKED = regex(
    r"\bnc(?:\s+-\w+(?:\s+\d+)?){1,4}\s+(?P<nc>[a-z0-9.-]+)\s+(?P<ncport>\d{1,5})(?!\d)|"
    r"(?:\b(?:wait-for(?:-it)?(?:\.sh)?|dockerize\s+-wait)|/dev/tcp)\s*/?(?P<wait>[a-z0-9.-]+)[:/](?P<waitport>\d{1,5})(?!\d)|"
    r"\b(?:replicaof|slaveof)\s+(?P<of>[a-z0-9.-]+)\s+(?P<ofport>\d{1,5})(?!\d)|"
    r"\b(?:nslookup|getent\s+hosts)\s+(?P<look>[a-z0-9.-]+)(?=[\s;&|)]|$)|"
    r"\b(?:pg_isready|psql|redis-cli)\s[^;&|]{0,80}?-h\s?(?P<ask>[a-z0-9.-]+)(?=[\s;&|)]|$)"
    r"(?:[^;&|]{0,80}?\s-p\s?(?P<askport>\d{1,5})(?!\d))?"
)
"""How start scripts wait for others, and how a redis is told whom to follow."""
_ASKING = (
    *("nc", "wait-for", "dockerize", "/dev/tcp", "replicaof", "slaveof"),
    *("nslookup", "getent", "pg_isready", "psql", "redis-cli"),
)
"""Words without one of which it stands nowhere."""
_GIVEN_BACK = regex(r"\s*(?:ProxyPassReverse|proxy_redirect)\s", re.IGNORECASE)
"""Addresses in answers, which are replaced."""
_QUOTES = "\"',;"


def asks(text: str) -> bool:
    """Whether a text of one line is a script that waits for others."""
    return _ASKED.search(text) is not None


def in_lines(text: Text) -> Iterator[Told]:
    """The addresses in lines that are no comments; none of them is sure to be asked as it stands."""
    if len(text.passage.text) > LONGEST:
        return
    start = 0
    beside = _Beside()
    for line in text.passage.text.splitlines(keepends=True):
        stripped = line.strip()
        if stripped and not stripped.startswith(_COMMENT):
            yield from _in_line(text, Span(start, start + len(line.rstrip("\r\n"))), beside)
        start += len(line)


def _in_line(text: Text, span: Span, beside: _Beside) -> Iterator[Told]:
    line = text.passage.text[span.start : span.end]
    setting = _SETTING.match(line)
    name = (setting["name"] or setting["word"]) if setting else text.name
    if is_never_asked(name) or _GIVEN_BACK.match(line):
        return
    if "://" in line or "tcp(" in line:
        whole = _part(text, name, span)
        yield from (made(found, whole) for found in in_urls(line))
        return
    for match in _ASKED.finditer(line) if any(word in line for word in _ASKING) else ():
        kind = next(kind for kind in ("nc", "wait", "of", "look", "ask") if match[kind])
        written = match.groupdict().get(f"{kind}port")
        found = endpoint(f"{match[kind]}:{written}" if written else match[kind])
        if found:
            host = Span(*match.span(kind))
            port = Span(*match.span(f"{kind}port")) if written else host
            yield made(replace(found, host_span=host, port_span=port), _part(text, name, span))
    if setting is None:
        beside.next_block(line)
        return
    value = line[setting.end() :].strip().strip(_QUOTES).strip()
    offset = line.find(value, setting.end()) if value else -1
    if offset < 0:
        beside.next_block(line)
        return
    offset += span.start
    inner = Span(offset, offset + len(value))
    yield from (made(found, _part(text, name, inner, is_whole=False)) for found in in_pairs(value))
    if is_address(name):
        yield from (made(found, _part(text, name, inner, is_whole=False), is_address=False) for found in in_list(value))
    yield from beside.take(line, name, text, inner)


def _part(text: Text, name: str, span: Span, *, is_whole: bool | None = None) -> Text:
    """A part of a text, which nobody is sure to ask as it stands."""
    is_whole = text.is_whole if is_whole is None else is_whole
    certainty = min(text.certainty, Certainty.LIKELY)
    return Text(text.container, text.passage.cut(*span), name, text.label, certainty, is_whole)


class _Beside:
    """Hosts and ports of one block of settings: lines that are indented alike, or whose names begin alike."""

    def __init__(self) -> None:
        self.hosts: dict[tuple[int, str], Text] = {}
        self.ports: dict[tuple[int, str], Text] = {}

    def next_block(self, line: str) -> None:
        """A line that is no setting ends the blocks that are indented deeper, a section all of them."""
        indent = 0 if line.lstrip().startswith("[") else len(line) - len(line.lstrip()) + 1
        for held in (self.hosts, self.ports):
            for key in [key for key in held if key[0] >= indent]:
                del held[key]

    def take(self, line: str, name: str, text: Text, span: Span) -> Iterator[Told]:
        """What a setting, whose value is a part of a text, tells together with one before it."""
        indent = len(line) - len(line.lstrip(" \t-"))
        if line.lstrip().startswith("-"):
            self.next_block(line)
        for held in (self.hosts, self.ports):
            for key in [key for key in held if key[0] > indent]:
                del held[key]
        host, port = host_of(name, text), port_of(name, text)
        if not host and not port:
            return
        value = _part(text, name, span, is_whole=False)
        if host and endpoint(value.passage.text):
            self.hosts[indent, host.stem] = value
        if port:
            self.ports[indent, port.stem] = value
        key = (indent, host.stem if host else port.stem if port else "")
        if key in self.hosts and key in self.ports:
            first, second = self.hosts.pop(key), self.ports.pop(key)
            whole = host_of(first.name, first)
            found = paired(whole, second) if whole else iter(())
            # what a program itself is bound to stands like this as well
            yield from (one for one in found if not one.is_loopback)
