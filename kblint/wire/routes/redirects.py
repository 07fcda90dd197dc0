"""Redirect loops: TLS ends at the balancer, and the ingress controller sends every plain request back to https.

ingress-nginx redirects (308) a plain request for a host with `tls:`, or any with `force-ssl-redirect`, unless
`ssl-redirect` is off, or it trusts an `X-Forwarded-Proto: https` (`use-forwarded-headers`).
https://kubernetes.github.io/ingress-nginx/user-guide/tls/#server-side-https-enforcement-through-redirect
"""

from __future__ import annotations

from collections.abc import Mapping

from kblint.model.annotations import as_boolean
from kblint.model.meta import Text
from kblint.model.policy import ConfigMap
from kblint.model.route import Dialect, Route
from kblint.source.text import Place
from kblint.source.values import Unknown

_PREFIX = "nginx.ingress.kubernetes.io/"


def redirects(
    route: Route, host: str | None, settings: ConfigMap | None, *, is_decrypted: bool
) -> tuple[Place, str] | None:
    """Why ingress-nginx redirects plain requests for `host` of a route, and where that stands; None if it does not.

    `settings` is the controller's ConfigMap, None where it reads none. A request that a balancer has decrypted
    (`is_decrypted`) says so in a header that the controller may trust. Nothing that cannot be known counts.
    """
    if route.dialect is not Dialect.INGRESS:
        return None
    data: Mapping[str, Text] = settings.data if settings else {}
    if is_decrypted and trusts_headers(settings) is not False:
        return None
    forced = _setting(route, data, "force-ssl-redirect", default=False)
    if forced:
        return _place(route, settings, "force-ssl-redirect"), "`force-ssl-redirect`"
    if _setting(route, data, "ssl-redirect", default=True) is not True:
        return None
    for entry in route.tls:
        if host is None or not entry.hosts or host in entry.hosts:
            return entry.origin.place("hosts"), "`tls`"
    return None


def trusts_headers(settings: ConfigMap | None) -> bool | None:
    """Whether ingress-nginx goes by the headers of whoever stands before it; None where nobody knows."""
    data: Mapping[str, Text] = settings.data if settings else {}
    return _on(data.get("use-forwarded-headers"), default=False)


def _setting(route: Route, data: Mapping[str, Text], name: str, *, default: bool) -> bool | None:
    annotation = route.meta.annotations.get(_PREFIX + name)
    if annotation is not None:
        return _on(annotation, default=default)
    return _on(data.get(name), default=default)


def _on(value: Text | None, *, default: bool) -> bool | None:
    if value is None:
        return default
    return None if isinstance(value, Unknown) else as_boolean(value)


def _place(route: Route, settings: ConfigMap | None, name: str) -> Place:
    if _PREFIX + name in route.meta.annotations or settings is None:
        return route.meta.origin.place("metadata", "annotations", _PREFIX + name)
    return settings.origin.place(name)


def is_for_nginx(route: Route) -> bool:
    """Whether an Ingress says that ingress-nginx serves it: by its class, or by an annotation of that controller."""
    return route.class_name == "nginx" or any(name.startswith(_PREFIX) for name in route.meta.annotations)
