"""What the workload itself must be: where its pods run, which ports they take, what listens on them."""

from __future__ import annotations

from kblint.checklist import Command
from kblint.model.workload import ContainerPort
from kblint.source.values import Unknown, shown
from kblint.views.checklist.applications import App
from kblint.views.checklist.commands import ask, kubectl, pods_of, sockets
from kblint.views.checklist.line_draft import Part, crossed, left_open, ticked
from kblint.wire.evidence import Certainty
from kblint.wire.faults.fault import Kind
from kblint.wire.faults.service import process_fault
from kblint.wire.services.ports import PodPort


def every_node(app: App) -> list[Part]:
    """DaemonSet with hostNetwork, or no need for it; nothing for what belongs inside, a database most of all."""
    workload = app.workload
    if app.is_inside:
        return []
    network = workload.pod.origin.place("hostNetwork")
    if workload.pod.host_network:
        where = "a pod on every node" if workload.one_per_node else f"a {workload.meta.kind} on some nodes"
        reason = "" if workload.one_per_node else ": Services forward to the nodes where it runs"
        return [ticked(f"{where}, on the host network{reason}", workload.meta.origin.place("kind"), network)]
    overlay = app.topology.overlay
    if overlay.works:
        shows = (overlay.evidence.place,) if overlay.evidence else ()
        return [ticked(f"not needed, {overlay.reason}", *shows)]
    local = [service.service for service in app.services if service.service.external_traffic_policy == "Local"]
    if workload.one_per_node and local and len(local) == len(app.services) and not app.backends:
        evidence = (service.origin.place("externalTrafficPolicy") for service in local)
        return [ticked("not needed, requests stay on the node that they reach", *evidence)]
    commands = [command for pod in app.reached for command in ask(app, pod, "POD_IP", pod.number)]
    detail = f"its pods are on the pod network, and {overlay.reason}"
    return [left_open(detail, pods_of(workload), *commands, at=(network,))]


def host_ports(app: App) -> list[Part]:
    """What is written as containerPort and hostPort agrees."""
    pod = app.workload.pod
    network = pod.origin.place("hostNetwork")
    ports = [port for container in pod.running_containers for port in container.ports]
    if pod.host_network and not ports:
        detail = "declares no port: what it listens on is taken on its nodes all the same"
        number = app.reached[0].number if app.reached else None
        return [left_open(detail, *([sockets(number, "TCP")] if isinstance(number, int) else []), at=(network,))]
    if pod.host_network:
        return [_on_host(app, port) for port in ports]
    return [
        ticked(
            f"host port {shown(port.host_port)} leads to {shown(port.container_port)}, fine on the pod network",
            port.origin.place("hostPort"),
        )
        for port in ports
        if port.host_port is not None
    ] or [ticked("not needed, on the pod network it takes no port of a node", network)]


def _on_host(app: App, port: ContainerPort) -> Part:
    place = port.origin.place("hostPort")
    meta = app.workload.meta
    if isinstance(port.container_port, Unknown) or isinstance(port.host_port, Unknown):
        command = kubectl(meta.namespace, "get", f"{meta.kind.lower()}/{meta.name}", "-o", "yaml")
        return left_open(f"{shown(port.container_port)} cannot be known", command, at=(place,))
    fault = app.topology.network.faults.first(port, Kind.HOST_PORT)
    if fault:
        return crossed(fault.reason, fault.place, port.origin.place("containerPort"))
    return ticked(f"{port.container_port}", place)


def listening(app: App) -> list[Part]:
    """A process answers on the ports that matter."""
    parts = [_listens(app, pod) for pod in app.reached]
    return parts or [left_open("no port is declared or asked for", pods_of(app.workload))]


def _listens(app: App, pod: PodPort) -> Part:
    where = f"{shown(pod.number)}/{pod.protocol.lower()}"
    if pod.answers and pod.certainty is Certainty.KNOWN:
        socket, doubt = pod.sockets[0], app.doubt(pod.key)
        told, place = f"{socket.program} on {where}", socket.evidence.place
        return left_open(f"{told}: {doubt.reason}", *_prove(app, pod), at=(place,)) if doubt else ticked(told, place)
    if pod.answers:
        evidence = pod.sockets[0].evidence
        return left_open(f"{where}: {evidence.label}, but not proved", *_prove(app, pod), at=(evidence.place,))
    fault = process_fault(pod)
    if fault and fault.certainty is Certainty.KNOWN and not pod.declared:
        # whoever asks for a port that the pod does not promise has made the mistake
        return left_open(f"{where}, which it does not declare: {fault.reason}", at=(fault.place,))
    if fault and fault.certainty is Certainty.KNOWN:
        return crossed(f"{where}: {fault.reason}", fault.place)
    return left_open(f"{where}: nothing in the files tells", *_prove(app, pod))


def _prove(app: App, pod: PodPort) -> list[Command]:
    number = pod.number
    if not isinstance(number, int):
        return []
    if app.workload.pod.host_network:
        return [sockets(number, pod.protocol)]
    return [pods_of(app.workload), *ask(app, pod, "POD_IP", number)]
