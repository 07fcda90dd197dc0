"""Endpoints that somebody wrote by hand, and the Service they belong to.

https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors
"""

from __future__ import annotations

from dataclasses import dataclass

from kblint.model.service import EndpointPort, Endpoints
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.wire.services.ports import WiredPort, WiredService

_MADE_BY = "endpointslice.kubernetes.io/managed-by"
_CHANGED_AT = "endpoints.kubernetes.io/last-change-trigger-time"


@dataclass(frozen=True, slots=True, eq=False)
class EndpointMismatch:
    """Hand-made endpoints that do not serve a Service's port. `port` is the entry that comes nearest, None for none.

    `is_overwritten`: the Service has a selector, and its controller writes over them.
    """

    endpoints: Endpoints
    port: EndpointPort | None
    is_overwritten: bool

    @property
    def place(self) -> Place:
        """Where to look."""
        if self.port is None or self.is_overwritten:
            return self.endpoints.meta.origin.place("metadata", "name")
        return self.port.origin.place("name" if self.port.origin.is_written("name") else "port")


def misfit(wired: WiredService, port: WiredPort) -> EndpointMismatch | None:
    """Why a Service's port has nobody behind it though endpoints are written; None where it has, or nobody knows."""
    made = tuple(one for one in wired.endpoints if not _is_exported(one))
    if not made or wired.service.is_external_name or wired.service.is_headless:
        return None
    if wired.service.selector:
        overwritten = next((one for one in made if one.meta.kind == "Endpoints"), None)
        return EndpointMismatch(overwritten, None, is_overwritten=True) if overwritten else None
    if isinstance(port.port.name, Unknown) or any(not one.ports for one in made):
        return None
    entries = [(one, entry) for one in made for entry in one.ports]
    for name, protocol in ((entry.name or "", entry.protocol) for _, entry in entries):
        # kube-proxy joins them by name and protocol, whatever the numbers; a placeholder may become any name
        if "{{" in name or "${" in name or (name, protocol) == (port.port.name or "", port.port.protocol):
            return None
    endpoints, entry = max(entries, key=lambda pair: _likeness(pair[1], port))
    return EndpointMismatch(endpoints, entry, is_overwritten=False)


def _likeness(entry: EndpointPort, port: WiredPort) -> tuple[bool, bool]:
    return entry.port in (port.port.target_port, port.port.port), entry.protocol == port.port.protocol


def _is_exported(endpoints: Endpoints) -> bool:
    """Whether a controller made them, and somebody wrote down what it made."""
    meta = endpoints.meta
    return _MADE_BY in meta.labels or _CHANGED_AT in meta.annotations or meta.origin.is_written("metadata", "uid")
