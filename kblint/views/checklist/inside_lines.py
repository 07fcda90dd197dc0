"""What belongs inside the cluster: databases, caches, queues, and what administers or measures. Nothing opens it."""

from __future__ import annotations

from collections.abc import Iterator

from kblint.source.text import Place
from kblint.source.values import shown
from kblint.views.checklist.applications import App
from kblint.views.checklist.commands import connect, kubectl
from kblint.views.checklist.line_draft import Part, left_open, ticked
from kblint.wire.balancers.settings import destination_place
from kblint.wire.services.ports import PodPort

_CLOSED = "no connection, or a host that you trust"


def inside(app: App) -> list[Part]:
    """Only pods and nodes reach what belongs inside; nothing where nothing of that kind answers.

    What the input opens to people outside is there to be closed or confirmed, never to be opened further.
    """
    asked = f", asked by {', '.join(app.askers)}" if app.askers else ""
    return list(_opened(app)) or [
        ticked(
            f"{wired.service.meta} is of type {wired.service.type}{asked}: {what} belongs inside",
            wired.service.origin.place("type"),
        )
        for wired, pod in app.ports
        if (what := app.inside(pod))
    ]


def _opened(app: App) -> Iterator[Part]:
    """What leads to it from outside: listeners, node ports, host ports, routes."""
    for direct in app.direct:
        pods = [pod for pod in direct.pods if pod.workload is app.workload]
        port, place = direct.listener.listen_port, destination_place(direct.balancer, direct.listener)
        yield from _to_close(app, f"{direct.balancer.name} {shown(port)}", pods, "BALANCER_IP", port, place)
    for wired, pod in app.ports:
        if wired.service.has_node_ports:
            number, origin = wired.port.node_port, wired.service.origin
            place = wired.port.origin.place("nodePort") if isinstance(number, int) else origin.place("type")
            name = f"node port {shown(number)} of {wired.service.meta}" if number else str(wired.service.meta)
            yield from _to_close(app, name, [pod], "NODE_IP", number, place)
    for wired_claim in app.claims if not app.workload.pod.host_network else ():
        claim = wired_claim.claim
        pods = [pod for pod in app.reached if pod.number == claim.container_port]
        name = f"host port {claim.port}, which UFW does not filter,"
        yield from _to_close(app, name, pods, "NODE_IP", claim.port, claim.place)
    for backend in app.backends:
        pods = [pod for pod in backend.port.endpoints if pod.workload is app.workload] if backend.port else []
        yield from _to_close(app, str(backend.route.meta), pods, "", None, backend.backend.origin.place("name"))


def _to_close(app: App, way: str, pods: list[PodPort], address: str, port: object, place: Place) -> Iterator[Part]:
    what = next((found for pod in pods if (found := app.inside(pod))), None)
    if what is None:
        return
    meta = app.workload.meta
    command = kubectl(meta.namespace, "get", "services,ingresses", "-o", "wide", expect="nothing that opens it")
    if isinstance(port, int):
        command = connect(address, port, pods[0].protocol, expect=_CLOSED)
    yield left_open(f"{way} leads to {what} from outside: close it, or be sure that it is meant", command, at=(place,))
