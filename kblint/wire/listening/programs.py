"""What a program listens on: a known one by its flags, its variables, its default; any other by convention."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence
from dataclasses import replace

from kblint.model.workload import Container, Role
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.syntax.passage import UNKNOWN, Passage
from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.listening.command import StartedPrograms, flag_values
from kblint.wire.listening.files import ContainerFiles
from kblint.wire.listening.images import DefaultListener, catalogue, parse_image, word_table
from kblint.wire.listening.sockets import (
    EVERYWHERE,
    ListenAddress,
    Listening,
    Socket,
    Started,
    parse_address,
    parse_host,
    parse_port,
)
from kblint.wire.listening.variables import Variables


def program_listening(started: Started) -> Listening:
    """All sockets of a program: a written flag or variable is `known`, a default is `likely`."""
    sockets: list[Socket] = []
    is_complete = not started.program.open and not any(word.text.startswith(UNKNOWN) for word in started.arguments)
    for listener in started.program.listeners:
        found = _sockets(started, listener)
        if found is None:
            is_complete = False
        else:
            sockets += found
    return Listening(tuple(sockets), is_complete)


_NO_PORT = re.compile(r"unix:|fd:|/|\Z")
"""Addresses that are no ports, and none at all, which turns a listener off."""


def _sockets(started: Started, listener: DefaultListener) -> list[Socket] | None:
    """The sockets of one listener; None where they cannot be known."""
    values = list(flag_values(started.arguments, listener.flags))
    if not values and listener.operands:
        values = [word for word in started.arguments if parse_address(word.text)]
    if values:
        counted = values if listener.repeats else values[-1:]
        given = [(value, parse_address(value.text)) for value in counted if not _NO_PORT.match(value.text)]
        if any(address is None for _, address in given):
            return None
        label = f"{started.program.program} listens here"
        return [
            _socket(started, listener, address, Evidence(value.place(), label))
            for value, address in given
            if address and address.port
        ]
    for name in (*listener.env, *listener.address_env):
        value = started.environment.get(name)
        if value is None:
            continue
        if isinstance(value, Unknown) and name not in started.environment.values:
            # only perhaps set, by an `envFrom` that is not in the input
            return None
        socket = _by_variable(started, listener, name, value)
        return None if socket is None else [socket] if socket.port else []
    if listener.optional:
        return []
    if listener.port is None or _is_reconfigured(started):
        return None
    address = ListenAddress(None, listener.port)
    return [_socket(started, listener, address, started.default(listener.port), Certainty.LIKELY)]


def _by_variable(started: Started, listener: DefaultListener, name: str, value: Passage | Unknown) -> Socket | None:
    if isinstance(value, Unknown):
        return None
    port = parse_port(value.text)
    address = parse_address(value.text) if port is None and name in listener.address_env else None
    if port is not None:
        address = ListenAddress(None, port)
    if address is None:
        return None
    evidence = Evidence(value.place(), f"`{name}` makes it listen on {address.port}")
    return _socket(started, listener, address, evidence)


def _socket(
    started: Started,
    listener: DefaultListener,
    address: ListenAddress,
    evidence: Evidence,
    certainty: Certainty = Certainty.KNOWN,
) -> Socket:
    host, written = _host(started, listener, address, evidence)
    if host and host != EVERYWHERE and written is None:
        # that it is bound to this address is only the program's default
        certainty = Certainty.LIKELY
    port, protocol, program = address.port, listener.protocol, started.program.program
    speaks = None if _may_speak_tls(started) else listener.speaks
    return Socket(port, host, protocol, speaks, program, certainty, evidence, bound=written)


def _host(
    started: Started, listener: DefaultListener, address: ListenAddress, evidence: Evidence
) -> tuple[str, Place | None]:
    """The address it binds to, empty where that cannot be known, and where it is written, if it is."""
    if address.host is not None:
        return address.host, evidence.place
    for value in reversed(list(flag_values(started.arguments, listener.host_flags))):
        return parse_host(value.text), value.place()
    for name in listener.host_env:
        found = started.environment.get(name)
        if isinstance(found, Passage):
            return parse_host(found.text), found.place()
        if found is not None:
            return "", evidence.place
    return EVERYWHERE if listener.host is None else listener.host, None


def _may_speak_tls(started: Started) -> bool:
    flags = [name for name in started.program.tls if name.startswith("-")]
    if any(True for _ in flag_values(started.arguments, flags)):
        return True
    values = (started.environment.get(name) for name in started.program.tls if not name.startswith("-"))
    return any(isinstance(value, Unknown) or (value and value.text not in _PLAIN) for value in values)


_PLAIN = ("", "0", "false", "http", "off", "no")
"""Values with which a variable that turns TLS on leaves it off."""


def _is_reconfigured(started: Started) -> bool:
    """Whether something else than flags and variables may have moved the default."""
    config = started.program.config
    if any(started.environment.get(name) is not None for name in config.env):
        return True
    named = [word.text for word in started.arguments if any(fnmatch.fnmatchcase(word.text, it) for it in config.words)]
    named += [value.text for value in flag_values(started.arguments, config.flags)]
    mounted = [path for path in config.files if started.files.touches(path)]
    return any(not _is_silent(started.files, path, config.keys) for path in named + mounted)


def _is_silent(files: ContainerFiles, path: str, keys: Sequence[str]) -> bool:
    """Whether the files at `path` are known and say nothing of the listeners."""
    if not keys:
        return False
    pattern = re.compile(rf"""^[\s"'-]*(?:{"|".join(map(re.escape, keys))})\b""", re.MULTILINE | re.IGNORECASE)
    file, directory = files.at(path), files.within(path)
    contents = [file] if isinstance(file, Passage) else [*directory.files.values()] if directory.is_known else []
    return bool(contents) and all(isinstance(one, Passage) and not pattern.search(one.text) for one in contents)


