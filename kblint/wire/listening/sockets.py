"""What a process listens on."""

from __future__ import annotations

from dataclasses import dataclass

from kblint.source.text import Place
from kblint.wire.evidence import Certainty, Evidence


@dataclass(frozen=True, slots=True)
class Socket:
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
    accepts_proxy_protocol: bool = False
    bound: Place | None = None
    """Where its address is written, if that is another place than where its port is."""

    @property
    def is_loopback(self) -> bool:
        """Whether nobody outside the pod (the node, under hostNetwork) can reach it."""
        return self.address in ("localhost", "::1", "[::1]") or self.address.startswith("127.")


@dataclass(frozen=True, slots=True)
class Listening:
    """All that is known about a container's sockets.

    `is_complete` says that these are all of them, so that a port outside is proved to be nobody's. Without sockets and
    incomplete means: nothing is known.
    """

    sockets: tuple[Socket, ...] = ()
    is_complete: bool = False

    @property
    def certainty(self) -> Certainty:
        """How sure the whole picture is: as sure as its weakest socket."""
        if not self.is_complete:
            return Certainty.UNKNOWN
        return min((socket.certainty for socket in self.sockets), default=Certainty.KNOWN)

    def on(self, port: int, protocol: str = "TCP") -> tuple[Socket, ...]:
        """The sockets on a port."""
        return tuple(socket for socket in self.sockets if socket.port == port and socket.protocol == protocol)
