"""The address that a Kafka broker tells its clients to ask from then on, whichever they have asked first.

https://kafka.apache.org/documentation/#brokerconfigs_advertised.listeners
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from kblint.source.regex import regex
from kblint.source.text import Place
from kblint.syntax.passage import written
from kblint.wire.clients.addresses import in_urls
from kblint.wire.services.ports import PodPort

_NAMES = ("KAFKA_ADVERTISED_LISTENERS", "KAFKA_CFG_ADVERTISED_LISTENERS")
_LISTENER = regex(r"[A-Z][A-Z0-9_]*://", re.ASCII)


class Advertised(NamedTuple):
    """A loopback address that a broker gives to clients of one of its ports, and the variable that says so."""

    host: str
    variable: str
    place: Place


def advertised_loopback(pods: Iterable[PodPort]) -> Advertised | None:
    """What a broker behind ports of pods tells clients that is their own pod; None where one of them does not."""
    found = [_of(pod) for pod in pods]
    return found[0] if found and all(found) else None


def _of(pod: PodPort) -> Advertised | None:
    for variable in pod.holder.env if pod.holder else ():
        if variable.name not in _NAMES or not isinstance(variable.value, str):
            continue
        passage = written(variable.origin, "value")
        # the name of a listener stands where a URL has its scheme
        told = list(in_urls(_LISTENER.sub(lambda match: match[0].lower().replace("_", "-"), passage.text)))
        own = [one for one in told if one.port == pod.number]
        if len(own) == 1 and own[0].is_loopback:
            return Advertised(own[0].host, variable.name, passage.place(*own[0].host_span))
    return None
