"""What routes say that their controller does not take: entry points, rules, annotations of another controller.

https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/ ,
https://doc.traefik.io/traefik/reference/routing-configuration/http/routing/rules-and-priority/ and
https://kubernetes.github.io/ingress-nginx/examples/rewrite/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kblint.model.bundle import Bundle
from kblint.model.route import Dialect, Route
from kblint.source.regex import regex
from kblint.source.spelling import nearest
from kblint.source.values import Origin, Unknown
from kblint.wire.conflict import Conflict
from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.routes.hosts import Takers
from kblint.wire.routes.watching import unwatched
from kblint.wire.services.entry_points import EntryNames, entry_names, named_by

_NGINX = "nginx.ingress.kubernetes.io/"
_TRAEFIK = "traefik.ingress.kubernetes.io/"
_REWRITE = f"{_NGINX}rewrite-target"
_FOREIGN: Mapping[str, tuple[str, str, frozenset[str]]] = {
    "traefik": (
        _NGINX,
        _TRAEFIK,
        frozenset({"app-root", "auth-url", "backend-protocol", "permanent-redirect", "rewrite-target"}),
    ),
    "ingress-nginx": (_TRAEFIK, _NGINX, frozenset({"router.middlewares"})),
}
"""By controller: the prefix of the other one's annotations, its own, and those without which requests go elsewhere."""
_GROUP = regex(r"\$(\d)")
_BARE = regex(
    r"\b(?:ClientIP|Header|Headers|HeaderRegexp|Host|HostRegexp|HostSNI|HostSNIRegexp|Method|Path|PathPrefix|PathRegexp|"
    r"Query|QueryRegexp)\(\s*(?P<bare>'[^'`\"]{2,}'|[\w/*][^`'\"(){}$]*)\)"
)
"""An argument in no quotes that Traefik knows: it knows those of Go."""
_OF_REQUESTS = regex(r"\b(Host|HostRegexp|Path|PathPrefix|PathRegexp|Header|HeaderRegexp|Method|Query)\s*\(")
_OF_CONNECTIONS = regex(r"\b(HostSNI|HostSNIRegexp|ALPN)\s*\(")
_SNI = regex(r"""\bHostSNI\s*\(\s*[`"](?P<name>[^`"*{}$]+)[`"]""")


def not_taken(bundle: Bundle, takers: Takers, *, is_k3s_own: bool) -> Iterator[Conflict]:
    """What the routes of a bundle say in vain; `is_k3s_own`: Traefik is the one that K3s brings."""
    yield from unwatched(bundle, takers, is_k3s_own=is_k3s_own)
    names = entry_names(bundle, is_k3s_own=is_k3s_own)
    for route in bundle.all(Route):
        taker = takers.of(route)
        if taker.controller == "traefik":
            yield from _entry_points(route, names)
            yield from _rules(route)
        if route.dialect is Dialect.INGRESS and taker.controller and taker.certainty is Certainty.KNOWN:
            yield from _foreign(route, taker.controller)
        if taker.controller == "ingress-nginx":
            yield from _rewrites(route, taker.certainty)


def _entry_points(route: Route, names: EntryNames | None) -> Iterator[Conflict]:
    asked = named_by(route)
    if names is None or not asked or any(one.name.lower() in names.names for one in asked):
        return
    first = asked[0]
    near = nearest(first.name, names.names)
    shown = (names.evidence,) if names.evidence else ()
    others = "`, `".join(sorted(names.names))
    yield Conflict(
        "entry-point", route.meta, first.place, str(route.meta), first.name, others, suggestion=near,
        certainty=names.certainty, shown=shown, things=(route,), stops=names.certainty,
    )  # fmt: skip


def _rules(route: Route) -> Iterator[Conflict]:
    """Rules of an IngressRoute that Traefik cannot read: it makes no router of them."""
    for rule in route.origin.children("routes") if route.dialect is Dialect.TRAEFIK else ():
        written = rule.get("match")
        found = _BARE.search(written) if isinstance(written, str) else None
        if found:
            bare = found["bare"].strip()
            right = f'"{bare.strip(chr(39))}"'
            is_only = len(route.origin.children("routes")) == 1
            yield Conflict(
                "route-rule", route.meta, rule.place("match"), str(route.meta), bare, suggestion=right,
                things=(route,), stops=Certainty.KNOWN if is_only else None,
            )  # fmt: skip
        elif isinstance(written, str):
            yield from _matchers(route, rule, written)


def _matchers(route: Route, rule: Origin, written: str) -> Iterator[Conflict]:
    """Conditions that Traefik does not know for connections, or for requests, or only where it ends TLS.

    https://doc.traefik.io/traefik/reference/routing-configuration/tcp/routing/rules-and-priority/
    """
    is_passed = route.protocol == "TCP"
    found = (_OF_REQUESTS if is_passed else _OF_CONNECTIONS).search(written) if route.protocol != "UDP" else None
    named = _SNI.search(written) if is_passed and not route.origin.is_written("tls") else None
    if not found and not named:
        return
    if found:
        case, value = "connection" if is_passed else "request", found[1]
    else:
        case, value = "sni", named["name"] if named else ""
    is_only = len(route.origin.children("routes")) == 1
    yield Conflict(
        "route-rule", route.meta, rule.place("match"), str(route.meta), value, case=case, things=(route,),
        stops=Certainty.KNOWN if is_only else None,
    )  # fmt: skip


def _foreign(route: Route, controller: str) -> Iterator[Conflict]:
    """An annotation of another controller, on an Ingress that has none of its own controller's."""
    prefix, own, telling = _FOREIGN.get(controller, ("", "", frozenset()))
    annotations = route.meta.annotations
    if not telling or any(key.startswith(own) for key in annotations):
        return
    for key in annotations:
        if key.startswith(prefix) and key.removeprefix(prefix) in telling:
            place = route.meta.origin.key_place("metadata", "annotations", key)
            yield Conflict("foreign-annotation", route.meta, place, str(route.meta), key, controller)
            return


def _rewrites(route: Route, certainty: Certainty) -> Iterator[Conflict]:
    """Rewriting to a part of the path that the path does not set apart."""
    target = route.meta.annotations.get(_REWRITE)
    asked = max((int(found) for found in _GROUP.findall(target)), default=0) if isinstance(target, str) else 0
    shown = (Evidence(route.meta.origin.place("metadata", "annotations", _REWRITE), "rewritten to this"),)
    for rule in route.rules if asked else ():
        if isinstance(rule.path, Unknown) or rule.path is None:
            continue
        try:
            groups = re.compile(rule.path).groups
        except re.error:
            continue
        if groups < asked:
            yield Conflict(
                "rewrite-group", route.meta, rule.origin.place("path"), str(route.meta), rule.path, f"${asked}",
                certainty=certainty, shown=shown,
            )  # fmt: skip
