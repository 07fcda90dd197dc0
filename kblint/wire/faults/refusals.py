"""What never comes to serve: objects that the API refuses, pods that stay pending, crash or never become ready.

Exact rules of validation: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from kblint.model.bundle import Bundle
from kblint.model.environment import Environment
from kblint.model.meta import Meta
from kblint.model.policy import Namespace
from kblint.model.service import Service
from kblint.model.workload import Probe, Workload
from kblint.source.text import Place
from kblint.wire.evidence import Certainty
from kblint.wire.journeys.journey import Cause
from kblint.wire.listening.container import service_link
from kblint.wire.nodes.claims import WiredClaim
from kblint.wire.nodes.rollouts import Clash, clash_of
from kblint.wire.services.index import ServiceIndex
from kblint.wire.services.ports import ListeningOf, pod_port
from kblint.wire.services.selection import selector_matches

_LEVEL = "pod-security.kubernetes.io/enforce"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something never serves, where that stands, and as which cause.

    `is_rejected`: the API refuses the object; `is_pending`: its pods wait for a node; neither: they exist and never
    become ready, so that a Service has no endpoint.
    """

    reason: str
    place: Place
    cause: Cause | None
    is_rejected: bool = False
    is_pending: bool = False
    is_unready: bool = False
    """Its pods run, and are kept out of Services."""
    is_outdone: bool = False
    """Another object of the input has what this one asks for, and answers in its place."""


@dataclass(frozen=True, slots=True)
class InvalidField:
    """A field that the API refuses for a Service's type."""

    field: str
    reason: str
    place: Place


@dataclass(frozen=True, slots=True, eq=False)
class Refusals:
    """By the identity of the Service or workload."""

    services: Mapping[int, Refusal]
    workloads: Mapping[int, Refusal]


def refusals(
    bundle: Bundle,
    services: ServiceIndex,
    claims: tuple[WiredClaim, ...],
    environment: Environment,
    listening_of: ListeningOf,
) -> Refusals:
    """Everything of a bundle that never comes to serve."""
    found: dict[int, Refusal] = {}
    for wired in claims:
        taken = _reserved(wired)
        if taken:
            found.setdefault(id(wired.claim.workload), taken)
        loser = _loser(wired)
        if loser:
            found.setdefault(id(loser[0]), loser[1])
    levels = {one.meta.name: one.meta.labels.get(_LEVEL) for one in bundle.all(Namespace)}
    links = service_links(services)
    for workload in bundle.all(Workload):
        refusal = (
            _rejected(workload)
            or _not_admitted(workload, levels.get(workload.meta.namespace or ""))
            or found.get(id(workload))
            or _crashing(workload, links)
            or _never_ready(workload, listening_of)
        )
        if refusal:
            found[id(workload)] = refusal
    return Refusals(_services(services, environment), found)


def service_misfit(service: Service) -> InvalidField | None:
    """The first field that does not go with the type of a Service.

    https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/#ServiceSpec
    """
    origin = service.origin
    if service.is_headless and service.type in ("NodePort", "LoadBalancer"):
        reason = f"`clusterIP: None` does not go with type `{service.type}`"
        return InvalidField("clusterIP", reason, origin.place("clusterIP"))
    if service.type in ("ClusterIP", "ExternalName"):
        needs = f"needs type `NodePort` or `LoadBalancer`, this Service is `{service.type}`"
        for port in service.ports:
            if port.node_port is not None:
                return InvalidField("nodePort", f"`nodePort` {needs}", port.origin.place("nodePort"))
        if origin.is_written("externalTrafficPolicy"):
            place = origin.place("externalTrafficPolicy")
            return InvalidField("externalTrafficPolicy", f"`externalTrafficPolicy` {needs}", place)
    if service.type != "LoadBalancer":
        for field in ("allocateLoadBalancerNodePorts", "loadBalancerClass"):
            if origin.is_written(field):
                reason = f"`{field}` needs type `LoadBalancer`, this Service is `{service.type}`"
                return InvalidField(field, reason, origin.place(field))
    return None


def _services(services: ServiceIndex, environment: Environment) -> dict[int, Refusal]:
    found: dict[int, Refusal] = {}
    taken: dict[int, Service] = {}
    # which of two is applied first no file says: by their names, so that the order of files changes nothing
    for wired in sorted(services.services, key=lambda one: _by_name(one.service.meta)):
        service = wired.service
        misfit = service_misfit(service)
        if misfit:
            cause = Cause("service-type", ("service", id(service)))
            found[id(service)] = Refusal(misfit.reason, misfit.place, cause, is_rejected=True)
            continue
        for port in wired.ports:
            number, place = port.port.node_port, port.port.origin.place("nodePort")
            if not isinstance(number, int):
                continue
            if number not in environment.node_port_range:
                reason = f"node port {number} is outside the cluster's range"
                found[id(service)] = Refusal(reason, place, Cause("node-port-range", port.key), is_rejected=True)
            elif taken.setdefault(number, service) is not service:
                reason = f"node port {number} is already taken by Service `{taken[number].meta.name}`"
                found[id(service)] = Refusal(reason, place, None, is_rejected=True, is_outdone=True)
    return found


