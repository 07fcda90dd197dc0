"""What is not followed because a limit of kblint's own was met: nothing is left out without a word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kblint.model.route import MAX_HOSTNAMES, MAX_MATCHES, Dialect, Route
from kblint.model.workload import Workload
from kblint.source.stream import SyntaxFault, not_followed
from kblint.source.text import Place
from kblint.wire.clients.told import LONGEST
from kblint.wire.policies.applied import MANY as MANY_POLICIES
from kblint.wire.services.index import MANY as MANY_WORKLOADS
from kblint.wire.topology import Topology

MOST_PORTS = 128
"""Ports of a workload that are told. Of one with more, nothing is: the one that is asked for may be among the rest."""


def cuts(topologies: Iterable[Topology]) -> tuple[SyntaxFault, ...]:
    """Each place where a limit was met, once, whatever scopes it belongs to."""
    return tuple(dict.fromkeys(cut for topology in topologies for cut in _cuts(topology)))


def _cuts(topology: Topology) -> Iterator[SyntaxFault]:
    yield from topology.cuts
    for route in topology.bundle.all(Route):
        if route.dialect is Dialect.GATEWAY:
            yield from _matches(route)
    for workload in topology.bundle.all(Workload):
        yield from _of_pods(workload, topology)
        for container in workload.pod.running_containers:
            yield from topology.listening_of(container).cuts
    for wired in topology.services.services:
        if wired.is_cut:
            count = len(wired.selected)
            message = f"this Service selects more than {count} workloads, and only the first are looked at"
            yield not_followed(wired.service.origin.place("selector"), message)
    for policy in topology.network.policies.uncounted:
        message = (
            f"over {MANY_POLICIES} policies select over {MANY_WORKLOADS} pods by this label; none of them is followed"
        )
        yield not_followed(policy.origin.place("podSelector"), message)


def _matches(route: Route) -> Iterator[SyntaxFault]:
    hosts = route.origin.get("hostnames")
    if isinstance(hosts, list) and len(hosts) > MAX_HOSTNAMES:
        message = f"this route has more than {MAX_HOSTNAMES} host names, and only the first are followed"
        yield not_followed(route.origin.place("hostnames"), message)
    for rule in route.origin.children("rules"):
        matches = rule.get("matches")
        if isinstance(matches, list) and len(matches) > MAX_MATCHES:
            message = f"this rule has more than {MAX_MATCHES} matches, and only the first are followed"
            yield not_followed(rule.place("matches"), message)


def _of_pods(workload: Workload, topology: Topology) -> Iterator[SyntaxFault]:
    pod = workload.pod
    if len(pod.ports) > MOST_PORTS:
        message = f"its pods have more than {MOST_PORTS} ports, and no message tells them"
        yield not_followed(pod.ports[0].origin.place("containerPort"), message)
    for container in pod.running_containers:
        for variable in container.env:
            if isinstance(variable.value, str) and len(variable.value) > LONGEST:
                yield _too_long(variable.origin.place("value"))
    if any(topology.listening_of(container).cuts for container in pod.running_containers):
        # what is too long for its own program is told already
        return
    for volume in pod.volumes:
        settings = topology.config_map_of(workload.meta.namespace, volume.name) if volume.name else None
        for key, text in settings.data.items() if settings and volume.kind == "configMap" else ():
            if settings and isinstance(text, str) and len(text) > LONGEST:
                yield _too_long(settings.meta.origin.place("data", key))


def _too_long(place: Place) -> SyntaxFault:
    return not_followed(place, f"this is longer than {LONGEST:,} characters; addresses in it are not looked for")
