"""What an Apache HTTP server listens on: the `Listen` directives of the configuration that is mounted or written.

https://httpd.apache.org/docs/2.4/bind.html
"""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from kblint.syntax.apache import ApacheDirective, directives
from kblint.syntax.passage import Passage
from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.listening.address import EVERYWHERE, ListenAddress, parse_address
from kblint.wire.listening.files import Content, FromImage
from kblint.wire.listening.sockets import Listening, Socket
from kblint.wire.listening.started import Started
from kblint.wire.listening.variables import substituted

BUDGET = 1 << 19
"""Characters read for one container; beyond that, the picture stays incomplete."""
DEEPEST = 10
"""Files within files that are followed."""


@dataclass(frozen=True, slots=True)
class ApacheLayout:
    """Where an image keeps its configuration: `main` includes `included`; the image's own `listens` says `Listen`."""

    main: str
    listens: str
    included: tuple[str, ...] = ()

    @property
    def home(self) -> str:
        """The directory that relative includes start from."""
        home = posixpath.dirname(self.main)
        return posixpath.dirname(home) if home.endswith("/conf") else home


LAYOUTS: Mapping[str, ApacheLayout] = MappingProxyType(
    {
        # https://github.com/docker-library/httpd
        "httpd": ApacheLayout("/usr/local/apache2/conf/httpd.conf", "/usr/local/apache2/conf/httpd.conf"),
        # Debian's package, which php and all that is built on it use
        "debian": ApacheLayout(
            "/etc/apache2/apache2.conf",
            "/etc/apache2/ports.conf",
            ("/etc/apache2/ports.conf", "/etc/apache2/conf-enabled/*.conf", "/etc/apache2/sites-enabled/*.conf"),
        ),
    }
)

_OFF_BY_DEFAULT = re.compile(r"(?:ssl_module|mod_ssl\.c|gnutls_module|mod_gnutls\.c)>?", re.IGNORECASE)


def default_apache_file(layout: str) -> Mapping[str, str]:
    """What matters of the file that an image of that layout brings along, by its path."""
    return {LAYOUTS[layout].listens: "Listen 80\n"}


def apache_listening(started: Started) -> Listening:
    """All sockets of an Apache: what is written is `known`, the image's own port 80 is `likely`."""
    return _Walk(started).listening()


class _Walk:
    """Goes once through the main file and what it includes."""

    def __init__(self, started: Started) -> None:
        self.started = started
        self.layout = LAYOUTS[started.program.layout or "debian"]
        self.is_complete = started.is_all and started.is_of_image
        self.sockets: list[Socket] = []
        self.tls_ports: set[int] = set()
        self.budget = BUDGET

    def listening(self) -> Listening:
        main = self.started.files.at(self.layout.main)
        if not isinstance(main, FromImage):
            self._file(main, 0)
        elif self.layout.listens == self.layout.main:
            self._default()
        else:
            for pattern in self.layout.included:
                self._include(pattern, 0)
        sockets = (
            replace(socket, speaks="tls") if socket.port in self.tls_ports else socket for socket in self.sockets
        )
        return Listening(tuple(sockets), self.is_complete)

    def _default(self) -> None:
        self._add(ListenAddress(None, 80), "http", self.started.default(80), Certainty.LIKELY)

    def _add(self, address: ListenAddress, speaks: str, evidence: Evidence, certainty: Certainty) -> None:
        host = EVERYWHERE if address.host is None else address.host
        program = self.started.program.program
        self.sockets.append(Socket(address.port, host, "TCP", speaks, program, certainty, evidence))

    def _include(self, pattern: str, depth: int) -> None:
        pattern = posixpath.normpath(posixpath.join(self.layout.home, pattern))
        directory, name = posixpath.split(pattern)
        view = self.started.files.within(directory)
        self.is_complete = self.is_complete and view.is_known
        for base in sorted(view.files):
            if view.files[base] is not None and fnmatch.fnmatchcase(base, name):
                self._file(view.files[base], depth)
        if pattern == self.layout.listens and name not in view.files and not view.replaces_image:
            self._default()

    def _file(self, content: Content, depth: int) -> None:
        self.budget -= 100 + (len(content.text) if isinstance(content, Passage) else 0)
        if not isinstance(content, Passage) or depth > DEEPEST or self.budget < 0:
            self.is_complete = False
            return
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
        self._add(address, speaks, Evidence(words[0].place(), "Apache listens here"), certainty)
