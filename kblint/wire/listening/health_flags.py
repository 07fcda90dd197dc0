"""Where a program is told to answer health checks: flags such as `--health-probe-bind-address=:8081`."""

from __future__ import annotations

import re

from msgspec.structs import replace

from kblint.model.workload import Container
from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.listening.command import flag_values, written_words
from kblint.wire.listening.images import word_table
from kblint.wire.listening.sockets import EVERYWHERE, Socket, parse_address
from kblint.wire.listening.variables import Variables

_MANAGEMENT = "MANAGEMENT_SERVER_PORT"


def management_socket(container: Container, path: object, asked: int) -> Socket | None:
    """Where Spring Boot answers below `/actuator` instead of on the port `asked`; None where no variable says so.

    https://docs.spring.io/spring-boot/reference/actuator/monitoring.html#actuator.monitoring.customizing-management-server-port
    """
    if not isinstance(path, str) or not path.startswith("/actuator"):
        return None
    variable = next((one for one in reversed(container.env) if one.name == _MANAGEMENT), None)
    value = variable.value if variable else None
    if variable is None or not isinstance(value, str) or not value.isdecimal() or int(value) in (0, asked):
        return None
    evidence = Evidence(variable.origin.place("value"), "what is below `/actuator` is answered here")
    return Socket(int(value), EVERYWHERE, "TCP", None, "", Certainty.LIKELY, evidence)


def health_socket(container: Container, asked: int) -> Socket | None:
    """Where health checks are answered instead of on the port `asked`, or there for the pod itself only.

    None where no flag says so, or where any other word has to do with the port.
    """
    flags = word_table()["health"]
    if not any(isinstance(word, str) and word.startswith(flags) for word in container.words):
        return None
    environment = Variables(container, lambda _: None)
    words = [word for key in ("command", "args") for word in written_words(container, key, environment)]
    values = list(flag_values(words, flags))
    addresses = [parse_address(value.text) for value in values]
    if len(values) != 1 or addresses[0] is None or not addresses[0].port:
        return None
    address, evidence = addresses[0], Evidence(values[0].place(), "health checks are answered here")
    socket = Socket(address.port, address.bound, "TCP", None, "", Certainty.LIKELY, evidence)
    if address.port == asked:
        return socket if socket.is_loopback else None
    pattern = re.compile(rf"(?<!\d){asked}(?!\d)")
    is_named = any(pattern.search(word.text) for word in words) or any(
        isinstance(one.value, str) and pattern.search(one.value) for one in container.env
    )
    return None if is_named else replace(socket, address=address.bound)
