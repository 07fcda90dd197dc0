"""What firewalls must let through: UFW on the nodes, Hetzner's in front of them.

UFW sees a packet after its address was translated, so for a pod on the host network the container port counts; for a
pod on the pod network it does not filter node ports at all. Hetzner's firewall sees the node port, and only what comes
to a node's public address: see `kblint.wire.filtering`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence

from kblint.checklist import Command, LineState
from kblint.model.balancer import LoadBalancer
from kblint.model.firewall import CloudFirewall, FirewallRule, HostFirewall
from kblint.model.networks import is_private
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.views.checklist.applications import App
from kblint.views.checklist.commands import hcloud_allow, ufw_allow
from kblint.views.checklist.line_draft import Part, left_open, ticked
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.journeys.approach import is_on_pod_network, through_controller, through_listener
from kblint.wire.journeys.journey import Stage
from kblint.wire.nodes.closed_ports import BlockedPort
from kblint.wire.nodes.senders import Peer
from kblint.wire.services.ports import PodPort

_EVERYWHERE = frozenset({"0.0.0.0/0", "::/0"})
_UFW_STATUS = Command("sudo ufw status verbose")
_LISTED = Command("hcloud firewall list")


def host_firewall(app: App) -> list[Part]:
    """UFW lets its port through."""
    pod = app.workload.pod
    if not pod.host_network and not app.topology.network.filters.is_bypassed:
        detail = "not needed, UFW does not filter node ports of pods on the pod network"
        return [ticked(detail, pod.origin.place("hostNetwork"))]
    parts = [_on_node(app, pod, peers) for pod, peers in _needed(app)]
    return parts or [left_open("its port is not known", _UFW_STATUS)]


def _on_node(app: App, pod: PodPort, peers: tuple[Peer, ...]) -> Part:
    filters = app.topology.network.filters
    number = pod.number
    if not isinstance(number, int):
        return left_open("its port is not known", _UFW_STATUS)
    port = f"{number}/{pod.protocol.lower()}"
    asked = f"{port}, the port after translation, from {' and '.join(peer.value for peer in peers)}"
    allow = tuple(ufw_allow(source, number, pod.protocol) for peer in peers for source in _sources(app, peer))
    if not filters.hosts:
        return left_open(asked, _UFW_STATUS, *allow)
    if filters.is_bypassed:
        return left_open(f"{asked}; what UFW sees without kube-proxy's iptables is not sure", _UFW_STATUS, *allow)
    closed = app.topology.by_fault.closed_on_hosts.get((pod.key, pod.protocol))
    if closed:
        state = LineState.CROSSED if closed.is_proved else LineState.OPEN
        who = " and ".join(peer.value for peer in closed.peers)
        return Part(state, f"{port} is not open to {who}", (closed.place,), allow)
    active = [firewall for firewall in filters.hosts if firewall.active is not False]
    if not active:
        return ticked("UFW is inactive", filters.hosts[0].place)
    return _judged(port, [(firewall, _openings(firewall.rules, number, pod.protocol)) for firewall in active], allow)


def _judged(port: str, found: list[tuple[HostFirewall, list[FirewallRule]]], allow: tuple[Command, ...]) -> Part:
    """Open for all as far as files tell: proved only where a rule, or the default, names everybody."""
    limited = [rule for _, rules in found if not any(map(_is_for_all, rules)) for rule in rules]
    if limited:
        sources = ", ".join(dict.fromkeys(source for rule in limited for source in _networks(rule)))
        detail = f"{port} is open to {sources or 'addresses nobody knows'}: see that no node is missing"
        return left_open(detail, _UFW_STATUS, *allow, at=tuple(rule.place for rule in limited))
    places = tuple(
        next((rule.place for rule in rules if _is_for_all(rule)), firewall.place) for firewall, rules in found
    )
    if all(rules or firewall.default_incoming == "allow" for firewall, rules in found):
        return ticked(f"{port} is open", *places)
    missing = "no rule here opens it" if all(one.is_complete for one, _ in found) else "the rules are not all here"
    return left_open(f"{port}: {missing}", _UFW_STATUS, *allow, at=places)


def _openings(rules: Iterable[FirewallRule], port: int, protocol: str) -> list[FirewallRule]:
    """The rules that let a port through, for all or for some."""
    return [
        rule
        for rule in rules
        if rule.direction == "in"
        and rule.action.lets_through
        and rule.protocol in ("any", protocol.lower())
        and not isinstance(rule.ports, Unknown)
        # a rule for every port of some network (the pods') opens no application's port to the nodes
        and (any(port in ports for ports in rule.ports) or (not rule.ports and _is_for_all(rule)))
    ]


def _is_for_all(rule: FirewallRule) -> bool:
    if isinstance(rule.sources, Unknown) or rule.interface is not None or rule.destination is not None:
        return False
    return not rule.sources or not _EVERYWHERE.isdisjoint(rule.sources)


def _networks(rule: FirewallRule) -> tuple[str, ...]:
    return () if isinstance(rule.sources, Unknown) else rule.sources


def _needed(app: App) -> list[tuple[PodPort, tuple[Peer, ...]]]:
    """The ports that requests need, each with who sends them, as the host firewall sees it."""
    ways = [(wired.pods, through_listener(wired)) for wired in app.direct]
    controlled = through_controller(from_pods=any(map(is_on_pod_network, app.through)))
    ways += [(backend.port.endpoints, controlled) for backend in app.backends if backend.port]
    asked: dict[object, dict[Peer, None]] = {}
    for pods, traffic in ways:
        for pod in pods:
            if pod.workload is app.workload:
                asked.setdefault((pod.number, pod.protocol), {}).update(dict.fromkeys(traffic.peers))
    needed = [
        (pod, tuple(asked[pod.number, pod.protocol])) for pod in app.reached if (pod.number, pod.protocol) in asked
    ]
    # where a wrong port is asked for, the right one will be
    everybody = tuple({peer: None for peers in asked.values() for peer in peers}) or (Peer.ANYONE,)
    return needed or [(pod, everybody) for pod in app.reached]


def _sources(app: App, peer: Peer) -> tuple[str | None, ...]:
    """The addresses of a peer; None for everybody."""
    if peer is Peer.ANYONE:
        return (None,)
    if peer is Peer.NODE:
        return ("NODE_IP",)
    if peer is Peer.POD:
        return app.topology.network.filters.pod_networks[:1]
    return tuple(dict.fromkeys(balancer_address(wired.balancer) for wired in app.direct))


def _reaches_privately(balancer: LoadBalancer) -> bool:
    """Whether a balancer reaches all its targets over the private network."""
    return bool(balancer.targets) and all(target.use_private_ip is True for target in balancer.targets)


def balancer_address(balancer: LoadBalancer) -> str:
    """The address a balancer sends from: its private one where it reaches its targets privately."""
    for address in balancer.addresses:
        try:
            known = ipaddress.IPv4Address(address)
        except ValueError:
            continue
        if is_private(address) == _reaches_privately(balancer):
            return str(known)
    return "BALANCER_IP"


def cloud_firewall(app: App) -> list[Part]:
    """Hetzner's firewall lets the node port through; nothing where nothing here is Hetzner's."""
    topology = app.topology
    firewalls = topology.network.filters.cloud_firewalls
    if not (topology.environment.is_hetzner or firewalls or app.listeners):
        return []
    if app.listeners:
        return [_before_node(app, wired, firewalls) for wired in app.listeners]
    number = next((port for wired, _ in app.ports if isinstance(port := wired.port.node_port, int)), None)
    if not number:
        return [left_open("not told: no balancer here leads to it", _LISTED)]
    asked = f"node port {number}/tcp from where its requests come"
    return [left_open(asked, _LISTED, _allow(firewalls, number, "BALANCER_IP"))]


def _before_node(app: App, wired: WiredListener, firewalls: Sequence[CloudFirewall]) -> Part:
    balancer = wired.balancer
    if _reaches_privately(balancer):
        place = balancer.targets[0].origin.place("use_private_ip")
        return ticked("not needed, the balancer reaches its targets over the private network", place)
    number = wired.destination_port
    if not isinstance(number, int):
        return left_open("the node port is not known", _LISTED)
    source = balancer_address(balancer)
    commands = (_LISTED, _allow(firewalls, number, source)) if number else (_LISTED,)
    port = f"node port {number}/tcp"
    if not firewalls:
        return left_open(f"{port} from the load balancer, at the nodes' public addresses", *commands)
    faults = (hop.fault for hop in app.hops.get(wired.listener, ()) if hop.stage is Stage.CLOUD_FIREWALL)
    closed = next((fault.thing for fault in faults if fault), None)
    if isinstance(closed, BlockedPort):
        is_applied = isinstance(closed.firewall, CloudFirewall) and closed.firewall.is_applied is True
        state = LineState.CROSSED if is_applied else LineState.OPEN
        return Part(state, f"{port} is not open to the load balancer", (closed.place,), commands)
    opening = _cloud_rule(firewalls, number, knows_source=source != "BALANCER_IP")
    if opening:
        return ticked(f"{port} is open to the load balancer", opening)
    return left_open(f"{port}: whom it is open to cannot be told", *commands, at=(firewalls[0].place,))


def _cloud_rule(firewalls: Iterable[CloudFirewall], port: int, *, knows_source: bool) -> Place | None:
    """The rule that opens a port, when it is known to hold for the balancer."""
    for firewall in firewalls:
        for rule in _openings(firewall.rules, port, "TCP") if firewall.is_applied is not False else ():
            if _is_for_all(rule) or (knows_source and not isinstance(rule.sources, Unknown)):
                return rule.place
    return None


def _allow(firewalls: Iterable[CloudFirewall], port: int, source: str) -> Command:
    name = next((firewall.name for firewall in firewalls), None)
    return hcloud_allow(name, port, f"{source}/32")
