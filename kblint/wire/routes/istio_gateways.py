"""Istio's Gateways, as far as they take a VirtualService: by the hosts of their servers.

https://istio.io/latest/docs/reference/config/networking/gateway/#Server
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from kblint.model.bundle import Bundle, Other
from kblint.model.meta import Meta
from kblint.model.route import ISTIO_GROUP, Route


class IstioGateway(Struct, frozen=True, eq=False):
    """A networking.istio.io Gateway: `hosts` as its servers write them, None where some of them cannot be known."""

    meta: Meta
    hosts: tuple[str, ...] | None


def istio_gateways(bundle: Bundle) -> Iterator[IstioGateway]:
    """Those of the bundle."""
    for meta in (one.meta for one in bundle.all(Other) if one.meta.group == ISTIO_GROUP):
        if meta.kind == "Gateway":
            yield IstioGateway(meta, _hosts(meta))


def refusal(route: Route, gateway: IstioGateway) -> str | None:
    """Why a Gateway takes no request for a VirtualService; None where it takes some, or may."""
    if not gateway.hosts or any(_takes(written, route, gateway) for written in gateway.hosts):
        return None
    names = "`, `".join(dict.fromkeys(gateway.hosts))
    return f"Gateway `{gateway.meta.name}` serves `{names}`, and none of its hosts is among these"


def _hosts(meta: Meta) -> tuple[str, ...] | None:
    found: list[str] = []
    for server in meta.origin.children("spec", "servers"):
        hosts = server.get("hosts")
        if not isinstance(hosts, list) or not all(isinstance(host, str) for host in hosts):
            return None
        found += hosts
    return tuple(found)


def _takes(written: str, route: Route, gateway: IstioGateway) -> bool:
    """Whether a host of a server, `namespace/host` or a host, may be one of the route's."""
    namespace, slash, host = written.rpartition("/")
    home = gateway.meta.namespace if namespace == "." else namespace
    if slash and home != "*" and home and route.meta.namespace and home != route.meta.namespace:
        return False
    return any(_meet(host.lower(), rule.host.lower() if isinstance(rule.host, str) else "*") for rule in route.rules)


def _meet(one: str, other: str) -> bool:
    """Whether two hosts have some host in common, of which a leading `*` stands for anything.

    A short name is completed by the namespace: what it means is not looked at.
    """
    if "." not in one or "." not in other or one == other:
        return True
    if one.startswith("*") and other.startswith("*"):
        return one.endswith(other[1:]) or other.endswith(one[1:])
    pattern, plain = (one, other) if one.startswith("*") else (other, one)
    return pattern.startswith("*") and plain.endswith(pattern[1:])
