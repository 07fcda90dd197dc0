"""What K3s's ServiceLB opens on the nodes: the ports of every `LoadBalancer` Service, with them Traefik's 80 and 443.

https://docs.k3s.io/networking/networking-services
"""

from __future__ import annotations

from dataclasses import dataclass

from kblint.model.bundle import Bundle
from kblint.model.cluster import ChartValues, port_numbers
from kblint.model.environment import Environment
from kblint.wire.services.controllers import controller_of_service
from kblint.wire.services.index import ServiceIndex
from kblint.wire.services.ports import WiredPort
from kblint.wire.services.service_lb import is_k3s, service_lb

TRAEFIK_PORTS = {80: ("web", "http"), 443: ("websecure", "tls")}
"""What K3s's own Traefik has: port to entry point and what it speaks."""

_FOLLOWED = ("traefik", "ingress-nginx")
"""Charts of whose values it is known what they make."""


@dataclass(frozen=True, slots=True, eq=False)
class OpenedPorts:
    """TCP ports of Services by their number, and `has_traefik` for a Traefik that only K3s itself knows.

    `in_values` are numbers in the values of other charts: what these make of them is not in the input.
    """

    services: dict[int, WiredPort]
    has_traefik: bool
    in_values: frozenset[int] = frozenset()


def opened_ports(bundle: Bundle, environment: Environment, services: ServiceIndex) -> OpenedPorts:
    """What ServiceLB may open in a settled environment; nothing where it is switched off, or there is no K3s."""
    charts = [chart for chart in bundle.all(ChartValues) if not chart.chart.startswith(_FOLLOWED)]
    in_values = frozenset(number for chart in charts for number in port_numbers(chart.values))
    amended = any(chart.meta and chart.meta.group == "helm.cattle.io" for chart in bundle.all(ChartValues))
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
