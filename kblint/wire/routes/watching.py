"""Routes that the controller which is here does not look at: providers that it is not started with, other namespaces.

https://doc.traefik.io/traefik/reference/install-configuration/providers/kubernetes/kubernetes-crd/ ,
https://doc.traefik.io/traefik/reference/install-configuration/providers/kubernetes/kubernetes-gateway/ and
https://kubernetes.github.io/ingress-nginx/user-guide/cli-arguments/ (`--watch-namespace`)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct, field

from kblint.model.bundle import Bundle
from kblint.model.meta import Meta
from kblint.model.release import ChartRelease
from kblint.model.route import Dialect, Gateway, Route, RouteClass
from kblint.model.workload import Container, Workload
from kblint.source.regex import regex
from kblint.source.text import Place
from kblint.source.values import Origin, Unknown
from kblint.wire.conflict import Conflict
from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.routes.hosts import Takers
from kblint.wire.services.controllers import controller_of_container

_PROVIDER = regex(r"--providers\.(kubernetes(?:crd|ingress|gateway))(?:\.([\w.\[\]]+))?(?:=(.*))?", re.IGNORECASE)
_BY_DIALECT = {
    Dialect.TRAEFIK: "kubernetescrd",
    Dialect.INGRESS: "kubernetesingress",
    Dialect.GATEWAY: "kubernetesgateway",
}
_GATEWAY_CONTROLLER = "traefik.io/gateway-controller"
_ASKS_NOBODY = regex(r":v?(?:1\.|2\.[0-4](?:\.|$|-))")
"""Tags of a Traefik that lets routes name what is in other namespaces unless it is told not to."""
_OWN_NAMESPACE = regex(r"\$\((?:POD_NAMESPACE|NAMESPACE)\)")
_WATCH = "--watch-namespace"


class _Traefik(Struct):
    """A Traefik whose flags are all that it is told: by provider, the namespaces it watches, none of them for all."""

    container: Container
    providers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    crosses: bool = False

    @property
    def shown(self) -> Place:
        """Where it is told."""
        return self.container.origin.place("args" if self.container.args else "command")


def unwatched(bundle: Bundle, takers: Takers, *, is_k3s_own: bool) -> Iterator[Conflict]:
    """The routes of a bundle, and the Gateways, that nobody of their controller looks at.

    `is_k3s_own`: there is a Traefik besides, which K3s brings.
    """
    routes = bundle.all(Route)
    own = [] if is_k3s_own or any(one.chart == "traefik" for one in bundle.all(ChartRelease)) else _traefiks(bundle)
    if own:
        yield from _no_gateways(bundle, own)
        for route in routes:
            if route.dialect is Dialect.TRAEFIK or (
                route.dialect is Dialect.INGRESS and takers.of(route).controller == "traefik"
            ):
                yield from _unread(route, own)
            if route.dialect is Dialect.TRAEFIK and not any(one.crosses for one in own):
                yield from _crossing(route, own[0])
    spaces = _nginx_spaces(bundle)
    for route in routes if spaces else ():
        if route.dialect is Dialect.INGRESS and takers.of(route).controller == "ingress-nginx":
            yield from _elsewhere(route, tuple(spaces), next(iter(spaces.values())))


def _traefiks(bundle: Bundle) -> list[_Traefik]:
    """Every Traefik here; none where one of them may be told more than its flags show."""
    found: list[_Traefik] = []
    for workload in bundle.all(Workload):
        for container in workload.pod.running_containers:
            if controller_of_container(container) != "traefik":
                continue
            told = None if workload.meta.made else _told(container)
            if told is None:
                return []
            found.append(told)
    return found


def _told(container: Container) -> _Traefik | None:
    words = [word for word in container.words if not isinstance(word, Unknown)]
    is_open = (
        len(words) < len(container.words)
        or any("configfile" in word.lower() for word in words)
        or any(one.path.startswith("/etc/traefik") for one in container.mounts)
        or any(one.name.startswith("TRAEFIK_") for one in container.env)
        or bool(container.env_from)
        or not any(word.lower().startswith(("--providers.", "--entrypoints.")) for word in words)
    )
    if is_open:
        return None
    told = _Traefik(container, crosses=_ASKS_NOBODY.search(str(container.image).partition("@")[0]) is not None)
    for word in words:
        match = _PROVIDER.fullmatch(word)
        if match is None:
            continue
        provider, key, value = match[1].lower(), (match[2] or "").lower(), match[3]
        if not key and value is not None and value.lower() == "false":
            continue
        spaces = tuple(part.strip() for part in (value or "").split(",")) if key.startswith("namespaces") else ()
        told.providers[provider] = told.providers.get(provider, ()) + spaces
        told.crosses = told.crosses or (key == "allowcrossnamespace" and (value or "true").lower() == "true")
    return told


def _unread(route: Route, own: list[_Traefik]) -> Iterator[Conflict]:
    provider = _BY_DIALECT[route.dialect]
    reading = [one for one in own if provider in one.providers]
    if not reading:
        shown = Evidence(own[0].shown, f"started without `--providers.{provider}`")
        yield _unwatched(route, route.meta.origin.place("kind"), "provider", f"--providers.{provider}", shown)
    elif all(one.providers[provider] for one in reading):
        spaces = tuple(space for one in reading for space in one.providers[provider])
        yield from _elsewhere(route, spaces, Evidence(reading[0].shown, f"watches `{'`, `'.join(spaces)}`"))


def _elsewhere(route: Route, spaces: tuple[str, ...], shown: Evidence) -> Iterator[Conflict]:
    namespace = route.meta.namespace
    if namespace is not None and namespace not in spaces:
        place = route.meta.origin.place("metadata", "namespace")
        yield _unwatched(route, place, "namespace", namespace, shown)


def _unwatched(route: Route, place: Place, case: str, value: str, shown: Evidence) -> Conflict:
    return Conflict(
        "unwatched", route.meta, place, str(route.meta), value, case=case, shown=(shown,), things=(route,),
        stops=Certainty.KNOWN,
    )  # fmt: skip


def _no_gateways(bundle: Bundle, own: list[_Traefik]) -> Iterator[Conflict]:
    """Gateways of Traefik's classes, where no Traefik is started for the Gateway API."""
    provider = _BY_DIALECT[Dialect.GATEWAY]
    if any(provider in one.providers for one in own):
        return
    classes = {one.meta.name for one in bundle.all(RouteClass) if one.controller == _GATEWAY_CONTROLLER}
    gateways = {(one.meta.namespace, one.meta.name): one for one in bundle.all(Gateway) if one.class_name in classes}
    attached: dict[Gateway, list[Route]] = {gateway: [] for gateway in gateways.values()}
    for route in bundle.all(Route):
        for parent in route.parents:
            gateway = gateways.get((parent.namespace or route.meta.namespace, str(parent.name)))
            if gateway is not None and len(route.parents) == 1:
                attached[gateway].append(route)
    shown = Evidence(own[0].shown, f"started without `--providers.{provider}`")
    for gateway, routes in attached.items():
        yield Conflict(
            "unwatched", gateway.meta, gateway.origin.place("gatewayClassName"), str(gateway.meta),
            f"--providers.{provider}", case="provider", shown=(shown,), things=tuple(routes), stops=Certainty.KNOWN,
        )  # fmt: skip


