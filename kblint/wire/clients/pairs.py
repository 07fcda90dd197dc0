"""A host that stands alone, with its port beside it: `DB_HOST` and `DB_PORT`, `--redis-host` and `--redis-port`.

So may a URL without one: `--hydra-url=http://hydra` and `--hydra-port=4445`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from msgspec.structs import replace

from kblint.source.regex import regex
from kblint.syntax.passage import UNKNOWN
from kblint.wire.clients.addresses import endpoint
from kblint.wire.clients.told import Text, Told, is_never_asked, made
from kblint.wire.evidence import Certainty

_HOST = regex(r"(?P<stem>.*?)(?P<mark>hostname|host|server|address|addr|endpoint|service)", re.DOTALL)
_PORT = regex(r"(?P<stem>.*?)(?:tcp)?port(?:number)?", re.DOTALL)
_URL = regex(r"(?P<stem>.+?)(?:ur[il]|endpoint|address|addr|server)", re.DOTALL)
_SEPARATORS = regex(r"[-_.]")
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "none", "null", "default", "auto"})
_LOOSE = frozenset({"server", "service"})
"""Names whose value may be any word."""
_HIGHEST = 65535


class _Named(NamedTuple):
    """A text by what stands before `host` or `port` in its name."""

    stem: str
    mark: str
    text: Text


def in_pairs_of(texts: Iterable[Text]) -> Iterator[Told]:
    """Hosts among texts with names, each with the port whose name begins as its own does, or without one.

    A host of which only `host` is the name is what a program itself is bound to, as often as not.
    """
    listed = [(text, _SEPARATORS.sub("", text.name.lower())) for text in texts]
    ports = _ports(listed)
    for text, name in listed:
        match = _HOST.fullmatch(name)
        if match and match["stem"]:
            yield from paired(_Named(match["stem"], match["mark"], text), ports.get(match["stem"]))


def with_ports_beside(told: Iterable[Told], texts: Iterable[Text]) -> Iterator[Told]:
    """Addresses, each of those without a port with the one whose name begins as its own does."""
    ports = _ports((text, _SEPARATORS.sub("", text.name.lower())) for text in texts)
    for one in told:
        match = _URL.fullmatch(_SEPARATORS.sub("", one.name.lower())) if one.is_default and ports else None
        port = ports.get(match["stem"]) if match else None
        if port is None:
            yield one
        elif (number := _number(port)) is not None:
            yield one.asking(number, port.passage.place())
        else:
            yield replace(one, port=None, is_default=False)


def _ports(listed: Iterable[tuple[Text, str]]) -> dict[str, Text]:
    """The ports by what their names begin with."""
    return {match["stem"]: text for text, name in listed if (match := _PORT.fullmatch(name))}


def _number(port: Text) -> int | None:
    """The port that a text says; None where it is none, or cannot be known."""
    written = port.passage.text.strip() if UNKNOWN not in port.passage.text else ""
    is_number = written.isascii() and written.isdecimal() and 0 < int(written[:6]) <= _HIGHEST
    return int(written) if is_number else None


def host_of(name: str, text: Text) -> _Named | None:
    """A text whose name says that it is a host; None for any other."""
    match = _host(name)
    return _Named(match["stem"], match["mark"], text) if match else None


def port_of(name: str, text: Text) -> _Named | None:
    """A text whose name says that it is a port; None for any other."""
    match = _port(name)
    return _Named(match["stem"], "port", text) if match else None


@lru_cache(maxsize=4096)
def _host(name: str) -> re.Match[str] | None:
    return _HOST.fullmatch(_SEPARATORS.sub("", name.lower()))


@lru_cache(maxsize=4096)
def _port(name: str) -> re.Match[str] | None:
    return _PORT.fullmatch(_SEPARATORS.sub("", name.lower()))


def paired(host: _Named, port: Text | None) -> Iterator[Told]:
    """A host with the port beside it; without one that can be known, the host alone."""
    text = host.text
    value = text.passage.text
    inner = value.strip()
    found = endpoint(inner) if inner and not is_never_asked(text.name) else None
    if found is None or found.port is not None or found.host in _WORDS or found.host.isdecimal():
        return
    found = found.moved(value.index(inner))
    number = _number(port) if port else None
    is_address = text.is_whole and (host.mark not in _LOOSE or number is not None)
    if port is None or number is None:
        yield made(found, text, is_address=is_address)
        return
    label = f"{text.label} and `{port.name}`" if text.certainty is Certainty.KNOWN else text.label
    told = made(found, Text(text.container, text.passage, text.name, label, text.certainty), is_address=is_address)
    yield told.asking(number, port.passage.place())
