"""What an Apache HTTP server listens on: the `Listen` directives of the configuration that is mounted or written.

https://httpd.apache.org/docs/2.4/bind.html
"""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.listening.address import EVERYWHERE, ListenAddress, parse_address
from kblint.wire.listening.files import Content, FromImage
from kblint.wire.listening.passage import Passage
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

_WORD = re.compile(r'"([^"\n]*)"|([^\s"]+)')
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
        sections: list[list[Passage]] = []
        for words in _lines(substituted(content, self.started.environment)):
            name = words[0].text.lower()
            if name.startswith("</"):
                del sections[-1:]
            elif name.startswith("<"):
                sections.append(words)
            elif name == "listen":
                self._listen(words, sections)
            elif name in ("include", "includeoptional") and len(words) > 1:
                self._include(words[1].text, depth + 1)
            elif name == "sslengine" and len(words) > 1 and words[1].text.lower() == "on":
                hosts = (parse_address(word.text.rstrip(">")) for section in sections for word in section[1:])
                self.tls_ports.update(address.port for address in hosts if address)

    def _listen(self, words: list[Passage], sections: list[list[Passage]]) -> None:
        if any(len(section) > 1 and _OFF_BY_DEFAULT.fullmatch(section[1].text) for section in sections):
            return
        address = parse_address(words[1].text) if len(words) > 1 else None
        if address is None or not address.port or sections:
            self.is_complete = False
            return
        speaks = "tls" if len(words) > 2 and words[2].text.lower() == "https" else "http"
        certainty = Certainty.LIKELY if words[1].is_likely else Certainty.KNOWN
        self._add(address, speaks, Evidence(words[1].place(), "Apache listens here"), certainty)


def _lines(text: Passage) -> Iterator[list[Passage]]:
    """The directives as words."""
    start = 0
    for line in text.text.split("\n"):
        end = start + len(line)
        words = [text.cut(*match.span(match.lastindex or 0)) for match in _WORD.finditer(text.text, start, end)]
        start = end + 1
        if words and not words[0].text.startswith("#"):
            yield words
