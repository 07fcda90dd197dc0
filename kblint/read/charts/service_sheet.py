"""Services that nobody wrote but a chart makes: the manifest they would have, each value standing where it comes from.

A reader fills a `ServiceSheet` from values; the readers of ordinary Services then read it like any other manifest.
"""

from __future__ import annotations

from dataclasses import replace

from kblint.model.annotations import PREFIX
from kblint.model.bundle import Declaration
from kblint.model.meta import Meta, Number
from kblint.read.hetzner.ccm import balancer
from kblint.read.kubernetes.services import read_service
from kblint.read.values import as_text, scalar_text
from kblint.source.text import Span
from kblint.source.values import Origin, PathPart, PositionedDict, PositionedList

_DIGITS = 5
"""Of the highest port."""


class MappingSheet:
    """A mapping in the making. What has no place of its own stands where the sheet's head is."""

    def __init__(self, values: Origin, head: Span) -> None:
        self.node = PositionedDict(head)
        self._values = values
        self._head = head

    def put(self, key: str, value: object) -> None:
        """Set a value that stands nowhere of its own."""
        self.node.put(key, value, self._head, self._head)

    def take(self, key: str, *path: PathPart) -> None:
        """Set the value at `path` of the chart's values, if one is written."""
        written = self._values.get(*path)
        if written is not None and written != "":
            self.node.put(key, unquoted(written), self._values.key_place(*path).span, self._values.place(*path).span)


class ServiceSheet(MappingSheet):
    """A Service's `spec` in the making."""

    def __init__(self, values: Origin) -> None:
        super().__init__(values, values.head)
        self._ports = PositionedList(values.head)
        self._host_ports: list[Number | None] = []

    def add_port(self, port: MappingSheet, host_port: Number | None) -> None:
        """Add a port; `host_port` is the one that the controller's pods take on their own node for it."""
        self._ports.put(port.node, port.node.span)
        self._host_ports.append(host_port)

    def declarations(
        self, group: str, name: str, namespace: str | None, app: str, annotations: tuple[PathPart, ...]
    ) -> list[Declaration]:
        """The Service, and the balancer that Hetzner's cloud controller manager makes of it.

        `annotations` is where those of the Service stand in the values.
        """
        self.put("ports", self._ports)
        metadata, root = MappingSheet(self._values, self._head), MappingSheet(self._values, self._head)
        annotated = self._values.get(*annotations)
        annotated = annotated if isinstance(annotated, PositionedDict) else PositionedDict(self._head)
        metadata.node.put("annotations", annotated, self._head, annotated.span)
        root.put("metadata", metadata.node)
        root.put("spec", self.node)
        labels = {"app.kubernetes.io/name": app, "app.kubernetes.io/component": "controller"}
        texts = {key: as_text(scalar_text(value)) for key, value in annotated.items()}
        origin = Origin(self._values.source, root.node, self._head)
        service = read_service(Meta(group, "v1", "Service", name, namespace, labels, texts, origin), origin)
        ports = zip(service.ports, self._host_ports, strict=True)
        service = replace(service, ports=tuple(replace(port, host_port=host) for port, host in ports))
        is_own = service.type == "LoadBalancer" and service.load_balancer_class is None
        is_hetzners = is_own and any(key.startswith(PREFIX) for key in service.meta.annotations)
        return [service, balancer(service)] if is_hetzners else [service]


def unquoted(value: object) -> object:
    """`value` as a template writes it: without the quotes around a number, `"31695"` like `31695`."""
    is_number = isinstance(value, str) and value.isascii() and value.isdecimal() and not value.startswith("0")
    return int(value) if is_number and isinstance(value, str) and len(value) <= _DIGITS else value
