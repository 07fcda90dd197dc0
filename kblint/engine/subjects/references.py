"""Rows that several families refer to."""

from __future__ import annotations

from kblint.engine.row import Row
from kblint.engine.subjects.fields import build, integers, maybe_text, row_type, text
from kblint.model.service import Service

SERVICE_REF = row_type(
    "ServiceRef",
    "a Service, as others refer to it",
    {
        "name": text("its name"),
        "namespace": maybe_text("its namespace, null where none is written"),
        "type": text("ClusterIP, NodePort, LoadBalancer or ExternalName"),
        "ports": integers("the numbers of its ports"),
        "nodePorts": integers("its written node ports"),
    },
)


def service_ref(service: Service) -> Row:
    """The row of a Service as others refer to it."""
    return build(
        SERVICE_REF,
        service.meta.origin.place("metadata", "name"),
        {
            "name": service.meta.name,
            "namespace": service.meta.namespace,
            "type": service.type,
            "ports": [port.port for port in service.ports],
            "nodePorts": [port.node_port for port in service.ports if isinstance(port.node_port, int)],
        },
        {
            "type": service.origin.place("type"),
            "ports": service.origin.place("ports"),
            "selector": service.origin.place("selector"),
        },
    )
