"""The last part of every journey: from a Service to the process."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from kblint.model.policy import NetworkPolicy
from kblint.model.service import Service, ServicePort
from kblint.model.workload import Workload
from kblint.source.text import Place
from kblint.source.values import Unknown, shown
from kblint.wire.evidence import Certainty
from kblint.wire.faults.call import parted_fault
from kblint.wire.faults.fault import Fault, Kind, Reporter
from kblint.wire.faults.index import Faults
from kblint.wire.faults.service import (
    caller_fault,
    host_firewall_fault,
    overlay_fault,
    policy_fault,
    process_fault,
    udp_fault,
)
from kblint.wire.journeys.approach import Traffic
from kblint.wire.journeys.journey import Hop, HopVerdict, Stage
from kblint.wire.journeys.missing import pods_unknown, process_unknown
from kblint.wire.listening.nginx_answers import may_redirect
from kblint.wire.nodes.closed_ports import OpenPort
from kblint.wire.nodes.filtering import Filters
from kblint.wire.nodes.overlay import Overlay
from kblint.wire.policies.applied import Policies
from kblint.wire.policies.between import parted
from kblint.wire.policies.callers import OUTSIDE
from kblint.wire.services.makers import Makers
from kblint.wire.services.ports import PodPort, WiredPort, WiredService
from kblint.wire.services.scaling import Scaled


class Network(Struct, frozen=True, eq=False):
    """What lies between nodes and pods, and what is wrong with either."""

    overlay: Overlay
    filters: Filters
    policies: Policies
    faults: Faults
    meshed: Mapping[Workload, str]
    """Workloads with a sidecar, and the mesh that it is of."""
    makers: Makers
    scaled: Scaled


def service_hops(wired: WiredService, port: WiredPort, approach: Traffic, network: Network) -> tuple[Hop, ...]:
    """The hops from a Service's port to the processes behind it."""
    label = f"Service {wired.service.meta.name}:{shown(port.port.port)}"
    place = port.port.origin.place("port")

    def unknown(reason: str, at: Place = place) -> Hop:
        return Hop(Stage.SERVICE, label, at, HopVerdict.UNKNOWN, reason, thing=port.port)

    stopped = _stopping(wired, port, approach, network.faults)
    if stopped:
        return (Hop.stopped(Stage.SERVICE, label, stopped, approach.front, port.port),)
    found = _doubts(wired.service, approach, network.faults)
    doubts = tuple(Hop.stopped(Stage.SERVICE, label, doubt, approach.front, port.port) for doubt in found)
    if wired.service.is_external_name:
        return (*doubts, unknown(f"it is an alias of `{shown(wired.service.external_name)}`"))
    if not wired.selected and wired.service.selector is None:
        return (*doubts, unknown(f"its endpoints are made {'by hand' if wired.endpoints else 'elsewhere'}"))
    if not wired.selected:
        return (*doubts, unknown(pods_unknown(wired.service, network.makers), wired.service.origin.place("selector")))
    if port.certainty is not Certainty.KNOWN and not port.endpoints:
        return (*doubts, unknown("its pods cannot be known"))
    target = port.port.target_port
    if isinstance(target, Unknown):
        return (*doubts, unknown(f"targetPort `{target.text}` cannot be known", port.port.origin.place("targetPort")))
    pods = tuple(pod for pod in port.endpoints if pod.number is not None)
    if not pods:
        return (*doubts, unknown("the port of its pods cannot be known", port.port.origin.place("targetPort")))
    here = Hop(Stage.SERVICE, label, place, thing=port.port)
    return (*(doubts or (here,)), *pod_hops(pods, approach, network, port.port))


def _stopping(wired: WiredService, port: WiredPort, approach: Traffic, faults: Faults) -> Fault | None:
    """Why a request gets no further than a Service.

    The API refuses it, it speaks UDP, its node port is closed on the nodes that are asked, or nobody stands behind it.
    """
    if refused := faults.stopping.get(wired.service):
        return refused
    if wired.service.is_external_name:
        return None
    if (
        approach.front is not Reporter.CLIENT
        and not approach.is_udp
        and (udp := udp_fault(port, is_sure=not approach.is_lenient))
    ):
        return udp
    if (gap := _local_gap(wired.service, approach, faults)) and gap.certainty:
        return gap
    nobody = faults.first(wired.service, Kind.SELECTION) if not wired.selected else None
    return nobody or faults.first(port.port, Kind.ENDPOINTS, Kind.TARGET_PORT, Kind.PROTOCOL)


