"""Pods that find no room, are not admitted, crash, or are never ready: nobody stands behind their Services."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kblint.model.service import Service
from kblint.model.workload import Workload
from kblint.source.values import Unknown
from kblint.wire.evidence import Certainty
from kblint.wire.faults.fault import Failure, Fault, Kind, Outcome
from kblint.wire.faults.rejected import by_name
from kblint.wire.listening.container import service_link
from kblint.wire.listening.images import catalogue
from kblint.wire.nodes.claims import HostClaim, WiredClaim, bind_refusal
from kblint.wire.services.index import ServiceIndex
from kblint.wire.services.pod_ports import WiredProbe, listening_clashes
from kblint.wire.services.ports import ListeningOf, PortOfPods
from kblint.wire.services.scaling import Scaled

Links = Mapping[tuple[str, str | None], Service]
"""Services by the `<NAME>_PORT` variable that pods of their namespace get, where a known program reads such a one."""


def service_links(services: ServiceIndex) -> Links:
    """The variables that name Services.

    https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
    """
    read = catalogue().link_variables
    return {
        (variable, wired.service.meta.namespace): wired.service
        for wired in services.services
        if (variable := f"{wired.service.meta.name.upper().replace('-', '_')}_PORT") in read
        and not wired.service.is_headless
        and not wired.service.is_external_name
    }


def crashing(workload: Workload, links: Links) -> Iterator[Fault]:
    """Applications that get a URL where they read their port from."""
    for container in workload.pod.running_containers if links and workload.pod.enable_service_links else ():
        variable = service_link(container)
        service = links.get((variable, workload.meta.namespace)) if variable else None
        if variable and service:
            reason = f"Service `{service.meta.name}` overwrites `{variable}`, which it reads its port from"
            place = container.origin.place("image")
            failure = Failure.NO_ENDPOINT
            yield Fault(Kind.SERVICE_LINK, container, place, reason, failure, case=variable, other=service)


def failing_probe(wired: WiredProbe) -> Iterator[Fault]:
    """A probe that fails: for sure where it names a port, or where nobody listens.

    Where it is the liveness probe the pod is restarted again and again, and serves in between.
    """
    probe = wired.probe
    # a port whose name nobody knows may be the one
    is_open = isinstance(probe.port, str) and any(isinstance(port.name, Unknown) for port in wired.container.ports)
    sure = Certainty.UNKNOWN if probe.purpose == "liveness" else Certainty.KNOWN
    if wired.asks_node:
        place = probe.origin.place(probe.handler.value, "host")
        reason = f"its {probe.purpose} probe asks `{probe.host}`, which is the node and not the pod"
        yield Fault(Kind.READINESS, probe, place, reason, Failure.NO_ENDPOINT, sure, probe.purpose, wired)
    if probe.host is not None or wired.declared or is_open:
        return
    is_closed = wired.pod is not None and wired.pod.answers is False and wired.pod.certainty is Certainty.KNOWN
    if isinstance(probe.port, str) or is_closed:
        place = probe.origin.place(probe.handler.value, "port")
        reason = f"its {probe.purpose} probe asks port `{probe.port}`, which nobody has"
        yield Fault(Kind.READINESS, probe, place, reason, Failure.NO_ENDPOINT, sure, probe.purpose, wired)


def misspoken_probe(wired: WiredProbe) -> Iterator[Fault]:
    """A probe over https where plain HTTP is spoken, or the other way round: a handshake that fails, or a 400."""
    probe, spoken = wired.probe, wired.spoken
    if spoken is None:
        return
    place = probe.origin.place(probe.handler.value, "scheme")
    reason = f"its {probe.purpose} probe speaks {probe.scheme} to port `{probe.port}`, which speaks {_SPOKEN[spoken]}"
    sure = Certainty.UNKNOWN if probe.purpose == "liveness" else Certainty.KNOWN
    yield Fault(Kind.PROBE_SCHEME, probe, place, reason, Failure.NO_ENDPOINT, sure, probe.purpose, wired)


_SPOKEN = {"http": "plain HTTP", "tls": "TLS"}


def colliding(workload: Workload, listening_of: ListeningOf) -> Iterator[Fault]:
    """Two containers of a pod that listen on one port: the second fails to bind it and is started again and again."""
    for (number, protocol), clash in listening_clashes(workload, listening_of):
        reason = (
            f"containers `{clash.other.name}` and `{clash.container.name}` both listen on {number}/{protocol.lower()}"
        )
        key, doubt = PortOfPods(workload, number), "what listens is told by the image's defaults, or by a convention"
        failure, certainty = Failure.NO_ENDPOINT, clash.certainty
        yield Fault(Kind.PORT_COLLISION, key, clash.shown.place, reason, failure, certainty, other=clash, doubt=doubt)


def without_pods(workload: Workload, scaled: Scaled) -> Iterator[Fault]:
    """A workload that asks for no pods, which stays so unless something, or somebody, scales it up."""
    if workload.replicas == 0:
        place, reason = workload.meta.origin.place("spec", "replicas"), "`replicas: 0` asks for no pod"
        certainty = Certainty.UNKNOWN if scaled.holds(workload) else Certainty.LIKELY
        doubt = "somebody may scale it up"
        yield Fault(Kind.NO_REPLICAS, workload, place, reason, Failure.NO_ENDPOINT, certainty, doubt=doubt)


def unbound(claim: HostClaim, listening_of: ListeningOf) -> Iterator[Fault]:
    """A process that the kernel probably refuses the port it binds on its node: what a node allows no file says."""
    refusal = bind_refusal(claim, listening_of)
    if refusal:
        reason = f"`{refusal.socket.program}` may not bind port {claim.port}: its container {refusal.reason}"
        place, unsure = refusal.evidence.place, Certainty.UNKNOWN
        yield Fault(Kind.BIND_REFUSED, claim, place, reason, Failure.NO_ENDPOINT, unsure, other=refusal)


def host_port_conflicts(claims: Iterable[WiredClaim]) -> Iterator[tuple[Workload, Fault]]:
    """Ports of a node that somebody else has: the node's own programs on every node, or another workload's pods."""
    for wired in claims:
        held, claim = wired.reserved, wired.claim
        if held:
            certainty = claim.certainty if held.is_everywhere else Certainty.LIKELY
            reason, failure = f"port {claim.port} of the node belongs to {held.holder}", Failure.NO_ENDPOINT
            doubt = "nothing here tells whether it is taken on every node and address"
            fault = Fault(Kind.RESERVED_PORT, claim, claim.place, reason, failure, certainty, other=held, doubt=doubt)
            yield claim.workload, fault
        if wired.rival:
            yield _taken(claim, wired.rival, wired.rival_certainty)


def _taken(claim: HostClaim, rival: HostClaim, certainty: Certainty) -> tuple[Workload, Fault]:
    """Of two workloads that meet on one port of a node, the one that comes last, by their names.

    The scheduler keeps a pod waiting whose port is declared by both; what is not declared it cannot see, and the second
    process fails to bind.
    """
    last, first = sorted((claim, rival), key=lambda one: by_name(one.workload.meta), reverse=True)
    effect = Outcome.PENDING if last.declared is not None and first.declared is not None else Failure.NO_ENDPOINT
    reason = f"port {last.port} of the node is taken by {first.workload.meta.kind} `{first.workload.meta.name}`"
    fault = Fault(Kind.HOST_PORT_TAKEN, last, last.place, reason, effect, certainty, other=first)
    return last.workload, fault
