"""A program as a container starts it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kblint.source.text import Place
from kblint.syntax.passage import Passage
from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.listening.files import ContainerFiles
from kblint.wire.listening.images import Program
from kblint.wire.listening.sockets import ListenAddress, Socket
from kblint.wire.listening.variables import Variables


@dataclass(frozen=True, slots=True, eq=False)
class Started:
    """A program of the table, and all that it is started with.

    `arguments` are the words after its name, `name` its place in the command, None where the image starts it by itself.
    `is_of_image` says that the image is known to be the program's own, so that its defaults and files are known;
    `is_all` that nothing else runs in the container; `by_entrypoint` that the image's own entrypoint goes first.
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
        accepts_proxy_protocol: bool = False,
    ) -> Socket:
        """A socket of it."""
        port, host, program = address.port, address.bound, self.program.program
        return Socket(port, host, protocol, speaks, program, certainty, evidence, accepts_proxy_protocol)

    def default_socket(self, port: int) -> Socket:
        """The socket for plain HTTP that it has where nothing says otherwise."""
        return self.socket(ListenAddress(None, port), self.default(port), "http", Certainty.LIKELY)