def _doubts(service: Service, approach: Traffic, faults: Faults) -> tuple[Fault, ...]:
    """What may stop requests at a Service, for all that anybody knows."""
    gap = _local_gap(service, approach, faults)
    found = (faults.noted.get(service), gap if gap and not gap.certainty else None)
    return tuple(fault for fault in found if fault)


def _local_gap(service: Service, approach: Traffic, faults: Faults) -> Fault | None:
    """Nodes that drop what comes to them; a balancer leaves those out."""
    if approach.front is not Reporter.CLIENT or approach.is_everywhere:
        return None
    return faults.first(service, Kind.LOCAL_TRAFFIC)


_NOT_READY = (Kind.READINESS, Kind.PROBE_SCHEME)
"""What keeps a pod from being an endpoint, and not from running."""


def pod_hops(
    pods: tuple[PodPort, ...], approach: Traffic, network: Network, asked: ServicePort | None = None
) -> list[Hop]:
    """Overlay, firewall, policies, pod and process; where several workloads stand behind, a break in any is a break.

    `asked` is the port of a Service that leads to them.
    """
    front = approach.front
    pods = _asked_for(pods, network.faults)
    is_checked = approach.is_checked and len({pod.workload for pod in pods}) == 1
    is_asked_there = approach.is_asked_there and is_checked and not network.scaled.holds(pods[0].workload)
    crossing = (
        overlay_fault(
            pod.workload,
            network.overlay,
            local_only=approach.local_only,
            is_checked=is_checked,
            is_asked_there=is_asked_there,
            caller=approach.caller,
        )
        for pod in pods
    )
    between = next((fault for fault in crossing if fault), None)
    hops = [Hop.stopped(Stage.OVERLAY, "VXLAN between nodes", between, front, between.thing)] if between else []
    for pod in pods:
        workload = pod.workload
        closed = network.faults.first(pod.key, Kind.PORTMAP) if approach.is_direct else None
        if closed:
            hops.append(Hop.stopped(Stage.NODE, f"host port of {workload.meta}", closed, front, pod.key))
        where = "host network" if workload.pod.host_network else "pod network"
        label = f"{workload.meta.kind} {workload.meta.name} ({where})"
        fault = network.faults.stopping.get(workload)
        if fault and not (approach.is_direct and fault.kind in _NOT_READY):
            # without a pod there is no endpoint, and no packet that a firewall could drop
            return [Hop.stopped(Stage.POD, label, fault, front, workload)]
        if idle := network.faults.first(workload, Kind.NO_REPLICAS):
            return [Hop.stopped(Stage.POD, label, idle, front, workload)]
        hops.extend(_host_firewall(pod, approach, network.filters))
        hops.extend(_policy(pod, approach, network.policies, asked))
        doubt = network.faults.noted.get(workload)
        if mesh := network.meshed.get(workload):
            reason = f"a sidecar of {mesh} takes what comes to it, and no file shows that"
            hops.append(Hop(Stage.POD, label, workload.meta.origin.place("kind"), HopVerdict.UNKNOWN, reason))
            continue
        here = Hop(Stage.POD, label, workload.meta.origin.place("kind"), thing=workload)
        hops.append(Hop.stopped(Stage.POD, label, doubt, front, workload) if doubt else here)
        hops.append(process_hop(pod, front))
    return hops


def _asked_for(pods: tuple[PodPort, ...], faults: Faults) -> tuple[PodPort, ...]:
    """The pods of workloads that ask for some, as long as there are any: those of the others are not missed."""
    there = tuple(pod for pod in pods if not faults.first(pod.workload, Kind.NO_REPLICAS))
    return there or pods


