"""Whether a client speaks what the process that it asks speaks: its scheme tells one, the process the other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from kblint.wire.clients.told import Told
from kblint.wire.evidence import Certainty
from kblint.wire.listening.sockets import Socket
from kblint.wire.services.ports import PodPort

_PLAIN, _SECURE = frozenset({"http", "ws"}), frozenset({"https", "wss"})
_HTTP = _PLAIN | _SECURE
_FAMILIES = {
    "amqp": "rabbitmq",
    "amqps": "rabbitmq",
    "mariadb": "mysql",
    "mongodb": "mongodb",
    "mysql": "mysql",
    "postgres": "postgres",
    "postgresql": "postgres",
    "redis": "redis",
    "rediss": "redis",
    "valkey": "redis",
}
"""By a scheme: the program that speaks it."""
_PROGRAMS = {
    "dragonfly": "redis",
    "elasticsearch": "elasticsearch",
    "kafka": "kafka",
    "keydb": "redis",
    "mariadb": "mysql",
    "memcached": "memcached",
    "mongodb": "mongodb",
    "mysql": "mysql",
    "opensearch": "elasticsearch",
    "percona": "mysql",
    "postgres": "postgres",
    "rabbitmq": "rabbitmq",
    "redis": "redis",
    "valkey": "redis",
    "zookeeper": "zookeeper",
}
"""Programs whose own protocol no other of these speaks, nor a client of HTTP; by their names in `images.yaml`."""


_TOLD = "nginx"
"""The server of which the configuration, and nothing else, says whether it speaks TLS."""


class Stranger(NamedTuple):
    """A socket that speaks another protocol than a client does."""

    scheme: str
    socket: Socket


def stranger(told: Told, pods: Iterable[PodPort]) -> Stranger | None:
    """What is asked in another protocol than its own; None where all of it, or some, may understand the client."""
    scheme = told.scheme.rpartition(":")[2].partition("+")[0]
    if scheme not in _HTTP and scheme not in _FAMILIES:
        return None
    sockets = [socket for pod in pods for socket in pod.sockets if socket.protocol == "TCP"]
    if not sockets or not all(_is_strange(scheme, one) for one in sockets):
        return None
    return Stranger(scheme, min(sockets, key=lambda one: one.certainty))


def database(pods: Iterable[PodPort]) -> Socket | None:
    """The socket of a database or a queue behind ports of pods, all of which lead to one: it answers no request."""
    sockets = [socket for pod in pods for socket in pod.sockets if socket.protocol == "TCP"]
    is_one = bool(sockets) and all(_family(one) and one.certainty is not Certainty.UNKNOWN for one in sockets)
    return min(sockets, key=lambda one: one.certainty) if is_one else None


def _family(socket: Socket) -> str | None:
    """Whose protocol a socket speaks that no client of HTTP understands."""
    return _PROGRAMS.get(socket.program) if socket.speaks == "other" else None


def _is_strange(scheme: str, socket: Socket) -> bool:
    if socket.certainty is Certainty.UNKNOWN:
        return False
    own = _family(socket)
    if scheme in _HTTP:
        # other programs speak TLS where they find a certificate; nginx where its configuration says so
        is_sure = socket.certainty is Certainty.KNOWN and socket.program == _TOLD
        is_crossed = socket.speaks == ("http" if scheme in _SECURE else "tls")
        return own is not None or (is_sure and is_crossed)
    return socket.speaks == "http" or (own is not None and own != _FAMILIES[scheme])
