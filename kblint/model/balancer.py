"""Load balancers at Hetzner, wherever they are declared.

https://docs.hetzner.cloud/reference/cloud#load-balancers
"""

from __future__ import annotations

import enum

from msgspec import Struct

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


class HealthCheck(Struct, frozen=True, eq=False):
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


class Health(Struct, frozen=True):
    """What the output of a running balancer says about its targets on one listen port.

    `unhealthy` is where each unhealthy one is told, `others` how many are not unhealthy.
    """

    unhealthy: tuple[Place, ...] = ()
    others: int = 0

    @property
    def is_dead(self) -> bool:
        """Whether there are targets, and all of them are unhealthy."""
        return bool(self.unhealthy) and not self.others


class Listener(Struct, frozen=True, eq=False):
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


class Target(Struct, frozen=True, eq=False):
    """What a balancer sends to: `server`, `label_selector` or `ip`."""

    kind: str
    value: Text | None
    use_private_ip: bool | Unknown
    origin: Origin


class LoadBalancer(Struct, frozen=True, eq=False):
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


class BalancerAnnotation(Struct, frozen=True, eq=False):
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