def _host_firewall(pod: PodPort, approach: Traffic, filters: Filters) -> list[Hop]:
    """The host firewall sees packets for pods of the host network only, with the container's port."""
    if not pod.workload.pod.host_network or not isinstance(pod.number, int):
        return []
    label = f"host firewall {pod.number}/{pod.protocol.lower()}"
    seen = filters.host(pod.number, pod.protocol, approach.peers, pod.workload, approach.node_port, approach.balancer)
    if seen is None:
        return []
    if isinstance(seen, OpenPort):
        state = HopVerdict.UNKNOWN if seen.doubt else HopVerdict.OK
        return [Hop(Stage.HOST_FIREWALL, label, seen.place, state, seen.doubt, thing=seen.firewall)]
    fault = host_firewall_fault(seen)
    return [Hop.stopped(Stage.HOST_FIREWALL, label, fault, approach.front, seen.firewall)]


def _policy(pod: PodPort, approach: Traffic, policies: Policies, asked: ServicePort | None) -> list[Hop]:
    """Network policies, where they surely keep everybody out, or may keep out whoever asks here."""
    blocked = policies.blocked(pod)
    if blocked:
        if blocked.certainty is not Certainty.KNOWN:
            return []
        # who wrote an entry for this very port, and another number, has no other policy that opens it
        is_closed = policies.is_closed or (asked is not None and policies.mistaken(blocked, asked) is not None)
        fault = policy_fault(blocked, rejects=policies.rejects, is_closed=is_closed)
        return [_at_policy(blocked.isolating[0], fault, approach)]
    outside = () if approach.front is Reporter.CONTROLLER else (OUTSIDE,)
    callers = approach.callers or outside
    shut_out = policies.shut_out(pod, callers)
    if shut_out is None:
        return []
    who = callers[0].name
    fault = caller_fault(shut_out, pod, who, rejects=policies.rejects, is_closed=policies.is_closed)
    return [_at_policy(shut_out.isolating[0], fault, approach)]


def _at_policy(policy: NetworkPolicy, fault: Fault, approach: Traffic) -> Hop:
    return Hop.stopped(Stage.POLICY, f"NetworkPolicy {policy.meta.name}", fault, approach.front, policy)


def egress_hops(pod: PodPort, approach: Traffic, policies: Policies) -> list[Hop]:
    """Network policies on the caller's own pods that keep them from sending to these."""
    found = parted(policies, approach.caller, pod, approach.asked) if approach.caller else None
    if found is None:
        return []
    fault = parted_fault(found, rejects=policies.rejects, is_closed=policies.is_closed)
    label = f"NetworkPolicy {found.isolating[0].meta.name}"
    return [Hop.stopped(Stage.POLICY, label, fault, approach.front, found.key)]


def process_hop(pod: PodPort, front: Reporter, *, from_inside: bool = False) -> Hop:
    """What answers on a port of pods; `from_inside`: the pod asks itself, over its loopback address."""
    label = f"port {shown(pod.number)}/{pod.protocol.lower()}"
    fault = process_fault(pod) if not from_inside else None
    if fault:
        return Hop.stopped(Stage.PROCESS, label, fault, front, pod.key)
    heard = (*pod.sockets, *(pod.loopback if from_inside else ()))
    if heard:
        socket = heard[0]
        program = f"{socket.program or 'process'} on {socket.port}"
        if may_redirect(socket.answers, "/"):
            sent_on = "its configuration sends requests on to another address"
            return Hop(Stage.PROCESS, program, socket.evidence.place, HopVerdict.UNKNOWN, sent_on, thing=pod.key)
        return Hop(Stage.PROCESS, program, socket.evidence.place, thing=pod.key)
    place = pod.declared.origin.place("containerPort") if pod.declared else None
    names = (pod.number, pod.declared.name) if pod.declared else ()
    if pod.declared and pod.holder and any(probe.port in names for probe in pod.holder.probes):
        # a pod whose probe fails gets no traffic, or no rest
        return Hop(Stage.PROCESS, label, place, HopVerdict.OK, "declared, and a probe asks it", thing=pod.key)
    if pod.declared:
        return Hop(
            Stage.PROCESS, label, place, HopVerdict.UNKNOWN, f"declared, and {process_unknown(pod)}", thing=pod.key
        )
    others = "the pod declares other ports, and " if pod.workload.pod.ports else ""
    reason = f"{others}{process_unknown(pod)}"
    return Hop(Stage.PROCESS, label, place, HopVerdict.UNKNOWN, reason, thing=pod.key)
