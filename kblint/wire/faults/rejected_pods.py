"""What the API server refuses of pods: a workload that is never there, or that never gets any.

Exact rules of validation: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from kblint.model.workload import Container, ContainerPort, Role, Workload
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.wire.faults.fault import Failure, Fault, Kind, rejected
from kblint.wire.faults.port_names import Misnamed, misnamed
from kblint.wire.faults.rejected import at_port, out_of_range
from kblint.wire.nodes.rollouts import Clash, clash_of
from kblint.wire.services.selection import requirement_holds, selector_matches


class DeclaredPort(NamedTuple):
    """A port with the container and the workload that declare it."""

    container: Container
    port: ContainerPort
    workload: Workload


class Mismatch(Struct, frozen=True, eq=False):
    """A label that a workload's selector asks for and its own pods do not carry."""

    key: str
    wanted: str
    found: str | None
    place: Place


def rejected_workload(workload: Workload) -> Iterator[Fault]:
    """Every reason for which the API refuses a workload, or the pods that it would make."""
    yield from _ports(workload)
    found = mismatch(workload)
    if workload.selector and selector_matches(workload.selector, workload.pod.labels) is False:
        place = workload.pod.meta_origin.place("labels")
        reason = "its selector does not select its own pods"
        yield rejected(Kind.WORKLOAD_SELECTOR, workload, place, reason, other=found)
    clash = clash_of(workload)
    if workload.rollout and clash in (Clash.BOTH, Clash.NEITHER):
        place = workload.rollout.origin.place("rollingUpdate", "maxSurge")
        reason = "`maxSurge` and `maxUnavailable` do not fit each other"
        yield rejected(Kind.ROLLOUT, workload, place, reason, clash.value)


def _ports(workload: Workload) -> Iterator[Fault]:
    pod = workload.pod
    taken: dict[tuple[int, str, object], DeclaredPort] = {}
    for container in pod.running_containers:
        names: dict[str, DeclaredPort] = {}
        # a sidecar is an init container: its host ports are compared with its own only
        is_sidecar = container.role is Role.SIDECAR
        claims = {} if is_sidecar else taken
        for port in container.ports:
            if not isinstance(port.container_port, int):
                continue
            here = DeclaredPort(container, port, workload)
            is_other = isinstance(port.host_port, int) and port.host_port != port.container_port
            if pod.host_network and is_other and not is_sidecar:
                yield at_port(Kind.HOST_PORT, port, "hostPort", "`hostPort` differs from `containerPort`")
            number = pod.host_port_of(port)
            if isinstance(number, int):
                claim = (number, port.protocol, port.host_ip)
                if claim in claims:
                    yield _twice(here, claims[claim])
                claims[claim] = here
            if reason := out_of_range(port.container_port, port.host_port):
                yield at_port(Kind.CONTAINER_PORT_RANGE, port, "containerPort", reason)
            if isinstance(port.name, str):
                yield from _port_name(port, port.name, names.get(port.name))
                names[port.name] = here


def _twice(here: DeclaredPort, first: DeclaredPort) -> Fault:
    """A host port that a pod asks for a second time.

    Under the host network the API fills in what is not written, in pods and not in templates: it takes the workload,
    and refuses its pods.
    """
    reason = "a host port is asked for twice"
    is_filled_in = here.port.host_port is None or first.port.host_port is None
    if is_filled_in and here.workload.meta.kind != "Pod":
        place, failure = here.port.origin.place("hostPort"), Failure.NO_ENDPOINT
        return Fault(Kind.HOST_PORT_TWICE, here.port, place, reason, failure, case="template", other=first)
    return at_port(Kind.HOST_PORT_TWICE, here.port, "hostPort", reason, other=first)


def _port_name(port: ContainerPort, name: str, same: DeclaredPort | None) -> Iterator[Fault]:
    wrong = Misnamed("twice", "stands twice") if same else misnamed(name)
    if wrong:
        yield at_port(Kind.PORT_NAME, port, "name", f"port name `{name}` {wrong.reason}", wrong.case, same)


def mismatch(workload: Workload) -> Mismatch | None:
    """The first label, or expression, by which a workload's selector misses its own pods."""
    selector, labels = workload.selector, workload.pod.labels
    if selector is None:
        return None
    for key, wanted in selector.labels.items():
        found = labels.get(key)
        if isinstance(wanted, str) and not isinstance(found, Unknown) and found != wanted:
            path = ("matchLabels", key) if selector.origin.get("matchLabels") else (key,)
            return Mismatch(key, wanted, found, selector.origin.place(*path))
    for requirement in selector.expressions:
        if requirement_holds(requirement, labels) is False:
            found = labels.get(requirement.key)
            wanted = " ".join([requirement.operator, ", ".join(requirement.values)]).strip()
            value, place = found if isinstance(found, str) else None, selector.origin.place("matchExpressions")
            return Mismatch(requirement.key, wanted, value, place)
    return None
