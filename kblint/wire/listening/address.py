"""Listen addresses as programs write them: `8080`, `:8080`, `0.0.0.0:8080`, `[::]:8080`, `tcp://0.0.0.0:8080`."""

from __future__ import annotations

import re
from typing import NamedTuple

from kblint.syntax.passage import UNKNOWN

EVERYWHERE = "0.0.0.0"  # noqa: S104  # what is read, not what is bound
"""The address of a socket that every address of the pod reaches."""

_PORT = re.compile(r"[0-9]{1,5}", re.ASCII)
_SCHEME = re.compile(r"[a-z][a-z0-9+.]{0,15}://", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9_.-]*|\*|\+|\[[0-9A-Fa-f:.%]*\]", re.ASCII)
_LONGEST = 255
_DIGITS = re.compile(r"[0-9-]+", re.ASCII)
"""Rather a port out of range, or several, than a host."""
_WILDCARDS = ("", "*", "+", "0")


class ListenAddress(NamedTuple):
    """Where a program listens.

    `host` is None where only a port is written, empty where it cannot be known; `port` is 0 where it says so.
    """

    host: str | None
    port: int

    @property
    def bound(self) -> str:
        """What a socket of it is bound to: with only a port, every address of the pod."""
        return EVERYWHERE if self.host is None else self.host


def parse_port(text: str) -> int | None:
    """A port number, 0 included; None for anything else, such as `tcp://10.43.0.1:80`."""
    text = text.strip()
    if not _PORT.fullmatch(text):
        return None
    number = int(text)
    return number if number <= 65535 else None


def parse_address(text: str, default_port: int | None = None) -> ListenAddress | None:
    """An address with a port; None where it cannot be known or is none, such as a path.

    `default_port` is what an address without a port means to the program.
    """
    text = text.strip()
    scheme = _SCHEME.match(text)
    text = text[scheme.end() :].split("/", 1)[0] if scheme else text
    port = parse_port(text)
    if port is not None:
        return ListenAddress(None, port)
    host, colon, rest = text.rpartition(":")
    port = parse_port(rest) if colon else None
    if port is not None and (UNKNOWN in host or _HOST.fullmatch(host)):
        return ListenAddress(parse_host(host), port)
    if default_port is not None and _HOST.fullmatch(text) and not _DIGITS.fullmatch(text):
        return ListenAddress(parse_host(text), default_port)
    return None


def parse_host(text: str) -> str:
    """The address that a host stands for, a name as it is; empty where it cannot be known."""
    if UNKNOWN in text or len(text) > _LONGEST:
        return ""
    return EVERYWHERE if text in _WILDCARDS else text.strip("[]")
