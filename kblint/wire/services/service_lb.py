"""K3s's own load balancer, ServiceLB, which answers every Service of type LoadBalancer unless it is switched off.

It opens their ports on the nodes, with them Traefik's 80 and 443.
https://docs.k3s.io/networking/networking-services#service-load-balancer
"""

from __future__ import annotations

from msgspec import Struct

from kblint.model.bundle import Bundle
from kblint.model.cluster import ClusterSign, K3sConfig, SignOf
from kblint.model.environment import Environment
from kblint.model.release import ChartRelease
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.wire.services.controllers import controller_of_service
from kblint.wire.services.index import ServiceIndex
from kblint.wire.services.ports import WiredPort

TRAEFIK_PORTS = {80: ("web", "http"), 443: ("websecure", "tls")}
"""What K3s's own Traefik has: port to entry point and what it speaks."""

FOLLOWED = ("traefik", "ingress-nginx")
"""Charts of whose values it is known what they make."""


def service_lb(bundle: Bundle, environment: Environment) -> Place | None:
    """Where a K3s server leaves ServiceLB on; None where it is off, or where nobody knows.

    What is disabled may be spread over several files, so one that says it is enough.
    """
    servers = [config for config in bundle.all(K3sConfig) if config.role == "server"]
    if not servers or "servicelb" in environment.disabled:
        return None
    written = [option for config in servers if (option := config.options.get("disable"))]
    if any(isinstance(value, Unknown) for option in written for value in option.values):
        return None
    return written[0].place if written else servers[0].place


def has_server(bundle: Bundle) -> bool:
    """Whether the input sets up a K3s server."""
    return any(config.role == "server" for config in bundle.all(K3sConfig))


def is_k3s(bundle: Bundle, environment: Environment) -> bool:
    """Whether the cluster is K3s: the profile says so, or its configuration is here."""
    return environment.is_k3s or bool(bundle.all(K3sConfig))


def own_class(bundle: Bundle, environment: Environment) -> str | None:
    """The IngressClass that K3s brings along with its Traefik; None where that is off, or nothing shows a K3s.

    https://docs.k3s.io/networking/networking-services#traefik-ingress-controller
    """
    is_shown = is_k3s(bundle, environment) or any(one.of is SignOf.K3S for one in bundle.all(ClusterSign))
    return "traefik" if is_shown and "traefik" not in environment.disabled else None


class OpenedPorts(Struct, frozen=True, eq=False):
    """TCP ports of Services by their number, and `has_traefik` for a Traefik that only K3s itself knows.

    `in_values` are numbers in the values of other charts: what these make of them is not in the input.
    """

    services: dict[int, WiredPort]
    has_traefik: bool
    in_values: frozenset[int] = frozenset()


def opened_ports(bundle: Bundle, environment: Environment, services: ServiceIndex) -> OpenedPorts:
    """What ServiceLB may open in a settled environment; nothing where it is switched off, or there is no K3s."""
    charts = bundle.all(ChartRelease)
    others = (chart for chart in charts if not chart.chart.startswith(FOLLOWED))
    in_values = frozenset(number for chart in others for number in chart.port_numbers)
    amended = any(chart.meta and chart.meta.group == "helm.cattle.io" for chart in charts)
    if "servicelb" in environment.disabled or not (amended or is_k3s(bundle, environment)):
        return OpenedPorts({}, has_traefik=False, in_values=in_values)
    found: dict[int, WiredPort] = {}
    for wired in services.services:
        if wired.service.type == "LoadBalancer" and wired.service.load_balancer_class is None:
            for port in wired.ports:
                if isinstance(port.port.port, int) and port.port.protocol == "TCP":
                    found.setdefault(port.port.port, port)
    is_on = service_lb(bundle, environment) is not None and "traefik" not in environment.disabled
    is_known = any(controller_of_service(wired) == "traefik" for wired in services.services)
    return OpenedPorts(found, has_traefik=is_on and not is_known, in_values=in_values)
