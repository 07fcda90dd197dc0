"""What an Apache HTTP server listens on: the `Listen` directives of the configuration that is mounted or written.

https://httpd.apache.org/docs/2.4/bind.html
"""

from __future__ import annotations

import fnmatch
import posixpath
import re

from msgspec.structs import replace

from kblint.source.regex import regex
from kblint.source.stream import SyntaxFault
from kblint.syntax.apache import ApacheDirective, directives
from kblint.syntax.passage import Passage
from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.listening.files import Content, FromImage
from kblint.wire.listening.sockets import Listening, Socket, Started, parse_address, too_long
from kblint.wire.listening.variables import substituted

BUDGET = 1 << 19
"""Characters read for one container; beyond that, the picture stays incomplete."""
DEEPEST = 10
"""Files within files that are followed."""


_OFF_BY_DEFAULT = regex(r"(?:ssl_module|mod_ssl\.c|gnutls_module|mod_gnutls\.c)>?", re.IGNORECASE)


def apache_listening(started: Started) -> Listening:
    """All sockets of an Apache: what is written is `known`, the image's own port 80 is `likely`."""
    return _Walk(started).listening()


class _Walk:
    """Goes once through the main file and what it includes."""

    def __init__(self, started: Started) -> None:
        self.started = started
        assert started.program.layout, "the table gives every Apache one"
        self.layout = started.program.layout
        home = posixpath.dirname(self.layout.main)
        self.home = posixpath.dirname(home) if home.endswith("/conf") else home
        self.is_complete = started.is_all and started.is_of_image
        self.sockets: list[Socket] = []
        self.tls_ports: set[int] = set()
        self.budget = BUDGET
        self.read = 0
        self.cuts: tuple[SyntaxFault, ...] = ()

    def listening(self) -> Listening:
        main = self.started.files.at(self.layout.main)
        if not isinstance(main, FromImage):
            self._file(main, 0)
        elif self.layout.own == self.layout.main:
            self.sockets.append(self.started.default_socket(self.layout.port))
        else:
            for pattern in self.layout.included:
                self._include(pattern, 0)
        sockets = (
            replace(socket, speaks="tls") if socket.port in self.tls_ports else socket for socket in self.sockets
        )
        return Listening(tuple(sockets), self.is_complete, self.cuts, read=self.read)

    def _include(self, pattern: str, depth: int) -> None:
        pattern = posixpath.normpath(posixpath.join(self.home, pattern))
        directory, name = posixpath.split(pattern)
        view = self.started.files.within(directory)
        self.is_complete = self.is_complete and view.is_known
        for base in sorted(view.files):
            if view.files[base] is not None and fnmatch.fnmatchcase(base, name):
                self._file(view.files[base], depth)
        if pattern == self.layout.own and name not in view.files and not view.replaces_image:
            self.sockets.append(self.started.default_socket(self.layout.port))

    def _file(self, content: Content, depth: int) -> None:
        self.budget -= 100 + (len(content.text) if isinstance(content, Passage) else 0)
        if isinstance(content, Passage) and self.budget < 0 and not self.cuts:
            self.cuts = (too_long(content.place(0, 1), BUDGET),)
        if not isinstance(content, Passage) or depth > DEEPEST or self.budget < 0:
            self.is_complete = False
            return
        self.read += len(content.text)
        for directive in directives(substituted(content, self.started.environment)):
            words = directive.arguments
            if directive.name == "listen":
                self._listen(directive)
            elif directive.name in ("include", "includeoptional") and words:
                self._include(words[0].text, depth + 1)
            elif directive.name == "sslengine" and words and words[0].text.lower() == "on":
                hosts = (parse_address(word.text.rstrip(">")) for section in directive.sections for word in section[1:])
                self.tls_ports.update(address.port for address in hosts if address)

    def _listen(self, directive: ApacheDirective) -> None:
        words, sections = directive.arguments, directive.sections
        if any(len(section) > 1 and _OFF_BY_DEFAULT.fullmatch(section[1].text) for section in sections):
            return
        address = parse_address(words[0].text) if words else None
        if address is None or not address.port or sections:
            self.is_complete = False
            return
        speaks = "tls" if len(words) > 1 and words[1].text.lower() == "https" else "http"
        certainty = Certainty.LIKELY if words[0].is_likely else Certainty.KNOWN
        evidence = Evidence(words[0].place(), "Apache listens here")
        self.sockets.append(self.started.socket(address, evidence, speaks, certainty))
