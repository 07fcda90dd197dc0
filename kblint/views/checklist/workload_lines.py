"""What the workload itself must be: where its pods run, which ports they take, what listens on them."""

from __future__ import annotations

from kblint.checklist import Command, LineState
from kblint.source.values import Unknown, shown
from kblint.views.checklist.applications import App
from kblint.views.checklist.commands import kubectl, pods_of, sockets
from kblint.views.checklist.line_draft import LineDraft, Part, joined
from kblint.views.checklist.probe_commands import ask
from kblint.wire.evidence import Certainty
from kblint.wire.faults.fault import Kind
from kblint.wire.faults.service import process_fault
from kblint.wire.services.ports import PodPort


def every_node(app: App) -> LineDraft:
    """DaemonSet with hostNetwork, or no need for it."""
    id, title = "every-node", "DaemonSet with hostNetwork"
    workload = app.workload
    kind, network = workload.meta.origin.place("kind"), workload.pod.origin.place("hostNetwork")
    if workload.pod.host_network:
        where = "a pod on every node" if workload.one_per_node else f"a {workload.meta.kind} on some nodes"
        reason = "" if workload.one_per_node else ": Services forward to the nodes where it runs"
        return LineDraft(id, title, LineState.TICKED, f"{where}, on the host network{reason}", (kind, network))
    overlay = app.topology.overlay
    if overlay.works:
        shows = (overlay.evidence.place,) if overlay.evidence else ()
        return LineDraft(id, title, LineState.TICKED, f"not needed, {overlay.reason}", shows)
    local = [service.service for service in app.services if service.service.external_traffic_policy == "Local"]
    if workload.one_per_node and local and len(local) == len(app.services) and not app.backends:
        evidence = tuple(service.origin.place("externalTrafficPolicy") for service in local)
        return LineDraft(id, title, LineState.TICKED, "not needed, requests stay on the node that they reach", evidence)
    commands = [pods_of(workload)]
    commands += [command for pod in app.reached for command in ask(app, pod, "POD_IP", pod.number)]
    detail = f"its pods are on the pod network, and {overlay.reason}"
    return LineDraft(id, title, LineState.OPEN, detail, (network,), tuple(commands))


def host_ports(app: App) -> LineDraft:
    """What is written as containerPort and hostPort agrees."""
    id, title = "host-ports", "containerPort equals hostPort"
    pod = app.workload.pod
    ports = [port for container in pod.running_containers for port in container.ports]
    written = [port for port in ports if port.host_port is not None]
    if not pod.host_network:
        if not written:
            evidence = (pod.origin.place("hostNetwork"),)
            return LineDraft(
                id, title, LineState.TICKED, "not needed, on the pod network it takes no port of a node", evidence
            )
        parts = [
            Part(
                LineState.TICKED,
                f"host port {shown(port.host_port)} leads to {shown(port.container_port)}, fine on the pod network",
                (port.origin.place("hostPort"),),
            )
            for port in written
        ]
        return joined(id, title, parts)
    if not ports:
        detail = "declares no port: what it listens on is taken on its nodes all the same"
        command = (
            sockets(app.reached[0].number, "TCP") if app.reached and isinstance(app.reached[0].number, int) else None
        )
        return LineDraft(
            id, title, LineState.OPEN, detail, (pod.origin.place("hostNetwork"),), (command,) if command else ()
        )
    parts = []
    for port in ports:
        place = port.origin.place("hostPort")
        if isinstance(port.container_port, Unknown) or isinstance(port.host_port, Unknown):
            name = f"{app.workload.meta.kind.lower()}/{app.workload.meta.name}"
            command = kubectl(app.workload.meta.namespace, "get", name, "-o", "yaml")
            parts.append(Part(LineState.OPEN, f"{shown(port.container_port)} cannot be known", (place,), (command,)))
        elif fault := app.topology.network.faults.first(port, Kind.HOST_PORT):
            parts.append(Part(LineState.CROSSED, fault.reason, (fault.place, port.origin.place("containerPort"))))
        else:
            parts.append(Part(LineState.TICKED, f"{port.container_port}", (place,)))
    return joined(id, title, parts)


def listening(app: App) -> LineDraft:
    """A process answers on the ports that matter."""
    parts = [_listens(app, pod) for pod in app.reached]
    if not parts:
        parts = [Part(LineState.OPEN, "no port is declared or asked for", (), (pods_of(app.workload),))]
    return joined("listening", "The process listens on its port", parts)


def _listens(app: App, pod: PodPort) -> Part:
    where = f"{shown(pod.number)}/{pod.protocol.lower()}"
    if pod.answers and pod.certainty is Certainty.KNOWN:
        socket = pod.sockets[0]
        return Part(LineState.TICKED, f"{socket.program} on {where}", (socket.evidence.place,))
    if pod.answers:
        evidence = pod.sockets[0].evidence
        return Part(LineState.OPEN, f"{where}: {evidence.label}, but not proved", (evidence.place,), _prove(app, pod))
    fault = process_fault(pod)
    if fault and fault.certainty is Certainty.KNOWN and not pod.declared:
        # whoever asks for a port that the pod does not promise has made the mistake
        return Part(LineState.OPEN, f"{where}, which it does not declare: {fault.reason}", (fault.place,))
    if fault and fault.certainty is Certainty.KNOWN:
        return Part(LineState.CROSSED, f"{where}: {fault.reason}", (fault.place,))
    return Part(LineState.OPEN, f"{where}: nothing in the files tells", (), _prove(app, pod))


def _prove(app: App, pod: PodPort) -> tuple[Command, ...]:
    number = pod.number
    if not isinstance(number, int):
        return ()
    if app.workload.pod.host_network:
        return (sockets(number, pod.protocol),)
    return (pods_of(app.workload), *ask(app, pod, "POD_IP", number))
