"""What firewalls must let through: UFW on the nodes, Hetzner's in front of them. The ways in have asked both."""

from __future__ import annotations

from collections.abc import Iterable

from kblint.checklist import Command
from kblint.model.firewall import HostFirewall
from kblint.source.values import Unknown, shown
from kblint.views.checklist.applications import App
from kblint.views.checklist.line_draft import Part, crossed, left_open, ticked
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.faults.fault import Reporter
from kblint.wire.journeys.approach import callers_of, through_controller, through_listener, through_node_port
from kblint.wire.journeys.balancer_hops import asks_publicly
from kblint.wire.journeys.journey import Hop, HopVerdict, Stage
from kblint.wire.nodes.closed_ports import AskedPort, BlockedPort, OpenPort, hcloud_line, ufw_lines
from kblint.wire.nodes.matching import covers
from kblint.wire.nodes.senders import PacketSource, Peer
from kblint.wire.services.ports import PodPort, PortOfPods

_UFW_STATUS = Command("sudo ufw status verbose")
_LISTED = Command("hcloud firewall list")
_WITHIN = (Peer.NODE, Peer.POD)


def host_firewall(app: App) -> list[Part]:
    """UFW lets its port through."""
    pod, filters = app.workload.pod, app.topology.network.filters
    if not pod.host_network and not filters.is_bypassed:
        detail = "not needed, UFW does not filter node ports of pods on the pod network"
        return [ticked(detail, pod.origin.place("hostNetwork"))]
    if filters.hosts and all(firewall.active is False for firewall in filters.hosts):
        return [ticked("UFW is inactive", filters.hosts[0].place)]
    if not pod.host_network:
        return [left_open("what UFW sees without kube-proxy's iptables is not sure", _UFW_STATUS)]
    parts = [_from_inside(app, port) for port in app.reached if app.inside(port)]
    seen = {port: hop for port, hop in app.host_firewall.items() if not app.inside(port)}
    parts += [_to_hosts(port, hop) or _seen(_written(port), hop, _UFW_STATUS) for port, hop in seen.items()]
    asked = [] if seen else [(port, sender) for port, sender in _asked(app) if not app.inside(port)]
    if not asked:
        return parts or [left_open("its port is not known", _UFW_STATUS)]
    numbers = ", ".join(dict.fromkeys(_written(port) for port, _ in asked))
    who = " and ".join(dict.fromkeys(sender.peer.value for _, sender in asked))
    if filters.hosts:
        return [*parts, left_open(f"{numbers}: nothing here asks it", _UFW_STATUS)]
    detail = f"{numbers}, the port after translation, from {who}"
    return [*parts, left_open(detail, _UFW_STATUS, *_ufw(app, asked))]


def _written(port: PodPort) -> str:
    return f"{shown(port.number)}/{port.protocol.lower()}"


def _seen(port: str, hop: Hop, *commands: Command, who: str = "") -> Part:
    """What the way in says of a firewall."""
    places = (hop.place,) if hop.place else ()
    if hop.state is HopVerdict.BROKEN:
        return crossed(f"{port}: {hop.reason}", *places)
    if hop.state is HopVerdict.UNKNOWN:
        return left_open(f"{port}: {hop.reason}", *commands, at=places)
    return ticked(f"{port} is open{who}", *places)


def _to_hosts(port: PodPort, hop: Hop) -> Part | None:
    """A port that is open to single addresses: whether these are all nobody but people can tell."""
    number, firewall = port.number, hop.thing
    if hop.state is not HopVerdict.OK or not isinstance(firewall, HostFirewall) or not isinstance(number, int):
        return None
    rules = (rule for rule in firewall.rules if rule.direction == "in" and rule.action.lets_through and rule.ports)
    opening = {rule.place: rule.sources for rule in rules if covers(rule, number, port.protocol.lower())}
    sources = [one for found in opening.values() if not isinstance(found, Unknown) for one in found or ("",)]
    if hop.place not in opening or not all(source.endswith("/32") for source in sources):
        return None
    detail = f"{_written(port)} is open to {', '.join(dict.fromkeys(sources))}: see that no node is missing"
    return left_open(detail, _UFW_STATUS, at=tuple(opening))


