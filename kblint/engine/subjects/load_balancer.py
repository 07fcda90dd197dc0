"""The subjects LoadBalancer and Node: a load balancer as a whole, and nodes that are kept out of all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kblint.engine.facts import Table, boolean, many, maybe_one, maybe_text, text
from kblint.engine.subject import SubjectKind
from kblint.engine.subjects.listener import about
from kblint.engine.subjects.references import SERVICE_PORT_REF
from kblint.model.annotations import PREFIX
from kblint.model.balancer import DeclaredBy, LoadBalancer
from kblint.model.meta import Text
from kblint.source.text import Place
from kblint.wire.balancers.cloud_manager import CloudManager, declared_nodes
from kblint.wire.services.ports import WiredPort, WiredService
from kblint.wire.services.service_lb import service_lb
from kblint.wire.topology import Topology


class _Balancer(NamedTuple):
    """A balancer, the Service that asks for it, the manager in the input, and where K3s's own balancer is on."""

    of: LoadBalancer
    service: WiredService | None
    manager: CloudManager | None
    service_lb: Place | None

    @property
    def maker(self) -> CloudManager | None:
        """The manager, if it makes this balancer."""
        return self.manager if self.of.form is DeclaredBy.CCM else None


class _Node(NamedTuple):
    name: str
    label: Text | None
    place: Place
    others_take_part: bool
    balancer: LoadBalancer | None


def _balancers(topology: Topology) -> Iterator[_Balancer]:
    # a balancer's annotations are read from the mapping of their Service
    services = {id(wired.service.meta.origin.node): wired for wired in topology.services.services}
    answers_too = service_lb(topology.bundle, topology.environment)
    for balancer in topology.bundle.all(LoadBalancer):
        service = services.get(id(balancer.origin.node)) if balancer.meta else None
        rival = answers_too if balancer.form is DeclaredBy.CCM else None
        yield _Balancer(balancer, service, topology.cloud_manager, rival)


def _head(balancer: LoadBalancer) -> Place:
    """Where a balancer is declared: the first annotation of its Service, or its name."""
    if balancer.form is not DeclaredBy.CCM or balancer.meta is None:
        return balancer.origin.place("name")
    key = next(key for key in balancer.meta.annotations if key.startswith(PREFIX))
    return balancer.origin.key_place("metadata", "annotations", key)


def _is_annotated(balancer: _Balancer, name: str) -> bool:
    return balancer.of.meta is not None and PREFIX + name in balancer.of.meta.annotations


def _has_location(balancer: _Balancer) -> bool | None:
    if balancer.of.has_location is not False or balancer.maker is None:
        return balancer.of.has_location
    return any(balancer.maker.default(name).value is not None for name in ("LOCATION", "NETWORK_ZONE"))


def _network_place(balancer: _Balancer) -> Place | None:
    if balancer.maker:
        return balancer.maker.variable("HCLOUD_NETWORK").place
    origin = balancer.of.origin
    return origin.place("private_net") if origin.is_written("private_net") else None


def _private_target(balancer: _Balancer) -> Place | None:
    key = f"{PREFIX}use-private-ip" if balancer.of.form is DeclaredBy.CCM else "use_private_ip"
    return next((one.origin.place(key) for one in balancer.of.targets if one.use_private_ip is True), None)


def _skipped(balancer: _Balancer) -> list[WiredPort]:
    return [port for port in balancer.service.ports if port.port.protocol != "TCP"] if balancer.service else []


def _skips_only_quic(balancer: _Balancer) -> bool:
    listened = {listener.listen_port for listener in balancer.of.listeners}
    return all(skipped.port.port == 443 for skipped in _skipped(balancer)) and 443 in listened


def _nodes(topology: Topology) -> Iterator[_Node]:
    """Every node that a label keeps out of load balancers."""
    declared = declared_nodes(topology.bundle)
    others = any(node.excluded is None for node in declared)
    made = next((one for one in topology.bundle.all(LoadBalancer) if one.form is DeclaredBy.CCM), None)
    for node in declared:
        if node.excluded:
            yield _Node(node.name, *node.excluded, others, made)


# fmt: off
TARGET_REF = Table[Place]("TargetRef", "what a balancer sends to", lambda place: place, ())
SERVICE_LB = Table[Place](
    "ServiceLB", "K3s's own load balancer, where a K3s server's configuration leaves it on", lambda place: place, ())
LOAD_BALANCER = Table[_Balancer]("LoadBalancer", "a load balancer at Hetzner", lambda b: _head(b.of), (
    text("name", "its name", lambda b: b.of.name),
    text("form", "hcloud, annotations, terraform, ansible or kblint.yaml", lambda b: b.of.form.value),
    boolean("isNamed", "whether annotations name it, so that one that is there already may be taken over",
        lambda b: _is_annotated(b, "name")),
    boolean("isFromChart", "whether a chart makes its Service, so that further values may tell more",
        lambda b: b.service is not None and b.service.service.is_from_chart),
    boolean("isRunning", "whether it is known to be there already",
        lambda b: bool(b.of.addresses) or _is_annotated(b, "id")),
    boolean("hasLocation", "whether it has a location or network zone; left out where it cannot be told",
        _has_location),
    boolean("managerIsKnown", "whether the cloud controller manager, which has defaults, is in the input",
        lambda b: b.manager is not None),
    boolean("hasNetwork", "whether it is attached to a network; left out where it cannot be told",
        lambda b: b.maker.variable("HCLOUD_NETWORK").value is not None if b.maker else b.of.has_network,
        _network_place),
    maybe_one("privateTarget", "the first target that it reaches over a private network", _private_target, TARGET_REF),
    many("skipped", "ports of its Service that it leaves out, because they are not TCP", _skipped,
        SERVICE_PORT_REF.standing("protocol")),
    boolean("skipsOnlyQuic", "whether all of these are 443/UDP beside 443/TCP", _skips_only_quic),
    maybe_one("serviceLB", "K3s's own balancer, where that is on too", lambda b: b.service_lb, SERVICE_LB),
))
NODE = Table[_Node]("Node", "a node that a label keeps out of load balancers", lambda n: n.place, (
    text("name", "its name, or the file that configures it", lambda n: n.name),
    maybe_text("label", "that label's value", lambda n: n.label),
    boolean("othersTakePart", "whether the input tells of another node that is not kept out",
        lambda n: n.others_take_part),
    maybe_text("balancer", "a balancer whose targets are the cluster's nodes, null where there is none",
        lambda n: n.balancer.name if n.balancer else None, lambda n: _head(n.balancer) if n.balancer else None),
))
SUBJECTS = (
    SubjectKind("balancer", "a load balancer", LOAD_BALANCER, _balancers, lambda b: about(b.of),
        lambda b: b.of.listeners),
    SubjectKind("node", "a node that a label keeps out of balancers", NODE, _nodes, lambda _: None),
)
