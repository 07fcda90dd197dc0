"""The subjects LoadBalancer and Node: a load balancer as a whole, and nodes that are kept out of all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kblint.engine.facts import Table, boolean, many, maybe_text, text
from kblint.engine.subject import SubjectKind
from kblint.engine.subjects.listener import about
from kblint.engine.subjects.references import SERVICE_PORT_REF
from kblint.model.balancer import DeclaredBy, LoadBalancer
from kblint.model.meta import Text
from kblint.source.text import Place
from kblint.wire.balancers.cloud_manager import declared_nodes
from kblint.wire.balancers.settings import head_place
from kblint.wire.services.ports import WiredPort, WiredService
from kblint.wire.topology import Topology


class _Balancer(NamedTuple):
    """A balancer, and the Service that asks for it."""

    of: LoadBalancer
    service: WiredService | None


class _Node(NamedTuple):
    name: str
    label: Text | None
    place: Place
    others_take_part: bool
    balancer: LoadBalancer | None


def _balancers(topology: Topology) -> Iterator[_Balancer]:
    # a balancer's annotations are read from the mapping of their Service
    services = {id(wired.service.meta.origin.node): wired for wired in topology.services.services}
    for balancer in topology.bundle.all(LoadBalancer):
        yield _Balancer(balancer, services.get(id(balancer.origin.node)) if balancer.meta else None)


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
LOAD_BALANCER = Table[_Balancer]("LoadBalancer", "a load balancer at Hetzner", lambda b: head_place(b.of), (
    many("skipped", "ports of its Service that it leaves out, because they are not TCP", _skipped,
        SERVICE_PORT_REF.standing("protocol")),
    boolean("skipsOnlyQuic", "whether all of these are 443/UDP beside 443/TCP", _skips_only_quic),
))
NODE = Table[_Node]("Node", "a node that a label keeps out of load balancers", lambda n: n.place, (
    text("name", "its name, or the file that configures it", lambda n: n.name),
    maybe_text("label", "that label's value", lambda n: n.label),
    boolean("othersTakePart", "whether the input tells of another node that is not kept out",
        lambda n: n.others_take_part),
    maybe_text("balancer", "a balancer whose targets are the cluster's nodes, null where there is none",
        lambda n: n.balancer.name if n.balancer else None, lambda n: head_place(n.balancer) if n.balancer else None),
))
SUBJECTS = (
    SubjectKind("balancer", "a load balancer", LOAD_BALANCER, _balancers, lambda b: about(b.of),
        lambda b: b.of.listeners),
    SubjectKind("node", "a node that a label keeps out of balancers", NODE, _nodes, lambda _: None),
)
