"""What a program that nobody knows listens on, by what it is told: flags, variables of frameworks, their files.

Its own code decides, so all of this is likely at most.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from kblint.model.workload import Container, Role
from kblint.source.regex import regex
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.syntax.ini import KeyValue
from kblint.syntax.passage import Passage
from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.listening.command import StartedPrograms, flag_values
from kblint.wire.listening.configured import file_settings, files_named, filled, named
from kblint.wire.listening.files import ContainerFiles
from kblint.wire.listening.images import DefaultListener, Program, catalogue, frameworks, parse_image, word_table
from kblint.wire.listening.sockets import (
    EVERYWHERE,
    Listening,
    Socket,
    is_loopback,
    parse_address,
    parse_host,
)
from kblint.wire.listening.variables import Variables

_ABOUT_PORTS = regex(r"--?[\w.-]*(?:port|listen|bind|addr)[\w.-]*", re.IGNORECASE | re.ASCII)
_OPTIONS = ("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "JAVA_OPTS", "JAVA_OPTIONS")
"""Variables with further arguments of a Java machine."""
_PROFILES = regex(r"(application)(\.(?:yaml|yml|properties))\Z")
_WORD = regex(r"\S+")


class _UnknowableError(Exception):
    """Private to this module: something that is told cannot be known, so nothing is."""


def by_convention(
    container: Container, start: StartedPrograms, environment: Variables, files: ContainerFiles
) -> Listening:
    """What most likely listens, or nothing.

    Sidecars are left out, they are told other programs' ports; so are names that the table knows, such as a database
    built by somebody else.
    """
    if container.role is not Role.APP or not isinstance(container.image, str):
        return Listening()
    name = parse_image(container.image).name
    if name in catalogue().names:
        return Listening()
    words = start.runs[0].words if len(start.runs) == 1 and start.is_complete else ()
    told = _Told(words, environment, files)
    try:
        found = _by_flag(words) or next((made for one in frameworks() if (made := _of_framework(told, one))), [])
    except _UnknowableError:
        return Listening(read=told.read)
    sockets = [replace(socket, program=name) for socket in found]
    return Listening(tuple(sockets), bool(sockets) and is_whole(container, sockets), read=told.read)


def is_whole(container: Container, sockets: Sequence[Socket]) -> bool:
    """Whether sockets may be taken for all that an application listens on.

    Only where they contradict the one port that is declared: then one of both is wrong. Where they agree, or several
    ports are declared, the rest may be the application's own, for metrics or the like.
    """
    declared = [item.container_port for item in container.ports if item.protocol == "TCP"]
    return len(declared) <= 1 and not any(socket.port in declared for socket in sockets)


class _Told(Struct, frozen=True, eq=False, dict=True):
    """All that an unknown program is told."""

    words: Sequence[Passage]
    environment: Variables
    files: ContainerFiles

    @cached_property
    def names(self) -> frozenset[str]:
        """The variables that are set."""
        own = self.environment.container
        return frozenset(self.environment.values) if own.env or own.env_from or self.environment.added else frozenset()

    @cached_property
    def arguments(self) -> list[Passage]:
        """The words of its command, behind those that a Java machine takes from variables."""
        more = [match for name in _OPTIONS for match in self.split(name)]
        return [*more, *self.words]

    def split(self, name: str | None) -> list[Passage]:
        """The words that a variable holds."""
        value = self.environment.get(name) if name in self.names and name else None
        if not isinstance(value, Passage):
            return []
        return [value.cut(*match.span()) for match in _WORD.finditer(value.text)]

    def variable(self, name: str) -> Passage | None:
        """What a variable holds, None where it is not set, or belongs to the address of another server."""
        value = self.environment.get(name) if name in self.names else None
        if isinstance(value, Unknown):
            raise _UnknowableError
        host = self.environment.get(name.removesuffix("_PORT") + "_HOST") if value and name.endswith("_PORT") else None
        return value if not isinstance(host, Passage) or _is_own(host.text) else None

    @cached_property
    def _names(self) -> list[str]:
        names = list(dict.fromkeys(name for one in frameworks() for name in one.config.files))
        profiles = [word.text for word in self.split("SPRING_PROFILES_ACTIVE")]
        active = [one for text in profiles for one in text.split(",")]
        return names + [_PROFILES.sub(rf"\1-{one}\2", name) for one in active if one.isidentifier() for name in names]

    @cached_property
    def _held(self) -> dict[str, Passage]:
        return dict(files_named(self.files, self._names)) if self.files.trees else {}

    @property
    def read(self) -> int:
        """The characters of the files that its settings are read from."""
        return sum(len(file.text) for file in self._held.values())

    @cached_property
    def settings(self) -> list[KeyValue]:
        """What files say that a framework looks for by its name, those of its profiles last."""
        read = (
            file_settings(path, file)
            for name in self._names
            for path, file in self._held.items()
            if path.rpartition("/")[2] == name
        )
        return [one._replace(value=filled(one.value, self.environment)) for found in read for one in found or ()]


def _is_own(host: str) -> bool:
    """Whether a host is one that a program may bind, and no other machine's."""
    host = parse_host(host)
    try:
        return host == EVERYWHERE or is_loopback(host) or bool(ipaddress.ip_address(host))
    except ValueError:
        return False


