"""Whether anybody listens where a pod is asked itself: on its own loopback address, or behind a headless Service."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial

from kblint.model.workload import Container, Role, Workload
from kblint.source.regex import regex
from kblint.wire.clients.told import Told
from kblint.wire.evidence import Certainty
from kblint.wire.listening.files import mentions
from kblint.wire.listening.images import parse_image
from kblint.wire.services.controllers import ConfigMapOf
from kblint.wire.services.ports import INJECTED_NUMBERS, PodPort

_FOR_PEOPLE = regex(
    r"frontend|public|external|(?<![a-z])base_?url|site|app_?url|web_?url|root_?url|host_?url", re.IGNORECASE
)
"""Addresses that an application gives of itself: browsers ask them, not the pod."""
_PROGRAMS = {
    3306: ("mysql", "maria", "percona"),
    5432: ("postgres", "pg", "timescale", "cockroach"),
    5672: ("rabbit", "amqp"),
    6379: ("redis", "valkey", "keydb", "dragonfly"),
    9092: ("kafka", "redpanda"),
    11211: ("memcache",),
    27017: ("mongo", "ferret"),
}
"""Ports of databases and queues, which no application brings itself, and words in the names of images that have one."""
_ALL_IN_ONE = ("all-in-one", "aio", "omnibus", "standalone", "bundle", "proxy", "supervisor", "cloudsql", "allinone")


def unheard(pods: Sequence[PodPort], config_map_of: ConfigMapOf) -> Certainty:
    """How sure it is that none of these pods listens on the port that is asked."""
    return min((_unheard(pod, config_map_of) for pod in pods), default=Certainty.UNKNOWN)


def _unheard(pod: PodPort, config_map_of: ConfigMapOf) -> Certainty:
    if pod.answers is not None:
        return Certainty.UNKNOWN if pod.answers or pod.declared else pod.certainty
    workload = pod.workload
    if pod.declared or not isinstance(pod.number, int) or not workload.pod.ports or pod.number in INJECTED_NUMBERS:
        return Certainty.UNKNOWN
    is_said = any(_mentions(workload, one, pod.number, config_map_of) for one in workload.pod.running_containers)
    return Certainty.UNKNOWN if is_said else Certainty.LIKELY


def unheard_inside(told: Told, pod: PodPort, config_map_of: ConfigMapOf) -> Certainty:
    """How sure it is that nothing in the caller's own pod listens where it asks `localhost`."""
    number, workload = pod.number, pod.workload
    if pod.sockets or pod.loopback or pod.declared or not isinstance(number, int) or number in INJECTED_NUMBERS:
        return Certainty.UNKNOWN
    if told.container.role is Role.INIT or _FOR_PEOPLE.search(told.name) or _is_injected(workload):
        return Certainty.UNKNOWN
    if pod.answers is False:
        return min(pod.certainty, told.certainty)
    if told.certainty is not Certainty.KNOWN:
        return Certainty.UNKNOWN
    others = [one for one in workload.pod.running_containers if one is not told.container]
    if not others:
        return Certainty.LIKELY if _is_of_a_database(told.container, number) else Certainty.UNKNOWN
    is_said = any(_mentions(workload, one, number, config_map_of) for one in others)
    is_declared = all(one.ports for one in others)
    return Certainty.LIKELY if is_declared and not is_said else Certainty.UNKNOWN


def _mentions(workload: Workload, container: Container, number: int, config_map_of: ConfigMapOf) -> bool:
    return mentions(workload.pod, container, number, partial(config_map_of, workload.meta.namespace))


def _is_injected(workload: Workload) -> bool:
    """Whether something adds containers to the pod that no file shows."""
    keys = (*workload.pod.annotations, *workload.pod.labels)
    return any("inject" in key or "dapr.io" in key for key in keys)


def _is_of_a_database(container: Container, number: int) -> bool:
    """Whether the port is that of a database, and nothing tells that the container's image brings one along."""
    if number not in _PROGRAMS or not isinstance(container.image, str):
        return False
    told = " ".join(_words(container)).lower()
    return not any(word in told for word in (*_PROGRAMS[number], *_ALL_IN_ONE))


def _words(container: Container) -> Iterator[str]:
    yield parse_image(container.image if isinstance(container.image, str) else "").path
    yield container.name
    yield from (word for word in container.words if isinstance(word, str))
