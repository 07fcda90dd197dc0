"""Endpoints written by hand that belong to no Service, beside a Service without a selector that has none.

https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors
"""

from __future__ import annotations

from collections.abc import Iterator

from kblint.model.bundle import Bundle
from kblint.model.service import Endpoints
from kblint.source.grouping import grouped
from kblint.wire.conflict import Conflict
from kblint.wire.evidence import Evidence
from kblint.wire.services.hand_made import is_exported
from kblint.wire.services.index import ServiceIndex
from kblint.wire.services.ports import WiredService

_LABEL = "kubernetes.io/service-name"


def stray_endpoints(bundle: Bundle, services: ServiceIndex) -> Iterator[Conflict]:
    """Endpoints that are surely meant for the one Service of their namespace and port that has nobody behind it."""
    made = bundle.all(Endpoints)
    if not made:
        return
    waiting = grouped(
        (wired.service.meta.namespace, wired) for wired in services.written if _is_waiting(wired) and wired.ports
    )
    for one in made:
        named = services.find(one.service, one.meta.namespace) if one.service else None
        if is_exported(one) or not one.addresses or (named and (named.service or named.elsewhere)):
            continue
        fitting = [wired for wired in waiting.get(one.meta.namespace, ()) if _fits(one, wired)]
        if len(fitting) == 1:
            yield _stray(one, fitting[0])


def _is_waiting(wired: WiredService) -> bool:
    service = wired.service
    return not (service.selector or wired.endpoints or service.is_external_name)


def _fits(made: Endpoints, wired: WiredService) -> bool:
    numbers = {number for port in wired.ports for number in (port.port.port, port.port.target_port)}
    return any(isinstance(port.port, int) and port.port in numbers for port in made.ports)


def _stray(made: Endpoints, wired: WiredService) -> Conflict:
    service = wired.service.meta
    is_slice = made.meta.kind == "EndpointSlice"
    path = ("metadata", "labels", _LABEL) if is_slice else ("metadata", "name")
    shown = (Evidence(service.origin.place("metadata", "name"), "has no selector, and no endpoints"),)
    return Conflict(
        "stray-endpoints", made.meta, made.meta.origin.place(*path), str(made.meta), made.service or "",
        service.name, "slice" if is_slice else "", service.name, shown=shown,
    )  # fmt: skip
