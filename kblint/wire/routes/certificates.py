"""For which hosts an ingress controller has a certificate, where TLS reaches it.

For any other host it shows one of its own, which no browser trusts:
https://kubernetes.github.io/ingress-nginx/user-guide/tls/#default-ssl-certificate and
https://doc.traefik.io/traefik/reference/routing-configuration/http/tls/tls-certificates/#certificates-stores
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from kblint.model.bundle import Bundle, Other
from kblint.model.release import ChartRelease
from kblint.model.route import Dialect, Route, RouteTls
from kblint.model.workload import Container, Workload
from kblint.source.templates import unknown
from kblint.source.values import Unknown, texts
from kblint.wire.evidence import Certainty
from kblint.wire.routes.hosts import Takers
from kblint.wire.services.controllers import controller_of_container

_DEFAULT = "default-ssl-certificate"
_PASSED = "nginx.ingress.kubernetes.io/ssl-passthrough"
_RESOLVER = (
    "traefik.ingress.kubernetes.io/router.tls.certresolver",
    "traefik.ingress.kubernetes.io/router.tls.domains",
)
_RESOLVES = ("certresolver", "certificatesresolvers", "certificateresolvers")
"""Settings of Traefik under which it gets certificates by itself."""


class _Named(Struct, eq=False):
    """The hosts that some `tls` of a controller's routes names, wildcards without their `*`."""

    hosts: set[str] = field(default_factory=set)
    suffixes: set[str] = field(default_factory=set)
    is_open: bool = False

    def add(self, host: str) -> None:
        if host.startswith("*."):
            self.suffixes.add(host[1:].lower())
        else:
            self.hosts.add(host.lower())


class Certificates(Struct, frozen=True, eq=False):
    """What each controller can show. `certainty` is how sure it is that one has no certificate for the rest."""

    named: Mapping[str, _Named]
    certainty: Mapping[str, Certainty]

    def lacks(self, controller: str, route: Route, host: str) -> Certainty:
        """How sure it is that a controller has no certificate for a host; unknown where it may have one."""
        named = self.named.get(controller, _Named())
        is_passed = any(key in route.meta.annotations for key in (_PASSED, *_RESOLVER))
        if named.is_open or is_passed or route.dialect is Dialect.GATEWAY or not host:
            return Certainty.UNKNOWN
        dot = host.find(".")
        if host.lower() in named.hosts or host[dot:].lower() in named.suffixes:
            return Certainty.UNKNOWN
        return self.certainty.get(controller, Certainty.UNKNOWN)


def certificates(bundle: Bundle, takers: Takers) -> Certificates:
    """What the controllers of a bundle have certificates for."""
    named: dict[str, _Named] = {}
    for route in bundle.all(Route):
        controller = takers.of(route).controller or ""
        for entry in route.tls:
            found = named.setdefault(controller, _Named())
            found.is_open = found.is_open or _is_open(entry)
            for host in entry.hosts or _hosts(route):
                found.add(host)
    running = (one for workload in bundle.all(Workload) for one in workload.pod.running_containers)
    told = {name: _of_container(name, one) for one in running if (name := controller_of_container(one))}
    own = dict.fromkeys(takers.own, Certainty.LIKELY)
    certainty = {**own, **told}
    if any(one.meta.kind == "TLSStore" for one in bundle.all(Other)) or any(map(_resolves, bundle.all(ChartRelease))):
        certainty["traefik"] = Certainty.UNKNOWN
    return Certificates(named, certainty)


def is_meant_for_tls(route: Route) -> bool:
    """Whether a route says that people shall come by https: it has certificates for other hosts, or asks for one."""
    annotations = route.meta.annotations
    is_forced = annotations.get("nginx.ingress.kubernetes.io/force-ssl-redirect") == "true"
    return bool(route.tls) or is_forced or any(name.startswith("cert-manager.io/") for name in annotations)


def _is_open(entry: RouteTls) -> bool:
    """Whether an entry may bring certificates for more hosts than it names."""
    written = entry.origin.get("hosts")
    is_read = written is None or (isinstance(written, list) and len(written) == len(entry.hosts))
    is_read = is_read and not any(map(unknown, entry.hosts))
    return not is_read or (not entry.hosts and entry.secret is not None) or entry.origin.is_written("certResolver")


def _hosts(route: Route) -> Iterable[str]:
    return (rule.host for rule in route.rules if isinstance(rule.host, str)) if route.dialect is Dialect.TRAEFIK else ()


def _of_container(controller: str, container: Container) -> Certainty:
    """How sure it is that a controller shows a certificate of its own for hosts that nobody names."""
    words = container.words
    signs = (_DEFAULT,) if controller == "ingress-nginx" else _RESOLVES
    is_told = any(isinstance(word, Unknown) or any(sign in word.lower() for sign in signs) for word in words)
    is_known = controller in ("ingress-nginx", "traefik") and not is_told
    return Certainty.LIKELY if is_known else Certainty.UNKNOWN


def _resolves(chart: ChartRelease) -> bool:
    node = chart.values.node if chart.chart.startswith("traefik") else {}
    keys = " ".join((*node, *texts(node))).lower()
    return any(sign in keys for sign in ("tlsstore", *_RESOLVES))
