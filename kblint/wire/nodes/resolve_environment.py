"""What the cluster's own configuration says about it, laid over what is taken for granted."""

from __future__ import annotations

from msgspec.structs import replace

from kblint.model.bundle import Bundle
from kblint.model.cluster import K3sConfig
from kblint.model.environment import Environment, ReservedPort
from kblint.model.firewall import PortRange
from kblint.source.regex import regex

_RANGE = regex(r"(\d{1,5})-(\d{1,5})")
_SERVICE_LB = (
    ReservedPort(80, "TCP", "K3s's ServiceLB for Traefik", is_default=True, is_declared=True),
    ReservedPort(443, "TCP", "K3s's ServiceLB for Traefik", is_default=True, is_declared=True),
)
"""https://docs.k3s.io/networking/networking-services#service-load-balancer"""


def resolve_environment(environment: Environment, bundle: Bundle) -> Environment:
    """The environment with what the K3s configuration in the bundle says: node port range, switched off components."""
    configs = bundle.all(K3sConfig)
    servers = [config for config in configs if config.role != "agent"]
    disabled = environment.disabled.union(*(config.values("disable") for config in configs))
    resolved = replace(environment, disabled=disabled)
    if not environment.node_port_range_is_configured:
        for config in servers:
            written = _RANGE.fullmatch(str(config.value("service-node-port-range")))
            if written:
                resolved = replace(resolved, node_port_range=PortRange(int(written[1]), int(written[2])))
    if environment.is_k3s and servers and not {"traefik", "servicelb"} & disabled:
        resolved = replace(resolved, reserved=(*resolved.reserved, *_SERVICE_LB))
    return resolved
