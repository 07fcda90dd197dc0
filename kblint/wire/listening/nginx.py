"""What an nginx in a container listens on: its configuration as mounts, the start command and the image make it."""

from __future__ import annotations

import fnmatch
import glob
import posixpath
from collections.abc import Iterable, Iterator
from functools import partial

from msgspec.structs import replace

from kblint.source.regex import regex
from kblint.source.stream import SyntaxFault
from kblint.syntax.nginx import LONGEST, Directive, NginxSyntaxError, parse
from kblint.syntax.passage import UNKNOWN, Passage
from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.listening.command import flag_values
from kblint.wire.listening.files import Content, Directory, FromImage
from kblint.wire.listening.nginx_answers import Answer, answers
from kblint.wire.listening.sockets import (
    ListenAddress,
    Listening,
    Socket,
    Started,
    parse_address,
    parse_port,
    too_long,
)
from kblint.wire.listening.variables import envsubst, text_of

BUDGET = 1 << 19
"""Characters read for one container, includes counted too; beyond that, the picture stays incomplete."""

DEEPEST = 10
"""Files within files that are followed."""


_Found = tuple[Directive, Passage, tuple[str, ...]]
"""A directive with its file, and the paths of the files that lead to it, its own included."""
_BENIGN = regex(r"(?:.*/)?(?:mime\.types|(?:fastcgi|scgi|uwsgi|proxy)_params|fastcgi\.conf|modules(?:-enabled)?/.*)")
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
        self.by_port: dict[int, list[int]] = {}
        self.indexed = 0
        """How many of the sockets stand in `by_port`."""
        self.budget = BUDGET
        self.read = 0
        self.cuts: tuple[SyntaxFault, ...] = ()

    def listening(self) -> Listening:
        given = list(flag_values(self.started.arguments, ("-c",)))
        main = posixpath.join(self.home, given[-1].text) if given else self.layout.main
        content = self.files.at(main)
        if not isinstance(content, FromImage):
            self._read(self._directives(content, main, ()), "main")
        elif main != self.layout.main:
            return Listening()
        else:
            if not self.started.is_of_image:
                # a custom build, taken to include what the official image includes
                self.certainty = Certainty.LIKELY
            for pattern in self.layout.included:
                self._read(self._included(pattern, ()), "http")
            if self.layout.port_variable:
                self._main_server(self.layout.port_variable)
        return Listening(tuple(self.sockets), self.is_complete, self.cuts, read=self.read)

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

    def _read(self, found: Iterable[_Found], context: str) -> None:
        """Find the servers among directives of a context."""
        for directive, file, chain in found:
            inner = self._expanded(directive.block or (), file, chain)
            if context == "main" and directive.name in ("http", "stream", "mail"):
                self._read(inner, directive.name)
            elif context != "main" and directive.name == "server" and directive.block is not None:
                self._server(directive, file, context, inner)

    def _directives(self, content: Content, path: str, chain: tuple[str, ...]) -> Iterator[_Found]:
        """The directives of a file; nothing, and an incomplete picture, where it cannot be read."""
        if isinstance(content, Passage) and path not in chain and self._affords(len(content.text), content):
            self.read += len(content.text)
            try:
                parsed = parse(content.text)
            except NginxSyntaxError:
                pass
            else:
                yield from self._expanded(parsed, content, (*chain, path))
                return
        self.is_complete = False

    def _expanded(self, directives: Iterable[Directive], file: Passage, chain: tuple[str, ...]) -> Iterator[_Found]:
        """Directives with what each `include` among them brings in."""
        for directive in directives:
            if directive.name != "include":
                yield directive, file, chain
            elif directive.arguments and len(chain) <= DEEPEST:
                yield from self._included(directive.arguments[0].text, chain)

    def _affords(self, cost: int, content: Passage | None = None) -> bool:
        self.budget -= cost + 100
        most = LONGEST if content and cost > LONGEST else BUDGET if self.budget <= 0 else None
        if most and not self.cuts:
            self.cuts = (too_long(content.place(0, 1) if content else self.started.image, most),)
        return most is None

    def _included(self, pattern: str, chain: tuple[str, ...]) -> Iterator[_Found]:
        """What an `include` brings in. The image's default file is added as what it listens on."""
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
                yield from self._directives(content, posixpath.join(directory, base), chain)

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
        value_of = partial(text_of, self.started.environment.values)
        # only variables that are set are replaced
        made = {
            name.removesuffix(".template"): envsubst(content, value_of) if isinstance(content, Passage) else content
            for name, content in sources.files.items()
            if name.endswith(".template")
        }
        return Directory({**view.files, **made}, view.replaces_image, view.is_known and sources.is_known and is_usual)

    def _server(self, server: Directive, file: Passage, context: str, expanded: Iterable[_Found]) -> None:
        was_complete, self.is_complete = self.is_complete, True
        block, inner = server.block or (), tuple(expanded)
        is_whole, self.is_complete = self.is_complete, self.is_complete and was_complete
        listens = [(directive, holder) for directive, holder, _ in inner if directive.name == "listen"]
        is_old_tls = any(one.name == "ssl" and [word.text for word in one.arguments] == ["on"] for one in block)
        speaks = "http" if context == "http" else None
        if not listens and context == "http":
            # `*:80`; the master process starts as root unless the pod says otherwise
            evidence = Evidence(file.place(*server.span), "without `listen`, nginx listens on 80 here")
            likely = min(self.certainty, Certainty.LIKELY)
            self.sockets.append(self.started.socket(ListenAddress(None, 80), evidence, speaks, likely))
        told = answers(directive for directive, _, _ in inner) if context == "http" and is_whole else ()
        count = len(self.sockets)
        for directive, holder in listens:
            self._listen(directive, holder, "tls" if is_old_tls else speaks, told)
        self._tell_apart(count)

    def _tell_apart(self, count: int) -> None:
        """Of several servers on a port the name that is asked for decides; `count` sockets are of earlier servers."""
        for index in range(self.indexed, count):
            self.by_port.setdefault(self.sockets[index].port, []).append(index)
        self.indexed = count
        for index in range(count, len(self.sockets)):
            earlier = self.by_port.get(self.sockets[index].port)
            if earlier is not None:
                for other in (*earlier, index):
                    self.sockets[other] = replace(self.sockets[other], answers=())
                # what has no answers needs not lose them again
                earlier.clear()

    def _listen(self, directive: Directive, file: Passage, speaks: str | None, told: tuple[Answer, ...]) -> None:
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
        # since 1.3.4 such a socket is for IPv6 alone, unless it is told otherwise
        is_only_ipv6 = first.text.startswith("[") and "ipv6only=off" not in words
        self.sockets.append(
            self.started.socket(
                address,
                evidence,
                speaks,
                certainty,
                protocol,
                accepts_proxy_protocol=takes_header,
                answers=told,
                is_only_ipv6=is_only_ipv6,
            )
        )
