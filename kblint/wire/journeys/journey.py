"""A journey's records: hops, their state, and what the person at the other end sees."""

from __future__ import annotations

import enum
from collections.abc import Hashable
from dataclasses import dataclass

from kblint.source.text import Place


class HopVerdict(enum.Enum):
    """How a hop stands."""

    OK = "ok"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class Outcome(enum.Enum):
    """What people see."""

    OK = "ok"
    REFUSED = "connection refused"
    TIMEOUT = "timeout"
    BAD_GATEWAY = "502"
    UNAVAILABLE = "503"
    GATEWAY_TIMEOUT = "504"
    NOT_FOUND = "404"
    SERVER_ERROR = "500"
    PLAIN_TO_TLS = '400 "plain HTTP request was sent to HTTPS port"'
    BAD_REQUEST = "400"
    REDIRECT_LOOP = "redirect loop"
    TLS_ERROR = "TLS error"
    EMPTY_REPLY = "empty reply"
    REJECTED = "rejected by the API"
    PENDING = "pod pending"
    UNKNOWN = "unknown"


class Failure(enum.Enum):
    """What goes wrong below the one who asks."""

    NO_ENDPOINT = "no endpoint"
    REFUSED = "refused"
    TIMEOUT = "timeout"


class Stage(enum.Enum):
    """Where on its way a packet is."""

    INTERNET = "internet"
    BALANCER = "balancer"
    CLOUD_FIREWALL = "cloud firewall"
    NODE = "node"
    CONTROLLER = "controller"
    ROUTE = "route"
    SERVICE = "service"
    HOST_FIREWALL = "host firewall"
    OVERLAY = "overlay"
    POLICY = "network policy"
    POD = "pod"
    PROCESS = "process"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a hop is broken: in which respect (`aspect`, what a rule names in `breaks`), and at which thing."""

    aspect: str
    key: Hashable


@dataclass(frozen=True, slots=True)
class Hop:
    """One step. `place` is where it is declared; `reason` says why it is broken or unknown.

    `failure` is what went wrong in itself, whoever reports it, where that decides the `outcome`.
    """

    stage: Stage
    label: str
    place: Place | None
    state: HopVerdict = HopVerdict.OK
    reason: str = ""
    outcome: Outcome = Outcome.OK
    cause: Cause | None = None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Journey:
    """One way in, hop by hop. `name` is what a person would type, as far as it is known.

    `goes_on` is the name of the journey that an answer sends people to, a redirect to https.
    """

    name: str
    hops: tuple[Hop, ...]
    redirects_to: str | None = None

    @property
    def outcome(self) -> Outcome:
        """What people see: the first broken hop decides; without one, an unknown hop makes it unknown."""
        for hop in self.hops:
            if hop.state is HopVerdict.BROKEN:
                return hop.outcome
        if any(hop.state is HopVerdict.UNKNOWN for hop in self.hops):
            return Outcome.UNKNOWN
        return Outcome.OK
