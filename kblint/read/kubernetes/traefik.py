"""Traefik's own routes, and the rule language of their `match`.

https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from kblint.model.meta import Meta, Text
from kblint.model.route import Backend, Dialect, Route, RouteRule, RouteTls
from kblint.read.kubernetes.gateways import backend
from kblint.read.kubernetes.routes import CLASS_ANNOTATION
from kblint.read.values import as_text, known_word, mappings, text, words
from kblint.source.regex import regex
from kblint.source.values import Origin, Unknown

GROUPS = ("traefik.io", "traefik.containo.us")
KINDS = ("IngressRoute", "IngressRouteTCP", "IngressRouteUDP")

Match = tuple[Text | None, Text | None, str | None]
"""Host, path and path type; None for any."""

ANY: Match = (None, None, None)

MAX_MATCHES = 256
"""Pairs of host and path read out of one alternative; they multiply, and nobody writes more."""

QUOTED = r"""(?:`[^`]*`|"[^"]*"|'[^']*')"""
TOKEN = regex(
    rf"\b(?P<call>[A-Za-z]+)\s*\(\s*(?P<arguments>(?:{QUOTED}(?:\s*,\s*{QUOTED})*)?)\s*\)|(?P<sign>\|\||&&|[!()])"
)
ARGUMENT = regex(r"""`([^`]*)`|"([^"]*)"|'([^']*)'""")

HOSTS = frozenset({"Host", "HostSNI"})
PATH_TYPES = {"Path": "Exact", "PathPrefix": "PathPrefix"}
HOST_PATTERNS = frozenset({"HostRegexp", "HostHeader", "HostSNIRegexp"})
PATTERNS = HOST_PATTERNS | {"PathRegexp"}
"""What narrows hosts or paths in a way that is not followed."""


def read_ingress_route(meta: Meta, origin: Origin) -> Route:
    """An IngressRoute, IngressRouteTCP or IngressRouteUDP."""
    spec = origin.child("spec")
    routes = spec.children("routes")
    return Route(
        meta=meta,
        dialect=Dialect.TRAEFIK,
        class_name=meta.annotations.get(CLASS_ANNOTATION) or None,
        rules=tuple(rule for route in routes for rule in _rules(route)),
        tls=_tls(spec),
        entry_points=words(spec.node, "entryPoints"),
        origin=spec,
    )


def _tls(spec: Origin) -> tuple[RouteTls, ...]:
    if not isinstance(spec.node.get("tls"), dict):
        return ()
    tls = spec.child("tls")
    hosts = [
        host
        for domain in mappings(tls.node, "domains")
        for host in (known_word(domain, "main"), *words(domain, "sans"))
        if host
    ]
    return (RouteTls(tuple(hosts), text(tls.node, "secretName"), tls),)


def _rules(route: Origin) -> Iterator[RouteRule]:
    backends = tuple(map(_backend, route.children("services")))
    written = text(route.node, "match")
    if isinstance(written, Unknown):
        yield RouteRule(written, written, None, backends, route)
        return
    for host, path, path_type in matches(written or ""):
        yield RouteRule(host, path, path_type, backends, route)


def _backend(origin: Origin) -> Backend:
    named = backend(origin)
    return replace(named, group="" if named.kind == "Service" else "traefik.io")


def matches(written: str) -> list[Match]:
    """The hosts and paths that a `match` lets in; what cannot be told (patterns, negations) is unknown.

    Conditions on headers, methods and addresses narrow further and are left out.
    """
    found = [match for alternative in _alternatives(written) for match in _pairs(alternative, written)]
    return list(dict.fromkeys(found)) or [ANY]


def _alternatives(written: str) -> Iterator[list[re.Match[str]]]:
    """The tokens of each side of the outermost `||`."""
    depth = 0
    tokens: list[re.Match[str]] = []
    for token in TOKEN.finditer(written):
        sign = token["sign"]
        depth += (sign == "(") - (sign == ")")
        if sign == "||" and depth == 0:
            yield tokens
            tokens = []
        else:
            tokens.append(token)
    yield tokens


def _pairs(tokens: list[re.Match[str]], written: str) -> list[Match]:
    """Every host with every path of one alternative; which paths it leaves out narrows it, and is left out."""
    kept = [token for part in _conjuncts(tokens) if not _only_leaves_out(part) for token in part]
    calls = [token for token in kept if token["call"]]
    unknown = Unknown(written)
    if _is_tangled(kept) or any(call["call"] in PATTERNS for call in calls):
        return [(unknown, unknown, None)]
    hosts: list[Text | None] = []
    paths: list[tuple[Text | None, str | None]] = []
    for call in calls:
        if call["call"] in HOSTS:
            hosts += [None if argument == "*" else as_text(argument) for argument in _arguments(call)]
        elif call["call"] in PATH_TYPES:
            paths += [(as_text(argument), PATH_TYPES[call["call"]]) for argument in _arguments(call)]
    hosts, paths = hosts or [None], paths or [(None, None)]
    if len(hosts) * len(paths) > MAX_MATCHES:
        return [(unknown, unknown, None)]
    return [(host, path, path_type) for host in hosts for path, path_type in paths]


def _arguments(call: re.Match[str]) -> list[str]:
    return [first or second or third for first, second, third in ARGUMENT.findall(call["arguments"])]


def _conjuncts(tokens: list[re.Match[str]]) -> Iterator[list[re.Match[str]]]:
    """The tokens of each side of the outermost `&&`."""
    depth = 0
    part: list[re.Match[str]] = []
    for token in tokens:
        sign = token["sign"]
        depth += (sign == "(") - (sign == ")")
        if sign == "&&" and depth == 0:
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _only_leaves_out(part: list[re.Match[str]]) -> bool:
    """Whether a condition is the negation of paths below the root, of methods and the like: the host is served."""
    calls = [token for token in part if token["call"]]
    if not part or part[0]["sign"] != "!" or any(call["call"] in HOSTS | HOST_PATTERNS for call in calls):
        return False
    is_one = len(part) == 2 or (part[1]["sign"], part[-1]["sign"]) == ("(", ")")
    is_plain = is_one and not any(token["sign"] in ("!", "&&") for token in part[1:])
    paths = (call for call in calls if call["call"] in PATH_TYPES)
    return is_plain and all(argument.strip("/") for call in paths for argument in _arguments(call))


def _is_tangled(tokens: list[re.Match[str]]) -> bool:
    """Whether hosts and paths cannot simply be paired: something is negated, or one `||` is between both kinds."""
    depth, has_or = 0, False
    kinds: set[bool] = set()
    for token in tokens:
        sign = token["sign"]
        if sign == "!":
            return True
        has_or = has_or or sign == "||"
        depth += (sign == "(") - (sign == ")")
        if token["call"] in HOSTS or token["call"] in PATH_TYPES:
            kinds.add(token["call"] in HOSTS)
        if has_or and len(kinds) > 1:
            return True
        if depth == 0:
            has_or, kinds = False, set()
    return False
