"""Rows of things as others refer to them, used by several subjects."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from kblint.engine.facts import (
    Fact,
    It,
    Table,
    anything,
    boolean,
    integer,
    integers,
    labels,
    maybe_integer,
    maybe_text,
    text,
    texts,
)
from kblint.model.meta import Meta
from kblint.model.service import Service, ServicePort
from kblint.model.workload import Workload
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.wire.clients.dns_names import NameUse
from kblint.wire.evidence import Certainty
from kblint.wire.faults.fault import Fault, Kind
from kblint.wire.listening.sockets import Socket
from kblint.wire.not_followed import MOST_PORTS


class PortOfService(Protocol):
    """A Service's port, wired or not."""

    @property
    def service(self) -> Service: ...  # noqa: D102 - the Service

    @property
    def port(self) -> ServicePort: ...  # noqa: D102 - its port


def faults(of: Callable[[It], Iterable[Fault]]) -> Fact[It]:
    """The fact of what is wrong with a thing: what stops its traffic for sure or likely; the first of each kind."""
    doc = "what is wrong with it, by the kind that rules name in `breaks`: which case of that, empty for the only one"

    def cases(it: It) -> dict[str, str]:
        sure = [fault for fault in of(it) if fault.certainty is not Certainty.UNKNOWN]
        return {fault.kind.value: fault.case for fault in reversed(sure)}

    return labels("faults", doc, cases)


def is_sure(kind: Kind, found: Iterable[Fault]) -> bool:
    """Whether something is wrong in this respect, and nothing under that is a guess."""
    return any(fault.kind is kind and fault.certainty is Certainty.KNOWN for fault in found)


def _said_in_a_patch(workload: Workload) -> Place:
    """Where a workload's name stands, or the ports of its pods, if those stand in another file than the name."""
    name = workload.meta.origin.place("metadata", "name")
    for port in workload.pod.ports[:MOST_PORTS]:
        if port.origin.source is name.source:
            # one text, which is not put together of others
            continue
        place = port.origin.place("name")
        if place.source is not name.source:
            return place
    return name


# fmt: off
OBJECT_REF = Table[Meta](
    "ObjectRef", "an object, as others refer to it", lambda m: m.origin.place("metadata", "name"), (
    text("kind", "its kind", lambda m: m.kind),
    text("name", "its name", lambda m: m.name),
    maybe_text("namespace", "its namespace", lambda m: m.namespace),
))
WORKLOAD_REF = Table[Workload](
    "WorkloadRef", "a workload, as others refer to it", lambda w: w.meta.origin.place("kind"), (
    text("kind", "`DaemonSet`, `Deployment`, ...", lambda w: w.meta.kind),
    text("name", "its name", lambda w: w.meta.name, lambda w: w.meta.origin.place("metadata", "name")),
    boolean("hostNetwork", "whether its pods use the node's network", lambda w: w.pod.host_network,
        lambda w: w.pod.origin.place("hostNetwork")),
    labels("podLabels", "the labels of its pods", lambda w: w.pod.labels, lambda w: w.pod.meta_origin.place("labels")),
    integers("declaredPorts", "the container ports its pods declare",
        lambda w: Unknown() if len(w.pod.ports) > MOST_PORTS
        else list(dict.fromkeys(port.container_port for port in w.pod.ports))),
    texts("portNames", "the names of the ports its pods declare",
        lambda w: Unknown() if len(w.pod.ports) > MOST_PORTS
        else [port.name for port in w.pod.ports if port.name is not None],
        _said_in_a_patch),
))
SERVICE_REF = Table[Service](
    "ServiceRef", "a Service, as others refer to it", lambda s: s.meta.origin.place("metadata", "name"), (
    text("name", "its name", lambda s: s.meta.name),
    maybe_text("namespace", "its namespace, null where none is written", lambda s: s.meta.namespace),
    text("type", "ClusterIP, NodePort, LoadBalancer or ExternalName", lambda s: s.type, "type"),
    integers("ports", "the numbers of its ports", lambda s: [port.port for port in s.ports], "ports"),
), lambda s: s.origin)
SERVICE_PORT_REF = Table[PortOfService]("ServicePortRef", "a Service port, as others refer to it", "port", (
    text("serviceName", "the Service's name", lambda p: p.service.meta.name),
    maybe_text("namespace", "the Service's namespace", lambda p: p.service.meta.namespace),
    maybe_text("name", "its name", lambda p: p.port.name, "name"),
    anything("port", "its number", lambda p: p.port.port, "port"),
    anything("targetPort", "where it sends to", lambda p: p.port.target_port, "targetPort"),
    maybe_integer("nodePort", "its written node port", lambda p: p.port.node_port, "nodePort"),
    text("protocol", "TCP, UDP or SCTP", lambda p: p.port.protocol),
), lambda p: p.port.origin)
NODE_PORT_REF = SERVICE_PORT_REF.standing("nodePort")
"""A Service port, standing at its node port."""
SOCKET = Table[Socket]("Socket", "a socket a process listens on", lambda s: s.evidence.place, (
    integer("port", "its port", lambda s: s.port),
    text("address", "what it is bound to", lambda s: s.address),
    text("protocol", "TCP or UDP", lambda s: s.protocol),
    text("program", "what listens", lambda s: s.program),
    text("evidence", "what shows it", lambda s: s.evidence.label),
))
NAME_USE = Table[NameUse](
    "NameUse", "a name of the cluster's DNS that a container asks for", lambda u: u.evidence.place, (
    text("host", "the name", lambda u: u.host),
    maybe_integer("port", "the port written behind it, null where none is", lambda u: u.port),
    text("container", "the container", lambda u: u.container.name),
    text("evidence", "where it says so", lambda u: u.evidence.label),
    text("certainty", "how sure it is that the name is asked for", lambda u: u.certainty.label),
))
