"""What makes ways in that nothing here follows: releases of charts, other manifests, routes of other kinds."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from kblint.finding import NotRead, NotReadKind
from kblint.model.bundle import Declaration, Other, path_of
from kblint.model.workload import Workload
from kblint.source.text import Place
from kblint.wire.services.makers import Makers, Makes, known_places, name_place

_ROUTES = {
    "apisix.apache.org": ("ApisixRoute",),
    "configuration.konghq.com": ("KongIngress", "TCPIngress", "UDPIngress"),
    "contour.heptio.com": ("IngressRoute",),
    "core.haproxy.org": ("TCP",),
    "elbv2.k8s.aws": ("TargetGroupBinding",),
    "gateway.networking.k8s.io": ("ListenerSet",),
    "gateway.networking.x-k8s.io": ("XListenerSet",),
    "gateway.solo.io": ("RouteTable", "VirtualService"),
    "getambassador.io": ("Host", "Listener", "Mapping", "TCPMapping"),
    "ingress.v1.haproxy.org": ("TCP",),
    "k8s.nginx.org": ("TransportServer", "VirtualServer", "VirtualServerRoute"),
    "networking.cfargotunnel.com": ("TunnelBinding",),
    "networking.gke.io": ("MultiClusterIngress",),
    "networking.istio.io": ("DestinationRule", "Gateway", "VirtualService"),
    "projectcontour.io": ("HTTPProxy",),
    "route.openshift.io": ("Route",),
    "serving.knative.dev": ("DomainMapping", "Route", "Service"),
    "zalando.org": ("RouteGroup",),
}
"""API groups and those of their kinds that say where requests from outside go."""
_KINDS = {Makes.RELEASE: NotReadKind.RELEASE, Makes.REMOTE: NotReadKind.MANIFESTS}


def not_read(declarations: Sequence[Declaration], makers: Makers) -> tuple[NotRead, ...]:
    """All of it in `declarations`, which is all that is deployed, each once, sorted by file and line.

    `makers` are those of the whole input. Charts of which it is known what they make are followed.
    """
    followed = known_places(declarations, lambda one: one.has_all_ways)
    found = dict.fromkeys((*_made(declarations, makers, followed), *_routes(declarations)))
    return tuple(sorted(found, key=lambda one: (one.place.source.path, one.place.span.start, one.name)))


def _made(declarations: Sequence[Declaration], makers: Makers, followed: Container[Place]) -> Iterator[NotRead]:
    deployed = {path_of(one) for one in declarations}
    for maker in makers.every:
        kind = _KINDS.get(maker.makes)
        if kind and maker.place not in followed and maker.place.source.path in deployed:
            # a command of a script has no name but its file
            name = maker.name if "`" in maker.name else f"`{maker.place.source.path}`"
            yield NotRead(kind, name, maker.place)


def _routes(declarations: Sequence[Declaration]) -> Iterator[NotRead]:
    for one in declarations:
        if isinstance(one, Other | Workload) and one.meta.kind in _ROUTES.get(one.meta.group, ()):
            yield NotRead(NotReadKind.ROUTE, f"{one.meta.kind} `{one.meta.name}`", name_place(one.meta))