_ABOUT_PORTS = re.compile(r"--?[\w.-]*(?:port|listen|bind|addr)[\w.-]*", re.IGNORECASE | re.ASCII)


def by_convention(container: Container, start: StartedPrograms, environment: Variables) -> Listening:
    """One `likely` socket, or nothing.

    Sidecars are left out, they are told other programs' ports; so are names that the table knows, such as a database
    built by somebody else.
    """
    if container.role is not Role.APP or not isinstance(container.image, str):
        return Listening()
    name = parse_image(container.image).name
    socket = None if name in catalogue().names else _by_flag(start) or _by_port_variable(environment)
    if socket is None:
        return Listening()
    socket = replace(socket, program=name)
    return Listening((socket,), is_complete=is_whole(container, (socket,)))


def is_whole(container: Container, sockets: Sequence[Socket]) -> bool:
    """Whether sockets may be taken for all that an application listens on.

    Only where they contradict the one port that is declared: then one of both is wrong. Where they agree, or several
    ports are declared, the rest may be the application's own, for metrics or the like.
    """
    declared = [item.container_port for item in container.ports if item.protocol == "TCP"]
    return len(declared) <= 1 and not any(socket.port in declared for socket in sockets)


def _by_flag(start: StartedPrograms) -> Socket | None:
    if len(start.runs) != 1 or not start.is_complete:
        return None
    line = start.runs[0].words
    values = list(flag_values(line, word_table()["ports"]))
    if len(values) != 1 or sum(_ABOUT_PORTS.match(word.text) is not None for word in line) != 1:
        return None
    address = parse_address(values[0].text)
    return _likely_socket(address, values[0], "listens here") if address and address.port else None


def _by_port_variable(environment: Variables) -> Socket | None:
    value = environment.get("PORT")
    port = parse_port(value.text) if isinstance(value, Passage) else None
    if not port or not isinstance(value, Passage):
        return None
    return _likely_socket(ListenAddress(None, port), value, f"`PORT` makes it listen on {port}")


def _likely_socket(address: ListenAddress, value: Passage, label: str) -> Socket:
    return Socket(address.port, address.bound, "TCP", None, "", Certainty.LIKELY, Evidence(value.place(), label))
