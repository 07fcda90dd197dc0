"""What an nginx in a container listens on: its configuration as mounts, the start command and the image make it."""

from __future__ import annotations

import fnmatch
import glob
import posixpath
import re
from collections.abc import Iterator

from kblint.syntax.nginx import Directive, NginxSyntaxError, parse
from kblint.syntax.passage import UNKNOWN, Passage
from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.listening.command_line import flag_values
from kblint.wire.listening.files import Content, Directory, FromImage
from kblint.wire.listening.sockets import ListenAddress, Listening, Socket, parse_address, parse_port
from kblint.wire.listening.started import Started
from kblint.wire.listening.variables import envsubst

BUDGET = 1 << 19
"""Characters read for one container, includes counted too; beyond that, the picture stays incomplete."""

DEEPEST = 10
"""Files within files that are followed."""


_BENIGN = re.compile(
    r"(?:.*/)?(?:mime\.types|(?:fastcgi|scgi|uwsgi|proxy)_params|fastcgi\.conf|modules(?:-enabled)?/.*)"
)
"""What images bring along that holds no server."""


def nginx_listening(started: Started) -> Listening:
    """All sockets of an nginx. What its written configuration says is `known`, what the image holds is `likely`."""
    if any(True for _ in flag_values(started.arguments, ("-p",))):
        return Listening()
    return _Walk(started).listening()


