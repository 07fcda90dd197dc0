"""Services and hand-made endpoints.

https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from kblint.model.meta import Meta, Number, Text
from kblint.source.values import Origin, Unknown


class ServicePort(Struct, frozen=True, eq=False):
    """One port of a Service.

    `target_port` is what the API makes of it: the written number or name, else `port`. `node_port` is None where
    none is written (or 0): the API picks one if the type calls for it. `host_port` is the port that the pods behind it
    take on their own nodes, where a chart's values tell.
    """

    name: Text | None
    port: Number
    target_port: int | str | Unknown
    protocol: str
    node_port: Number | None
    app_protocol: Text | None
    origin: Origin
    host_port: Number | None = None


class Service(Struct, frozen=True, eq=False):
    """A core Service. `selector` is None where none is written; `type` is defaulted to ClusterIP."""

    meta: Meta
    type: str
    selector: Mapping[str, Text] | None
    ports: tuple[ServicePort, ...]
    cluster_ip: Text | None
    external_name: Text | None
    external_traffic_policy: str
    allocates_node_ports: bool
    load_balancer_class: Text | None
    health_check_node_port: Number | None
    origin: Origin

    @property
    def is_from_chart(self) -> bool:
        """Whether nobody wrote it: a chart makes it from values, and more of its like than is known."""
        return self.meta.made is not None and not self.meta.made.is_whole

    @property
    def is_headless(self) -> bool:
        """Whether clients get the pods' own addresses."""
        return self.cluster_ip == "None"

    @property
    def is_external_name(self) -> bool:
        """Whether it is a DNS alias and nothing else."""
        return self.type == "ExternalName"

    @property
    def has_node_ports(self) -> bool:
        """Whether the API gives its ports a port on every node."""
        return self.type == "NodePort" or (self.type == "LoadBalancer" and self.allocates_node_ports)


class EndpointPort(Struct, frozen=True, eq=False):
    """One port of an Endpoints or EndpointSlice object."""

    name: str | None
    port: Number | None
    protocol: str
    origin: Origin


class Endpoints(Struct, frozen=True, eq=False):
    """A hand-made Endpoints or EndpointSlice. `service` is the Service it belongs to, None where no label says it."""

    meta: Meta
    service: str | None
    ports: tuple[EndpointPort, ...]
    addresses: tuple[str, ...]
