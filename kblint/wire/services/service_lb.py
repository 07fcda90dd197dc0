"""K3s's own load balancer, ServiceLB, which answers every Service of type LoadBalancer unless it is switched off.

https://docs.k3s.io/networking/networking-services#service-load-balancer
"""

from __future__ import annotations

from kblint.model.bundle import Bundle
from kblint.model.cluster import K3sConfig
from kblint.model.environment import Environment
from kblint.source.text import Place
from kblint.source.values import Unknown


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


def is_k3s(bundle: Bundle, environment: Environment) -> bool:
    """Whether the cluster is K3s: the profile says so, or its configuration is here."""
    return environment.is_k3s or bool(bundle.all(K3sConfig))
