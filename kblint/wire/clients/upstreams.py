"""Where servers pass requests on, by their own configuration: nginx, HAProxy and Caddy.

https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass ,
https://docs.haproxy.org/3.2/configuration.html#4.2-server and
https://caddyserver.com/docs/caddyfile/directives/reverse_proxy
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from kblint.model.workload import Container
from kblint.source.regex import regex
from kblint.syntax.caddy import lines
from kblint.syntax.haproxy import sections
from kblint.syntax.nginx import Argument, Directive, NginxSyntaxError, parse
from kblint.syntax.passage import Passage, Spot, whole
from kblint.wire.clients.addresses import Address, endpoint, in_urls
from kblint.wire.clients.told import NGINX, Text, Told, made
from kblint.wire.evidence import Certainty
from kblint.wire.listening.images import parse_image
from kblint.wire.listening.sockets import parse_address
from kblint.wire.listening.variables import Variables, envsubst, substituted, text_of

_NGINX = regex(r"\b(?:proxy_pass|fastcgi_pass|grpc_pass|uwsgi_pass|scgi_pass|upstream)\s")
_OWN_NGINX = ("/etc/nginx/", "/usr/local/openresty/", "/opt/bitnami/", "/usr/local/nginx/")
_TEMPLATES = "/etc/nginx/templates/"
_PASSES = {"fastcgi_pass": None, "grpc_pass": 80, "memcached_pass": None, "scgi_pass": None, "uwsgi_pass": None}
"""Directives that name a host and a port, and the port where none is written."""
_CADDY_WORD = regex(r"\b(?:reverse_proxy|php_fastcgi|forward_auth)\s")
_HAPROXY_WORD = regex(r"^\s*server\s", re.MULTILINE)
_CADDY = frozenset({"reverse_proxy", "php_fastcgi", "forward_auth"})
_CADDY_VARIABLE = regex(r"\{\$(\w+)(?::([^{}\s]*))?\}", re.ASCII)


def in_servers(
    container: Container, files: Iterable[tuple[str, Passage]], variables: Variables
) -> tuple[list[Told], frozenset[str]]:
    """What servers are told to ask by the files that they mount, and the paths of those that were read as such."""
    name = parse_image(container.image).name if isinstance(container.image, str) else ""
    nginx, found, paths = _Nginx(container), list[Told](), set[str]()
    for path, file in files:
        if ("_pass" in file.text or "upstream" in file.text) and _NGINX.search(file.text):
            is_own = path.startswith(_OWN_NGINX) or "nginx" in name or "openresty" in name
            text = Text(container, file, "", NGINX, Certainty.KNOWN if is_own else Certainty.LIKELY)
            is_read = nginx.file(path, text, variables)
        elif (posixpath.basename(path) == "Caddyfile" or "caddy" in name) and _CADDY_WORD.search(file.text):
            text = Text(container, _caddy_variables(file, variables), "", "in its Caddyfile", Certainty.KNOWN)
            found += _in_caddy(text)
            is_read = True
        elif path.endswith(".cfg") and _HAPROXY_WORD.search(file.text):
            text = Text(container, substituted(file, variables), "", "in its HAProxy configuration", Certainty.KNOWN)
            found += _in_haproxy(text)
            is_read = True
        else:
            is_read = False
        paths.update((path,) if is_read else ())
    return [*nginx.made(), *found], frozenset(paths)


class _Nginx:
    """Goes once through each file: groups of servers, which any of them may use, and what is passed on where."""

    def __init__(self, container: Container) -> None:
        self.text = Text(container, whole("", Spot(container.origin.place())), "", "", Certainty.UNKNOWN)
        self.groups: dict[str, list[Told]] = {}
        self.passed: list[Told] = []
        self.passing: dict[str, set[int]] = {}
        """The ports from which all is passed on to a group."""

    def file(self, path: str, text: Text, variables: Variables) -> bool:
        """Read a file; whether it is one of nginx."""
        if path.startswith(_TEMPLATES):
            values = variables.values
            text = replace(text, passage=envsubst(text.passage, lambda name: text_of(values, name)))
        try:
            parsed = parse(text.passage.text)
        except NginxSyntaxError:
            return False
        self.text = text
        self.read(parsed, frozenset(), is_all=True)
        return True

    def made(self) -> list[Told]:
        """What is asked."""
        groups = (
            replace(one, passes=frozenset(self.passing.get(name, ())))
            for name, members in self.groups.items()
            for one in members
        )
        return [*(one for one in self.passed if one.host not in self.groups), *groups]

    def read(self, directives: Iterable[Directive], ports: frozenset[int], *, is_all: bool) -> None:
        """Read directives of a block; `ports` are those of its server, `is_all`: it is for every request there."""
        for directive in directives:
            first = directive.arguments[0] if directive.arguments else None
            if directive.name == "upstream" and first and directive.block is not None:
                members = (one.arguments[0] for one in directive.block if one.name == "server" and one.arguments)
                self.groups[first.text] = [told for one in members for told in self._asked(one, 80, frozenset())]
            elif directive.name == "server" and directive.block is not None:
                self.read(directive.block, _listened(directive.block), is_all=True)
            elif directive.name == "location" and directive.block is not None:
                words = [one.text for one in directive.arguments]
                self.read(directive.block, ports, is_all=is_all and words == ["/"])
            elif directive.name == "if" and directive.block is not None:
                self.read(directive.block, ports, is_all=False)
            elif directive.block is not None:
                self.read(directive.block, ports, is_all=is_all)
            elif first and (directive.name == "proxy_pass" or directive.name in _PASSES):
                self._pass(directive, first, ports if is_all else frozenset())
            elif directive.name == "set" and len(directive.arguments) == 2 and "://" in directive.arguments[1].text:
                self.passed += self._asked(directive.arguments[1], None, frozenset())

    def _pass(self, directive: Directive, to: Argument, ports: frozenset[int]) -> None:
        default = _PASSES.get(directive.name)
        name = to.text.rpartition("://")[2].partition("/")[0]
        self.passing.setdefault(name, set()).update(ports)
        self.passed += self._asked(to, default, ports)

    def _asked(self, word: Argument, default: int | None, ports: frozenset[int]) -> Iterator[Told]:
        """An address of a directive: with a scheme, whose port nginx takes where none is written, or without."""
        found = next(iter(in_urls(word.text)), None) or endpoint(word.text)
        if found is None:
            return
        moved = found.moved(word.span.start)
        takes = default or ({"https": 443, "grpcs": 443}.get(found.scheme, 80) if found.scheme else None)
        yield made(moved, self.text, takes=takes, passes=ports)


def _listened(server: Iterable[Directive]) -> frozenset[int]:
    words = [one.arguments[0].text for one in server if one.name == "listen" and one.arguments]
    found = (parse_address(word, default_port=80) for word in words)
    return frozenset(one.port for one in found if one and one.port) if words else frozenset({80})


def _in_haproxy(text: Text) -> Iterator[Told]:
    for section in sections(text.passage):
        for words in section.named("server") if section.kind in ("backend", "listen") else ():
            found = endpoint(words[2].text) if len(words) > 2 else None
            if found:
                yield made(found, replace(text, passage=words[2]))


def _caddy_variables(file: Passage, variables: Variables) -> Passage:
    """The file with `{$NAME}` replaced where that is set, or by the default that is written with it."""
    found = ((match, text_of(variables.values, match[1]) or match[2]) for match in _CADDY_VARIABLE.finditer(file.text))
    return file.replaced((*match.span(), value) for match, value in found if value)


def _in_caddy(text: Text) -> Iterator[Told]:
    """The upstreams of a Caddyfile; those that a block lists after `to` as well."""
    is_proxy = False
    for depth, site, words in lines(text.passage):
        if words[0].text in _CADDY:
            is_proxy = words[-1].text == "{"
            is_all = depth <= 1 and len(words) > 1 and not words[1].text.startswith(("/", "@"))
            ports = _site_ports(site) if is_all and words[0].text != "forward_auth" else frozenset[int]()
            given = words[1:2] if words[0].text != "reverse_proxy" else words[1:]
            if len(given) > 1 and given[0].text.startswith(("/", "*", "@")):
                given = given[1:]
        elif words[0].text == "to" and is_proxy:
            given, ports = words[1:], frozenset()
        else:
            is_proxy = is_proxy and words[0].text != "}"
            continue
        for word in given:
            found = _upstream(word.text)
            if found:
                yield made(found, replace(text, passage=word), takes=_caddy_default(found), passes=ports)


def _upstream(word: str) -> Address | None:
    if "://" in word:
        return next(iter(in_urls(word)), None)
    return endpoint(word) if word not in ("{", "}", "*") else None


def _caddy_default(found: Address) -> int:
    return 443 if found.scheme == "https" else 80


def _site_ports(site: tuple[Passage, ...]) -> frozenset[int]:
    found = (parse_address(word.text.rstrip(","), default_port=443) for word in site)
    ports = {one.port for one in found if one and one.port}
    return frozenset(ports | ({80} if any(word.text.startswith("http://") for word in site) else set()))
