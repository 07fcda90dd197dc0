"""Whether a client speaks what the process that it asks speaks: its scheme tells one, the process the other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from kblint.model.workload import Workload
from kblint.source.regex import regex
from kblint.source.values import Unknown
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

_SECURED = regex(r"(?i)tls|ssl|https|cert|keystore|\.(?:pem|key|crt|p12|pfx|jks)\b")
"""In a text: that TLS may be spoken."""
_TOLD = "nginx"
"""The server of which the configuration, and nothing else, says whether it speaks TLS."""


class Stranger(NamedTuple):
    """A socket that speaks another protocol than a client does."""

    scheme: str
    socket: Socket
    certainty: Certainty
    """How sure that is."""


class _Heard(NamedTuple):
    """A socket, and whose it is."""

    socket: Socket
    workload: Workload


def stranger(told: Told, pods: Iterable[PodPort]) -> Stranger | None:
    """What is asked in another protocol than its own; None where all of it, or some, may understand the client."""
    scheme = told.scheme.rpartition(":")[2].partition("+")[0]
    if scheme not in _HTTP and scheme not in _FAMILIES:
        return None
    found = [_Heard(one, pod.workload) for pod in pods for one in pod.sockets if one.protocol == "TCP"]
    certainties = [_strangeness(scheme, one, told) for one in found]
    if not found or Certainty.UNKNOWN in certainties:
        return None
    return Stranger(scheme, min((one.socket for one in found), key=lambda one: one.certainty), min(certainties))


def database(pods: Iterable[PodPort]) -> Socket | None:
    """The socket of a database or a queue behind ports of pods, all of which lead to one: it answers no request."""
    sockets = [socket for pod in pods for socket in pod.sockets if socket.protocol == "TCP"]
    is_one = bool(sockets) and all(_family(one) and one.certainty is not Certainty.UNKNOWN for one in sockets)
    return min(sockets, key=lambda one: one.certainty) if is_one else None


def _family(socket: Socket) -> str | None:
    """Whose protocol a socket speaks that no client of HTTP understands."""
    return _PROGRAMS.get(socket.program) if socket.speaks == "other" else None


def _strangeness(scheme: str, heard: _Heard, told: Told) -> Certainty:
    """How sure a socket does not understand a client; unknown where it may."""
    socket = heard.socket
    own, sure = _family(socket), socket.certainty
    if scheme not in _HTTP:
        is_strange = socket.speaks == "http" or (own is not None and own != _FAMILIES[scheme])
        return sure if is_strange else Certainty.UNKNOWN
    if own is not None or sure is not Certainty.KNOWN:
        return sure if own is not None else Certainty.UNKNOWN
    # other programs speak TLS where they find a certificate; nginx where its configuration says so
    if socket.program == _TOLD and socket.speaks == ("http" if scheme in _SECURE else "tls"):
        return sure
    is_plain = scheme in _SECURE and socket.speaks == "http" and not _may_have_certificate(heard.workload)
    return Certainty.LIKELY if is_plain and told.is_nginx else Certainty.UNKNOWN


def _may_have_certificate(workload: Workload) -> bool:
    """Whether anything that a pod is told or given may be a certificate, or a switch of TLS."""
    for container in workload.pod.running_containers:
        words = [*container.words, *(one.path for one in container.mounts)]
        words += [word for one in container.env for word in (one.name, one.value or "")]
        if container.env_from or any(isinstance(one, Unknown) or _SECURED.search(one) for one in words):
            return True
    return False
