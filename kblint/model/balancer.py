"""Load balancers at Hetzner, wherever they are declared.

https://docs.hetzner.cloud/reference/cloud#load-balancers
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from kblint.model.meta import Meta, Number, Text
from kblint.source.text import Place
from kblint.source.values import Origin, Unknown


class DeclaredBy(enum.Enum):
    """Where a balancer is declared."""

    API = "hcloud"
    CCM = "annotations"
    TERRAFORM = "terraform"
    ANSIBLE = "ansible"
    COMMANDS = "hcloud commands"
    CONFIG = "kblint.yaml"


@dataclass(frozen=True, slots=True, eq=False)
class HealthCheck:
    """How the balancer asks whether a target lives. None: not written, the default of that form applies.

    Defaults of the API: the listener's own protocol (`http` for http and https), the destination port, path `/`,
    status codes `2??` and `3??`; the cloud controller manager's default is a TCP check. A code may be unknown.
    """

    protocol: Text | None
    port: Number | None
    path: Text | None
    domain: Text | None
    status_codes: tuple[Text, ...] | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class Health:
    """What the output of a running balancer says about its targets on one listen port.

    `unhealthy` is where each unhealthy one is told, `others` how many are not unhealthy.
    """

    unhealthy: tuple[Place, ...] = ()
    others: int = 0

    @property
    def is_dead(self) -> bool:
        """Whether there are targets, and all of them are unhealthy."""
        return bool(self.unhealthy) and not self.others


@dataclass(frozen=True, slots=True, eq=False)
class Listener:
    """One service of a load balancer: a listen port and where it goes.

    `protocol` is http, https (TLS ends at the balancer) or tcp (passed through). `destination_port` is None where it
    is not yet known to anyone (a node port the API will pick).
    """

    protocol: str | Unknown
    listen_port: Number
    destination_port: Number | None
    proxy_protocol: bool | Unknown
    redirect_http: bool | Unknown
    has_certificates: bool | Unknown
    health_check: HealthCheck | None
    health: Health
    origin: Origin


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """What a balancer sends to: `server`, `label_selector` or `ip`."""

    kind: str
    value: Text | None
    use_private_ip: bool | Unknown
    origin: Origin


@dataclass(frozen=True, slots=True, eq=False)
class LoadBalancer:
    """A load balancer. `meta` is that of the Service for the CCM form, None elsewhere.

    `has_network` is None where the form does not tell.
    """

    name: str
    form: DeclaredBy
    listeners: tuple[Listener, ...]
    targets: tuple[Target, ...]
    has_network: bool | None
    has_location: bool | None
    addresses: tuple[str, ...]
    meta: Meta | None
    origin: Origin


@dataclass(frozen=True, slots=True, eq=False)
class BalancerAnnotation:
    """One `load-balancer.hetzner.cloud/...` key, wherever it stands. `name` is without the prefix.

    `owner` is the object that carries it; `reaches` says what kind of thing it ends on (`Service`, `Gateway`, ...);
    `service_type` is that Service's type where it is known.
    """

    name: str
    value: Text
    owner: Meta | None
    reaches: str
    service_type: str | None
    origin: Origin
    key: str