def _crossing(route: Route, traefik: _Traefik) -> Iterator[Conflict]:
    """What an IngressRoute names in another namespace: Traefik makes no router of a rule that does."""
    home, entries = route.meta.namespace, route.origin.children("routes")
    for rule in entries if home else ():
        for key in ("middlewares", "services"):
            for entry in rule.children(key):
                if _is_away(entry, home):
                    stops = Certainty.KNOWN if len(entries) == 1 else None
                    yield _crossed(route, entry, key[:-1], traefik, stops)
                    break


def _is_away(entry: Origin, home: str | None) -> bool:
    namespace = entry.get("namespace")
    return isinstance(namespace, str) and bool(namespace) and "@" not in str(entry.get("name")) and namespace != home


def _crossed(route: Route, entry: Origin, what: str, traefik: _Traefik, stops: Certainty | None) -> Conflict:
    shown = (Evidence(traefik.shown, "started without `--providers.kubernetescrd.allowcrossnamespace`"),)
    return Conflict(
        "cross-namespace", route.meta, entry.place("namespace"), str(route.meta), str(entry.get("name")), what,
        str(entry.get("namespace")), shown=shown, things=(route,), stops=stops,
    )  # fmt: skip


def _nginx_spaces(bundle: Bundle) -> dict[str, Evidence]:
    """The namespaces that every ingress-nginx here is told to watch; none where one of them watches all, or may."""
    found: dict[str, Evidence] = {}
    for workload in bundle.all(Workload):
        for container in workload.pod.running_containers:
            if controller_of_container(container) != "ingress-nginx":
                continue
            space = _watched(container, workload.meta)
            if space is None:
                return {}
            shown = container.origin.place("args" if container.args else "command")
            found.setdefault(space, Evidence(shown, f"watches namespace `{space}` only"))
    return found


def _watched(container: Container, meta: Meta) -> str | None:
    for word in container.words:
        if isinstance(word, Unknown):
            return None
        name, _, value = word.partition("=")
        if name == _WATCH:
            space = _OWN_NAMESPACE.sub(meta.namespace or "", value)
            return space if space and "$" not in space else None
    return None
