"""What the `ports` of network policies open, and what they open by mistake.

https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass

from kblint.model.policy import NetworkPolicy, PolicyPort
from kblint.model.service import ServicePort
from kblint.source.values import Origin, Unknown
from kblint.wire.services.ports import PodPort

INGRESS = "Ingress"
_LAST_PORT = 65535
_PROTOCOLS = ("TCP", "UDP", "SCTP")


class Mistake(enum.Enum):
    """What an entry of a policy opens where the pods' port was meant."""

    SERVICE_PORT = "the Service's port"
    PROTOCOL = "another protocol"
    NAME = "a name that no container declares"


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """What rules open, to whomever: every port (or nobody knows), or numbers, names and ranges of a protocol."""

    everything: bool
    numbers: frozenset[tuple[str, int]]
    names: frozenset[tuple[str, str]]
    ranges: tuple[tuple[str, int, int], ...]

    def has(self, protocol: str, number: int, names: Iterable[str]) -> bool:
        """Whether a port is among them; `names` are what the pods call it."""
        return (
            self.everything
            or (protocol, number) in self.numbers
            or any((protocol, name) in self.names for name in names)
            or any(one == protocol and first <= number <= last for one, first, last in self.ranges)
        )


def is_whole(origin: Origin, key: str, read: tuple[object, ...]) -> bool:
    """Whether everything in the sequence at `key` could be read: what could not may open anything."""
    written = origin.get(key)
    return written is None or (isinstance(written, list) and len(written) == len(read))


def opened(policies: Iterable[NetworkPolicy]) -> Opened:
    """What policies open to incoming traffic, all together."""
    everything = False
    numbers: set[tuple[str, int]] = set()
    names: set[tuple[str, str]] = set()
    ranges: list[tuple[str, int, int]] = []
    for policy in policies:
        if INGRESS not in policy.types:
            continue
        everything = everything or not is_whole(policy.origin, "ingress", policy.ingress)
        for rule in policy.ingress:
            everything = everything or not rule.ports or not is_whole(rule.origin, "ports", rule.ports)
            for entry in rule.ports:
                if entry.protocol not in _PROTOCOLS or isinstance(entry.port, Unknown):
                    everything = True
                elif entry.port is None:
                    ranges.append((entry.protocol, 1, _LAST_PORT))
                elif isinstance(entry.port, str):
                    names.add((entry.protocol, entry.port))
                elif entry.end_port is None:
                    numbers.add((entry.protocol, entry.port))
                else:
                    last = _LAST_PORT if isinstance(entry.end_port, Unknown) else entry.end_port
                    ranges.append((entry.protocol, entry.port, last))
    return Opened(everything, frozenset(numbers), frozenset(names), tuple(ranges))


def names_of(pod: PodPort) -> list[str] | None:
    """The names under which a policy may open the port; None where that cannot be told."""
    found = []
    for container in pod.workload.pod.running_containers:
        for port in container.ports:
            if isinstance(port.name, Unknown) or isinstance(port.container_port, Unknown):
                return None
            if port.name and port.container_port == pod.number and port.protocol == pod.protocol:
                found.append(port.name)
    return found


def mistake_of(entry: PolicyPort, pod: PodPort, asked: ServicePort, *, is_lone: bool) -> Mistake | None:
    """What `entry` opens instead of the port; `is_lone`: its policy is about these pods only."""
    if entry.port is None or isinstance(entry.port, Unknown):
        return None
    ports = [port for container in pod.workload.pod.running_containers for port in container.ports]
    declared = {port.name for port in ports} | {port.container_port for port in ports}
    if entry.port == pod.number or (isinstance(entry.port, str) and entry.port in (names_of(pod) or ())):
        return Mistake.PROTOCOL
    if entry.port in (asked.port, asked.name) and entry.protocol == pod.protocol and entry.port not in declared:
        return Mistake.SERVICE_PORT
    if is_lone and isinstance(entry.port, str) and entry.port not in declared:
        return Mistake.NAME
    return None