def _of_framework(told: _Told, framework: Program) -> list[Socket]:
    """What an application of a framework listens on; nothing where it is told nothing of it."""
    more = told.split(framework.arguments_env)
    found = [list(_sockets(told, more, listener)) for listener in framework.listeners]
    return [socket for sockets in found for socket in sockets] if found[0] else []


def _sockets(told: _Told, more: Sequence[Passage], listener: DefaultListener) -> Iterator[Socket]:
    arguments = [*more, *told.arguments]
    for value in list(flag_values(arguments, listener.flags))[-1:] if arguments else ():
        yield from _at(told, listener, value, "listens here")
        return
    for name in (*listener.env, *listener.address_env):
        if variable := told.variable(name):
            if name in listener.env and ":" in variable.text:
                # such as a Service of that name sets it
                raise _UnknowableError
            yield from _at(told, listener, variable, f"`{name}` makes it listen on {{}}")
            return
    for one in named(told.settings, listener.keys)[-1:] if listener.keys and told.settings else ():
        yield from _at(told, listener, one.value, f"`{listener.keys[0]}: {{}}` makes it listen there")


def _at(told: _Told, listener: DefaultListener, value: Passage, label: str) -> Iterator[Socket]:
    """The sockets at addresses, several of which are joined by semicolons."""
    start = 0
    for part in value.text.split(";"):
        piece = value.cut(start, start + len(part))
        start += len(part) + 1
        address = parse_address(part)
        if address is None:
            raise _UnknowableError
        host, bound = (address.host, None) if address.host is not None else _host(told, listener)
        speaks = "tls" if part.startswith("https:") else listener.speaks
        evidence = Evidence(piece.place(), label.format(address.port))
        if address.port:
            yield Socket(address.port, host, "TCP", speaks, "", Certainty.LIKELY, evidence, bound=bound)


def _host(told: _Told, listener: DefaultListener) -> tuple[str, Place | None]:
    """What it binds where that is the loopback address, and where it says so; else empty: what is meant is not sure."""
    given: list[Passage | Unknown] = []
    given += [*flag_values(told.arguments, listener.host_flags)][-1:]
    given += [value for name in listener.host_env if (value := told.environment.get(name))]
    given += [one.value for one in named(told.settings, listener.host_keys)[-1:]] if listener.host_keys else []
    if not given:
        return listener.host or EVERYWHERE, None
    host = parse_host(given[0].text) if isinstance(given[0], Passage) else ""
    return (host, given[0].place()) if isinstance(given[0], Passage) and is_loopback(host) else ("", None)


def _by_flag(words: Sequence[Passage]) -> list[Socket]:
    values = list(flag_values(words, word_table()["ports"]))
    if len(values) != 1 or sum(_ABOUT_PORTS.match(word.text) is not None for word in words) != 1:
        return []
    address = parse_address(values[0].text)
    if not address or not address.port:
        return []
    evidence = Evidence(values[0].place(), "listens here")
    return [Socket(address.port, address.bound, "TCP", None, "", Certainty.LIKELY, evidence)]
