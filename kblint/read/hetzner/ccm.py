"""Load balancers that Hetzner's cloud controller manager makes from Services, and its annotations wherever they stand.

https://github.com/hetznercloud/hcloud-cloud-controller-manager/blob/main/docs/reference/load_balancer_annotations.md ;
how listeners are made: `hclbServiceOptsBuilder` in `internal/hcops/load_balancer.go` there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from kblint.model.annotations import PREFIX, SIGN, as_boolean, as_integer
from kblint.model.balancer import BalancerAnnotation, DeclaredBy, Health, HealthCheck, Listener, LoadBalancer, Target
from kblint.model.input_format import InputFormat
from kblint.model.meta import Meta, Number, Text
from kblint.model.service import Service, ServicePort
from kblint.read.hetzner.annotations import annotations_below
from kblint.read.kubernetes.objects import group_version, meta_of
from kblint.read.kubernetes.services import read_service
from kblint.read.reading import Reading, objects_of
from kblint.read.values import word
from kblint.source.text import Joined
from kblint.source.values import Document, Origin, Unknown, texts

FORMAT = InputFormat(
    "annotations of Hetzner's cloud controller manager",
    "`load-balancer.hetzner.cloud/…` on Services, and in the values of charts",
    "what other versions of the manager do differently",
)

T = TypeVar("T")

PROTOCOLS = ("tcp", "http", "https")
_REPLACES_TCP_CHECK = tuple(f"health-check-{part}" for part in ("protocol", "port", "interval", "timeout", "retries"))
"""Any of these replaces the TCP check that the manager sets otherwise; the keys about HTTP alone do not."""


def read_document(document: Document) -> Reading | None:
    """The annotations of a document, and the balancers of its Services; None when no such annotation stands there."""
    # what is put together of several files may have some from any of them
    if isinstance(document.source, Joined):
        may_hold = any(SIGN in text for text in texts(document.root, with_keys=True))
    else:
        may_hold = document.source.text.find(SIGN, *document.span) >= 0
    if not may_hold:
        return None
    declarations: list[LoadBalancer | BalancerAnnotation] = []
    objects = tuple(objects_of(document))
    for origin in objects:
        meta = meta_of(origin, *group_version(word(origin.node, "apiVersion")), word(origin.node, "kind"))
        declarations.extend(_balancers(origin, meta))
        declarations.extend(annotations_below(origin, meta))
    if not objects:
        declarations.extend(annotations_below(document.origin, None))
    return Reading(tuple(declarations)) if declarations else None


def _balancers(origin: Origin, meta: Meta) -> Iterator[LoadBalancer]:
    """The balancer of a Service; none without an annotation: it may belong to another provider, or to ServiceLB.

    A Service with a `loadBalancerClass` is left to whoever owns that class.
    https://kubernetes.io/docs/concepts/services-networking/service/#load-balancer-class
    """
    if (meta.group, meta.kind) != ("", "Service") or not any(key.startswith(PREFIX) for key in meta.annotations):
        return
    service = read_service(meta, origin)
    if service.type == "LoadBalancer" and service.load_balancer_class is None:
        yield balancer(service)


def balancer(service: Service) -> LoadBalancer:
    """What the manager makes of an annotated Service: one listener for each TCP port, all with the same settings."""
    settings = _Settings(service)
    name = settings.text("name")
    return LoadBalancer(
        name=(name.text if isinstance(name, Unknown) else name) or service.meta.name,
        form=DeclaredBy.CCM,
        listeners=tuple(settings.listener(port) for port in service.ports if port.protocol == "TCP"),
        targets=(Target("server", None, settings.boolean("use-private-ip", Unknown()), settings.origin),),
        has_network=None,
        has_location=any(settings.text(key) for key in ("location", "network-zone")),
        addresses=_addresses(service),
        meta=service.meta,
        origin=service.meta.origin,
    )


def _addresses(service: Service) -> tuple[str, ...]:
    assigned = service.meta.origin.children("status", "loadBalancer", "ingress")
    annotated = [service.meta.annotations.get(PREFIX + key) for key in ("ipv4", "ipv6", "private-ipv4")]
    found = [*(entry.get("ip") for entry in assigned), *annotated]
    return tuple(dict.fromkeys(address for address in found if isinstance(address, str) and address))


class _Settings:
    """The annotations of one Service, parsed as the manager parses them. A value that it refuses is unknown."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.origin = service.meta.origin.child("metadata", "annotations")

    def text(self, name: str) -> Text | None:
        return self.service.meta.annotations.get(PREFIX + name)

    def parsed(self, name: str, parse: Callable[[str], T | None]) -> T | Unknown | None:
        value = self.text(name)
        if value is None or isinstance(value, Unknown):
            return value
        found = parse(value)
        return Unknown(value) if found is None else found

    def boolean(self, name: str, default: bool | Unknown) -> bool | Unknown:
        found = self.parsed(name, as_boolean)
        return default if found is None else found

    def protocol(self, name: str) -> Text | None:
        return self.parsed(name, lambda value: value.lower() if value.lower() in PROTOCOLS else None)

    def has_certificates(self) -> bool | Unknown:
        kind = self.text("certificate-type")
        if isinstance(kind, Unknown):
            return kind
        # compared as written: any other word means uploaded certificates
        return bool(self.text("http-managed-certificate-domains" if kind == "managed" else "http-certificates"))

    def listener(self, port: ServicePort) -> Listener:
        protocol = self.protocol("protocol") or "tcp"
        return Listener(
            protocol=protocol,
            listen_port=port.port,
            destination_port=self.destination(port),
            proxy_protocol=self.boolean("uses-proxyprotocol", default=False),
            redirect_http=self.boolean("http-redirect-http", default=False),
            has_certificates=self.has_certificates(),
            health_check=self.health_check(port, protocol),
            health=Health(),
            origin=port.origin,
        )

    def destination(self, port: ServicePort) -> Number | None:
        """The node port. Without one the manager sends to port 0 when the API is told not to pick one."""
        if port.node_port is None and not self.service.allocates_node_ports:
            return 0
        return port.node_port

    def health_check(self, port: ServicePort, protocol: Text) -> HealthCheck | None:
        if not any(self.text(key) is not None for key in _REPLACES_TCP_CHECK):
            return None
        asked = self.protocol("health-check-protocol") or protocol
        is_tcp = asked == "tcp"
        codes = self.text("http-status-codes") or ""
        listed = (codes,) if isinstance(codes, Unknown) else tuple(codes.split(","))
        return HealthCheck(
            protocol=asked,
            port=self.parsed("health-check-port", as_integer) or self.destination(port),
            path=None if is_tcp else self.text("health-check-http-path"),
            domain=None if is_tcp else self.text("health-check-http-domain"),
            status_codes=None if is_tcp or self.text("http-status-codes") is None else listed,
            origin=self.origin,
        )