def _rejected(workload: Workload) -> Refusal | None:
    pod = workload.pod
    seen: set[Hashable] = set()
    for container in pod.running_containers:
        for port in container.ports:
            number = pod.host_port_of(port)
            if pod.host_network and isinstance(port.host_port, int) and port.host_port != port.container_port:
                key = ("pod-port", id(workload), port.container_port)
                place = port.origin.place("hostPort")
                return Refusal(
                    "`hostPort` differs from `containerPort`", place, Cause("host-port", key), is_rejected=True
                )
            claim = (number, port.protocol, port.host_ip)
            if number is not None and claim in seen:
                return Refusal("a host port is asked for twice", port.origin.place("hostPort"), None, is_rejected=True)
            if number is not None:
                seen.add(claim)
    if workload.selector and selector_matches(workload.selector, pod.labels) is False:
        cause = Cause("workload-selector", ("workload", id(workload)))
        place = pod.meta_origin.place("labels")
        return Refusal("its selector does not select its own pods", place, cause, is_rejected=True)
    if workload.rollout and clash_of(workload) in (Clash.BOTH, Clash.NEITHER):
        cause = Cause("rollout", ("workload", id(workload)))
        place = workload.rollout.origin.place("rollingUpdate", "maxSurge")
        return Refusal("`maxSurge` and `maxUnavailable` do not fit each other", place, cause, is_rejected=True)
    return None


def _not_admitted(workload: Workload, level: object) -> Refusal | None:
    pod = workload.pod
    uses_host = pod.host_network or any(port.host_port for one in pod.running_containers for port in one.ports)
    if level not in ("baseline", "restricted") or not uses_host:
        return None
    cause = Cause("pod-security", ("workload", id(workload)))
    return Refusal(f"Pod Security level `{level}` refuses its pods", pod.origin.place("hostNetwork"), cause)


def _reserved(wired: WiredClaim) -> Refusal | None:
    """A pod that cannot bind its port, because the node's own programs have it on every node."""
    held = wired.reserved
    if held is None or held.servers_only or held.loopback or held.is_default:
        return None
    if wired.claim.certainty is not Certainty.KNOWN:
        return None
    reason = f"port {wired.claim.port} of the node belongs to {held.holder}"
    return Refusal(reason, wired.claim.place, Cause("reserved-port", wired.claim.key))


def _loser(wired: WiredClaim) -> tuple[Workload, Refusal] | None:
    """Of two workloads that surely meet on one port of a node, the one that comes last, by their names."""
    claim, rival = wired.claim, wired.rival
    if rival is None or wired.rival_certainty is not Certainty.KNOWN:
        return None
    last, first = sorted((claim, rival), key=lambda one: _by_name(one.workload.meta), reverse=True)
    reason = f"port {last.port} of the node is taken by {first.workload.meta.kind} `{first.workload.meta.name}`"
    is_pending = last.declared is not None and first.declared is not None
    return last.workload, Refusal(reason, last.place, None, is_pending=is_pending)


def _by_name(meta: Meta) -> tuple[str, str, str]:
    return (meta.namespace or "", meta.name, meta.kind)


def service_links(services: ServiceIndex) -> dict[tuple[str, str | None], Service]:
    """Services by the `<NAME>_PORT` variable that pods of their namespace get.

    https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
    """
    return {
        (f"{wired.service.meta.name.upper().replace('-', '_')}_PORT", wired.service.meta.namespace): wired.service
        for wired in services.services
        if not wired.service.is_headless and not wired.service.is_external_name
    }


def _crashing(workload: Workload, links: Mapping[tuple[str, str | None], Service]) -> Refusal | None:
    """An application that gets a URL where it reads its port from."""
    if not workload.pod.enable_service_links:
        return None
    for container in workload.pod.running_containers:
        variable = service_link(container)
        service = links.get((variable, workload.meta.namespace)) if variable else None
        if service:
            reason = f"Service `{service.meta.name}` overwrites `{variable}`, which it reads its port from"
            return Refusal(reason, container.origin.place("image"), Cause("service-link", ("container", id(container))))
    return None


def _never_ready(workload: Workload, listening_of: ListeningOf) -> Refusal | None:
    """A readiness or startup probe that surely fails."""
    for container in workload.pod.running_containers:
        for probe in container.probes:
            if probe.purpose == "liveness" or probe.port is None or probe.host is not None:
                continue
            if any(probe.port in (port.name, port.container_port) for port in container.ports):
                continue
            if _fails(workload, probe, listening_of):
                reason = f"its {probe.purpose} probe asks port `{probe.port}`, which nobody has"
                cause = Cause("readiness", ("probe", id(probe)))
                return Refusal(reason, probe.origin.place(probe.handler.value, "port"), cause, is_unready=True)
    return None


def _fails(workload: Workload, probe: Probe, listening_of: ListeningOf) -> bool:
    if isinstance(probe.port, str):
        return True
    pod = pod_port(workload, probe.port or 0, "TCP", listening_of)
    return pod.answers is False and pod.certainty is Certainty.KNOWN