class _Walk:
    """Goes once through the main file and what it includes."""

    def __init__(self, started: Started) -> None:
        self.started = started
        self.files = started.files
        assert started.program.layout, "the table gives every nginx one"
        self.layout = started.program.layout
        self.home = posixpath.dirname(self.layout.main)
        self.certainty = Certainty.KNOWN
        self.is_complete = started.is_all
        self.sockets: list[Socket] = []
        self.budget = BUDGET

    def listening(self) -> Listening:
        given = list(flag_values(self.started.arguments, ("-c",)))
        main = posixpath.join(self.home, given[-1].text) if given else self.layout.main
        content = self.files.at(main)
        if not isinstance(content, FromImage):
            self._file(content, main, "main", ())
        elif main != self.layout.main:
            return Listening()
        else:
            if not self.started.is_of_image:
                # a custom build, taken to include what the official image includes
                self.certainty = Certainty.LIKELY
            for pattern in self.layout.included:
                self._include(pattern, "http", ())
            if self.layout.port_variable:
                self._main_server(self.layout.port_variable)
        return Listening(tuple(self.sockets), self.is_complete)

    def _main_server(self, variable: str) -> None:
        value = self.started.environment.get(variable)
        port = parse_port(value.text) if isinstance(value, Passage) else None
        if value is None:
            self.sockets.append(self.started.default_socket(self.layout.port))
        elif isinstance(value, Passage) and port:
            evidence = Evidence(value.place(), f"`{variable}` makes nginx listen on {port}")
            self.sockets.append(self.started.socket(ListenAddress(None, port), evidence, "http", self.certainty))
        else:
            self.is_complete = False

    def _file(self, content: Content, path: str, context: str, chain: tuple[str, ...]) -> None:
        """Read one file in the context it is included from."""
        directives = self._parsed(content, path, chain)
        if isinstance(content, Passage):
            self._directives(directives, content, context, (*chain, path))

    def _parsed(self, content: Content, path: str, chain: tuple[str, ...]) -> tuple[Directive, ...]:
        """The directives of a file; nothing, and an incomplete picture, where it cannot be read."""
        if isinstance(content, Passage) and path not in chain and self._affords(len(content.text)):
            try:
                return parse(content.text)
            except NginxSyntaxError:
                pass
        self.is_complete = False
        return ()

    def _affords(self, cost: int) -> bool:
        self.budget -= cost + 100
        return self.budget > 0

    def _directives(
        self, directives: tuple[Directive, ...], file: Passage, context: str, chain: tuple[str, ...]
    ) -> None:
        for directive in directives:
            if directive.name == "include" and directive.arguments and len(chain) <= DEEPEST:
                self._include(directive.arguments[0].text, context, chain)
            elif directive.block is None:
                continue
            elif context == "main" and directive.name in ("http", "stream", "mail"):
                self._directives(directive.block, file, directive.name, chain)
            elif context in ("http", "stream", "mail") and directive.name == "server":
                self._server(directive, file, context, chain)

    def _include(self, pattern: str, context: str, chain: tuple[str, ...]) -> None:
        for path, content in self._included(pattern):
            self._file(content, path, context, chain)

    def _included(self, pattern: str) -> Iterator[tuple[str, Content]]:
        """Files that an `include` brings in. The image's default file is added as what it listens on."""
        pattern = posixpath.normpath(posixpath.join(self.home, pattern))
        directory, name = posixpath.split(pattern)
        if UNKNOWN in pattern or glob.has_magic(directory) or not self._affords(len(pattern)):
            self.is_complete = False
            return
        view = self._directory(directory)
        if not view.replaces_image:
            self._included_of_image(directory, name, view)
        self.is_complete = self.is_complete and view.is_known and self._affords(len(view.files))
        for base in sorted(view.files):
            content = view.files[base]
            if content is not None and fnmatch.fnmatchcase(base, name):
                yield posixpath.join(directory, base), content

    def _included_of_image(self, directory: str, name: str, view: Directory) -> None:
        """Account for what the image itself keeps in an included directory."""
        if _BENIGN.fullmatch(posixpath.join(directory, name)) or name in view.files:
            return
        own, base = posixpath.split(self.layout.own or "")
        if not self.started.is_of_image or not (glob.has_magic(name) or (directory, name) == (own, base)):
            self.is_complete = False
        elif directory == own and base not in view.files and fnmatch.fnmatchcase(base, name):
            self.sockets.append(self.started.default_socket(self.layout.port))

    def _directory(self, directory: str) -> Directory:
        """The files of a directory, with the templates that the entrypoint has put there."""
        view = self.files.within(directory)
        templates = self.layout.templates
        if not (templates and self.started.by_entrypoint and directory == posixpath.dirname(self.layout.included[0])):
            return view
        if view.replaces_image or not self.files.touches(templates):
            return view
        sources = self.files.within(templates)
        is_usual = not any(name.startswith("NGINX_ENVSUBST_") for name in self.started.environment.values)
        made = {
            name.removesuffix(".template"): self._filled(content)
            for name, content in sources.files.items()
            if name.endswith(".template")
        }
        return Directory({**view.files, **made}, view.replaces_image, view.is_known and sources.is_known and is_usual)

    def _filled(self, content: Content) -> Content:
        """A template as `envsubst` writes it: only variables that are set are replaced."""
        if not isinstance(content, Passage):
            return content
        values = self.started.environment.values
        return envsubst(content, lambda name: values[name].text if name in values else None)

    def _server(self, server: Directive, file: Passage, context: str, chain: tuple[str, ...]) -> None:
        block = server.block or ()
        listens = [(directive, file) for directive in block if directive.name == "listen"]
        for directive in block:
            if directive.name == "include" and directive.arguments:
                listens += self._listens_included(directive.arguments[0].text, chain)
        is_old_tls = any(one.name == "ssl" and [word.text for word in one.arguments] == ["on"] for one in block)
        speaks = "http" if context == "http" else None
        if not listens and context == "http":
            # `*:80`; the master process starts as root unless the pod says otherwise
            evidence = Evidence(file.place(*server.span), "without `listen`, nginx listens on 80 here")
            likely = min(self.certainty, Certainty.LIKELY)
            self.sockets.append(self.started.socket(ListenAddress(None, 80), evidence, speaks, likely))
        for directive, holder in listens:
            self._listen(directive, holder, "tls" if is_old_tls else speaks)

    def _listen(self, directive: Directive, file: Passage, speaks: str | None) -> None:
        """One `listen` of a server: https://nginx.org/en/docs/http/ngx_http_core_module.html#listen ."""
        first, *options = directive.arguments or (None,)
        if first and first.text.startswith("unix:"):
            return
        address = parse_address(first.text, default_port=80) if first else None
        if first is None or address is None or not address.port:
            self.is_complete = False
            return
        words = {option.text for option in options if option}
        certainty = min(self.certainty, Certainty.LIKELY) if file.is_likely else self.certainty
        evidence = Evidence(file.place(*first.span), "nginx listens here")
        speaks, protocol = "tls" if words & {"ssl", "quic"} else speaks, "UDP" if words & {"udp", "quic"} else "TCP"
        takes_header = "proxy_protocol" in words
        self.sockets.append(
            self.started.socket(address, evidence, speaks, certainty, protocol, accepts_proxy_protocol=takes_header)
        )

    def _listens_included(self, pattern: str, chain: tuple[str, ...]) -> list[tuple[Directive, Passage]]:
        """The `listen` directives that a server takes from other files."""
        found: list[tuple[Directive, Passage]] = []
        for path, content in self._included(pattern):
            for directive in self._parsed(content, path, chain):
                if directive.name == "listen" and isinstance(content, Passage):
                    found.append((directive, content))
                elif directive.name == "include" and directive.arguments and len(chain) < DEEPEST:
                    found += self._listens_included(directive.arguments[0].text, (*chain, path))
        return found
