"""Which requests an ingress controller has a route for.

A request that names no host, as a balancer's health check does, is only answered by a route for any host.
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from msgspec import Struct, field

from kblint.model.route import Dialect, Route, RouteClass, RouteRule
from kblint.source.regex import regex
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.wire.evidence import Certainty
from kblint.wire.routes.redirects import is_for_nginx

_CONTROLLERS = {
    "k8s.io/ingress-nginx": "ingress-nginx",
    "nginx.org/ingress-controller": "nginx-ingress",
    "traefik.io/ingress-controller": "traefik",
    "ingress-controllers.konghq.com/kong": "kong",
}
CLASS_NAMES = {"nginx": "ingress-nginx", "traefik": "traefik"}
"""The usual names of classes."""
_PATTERN = regex(r"[*()\[\]{}^$|\\+?]")
"""A path that may be a regular expression."""


def controller_of_route(route: Route, classes: tuple[RouteClass, ...]) -> str | None:
    """The controller a route is for; None where nothing tells, or where a name is nobody's we know."""
    if route.dialect is Dialect.TRAEFIK:
        return "traefik"
    if route.dialect is Dialect.GATEWAY:
        return "gateway"
    if route.dialect is Dialect.ISTIO:
        return "istio"
    name = route.class_name
    if not isinstance(name, str):
        return None
    for one in classes:
        if one.meta.name == name and isinstance(one.controller, str):
            return _CONTROLLERS.get(one.controller, one.controller)
    return CLASS_NAMES.get(name, name)


class Taker(NamedTuple):
    """The controller that takes a route, None where nothing tells, and how sure that is."""

    controller: str | None = None
    certainty: Certainty = Certainty.UNKNOWN


NOBODY = Taker()
"""Nothing tells who takes a route."""


class Takers(Struct, frozen=True, eq=False, dict=True):
    """Tells who takes an Ingress: the classes, and the controllers that are `here`; some of those are K3s's `own`."""

    classes: tuple[RouteClass, ...]
    here: frozenset[str]
    own: frozenset[str] = frozenset()

    def of(self, route: Route) -> Taker:
        """Who takes a route: by its class, the default one, or its annotations."""
        found = controller_of_route(route, self.classes)
        if route.dialect is not Dialect.INGRESS:
            return Taker(found, Certainty.KNOWN)
        if route.class_name is None:
            return self._without_class(route)
        is_here = found in self.here or route.class_name in self._class_names
        return Taker(found, Certainty.KNOWN if is_here else Certainty.LIKELY)

    @cached_property
    def _class_names(self) -> frozenset[str]:
        return frozenset(one.meta.name for one in self.classes if one.meta.kind == "IngressClass")

    @cached_property
    def _default(self) -> object:
        """The controller of the default class; None where there is none."""
        classes = (one for one in self.classes if one.meta.kind == "IngressClass")
        return next((one.controller for one in classes if one.is_default), None)

    def _without_class(self, route: Route) -> Taker:
        default = self._default
        if isinstance(default, str):
            return Taker(_CONTROLLERS.get(default, default), Certainty.KNOWN)
        if is_for_nginx(route):
            return Taker("ingress-nginx", Certainty.LIKELY)
        if self.own:
            # the class of K3s's Traefik is the default one
            return Taker(next(iter(self.own)), Certainty.LIKELY)
        only = next(iter(self.here)) if len(self.here) == 1 and not self._class_names else None
        return Taker(only, Certainty.LIKELY)


class Hosts(Struct, eq=False):
    """The rules of one controller by their host; the empty host is any."""

    rules: dict[str, list[RouteRule]] = field(default_factory=dict)
    shown: Place | None = None
    """Where the first of them names its host."""
    patterned: set[str] = field(default_factory=set)
    """Hosts of which some path cannot be known, or may be a pattern."""
    is_open: bool = False
    """Some rule's host cannot be known."""

    def add(self, route: Route, rule: RouteRule) -> None:
        """Add a rule of a route."""
        host, path = rule.host or "", rule.path or ""
        if isinstance(host, Unknown):
            self.is_open = True
            return
        if isinstance(path, Unknown) or _PATTERN.search(path):
            self.patterned.add(host.lower())
        self.rules.setdefault(host.lower(), []).append(rule)
        self.shown = self.shown or _host_place(route, rule)

    def answers(self, host: str, path: str) -> bool | None:
        """Whether a rule takes a request for `host` (empty: none is named); None where it cannot be told."""
        host = host.lower()
        keys = dict.fromkeys(("", host, f"*.{host.partition('.')[2]}"))
        if any(_takes(rule, path) for key in keys for rule in self.rules.get(key, ())):
            return True
        return None if self.is_open or not self.rules or not self.patterned.isdisjoint(keys) else False


def _host_place(route: Route, rule: RouteRule) -> Place:
    for item in route.origin.children("rules"):
        if item.get("host") == rule.host:
            return item.place("host")
    return rule.origin.place("match")


def _takes(rule: RouteRule, path: str) -> bool:
    if not isinstance(rule.path, str):
        return True
    return path == rule.path if rule.path_type == "Exact" else path.startswith(rule.path.rstrip("/"))


def hosts_by_controller(routes: tuple[Route, ...], classes: tuple[RouteClass, ...]) -> dict[str, Hosts]:
    """The rules of each controller for requests.

    A route that may be anybody's, of the Gateway API or of a class that is not in the input, has the empty name.
    """
    found: dict[str, Hosts] = {}
    for route in routes:
        name = controller_of_route(route, classes) or ""
        is_known = name in _CONTROLLERS.values() or "/" in name
        for rule in route.rules if route.protocol is None else ():
            found.setdefault(name if is_known else "", Hosts()).add(route, rule)
    return found
