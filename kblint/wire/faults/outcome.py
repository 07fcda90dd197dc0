"""What people see, and who decides it: the same failure looks different behind a balancer and behind a controller.

A balancer takes a target that does not answer its health check out of service and answers 503 when none is left;
ingress-nginx answers 503 for a Service without endpoints, 502 for a refused connection and 504 for one that times out
(https://github.com/kubernetes/ingress-nginx/blob/main/rootfs/etc/nginx/lua/balancer.lua).
"""

from __future__ import annotations

import enum
from collections.abc import Mapping


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
    NOT_MADE = "the balancer is not made, event `SyncLoadBalancerFailed`"
    UNKNOWN = "unknown"


class Failure(enum.Enum):
    """What goes wrong below the one who asks."""

    NO_ENDPOINT = "no endpoint"
    REFUSED = "refused"
    TIMEOUT = "timeout"


class Reporter(enum.Enum):
    """Who asks, and so who reports a failure."""

    BALANCER_HTTP = "balancer, http"
    BALANCER_TCP = "balancer, tcp"
    CONTROLLER = "ingress controller"
    CLIENT = "client"


SEEN: Mapping[Reporter, Mapping[Failure, Outcome]] = {
    Reporter.BALANCER_HTTP: dict.fromkeys(Failure, Outcome.UNAVAILABLE),
    Reporter.BALANCER_TCP: dict.fromkeys(Failure, Outcome.EMPTY_REPLY),
    Reporter.CONTROLLER: {
        Failure.NO_ENDPOINT: Outcome.UNAVAILABLE,
        Failure.REFUSED: Outcome.BAD_GATEWAY,
        Failure.TIMEOUT: Outcome.GATEWAY_TIMEOUT,
    },
    Reporter.CLIENT: {
        Failure.NO_ENDPOINT: Outcome.REFUSED,
        Failure.REFUSED: Outcome.REFUSED,
        Failure.TIMEOUT: Outcome.TIMEOUT,
    },
}
"""What people see when somebody meets a failure."""
