"""What a process listens on, and addresses as programs write them: `8080`, `:8080`, `[::]:8080`, `tcp://0.0.0.0:80`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct

from kblint.source.grouping import grouped
from kblint.source.regex import regex
from kblint.source.stream import SyntaxFault, not_followed
from kblint.source.text import Place
from kblint.syntax.passage import UNKNOWN, Passage
from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.listening.files import ContainerFiles
from kblint.wire.listening.images import Program
from kblint.wire.listening.nginx_answers import Answer
from kblint.wire.listening.variables import Variables

EVERYWHERE = "0.0.0.0"  # noqa: S104  # what is read, not what is bound
"""The address of a socket that every address of the pod reaches."""
_PORT = regex(r"[0-9]{1,5}", re.ASCII)
_SCHEME = regex(r"[a-z][a-z0-9+.]{0,15}://", re.ASCII)
_HOST = regex(r"[A-Za-z0-9_.-]*|\*|\+|\[[0-9A-Fa-f:.%]*\]", re.ASCII)
_LONGEST = 255
_DIGITS = regex(r"[0-9-]+", re.ASCII)
"""Rather a port out of range, or several, than a host."""
_WILDCARDS = ("", "*", "+", "0")


class Socket(Struct, frozen=True):
    """One listening socket inside a pod's network namespace.

    `address` is what it is bound to (`0.0.0.0`, `::`, `127.0.0.1`, a name), empty where that cannot be known;
    `protocol` is TCP or UDP; `speaks` is `http`, `tls`, `other` (a database's own protocol, ...) or None where nothing
    tells; `program` names what listens (`nginx`, `n8n`, ...), by its image where nobody knows the program.
    """

    port: int
    address: str
    protocol: str
    speaks: str | None
    program: str
    certainty: Certainty
    evidence: Evidence
    accepts_proxy_protocol: bool | None = None
    """Whether it expects the PROXY protocol's header, or takes it; None where nothing tells."""
    bound: Place | None = None
    """Where its address is written, if that is another place than where its port is."""
    answers: tuple[Answer, ...] = ()
    """What an nginx answers there by itself, for all that its configuration tells."""
    is_default: bool = False
    """Whether nothing that is written says so, only what the program is known to do."""
    is_only_ipv6: bool = False
    """Whether it hears nobody who asks over IPv4."""

    @property
    def is_loopback(self) -> bool:
        """Whether nobody outside the pod (the node, under hostNetwork) can reach it."""
        return is_loopback(self.address)


class Listening(Struct, frozen=True, dict=True):
    """All that is known about a container's sockets.

    `is_complete` says that these are all of them, so that a port outside is proved to be nobody's. Without sockets and
    incomplete means: nothing is known. `cuts` are where a limit of kblint's own keeps it from knowing more. Where it is
    `open`, these are all but what a program of many features may listen on beside them. `read` are the characters of
    configurations that were read to know.
    """

    sockets: tuple[Socket, ...] = ()
    is_complete: bool = False
    cuts: tuple[SyntaxFault, ...] = ()
    is_open: bool = False
    read: int = 0

    @cached_property
    def certainty(self) -> Certainty:
        """How sure the whole picture is: as sure as its weakest socket."""
        if not self.is_complete and not self.is_open:
            return Certainty.UNKNOWN
        links = (socket.certainty for socket in self.sockets)
        return min(links, default=Certainty.KNOWN) if self.is_complete else min(Certainty.LIKELY, *links)

    def on(self, port: int, protocol: str = "TCP") -> tuple[Socket, ...]:
        """The sockets on a port."""
        return self._by_port.get((port, protocol), ())

    @cached_property
    def _by_port(self) -> dict[tuple[int, str], tuple[Socket, ...]]:
        return grouped(((socket.port, socket.protocol), socket) for socket in self.sockets)


def too_long(place: Place, most: int) -> SyntaxFault:
    """That a configuration, with what it includes, has more than `most` characters."""
    message = f"this configuration is longer than {most:,} characters; from here on it is not followed"
    return not_followed(place, message)


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


def parse_hosts(texts: Sequence[str]) -> str:
    """The address that several stand for to others, written in one word or in several: one that is no loopback."""
    hosts = [parse_host(one.removeprefix("-")) for text in texts for one in re.split(r"[,\s]+", text.strip())]
    return next((host for host in hosts if not is_loopback(host)), hosts[0])


def is_loopback(address: str) -> bool:
    """Whether an address is one that only its own machine, or pod, reaches."""
    return address in ("localhost", "::1", "[::1]") or address.startswith("127.")


class Started(Struct, frozen=True, eq=False):
    """A program of the table, and all that it is started with.

    `arguments` are the words after its name, `name` its place in the command, None where the image starts it by itself.
    `is_of_image` says that the image is known to be the program's own, so that its defaults and files are known;
    `is_all` that nothing else runs in the container; `by_entrypoint` that the image's own entrypoint goes first;
    `is_pinned` that its image is one release, from a registry where its makers publish it.
    """

    program: Program
    arguments: Sequence[Passage]
    environment: Variables
    files: ContainerFiles
    image: Place
    image_name: str
    name: Place | None
    is_of_image: bool
    is_all: bool = True
    by_entrypoint: bool = False
    is_pinned: bool = False

    @property
    def default_certainty(self) -> Certainty:
        """How sure what the program does by default is: known for a pinned image, if no release does it otherwise."""
        is_sure = self.program.is_told or (self.is_pinned and self.program.steady)
        return Certainty.KNOWN if is_sure and self.is_of_image else Certainty.LIKELY

    def default(self, port: int) -> Evidence:
        """Evidence that it listens on `port` where nothing says otherwise."""
        if self.is_of_image or self.name is None:
            return Evidence(self.image, f"image `{self.image_name}` listens on {port} by default")
        return Evidence(self.name, f"`{self.program.program}` listens on {port} by default")

    def socket(
        self,
        address: ListenAddress,
        evidence: Evidence,
        speaks: str | None,
        certainty: Certainty = Certainty.KNOWN,
        protocol: str = "TCP",
        *,
        accepts_proxy_protocol: bool | None = None,
        answers: tuple[Answer, ...] = (),
        is_default: bool = False,
        is_only_ipv6: bool = False,
    ) -> Socket:
        """A socket of it."""
        port, host, program, bound = address.port, address.bound, self.program.program, None
        header = accepts_proxy_protocol
        return Socket(
            port, host, protocol, speaks, program, certainty, evidence, header, bound, answers, is_default, is_only_ipv6
        )

    def default_socket(self, port: int) -> Socket:
        """The socket for plain HTTP that it has where nothing says otherwise."""
        address, certainty = ListenAddress(None, port), self.default_certainty
        return self.socket(address, self.default(port), "http", certainty, is_default=True)
