"""Calls inside the cluster, followed from the container that asks to the process that answers.

Where a server passes on whatever comes in at a port, the ways in to it go on to what it asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from kblint.model.workload import Handler
from kblint.source.grouping import grouped
from kblint.source.values import shown
from kblint.wire.clients.calls import Call
from kblint.wire.evidence import Certainty
from kblint.wire.faults.fault import SEEN, Failure, Kind, Reporter
from kblint.wire.journeys.approach import inside
from kblint.wire.journeys.delivery import Network, egress_hops, pod_hops, process_hop, service_hops
from kblint.wire.journeys.journey import Hop, HopVerdict, Journey, Stage
from kblint.wire.services.ports import PortOfPods

_AT_NAME = (Kind.CALL_HOST,)
_AT_PORT = (Kind.CALL_PORT, Kind.CALL_PROTOCOL, Kind.CALL_ADVERTISED, Kind.CALL_LOOPBACK)


def call_journeys(calls: Iterable[Call], network: Network) -> tuple[Journey, ...]:
    """Every call as a journey of its own."""
    calls = tuple(calls)
    return beyond((Journey(call.name, tuple(_hops(call, network))) for call in calls), calls, network)


def _hops(call: Call, network: Network) -> Iterator[Hop]:
    meta = call.workload.meta
    label = f"{meta.kind} {meta.name}, container {call.container.name}"
    stopped = network.faults.stopping.get(call.workload)
    if stopped:
        reason = f"its pods never run: {stopped.reason}"
        yield Hop(Stage.CALLER, label, call.place, HopVerdict.UNKNOWN, reason, thing=call.key)
    else:
        yield Hop(Stage.CALLER, label, call.place, thing=call.key)
    yield from called_hops(call, network, Reporter.CLIENT)


def beyond(journeys: Iterable[Journey], calls: Iterable[Call], network: Network) -> tuple[Journey, ...]:
    """Journeys that go on where the process at their end passes requests on."""
    passing = grouped((PortOfPods(call.workload, port), call) for call in calls for port in call.told.passes)
    if not passing:
        return tuple(journeys)
    return tuple(_went_on(one, passing, network) for one in journeys)


_Passing = Mapping[PortOfPods, tuple[Call, ...]]


def _went_on(journey: Journey, passing: _Passing, network: Network) -> Journey:
    hops = tuple(_followed(journey.hops, passing, network, _front(journey), frozenset()))
    return replace(journey, hops=hops) if len(hops) > len(journey.hops) else journey


def _front(journey: Journey) -> Reporter:
    """Who reports what fails at the pods of a journey."""
    stages = {hop.stage for hop in journey.hops}
    if stages & {Stage.ROUTE, Stage.CONTROLLER}:
        return Reporter.CONTROLLER
    if Stage.BALANCER in stages:
        return Reporter.BALANCER_TCP if journey.name.startswith("tcp:") else Reporter.BALANCER_HTTP
    return Reporter.CLIENT


def _followed(
    hops: Iterable[Hop], passing: _Passing, network: Network, front: Reporter, passed: frozenset[PortOfPods]
) -> Iterator[Hop]:
    """Hops, and behind each process what it asks in its turn, but for those that were `passed` before.

    `front` reports what fails at the process itself.
    """
    for hop in hops:
        yield hop
        at = hop.thing
        if hop.stage is not Stage.PROCESS or hop.is_end or not isinstance(at, PortOfPods):
            continue
        for call in passing.get(at, ()) if at not in passed and len(passed) < DEEPEST else ():
            port = "" if call.told.port is None else f":{call.told.port}"
            label = f"container {call.container.name} passes on to {call.host}{port}"
            behind = _followed(
                called_hops(call, network, Reporter.PROXY), passing, network, Reporter.PROXY, passed | {at}
            )
            yield Hop(Stage.CALLER, label, call.place, thing=call.key)
            yield from (_at_probe(one, front) if _is_out(one, call, at) else one for one in behind)


def _is_out(hop: Hop, call: Call, at: PortOfPods) -> bool:
    """Whether the server itself is out of service where a hop behind it is broken.

    Its readiness probe asks what it passes on; or it is an nginx, which ends where it starts with an unknown name.
    """
    if not hop.is_end:
        return False
    if hop.stage is Stage.NAME and call.told.is_nginx:
        return True
    return any(
        probe.purpose == "readiness" and probe.handler is Handler.HTTP and port.is_named(probe.port)
        for probe in call.container.probes
        for port in call.container.ports
        if port.container_port == at.number
    )


def _at_probe(hop: Hop, front: Reporter) -> Hop:
    return replace(hop, outcome=SEEN[front][Failure.NO_ENDPOINT])


DEEPEST = 4
"""Servers behind each other that are followed."""


def called_hops(call: Call, network: Network, front: Reporter) -> Iterator[Hop]:
    """What a call passes behind the container that asks, as `front` reports it."""
    if call.named is None:
        yield _in_own_pod(call, network, front)
        return
    yield from _name_hops(call, network, front)
    service = call.service
    if service is None:
        return
    label, place = f"Service {service.service.meta.name}:{shown(call.told.port)}", call.told.port_place
    stopped = network.faults.first(call.key, *_AT_PORT)
    if stopped:
        yield Hop.stopped(Stage.SERVICE, label, stopped, front, call.key)
        return
    approach = inside(call.workload, front, call.told.port)
    for pod in call.port.endpoints if call.port else call.pods:
        yield from egress_hops(pod, approach, network.policies)
    if call.port is not None:
        yield from service_hops(service, call.port, approach, network)
        return
    nobody = network.faults.stopping.get(service.service) or network.faults.first(service.service, Kind.SELECTION)
    if nobody:
        yield Hop.stopped(Stage.SERVICE, label, nobody, front, service.service)
    elif call.pods:
        yield Hop(Stage.SERVICE, label, service.service.meta.origin.place("metadata", "name"), thing=service.service)
        yield from pod_hops(call.pods, approach, network)
    else:
        reason = "its pods are not in the input"
        if service.service.is_external_name:
            reason = "it is a DNS alias"
        elif call.told.port is None:
            label, reason = f"Service {service.service.meta.name}", "nothing here tells which port is asked"
        elif not service.service.is_headless:
            reason = "its ports cannot be known"
        yield Hop(Stage.SERVICE, label, place, HopVerdict.UNKNOWN, reason, thing=service.service)


def _name_hops(call: Call, network: Network, front: Reporter) -> Iterator[Hop]:
    """What the cluster's DNS makes of the name that is asked."""
    label = f"name {call.host}"
    stopped = network.faults.first(call.key, *_AT_NAME)
    pod, named = call.workload.pod, call.named
    if stopped:
        yield Hop.stopped(Stage.NAME, label, stopped, front, call.key)
    elif named and named.service is None:
        reason = "no Service of this name is in the input"
        reason += f", {named.maker.name} may make it" if named.maker else ""
        yield Hop(Stage.NAME, label, call.place, HopVerdict.UNKNOWN, reason, thing=call.key)
    elif pod.has_dns_config or pod.dns_policy == "None":
        reason, place = "its pods have name servers of their own", pod.origin.place("dnsConfig")
        yield Hop(Stage.NAME, label, place, HopVerdict.UNKNOWN, reason, thing=call.key)
    elif pod.host_network and pod.dns_policy != "ClusterFirstWithHostNet":
        reason, place = "pods on the host network ask their node's DNS", pod.origin.place("dnsPolicy")
        yield Hop(Stage.NAME, label, place, HopVerdict.UNKNOWN, reason, thing=call.key)
    elif network.policies.dns_blocked(call.workload):
        reason = "policies may keep its pods from asking for names"
        yield Hop(Stage.NAME, label, call.place, HopVerdict.UNKNOWN, reason, thing=call.key)
    elif network.overlay.works is not True:
        reason = f"the cluster's DNS may be on another node: {network.overlay.reason}"
        yield Hop(Stage.NAME, label, call.place, HopVerdict.UNKNOWN, reason, thing=call.key)
    elif call.certainty is not Certainty.KNOWN and named and named.certainty is not Certainty.KNOWN:
        is_apart = call.workload.meta.namespace is None
        reason = "the Service may be of another deployment" if is_apart else "a namespace is written on one side only"
        yield Hop(Stage.NAME, label, call.place, HopVerdict.UNKNOWN, reason, thing=call.key)


def _in_own_pod(call: Call, network: Network, front: Reporter) -> Hop:
    """A call over the loopback address, which no firewall and no policy sees."""
    label = f"port {shown(call.told.port)} of its own pod"
    stopped = network.faults.first(call.key, *_AT_PORT)
    if stopped:
        return Hop.stopped(Stage.PROCESS, label, stopped, front, call.key)
    return process_hop(call.pods[0], front, from_inside=True)
