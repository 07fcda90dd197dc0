"""Services that nobody wrote but a chart makes: the manifest they would have, each value standing where it comes from.

A reader fills a `ServiceSheet` from values; the readers of ordinary Services then read it like any other manifest.
"""

from __future__ import annotations

from dataclasses import replace

from kblint.model.annotations import PREFIX
from kblint.model.bundle import Declaration
from kblint.model.meta import Meta, Number
from kblint.model.service import Service
from kblint.read.fields import as_text, scalar_text
from kblint.read.hetzner.ccm import balancer
from kblint.read.kubernetes.services import read_service
from kblint.source.text import Span
from kblint.source.values import Origin, PathPart, PositionedDict, PositionedList

_DIGITS = 5
"""Of the highest port."""


class ServiceSheet:
    """A Service's manifest in the making. What has no place of its own stands where the values themselves do."""

    def __init__(self, values: Origin) -> None:
        self._values = values
        self._spec = PositionedDict(values.head)
        self._ports = PositionedList(values.head)
        self._host_ports: list[Number | None] = []
        self._annotations = PositionedDict(values.head)

    def take(self, key: str, *path: PathPart) -> None:
        """Give `spec` the value at `path`, if one is written."""
        _copy(self._spec, key, self._values, path)

    def take_all(self, *path: PathPart) -> None:
        """Give `spec` everything in the mapping at `path`."""
        for key in self._values.child(*path).node:
            self.take(key, *path, key)

    def default(self, key: str, value: object) -> None:
        """Give `spec` a value where none is written."""
        if key not in self._spec:
            self._spec.put(key, value, self._values.head, self._values.head)

    def annotate(self, *path: PathPart) -> None:
        """Give the Service the annotations at `path`."""
        written = self._values.get(*path)
        if isinstance(written, PositionedDict):
            self._annotations = written

    def add_port(self, port: PortSheet, host_port: Number | None) -> None:
        """Add a port; `host_port` is the one that the controller's pods take on their own node for it."""
        self._ports.put(port.node, port.node.span)
        self._host_ports.append(host_port)

    def declarations(self, group: str, name: str, namespace: str | None, app: str) -> list[Declaration]:
        """The Service, and the balancer that Hetzner's cloud controller manager makes of it."""
        head = self._values.head
        metadata, root = PositionedDict(head), PositionedDict(head)
        self._spec.put("ports", self._ports, head, head)
        metadata.put("annotations", self._annotations, self._values.head, self._annotations.span)
        root.put("metadata", metadata, head, head)
        root.put("spec", self._spec, head, head)
        labels = {"app.kubernetes.io/name": app, "app.kubernetes.io/component": "controller"}
        annotations = {key: as_text(scalar_text(value)) for key, value in self._annotations.items()}
        origin = Origin(self._values.source, root, head)
        meta = Meta(group, "v1", "Service", name, namespace, labels, annotations, origin)
        made: list[Declaration] = []
        for service in read_service(meta, origin):
            if isinstance(service, Service):
                ports = tuple(
                    replace(port, host_port=host) for port, host in zip(service.ports, self._host_ports, strict=True)
                )
                service = replace(service, ports=ports)  # noqa: PLW2901 - the same Service with all that is known
                made.append(service)
                if _is_hetzners(service):
                    made.append(balancer(service))
        return made


class PortSheet:
    """One port of a Service in the making."""

    def __init__(self, head: Span, name: object) -> None:
        self.node = PositionedDict(head)
        self._head = head
        self.put("name", name)

    def put(self, key: str, value: object) -> None:
        """Set a value that stands nowhere of its own."""
        self.node.put(key, value, self._head, self._head)

    def take(self, key: str, values: Origin, *path: PathPart) -> None:
        """Set the value at `path` of the values, if one is written."""
        _copy(self.node, key, values, path)


def unquoted(value: object) -> object:
    """`value` as a template writes it: without the quotes around a number, `"31695"` like `31695`."""
    is_number = isinstance(value, str) and value.isascii() and value.isdecimal() and not value.startswith("0")
    return int(value) if is_number and isinstance(value, str) and len(value) <= _DIGITS else value


def _copy(node: PositionedDict, key: str, values: Origin, path: tuple[PathPart, ...]) -> None:
    written = values.get(*path)
    if written is not None and written != "":
        node.put(key, unquoted(written), values.key_place(*path).span, values.place(*path).span)


def _is_hetzners(service: Service) -> bool:
    annotated = any(key.startswith(PREFIX) for key in service.meta.annotations)
    return annotated and service.type == "LoadBalancer" and service.load_balancer_class is None
