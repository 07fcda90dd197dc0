"""What journeys are made of."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from kblint.model.firewall import PortRange
from kblint.wire.balancers.cloud_manager import CloudManagers
from kblint.wire.balancers.destinations import Destinations
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.balancers.service_balancers import ServiceBalancer
from kblint.wire.journeys.delivery import Network
from kblint.wire.journeys.gateway_entrance import GatewayEntrances
from kblint.wire.journeys.gateways import Gateways
from kblint.wire.journeys.journey import Journey
from kblint.wire.nodes.api_servers import ApiServer
from kblint.wire.routes.backends import WiredBackend
from kblint.wire.routes.certificates import Certificates
from kblint.wire.routes.hosts import Takers
from kblint.wire.services.controllers import (
    ConfigMapOf,
    Settings,
    controller_of_container,
    settings_of_container,
    usual_settings,
)
from kblint.wire.services.index import ServiceIndex


class Wiring(Struct, frozen=True, eq=False):
    """What journeys are made of."""

    services: ServiceIndex
    nodes: Destinations
    listeners: tuple[WiredListener, ...]
    service_balancers: tuple[ServiceBalancer, ...]
    backends: tuple[WiredBackend, ...]
    takers: Takers
    certificates: Certificates
    network: Network
    config_map_of: ConfigMapOf
    gateways: Gateways
    gateway_entrances: GatewayEntrances
    node_port_range: PortRange
    managers: CloudManagers
    has_controllers_here: bool
    """Whether the input sets up a K3s without its Traefik, and controllers of its own."""
    chart_ways: tuple[Journey, ...]
    """Ways in that the values of charts ask for which are not rendered."""
    is_without_service_lb: bool
    """Whether K3s's ServiceLB, which opens ports of Services on the nodes, is switched off."""
    api_servers: Mapping[object, ApiServer]
    """The API servers that the input sets up, by their port."""
    is_entered_at_node: bool
    """Whether requests come to the address of the only node: no balancer and no tunnel is in the input."""

    def settings_of(self, wired: WiredListener) -> Settings | None:
        """What the ingress-nginx behind a listener reads; None where that cannot be known."""
        for pod in wired.pods:
            for container in pod.workload.pod.running_containers:
                if controller_of_container(container) == "ingress-nginx":
                    return settings_of_container(pod.workload.meta.namespace, container, self.config_map_of)
        return usual_settings(wired.port.service.meta, self.config_map_of) if wired.port else None
