"""What programs that nobody knows nearly always do: take `PORT`, or one flag with a port, as where to listen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kblint.model.workload import Container, Role
from kblint.syntax.passage import Passage
from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.listening.command import StartedPrograms
from kblint.wire.listening.command_line import flag_values
from kblint.wire.listening.images import catalogue, parse_image
from kblint.wire.listening.sockets import ListenAddress, Listening, Socket, parse_address, parse_port
from kblint.wire.listening.variables import Variables

FLAGS = (
    "--port",
    "--http-port",
    "--http.port",
    "--listen",
    "--listen-address",
    "--listen-addr",
    "--web.listen-address",
    "--server.port",
    "-Dserver.port",
    "--bind",
    "--bind-address",
    "-listen",
    "-port",
)
"""Flags that hardly mean anything but where their program listens."""

_ABOUT_PORTS = re.compile(r"--?[\w.-]*(?:port|listen|bind|addr)[\w.-]*", re.IGNORECASE | re.ASCII)


def by_convention(container: Container, start: StartedPrograms, environment: Variables) -> Listening:
    """One `likely` socket, or nothing.

    Sidecars are left out, they are told other programs' ports; so are names that the table knows, such as a database
    built by somebody else.
    """
    if container.role is not Role.APP or not isinstance(container.image, str):
        return Listening()
    name = parse_image(container.image).name
    socket = None if name in catalogue().names else _by_flag(start) or _by_variable(environment)
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
    words = start.runs[0].words
    values = list(flag_values(words, FLAGS))
    if len(values) != 1 or sum(_ABOUT_PORTS.match(word.text) is not None for word in words) != 1:
        return None
    address = parse_address(values[0].text)
    return _socket(address, values[0], "listens here") if address and address.port else None


def _by_variable(environment: Variables) -> Socket | None:
    value = environment.get("PORT")
    port = parse_port(value.text) if isinstance(value, Passage) else None
    if not port or not isinstance(value, Passage):
        return None
    return _socket(ListenAddress(None, port), value, f"`PORT` makes it listen on {port}")


def _socket(address: ListenAddress, value: Passage, label: str) -> Socket:
    return Socket(address.port, address.bound, "TCP", None, "", Certainty.LIKELY, Evidence(value.place(), label))
