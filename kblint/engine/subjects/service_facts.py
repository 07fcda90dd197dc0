"""Further fields of Services and their ports: aliases, ports that nobody translates, endpoints made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from kblint.engine.row import Field, Row
from kblint.engine.subjects.fields import anything, build, integer, maybe_one, maybe_text, row_type, text
from kblint.engine.subjects.name_uses import name_use_row
from kblint.model.service import EndpointPort, Service
from kblint.model.workload import Workload
from kblint.source.values import Unknown
from kblint.wire.clients.dns_names import NameUse, name_uses
from kblint.wire.services.endpoints import misfit
from kblint.wire.services.external_names import misnomer
from kblint.wire.services.ports import WiredPort, WiredService
from kblint.wire.topology import Topology

MISNOMER = row_type(
    "Misnomer",
    "what is wrong with a Service that is a DNS alias, or that has an `externalName`",
    {"fault": text("`missing`, `address`, `no host name`, `forwards` or `ignored`")},
)
REMAP = row_type(
    "Remap",
    "a port of a headless Service that is another one than its pods', though nobody translates it",
    {
        "number": integer("the port of its pods"),
        "client": maybe_one("NameUse", "a container that asks for the Service by its name and this port"),
    },
)
ENDPOINT_PORT = row_type(
    "EndpointPort",
    "a port of endpoints made by hand",
    {
        "name": maybe_text("its name, null where none is written"),
        "port": anything("its number"),
        "protocol": text("TCP, UDP or SCTP"),
    },
)
ENDPOINTS_MISFIT = row_type(
    "EndpointsMisfit",
    "endpoints made by hand that do not serve a Service's port",
    {
        "kind": text("Endpoints or EndpointSlice"),
        "name": text("their name"),
        "nearest": maybe_one("EndpointPort", "the port among them that comes nearest; null where they are overwritten"),
    },
)
SERVICE_FIELDS: Mapping[str, Field] = {
    "externalName": maybe_text("the name it is an alias of, null where none is written"),
    "misnomer": maybe_one("Misnomer", "what is wrong with that name"),
}
PORT_FIELDS: Mapping[str, Field] = {
    "remap": maybe_one("Remap", "the pods' port where it differs and the Service is headless"),
    "endpointsMisfit": maybe_one("EndpointsMisfit", "endpoints made by hand that do not serve this port"),
}


def service_facts(service: Service) -> dict[str, object]:
    """The values of `SERVICE_FIELDS`."""
    fault = misnomer(service)
    row = build(MISNOMER, fault.place, {"fault": fault.fault.value}) if fault else None
    return {"externalName": service.external_name, "misnomer": row}


@dataclass(frozen=True, eq=False)
class PortFacts:
    """What is put together once for the ports of all Services of a topology."""

    topology: Topology

    def of(self, wired: WiredService, port: WiredPort) -> dict[str, object]:
        """The values of `PORT_FIELDS` for one port."""
        return {"remap": self._remap(wired, port), "endpointsMisfit": _endpoints_misfit(wired, port)}

    def _remap(self, wired: WiredService, port: WiredPort) -> Row | Unknown | None:
        if not wired.service.is_headless or wired.service.is_external_name:
            return None
        number = _number(port)
        if not isinstance(number, int) or not isinstance(port.port.port, int):
            return Unknown()
        if number == port.port.port:
            return None
        clients = [use for use in self._uses.get(id(wired.service), ()) if use.port == port.port.port]
        return build(
            REMAP,
            port.port.origin.place("targetPort"),
            {"number": number, "client": name_use_row(clients[0]) if clients else None},
        )

    @cached_property
    def _uses(self) -> Mapping[int, list[NameUse]]:
        """Who asks for which Service by name: looked for only where it matters."""
        found: dict[int, list[NameUse]] = {}
        for workload in self.topology.bundle.all(Workload):
            for use in name_uses(workload, self.topology.services, self.topology.config_map_of):
                if use.service:
                    found.setdefault(id(use.service.service), []).append(use)
        return found


def _number(port: WiredPort) -> int | Unknown | None:
    """The port of the pods, where all of them agree."""
    if isinstance(port.port.target_port, int):
        return port.port.target_port
    numbers = {pod.number for pod in port.endpoints}
    return numbers.pop() if len(numbers) == 1 else None


def _endpoints_misfit(wired: WiredService, port: WiredPort) -> Row | None:
    found = misfit(wired, port)
    if found is None:
        return None
    meta = found.endpoints.meta
    return build(
        ENDPOINTS_MISFIT,
        found.place,
        {
            "kind": meta.kind,
            "name": meta.name,
            "nearest": _endpoint_port(found.port) if found.port else None,
        },
    )


def _endpoint_port(port: EndpointPort) -> Row:
    return build(
        ENDPOINT_PORT,
        port.origin.place("name"),
        {"name": port.name, "port": port.port, "protocol": port.protocol},
    )


TYPES = (MISNOMER, REMAP, ENDPOINT_PORT, ENDPOINTS_MISFIT)
