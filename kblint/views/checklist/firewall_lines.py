"""What firewalls must let through: UFW on the nodes, Hetzner's in front of them.

UFW sees a packet after its address was translated, so for a pod on the host network the container port counts; for a
pod on the pod network it does not filter node ports at all. Hetzner's firewall sees the node port, and only what comes
to a node's public address: see `kblint.wire.filtering`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from kblint.checklist import Command, LineState
from kblint.model.balancer import LoadBalancer
from kblint.model.firewall import CloudFirewall, FirewallRule, HostFirewall
from kblint.model.networks import is_private
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.views.checklist.applications import App
from kblint.views.checklist.commands import hcloud_allow, ufw_allow, ufw_status
from kblint.views.checklist.line_draft import LineDraft, Part, joined
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.journeys.approach import is_on_pod_network, through_controller, through_listener
from kblint.wire.journeys.journey import Stage
from kblint.wire.nodes.closed_ports import BlockedPort
from kblint.wire.nodes.senders import Peer
from kblint.wire.services.ports import PodPort

_EVERYWHERE = frozenset({"0.0.0.0/0", "::/0"})


def host_firewall(app: App) -> LineDraft:
    """UFW lets its port through."""
    id, title = "host-firewall", "Host firewall (UFW) lets its port through"
    workload = app.workload
    filters = app.topology.network.filters
    if not workload.pod.host_network and not filters.is_bypassed:
        detail = "not needed, UFW does not filter node ports of pods on the pod network"
        return LineDraft(id, title, LineState.TICKED, detail, (workload.pod.origin.place("hostNetwork"),))
    parts = [_on_node(app, pod, peers) for pod, peers in _needed(app)]
    return joined(id, title, parts or [Part(LineState.OPEN, "its port is not known", (), (ufw_status(),))])


def _on_node(app: App, pod: PodPort, peers: tuple[Peer, ...]) -> Part:
    filters = app.topology.network.filters
    number = pod.number
    if not isinstance(number, int):
        return Part(LineState.OPEN, "its port is not known", (), (ufw_status(),))
    port = f"{number}/{pod.protocol.lower()}"
    asked = f"{port}, the port after translation, from {' and '.join(peer.value for peer in peers)}"
    blocked_ports = tuple(ufw_allow(source, number, pod.protocol) for peer in peers for source in _sources(app, peer))
    commands = (ufw_status(), *blocked_ports)
    if not filters.hosts:
        return Part(LineState.OPEN, asked, (), commands)
    if filters.is_bypassed:
        return Part(LineState.OPEN, f"{asked}; what UFW sees without kube-proxy's iptables is not sure", (), commands)
    closed = app.topology.by_fault.closed_on_hosts.get((pod.key, pod.protocol))
    if closed:
        state = LineState.CROSSED if closed.is_proved else LineState.OPEN
        who = " and ".join(peer.value for peer in closed.peers)
        return Part(state, f"{port} is not open to {who}", (closed.place,), blocked_ports)
    active = [firewall for firewall in filters.hosts if firewall.active is not False]
    if not active:
        return Part(LineState.TICKED, "UFW is inactive", (filters.hosts[0].place,))
    return _judged(port, [(firewall, _openings(firewall.rules, number, pod.protocol)) for firewall in active], commands)


def _judged(port: str, found: list[tuple[HostFirewall, list[FirewallRule]]], commands: tuple[Command, ...]) -> Part:
    """Open for all as far as files tell: proved only where a rule, or the default, names everybody."""
    limited = [rule for _, rules in found if not any(map(_is_for_all, rules)) for rule in rules]
    if limited:
        sources = ", ".join(dict.fromkeys(source for rule in limited for source in _networks(rule)))
        detail = f"{port} is open to {sources or 'addresses nobody knows'}: see that no node is missing"
        return Part(LineState.OPEN, detail, tuple(rule.place for rule in limited), commands)
    places = tuple(
        next((rule.place for rule in rules if _is_for_all(rule)), firewall.place) for firewall, rules in found
    )
    if all(rules or firewall.default_incoming == "allow" for firewall, rules in found):
        return Part(LineState.TICKED, f"{port} is open", places)
    missing = "no rule here opens it" if all(one.is_complete for one, _ in found) else "the rules are not all here"
    return Part(LineState.OPEN, f"{port}: {missing}", places, commands)


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
    asked: dict[object, dict[Peer, None]] = {}
    for wired in app.direct:
        _add(asked, app, wired.pods, through_listener(wired).peers)
    controlled = through_controller(from_pods=any(map(is_on_pod_network, app.through)))
    for backend in app.backends:
        if backend.port:
            _add(asked, app, backend.port.endpoints, controlled.peers)
    needed = [
        (pod, tuple(asked[pod.number, pod.protocol])) for pod in app.reached if (pod.number, pod.protocol) in asked
    ]
    # where a wrong port is asked for, the right one will be
    everybody = tuple({peer: None for peers in asked.values() for peer in peers}) or (Peer.ANYONE,)
    return needed or [(pod, everybody) for pod in app.reached]


def _add(asked: dict[object, dict[Peer, None]], app: App, pods: Iterable[PodPort], peers: tuple[Peer, ...]) -> None:
    for pod in pods:
        if pod.workload is app.workload:
            asked.setdefault((pod.number, pod.protocol), {}).update(dict.fromkeys(peers))


def _sources(app: App, peer: Peer) -> tuple[str | None, ...]:
    """The addresses of a peer; None for everybody."""
    if peer is Peer.ANYONE:
        return (None,)
    if peer is Peer.NODE:
        return ("NODE_IP",)
    if peer is Peer.POD:
        return app.topology.network.filters.pod_networks[:1]
    return tuple(dict.fromkeys(balancer_address(wired.balancer) for wired in app.direct))


def balancer_address(balancer: LoadBalancer) -> str:
    """The address a balancer sends from: its private one where it reaches its targets privately."""
    is_reached_privately = bool(balancer.targets) and all(target.use_private_ip is True for target in balancer.targets)
    for address in balancer.addresses:
        try:
            known = ipaddress.IPv4Address(address)
        except ValueError:
            continue
        if is_private(address) == is_reached_privately:
            return str(known)
    return "BALANCER_IP"


def _node_port(app: App) -> int | None:
    numbers = [wired.port.node_port for wired, _ in app.ports]
    return next((number for number in numbers if isinstance(number, int)), None)


def cloud_firewall(app: App) -> LineDraft | None:
    """Hetzner's firewall lets the node port through; None where nothing here is Hetzner's."""
    topology = app.topology
    if not (topology.environment.is_hetzner or topology.network.filters.cloud_firewalls or app.listeners):
        return None
    parts = [_before_node(app, wired) for wired in app.listeners]
    if not parts:
        detail = "not told: no balancer here leads to it"
        command = Command("hcloud firewall list")
        number = _node_port(app)
        asked = f"node port {number}/tcp from where its requests come" if number else detail
        parts = [
            Part(
                LineState.OPEN,
                asked,
                (),
                (command, *_allow(topology.network.filters.cloud_firewalls, number, "BALANCER_IP")),
            )
        ]
    return joined("cloud-firewall", "Hetzner Cloud Firewall lets the node port through", parts)


def _before_node(app: App, wired: WiredListener) -> Part:
    filters = app.topology.network.filters
    balancer = wired.balancer
    if balancer.targets and all(target.use_private_ip is True for target in balancer.targets):
        place = balancer.targets[0].origin.place("use_private_ip")
        return Part(LineState.TICKED, "not needed, the balancer reaches its targets over the private network", (place,))
    number = wired.destination_port
    listed = Command("hcloud firewall list")
    if not isinstance(number, int):
        return Part(LineState.OPEN, "the node port is not known", (), (listed,))
    source = balancer_address(balancer)
    commands = (listed, *_allow(filters.cloud_firewalls, number, source))
    port = f"node port {number}/tcp"
    if not filters.cloud_firewalls:
        return Part(LineState.OPEN, f"{port} from the load balancer, at the nodes' public addresses", (), commands)
    faults = (hop.fault for hop in app.hops.get(wired.listener, ()) if hop.stage is Stage.CLOUD_FIREWALL)
    closed = next((fault.thing for fault in faults if fault), None)
    if isinstance(closed, BlockedPort):
        is_applied = isinstance(closed.firewall, CloudFirewall) and closed.firewall.is_applied is True
        state = LineState.CROSSED if is_applied else LineState.OPEN
        return Part(state, f"{port} is not open to the load balancer", (closed.place,), commands)
    opening = _cloud_rule(filters.cloud_firewalls, number, knows_source=source != "BALANCER_IP")
    if opening:
        return Part(LineState.TICKED, f"{port} is open to the load balancer", (opening,))
    return Part(
        LineState.OPEN, f"{port}: whom it is open to cannot be told", (filters.cloud_firewalls[0].place,), commands
    )


def _cloud_rule(firewalls: Iterable[CloudFirewall], port: int, *, knows_source: bool) -> Place | None:
    """The rule that opens a port, when it is known to hold for the balancer."""
    for firewall in firewalls:
        for rule in _openings(firewall.rules, port, "TCP") if firewall.is_applied is not False else ():
            if _is_for_all(rule) or (knows_source and not isinstance(rule.sources, Unknown)):
                return rule.place
    return None


def _allow(firewalls: Iterable[CloudFirewall], port: int | None, source: str) -> tuple[Command, ...]:
    name = next((firewall.name for firewall in firewalls), None)
    return (hcloud_allow(name, port, f"{source}/32"),) if port else ()
