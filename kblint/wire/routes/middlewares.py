"""What routes ask of their controller that it does not do: middlewares, groups of objects, TLS that is passed through.

An Ingress names a middleware by namespace, name and provider: `<namespace>-<name>@kubernetescrd`. A router of which one
is missing is not made. https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/ ,
https://doc.traefik.io/traefik/migrate/v2-to-v3-details/#kubernetes-crds-api-group-traefikcontainous and
https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from msgspec import Struct

from kblint.model.bundle import Bundle, Other
from kblint.model.meta import Meta
from kblint.model.route import Dialect, Route
from kblint.model.workload import Workload
from kblint.source.grouping import grouped
from kblint.source.regex import regex
from kblint.source.spelling import Spellings
from kblint.source.text import Place
from kblint.wire.conflict import Conflict
from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.routes.hosts import Takers
from kblint.wire.services.controllers import controller_of_container, without_flag

_ANNOTATION = "traefik.ingress.kubernetes.io/router.middlewares"
_PASSTHROUGH = "nginx.ingress.kubernetes.io/ssl-passthrough"
_GROUPS = ("traefik.io", "traefik.containo.us")
_OLD = "traefik.containo.us"
_PROVIDER = "kubernetescrd"
_THIRD = regex(r":v?(?:[3-9]|\d{2,})(?:\.|$|-)")
"""The tag of a Traefik of version 3 or later."""


class _Middlewares(Struct, frozen=True, dict=True):
    """Those of a bundle that say their namespace, by namespace and name, and all by their bare names."""

    known: Mapping[str, Meta]
    bare: Mapping[str, Meta]

    @cached_property
    def _renamed(self) -> Mapping[str, Meta]:
        """By namespace and name, as they were before a kustomization renamed them; the first of each."""
        return {f"{meta.namespace}-{meta.written_name}": meta for meta in reversed(list(self.known.values()))}

    @cached_property
    def _spellings(self) -> Spellings:
        return Spellings(self.known)

    @cached_property
    def _here(self) -> Mapping[str | None, tuple[Meta, ...]]:
        return grouped((meta.namespace, meta) for meta in self.known.values())

    @cached_property
    def _renamed_here(self) -> Mapping[tuple[str | None, str], str]:
        return {(meta.namespace, meta.written_name): meta.name for meta in reversed(list(self.known.values()))}

    @cached_property
    def _spellings_here(self) -> Mapping[str | None, Spellings]:
        return {namespace: Spellings(meta.name for meta in metas) for namespace, metas in self._here.items()}

    def meant(self, name: str) -> Meta | None:
        """The one that is called nearly so, or was: a kustomization does not look for names everywhere."""
        was = self._renamed.get(name)
        near = self._spellings.nearest(name) if was is None else None
        return self.known[near] if near else was

    def meant_in(self, namespace: str, name: str) -> str | None:
        """The same by its name alone, in one namespace."""
        here = self._spellings_here.get(namespace)
        return self._renamed_here.get((namespace, name)) or (here.nearest(name) if here else None)


def middleware_conflicts(bundle: Bundle, takers: Takers) -> Iterator[Conflict]:
    """What Traefik does not find, of what the routes of a bundle name, and routes that it does not look at."""
    by_group = [one.meta for one in bundle.all(Other) if one.meta.group in _GROUPS]
    middlewares = [meta for meta in by_group if meta.kind == "Middleware"]
    known = {f"{meta.namespace}-{meta.name}": meta for meta in middlewares if meta.namespace}
    bare: dict[str, Meta] = {}
    for meta in middlewares:
        bare.setdefault(meta.name, meta)
    here = _Middlewares(known, bare)
    yield from _chained(middlewares, here)
    for route in bundle.all(Route):
        if route.dialect is Dialect.TRAEFIK:
            yield from _of_ingress_route(route, here)
        elif takers.of(route).controller in ("traefik", None):
            yield from _of_ingress(route, here)
    yield from _old_group(bundle, by_group)
    yield from _passthrough(bundle, takers)


def _passthrough(bundle: Bundle, takers: Takers) -> Iterator[Conflict]:
    """Ingresses that ask ingress-nginx to pass TLS through, which it does not unless it is started for it.

    https://kubernetes.github.io/ingress-nginx/user-guide/tls/#ssl-passthrough
    """
    container = without_flag(bundle.all(Workload), "ingress-nginx", "--enable-ssl-passthrough")
    if container is None:
        return
    shown = (Evidence(container.origin.place("args"), "started without `--enable-ssl-passthrough`"),)
    for route in bundle.all(Route):
        is_asked = route.meta.annotations.get(_PASSTHROUGH) == "true"
        if is_asked and takers.of(route).controller == "ingress-nginx":
            place = route.meta.origin.place("metadata", "annotations", _PASSTHROUGH)
            yield Conflict("passthrough", route.meta, place, str(route.meta), shown=shown)


def _of_ingress(route: Route, here: _Middlewares) -> Iterator[Conflict]:
    written = route.meta.annotations.get(_ANNOTATION)
    place = route.meta.origin.place("metadata", "annotations", _ANNOTATION)
    for part in written.split(",") if isinstance(written, str) else ():
        asked = part.strip()
        name, at, provider = asked.partition("@")
        if at and provider != _PROVIDER:
            continue
        if not at and name in here.known:
            yield _missing(route, place, asked, "provider", here.known[name], f"{name}@{_PROVIDER}")
        elif at and name not in here.known and (meant := _meant(name, route, here)):
            full = f"{meant.namespace}-{meant.name}@{_PROVIDER}"
            yield _missing(route, place, asked, "namespace" if name in here.bare else "name", meant, full)


def _meant(name: str, route: Route, here: _Middlewares) -> Meta | None:
    """The middleware that is probably meant: of that name without its namespace, or by a slip of the hand."""
    own = here.known.get(f"{route.meta.namespace}-{name}")
    if own or name in here.bare:
        return own or (here.bare[name] if here.bare[name].namespace else None)
    return here.meant(name)


def _of_ingress_route(route: Route, here: _Middlewares) -> Iterator[Conflict]:
    """Middlewares of an IngressRoute, which are of its own namespace unless another one is written."""
    home = route.meta.namespace
    for rule in route.origin.children("routes"):
        for entry in rule.children("middlewares"):
            name, namespace = entry.get("name"), entry.get("namespace")
            if not isinstance(name, str) or namespace is not None or home is None or f"{home}-{name}" in here.known:
                continue
            near = here.meant_in(home, name)
            if near:
                yield _missing(route, entry.place("name"), name, "name", here.known[f"{home}-{near}"], near)
            elif name in here.bare and here.bare[name].namespace:
                space = here.bare[name].namespace or ""
                yield _missing(route, entry.place("name"), name, "other namespace", here.bare[name], space)


def _chained(middlewares: Iterable[Meta], here: _Middlewares) -> Iterator[Conflict]:
    """Middlewares that a chain of them names: those of its own namespace, unless another one is written.

    https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/chain/
    """
    for meta in middlewares:
        for entry in meta.origin.children("spec", "chain", "middlewares"):
            name, namespace = entry.get("name"), entry.get("namespace")
            home = namespace if isinstance(namespace, str) and namespace else meta.namespace
            if not isinstance(name, str) or "@" in name or home is None or f"{home}-{name}" in here.known:
                continue
            near = here.meant_in(home, name)
            if near:
                found = here.known[f"{home}-{near}"]
                shown = (Evidence(found.origin.place("metadata", "name"), f"{found} is here"),)
                yield Conflict(
                    "middleware", meta, entry.place("name"), str(meta), name, str(found), "name", near, shown=shown
                )


def _missing(route: Route, place: Place, asked: str, case: str, meant: Meta, suggestion: str) -> Conflict:
    shown = (Evidence(meant.origin.place("metadata", "name"), f"{meant} is here"),)
    return Conflict(
        "middleware", route.meta, place, str(route.meta), asked, str(meant), case, suggestion, shown=shown,
        things=(route,), stops=Certainty.KNOWN,
    )  # fmt: skip


def _old_group(bundle: Bundle, objects: list[Meta]) -> Iterator[Conflict]:
    """Objects of the group that Traefik 3 has left behind, where a Traefik of that version is here."""
    running = (one for workload in bundle.all(Workload) for one in workload.pod.running_containers)
    third = next(
        (
            one
            for one in running
            if controller_of_container(one) == "traefik" and _THIRD.search(str(one.image).partition("@")[0])
        ),
        None,
    )
    if third is None:
        return
    shown = (Evidence(third.origin.place("image"), "serves `traefik.io` only"),)
    for route in (one for one in bundle.all(Route) if one.meta.group == _OLD):
        place = route.meta.origin.place("apiVersion")
        yield Conflict(
            "traefik-group", route.meta, place, str(route.meta), _OLD, shown=shown, things=(route,),
            stops=Certainty.KNOWN,
        )  # fmt: skip
    for meta in (one for one in objects if one.group == _OLD):
        yield Conflict("traefik-group", meta, meta.origin.place("apiVersion"), str(meta), _OLD, shown=shown)