def _from_inside(app: App, port: PodPort) -> Part:
    """A port that the nodes and pods shall reach, and nobody else."""
    filters = app.topology.network.filters
    what = f"{_written(port)}, which belongs inside, from {Peer.NODE.value} and {Peer.POD.value}"
    commands = _ufw(app, [(port, filters.sender(peer)) for peer in _WITHIN])
    if not isinstance(port.number, int):
        return left_open("its port is not known", _UFW_STATUS)
    seen = filters.host(port.number, port.protocol, _WITHIN, app.workload, None)
    if seen is None or isinstance(seen, BlockedPort):
        closed = "" if seen is None else " is not open"
        return left_open(f"{what}{closed}", _UFW_STATUS, *commands, at=(seen.place,) if seen else ())
    if seen.doubt:
        return left_open(f"{what}: {seen.doubt}", _UFW_STATUS, at=(seen.place,))
    anyone = filters.host(port.number, port.protocol, (Peer.ANYONE,), app.workload, None)
    if isinstance(anyone, OpenPort) and not anyone.doubt:
        detail = f"{_written(port)} is open to everybody, and belongs inside: close it but for the nodes and the pods"
        return left_open(detail, _UFW_STATUS, at=(anyone.place,))
    return ticked(f"{_written(port)} is open to the nodes and the pods, and to nobody outside", seen.place)


def _ufw(app: App, asked: Iterable[tuple[PodPort, PacketSource]]) -> list[Command]:
    ports = (AskedPort(shown(port.number), port.protocol, sender) for port, sender in asked)
    return [Command(f"sudo {line}") for line in ufw_lines(ports, app.topology.network.filters.pod_networks)]


def _asked(app: App) -> list[tuple[PodPort, PacketSource]]:
    """The ports that requests need, each with who sends them, as the host firewall sees it."""
    sender = app.topology.network.filters.sender
    ways = [(wired.pods, through_listener(wired)) for wired in app.direct]
    controlled = through_controller(tuple(one for wired in app.through for one in callers_of(wired.pods)))
    ways += [(backend.port.endpoints, controlled) for backend in app.backends if backend.port]
    node_ports = [wired for wired, _ in app.ports if isinstance(wired.port.node_port, int)]
    ways = ways or [(wired.endpoints, through_node_port(wired, Reporter.CLIENT)) for wired in node_ports]
    asked: dict[PortOfPods, dict[PacketSource, None]] = {}
    for pods, traffic in ways:
        for pod in pods:
            if pod.workload is app.workload:
                senders = (sender(peer, traffic.balancer) for peer in traffic.peers)
                asked.setdefault(pod.key, {}).update(dict.fromkeys(senders))
    numbered = [port for port in app.reached if isinstance(port.number, int)]
    # where a wrong port is asked for, the right one will be
    everybody = {one: None for senders in asked.values() for one in senders} or {PacketSource(Peer.ANYONE): None}
    needed = [port for port in numbered if port.key in asked] or numbered
    return [(port, one) for port in needed for one in asked.get(port.key, everybody)]


def cloud_firewall(app: App) -> list[Part]:
    """Hetzner's firewall lets the node port through; nothing where nothing here is Hetzner's."""
    topology = app.topology
    firewalls = topology.network.filters.cloud_firewalls
    if app.listeners:
        return [_before_node(app, wired) for wired in app.listeners]
    if app.is_inside or not (topology.environment.is_hetzner or firewalls):
        return []
    number = next((port for wired, _ in app.ports if isinstance(port := wired.port.node_port, int)), None)
    if not number:
        return [left_open("not told: no balancer here leads to it", _LISTED)]
    asked = AskedPort(str(number), "TCP", PacketSource(Peer.BALANCER))
    detail = f"node port {number}/tcp from where its requests come"
    return [left_open(detail, _LISTED, *([] if firewalls else [Command(hcloud_line(asked))]))]


def _before_node(app: App, wired: WiredListener) -> Part:
    balancer, number = wired.balancer, wired.destination_port
    port = f"node port {shown(number)}/tcp"
    hops = (hop for hop in app.hops.get(wired.listener, ()) if hop.stage is Stage.CLOUD_FIREWALL)
    hop = next(hops, None)
    if hop:
        label = hop.label.replace("cloud firewall", "node port")
        return _seen(label, hop, _LISTED, who=" to the load balancer")
    if balancer.targets and asks_publicly(balancer, app.topology.managers.of(balancer)) is False:
        place = balancer.targets[0].origin.place("use_private_ip")
        return ticked("not needed, the balancer reaches its targets over the private network", place)
    if not isinstance(number, int):
        return left_open("the node port is not known", _LISTED)
    filters = app.topology.network.filters
    asked = AskedPort(str(number), "TCP", filters.sender(Peer.BALANCER, balancer))
    commands = [] if filters.cloud_firewalls else [Command(hcloud_line(asked))]
    return left_open(f"{port} from the load balancer, at the nodes' public addresses", _LISTED, *commands)
