"""One verdict: something that stops traffic, or may, and what symptom then.

Who reports a failure decides that: the same one looks different behind a balancer and behind a controller.

A balancer takes a target that does not answer its health check out of service and answers 503 when none is left;
ingress-nginx answers 503 for a Service without endpoints, 502 for a refused connection and 504 for one that times out
(https://github.com/kubernetes/ingress-nginx/blob/main/rootfs/etc/nginx/lua/balancer.lua).
"""

from __future__ import annotations

import enum
from collections.abc import Hashable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from kblint.model.meta import Meta
from kblint.source.text import Place
from kblint.wire.evidence import Certainty


class Outcome(enum.Enum):
    """What symptom."""

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
    FORWARDED_PROTOCOL = "forwarded-protocol"
    REDIRECT_LOOP = "redirect loop"
    TLS_ERROR = "TLS error"
    EMPTY_REPLY = "empty reply"
    NAME_NOT_FOUND = "name not found"
    REJECTED = "rejected by the API"
    NOT_SERVED = "not applied: `no matches for kind`"
    """The client finds no such API at the server, and asks nothing of it."""
    PENDING = "pod pending"
    NOT_MADE = "the balancer is not made, event `SyncLoadBalancerFailed`"
    UNKNOWN = "unknown"


class Failure(enum.Enum):
    """What goes wrong below the one who asks."""

    NO_ENDPOINT = "no endpoint"
    NO_NAME = "no such name"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    STRANGE = "another protocol"
    """Who is asked answers, and means nothing to the one who asks."""


class Reporter(enum.Enum):
    """Who asks, and so who reports a failure."""

    BALANCER_HTTP = "balancer, http"
    BALANCER_TCP = "balancer, tcp"
    CONTROLLER = "ingress controller"
    PROXY = "proxy"
    """A server in a pod that passes requests on."""
    CLIENT = "client"


SEEN: Mapping[Reporter, Mapping[Failure, Outcome]] = {
    Reporter.BALANCER_HTTP: dict.fromkeys(Failure, Outcome.UNAVAILABLE),
    Reporter.BALANCER_TCP: dict.fromkeys(Failure, Outcome.EMPTY_REPLY),
    Reporter.CONTROLLER: {
        Failure.NO_ENDPOINT: Outcome.UNAVAILABLE,
        Failure.NO_NAME: Outcome.UNAVAILABLE,
        Failure.REFUSED: Outcome.BAD_GATEWAY,
        Failure.TIMEOUT: Outcome.GATEWAY_TIMEOUT,
        Failure.STRANGE: Outcome.BAD_GATEWAY,
    },
    Reporter.PROXY: {
        Failure.NO_ENDPOINT: Outcome.BAD_GATEWAY,
        Failure.NO_NAME: Outcome.BAD_GATEWAY,
        Failure.REFUSED: Outcome.BAD_GATEWAY,
        Failure.TIMEOUT: Outcome.GATEWAY_TIMEOUT,
        Failure.STRANGE: Outcome.BAD_GATEWAY,
    },
    Reporter.CLIENT: {
        Failure.NO_ENDPOINT: Outcome.REFUSED,
        Failure.NO_NAME: Outcome.NAME_NOT_FOUND,
        Failure.REFUSED: Outcome.REFUSED,
        Failure.TIMEOUT: Outcome.TIMEOUT,
        Failure.STRANGE: Outcome.EMPTY_REPLY,
    },
}
"""What symptom when somebody meets a failure."""


class Kind(enum.Enum):
    """In which respect something is wrong; the value is what rules name in `breaks`."""

    # what the API server, the cloud controller manager or Hetzner refuses
    DUPLICATE_KEY = "duplicate-key"
    SCHEMA = "schema"
    INVALID_VALUE = "invalid-value"
    API_VERSION = "api-version"
    SERVICE_TYPE = "service-type"
    EXTERNAL_NAME = "external-name"
    SERVICE_PORT = "service-port"
    PORT_RANGE = "port-range"
    NODE_PORT_RANGE = "node-port-range"
    NODE_PORT_TAKEN = "node-port-taken"
    HOST_PORT = "host-port"
    HOST_PORT_TWICE = "host-port-twice"
    PORT_NAME = "port-name"
    CONTAINER_PORT_RANGE = "container-port-range"
    WORKLOAD_SELECTOR = "workload-selector"
    ROLLOUT = "rollout"
    POD_SECURITY = "pod-security"
    # pods that find no place on a node, that crash there, or that never become ready
    HOST_PORT_TAKEN = "host-port-taken"
    RESERVED_PORT = "reserved-port"
    PORTMAP = "portmap"
    SERVICE_LINK = "service-link"
    PORT_COLLISION = "port-collision"
    BIND_REFUSED = "bind-refused"
    READINESS = "readiness"
    CONFIGURATION = "configuration"
    PROBE_SCHEME = "probe-scheme"
    NO_REPLICAS = "no-replicas"
    # a balancer and its listeners
    ANNOTATION = "annotation"
    CERTIFICATE = "certificate"
    LISTEN_PORT = "listen-port"
    REDIRECT_CONFLICT = "redirect-conflict"
    OWNERS = "owners"
    LOCATION = "location"
    NETWORK = "network"
    BALANCER_VALUE = "balancer-value"
    TARGETS = "targets"
    PRIVATE_INGRESS = "private-ingress"
    DESTINATION = "destination"
    ENTRY_POINT = "entry-point"
    LISTENER_PROTOCOL = "listener-protocol"
    PROXY_PROTOCOL = "proxy-protocol"
    HEALTH_CHECK = "health-check"
    HEALTH = "health"
    # a route and its backends
    ATTACHMENT = "attachment"
    CLASS = "class"
    BACKEND_SERVICE = "backend-service"
    BACKEND_PORT = "backend-port"
    GRANT = "grant"
    UNWATCHED = "unwatched"
    CROSS_NAMESPACE = "cross-namespace"
    MIDDLEWARE = "middleware"
    TRAEFIK_GROUP = "traefik-group"
    ROUTE_ENTRY_POINT = "route-entry-point"
    ROUTE_RULE = "route-rule"
    CERTIFICATE_HOST = "certificate-host"
    BACKEND_PROTOCOL = "backend-protocol"
    FORWARDED_PROTOCOL = "forwarded-protocol"
    REDIRECT_LOOP = "redirect-loop"
    # a Service and the pods behind it
    PROTOCOL = "protocol"
    LOCAL_TRAFFIC = "local-traffic"
    ENDPOINTS = "endpoints"
    SELECTION = "selection"
    TARGET_PORT = "target-port"
    OVERLAY = "overlay"
    CLOUD_FIREWALL = "cloud-firewall"
    HOST_FIREWALL = "host-firewall"
    POLICY = "policy"
    CALLER = "caller"
    LOOPBACK = "loopback"
    LISTENING = "listening"
    # a call of a container
    CALL_HOST = "call-host"
    CALL_PORT = "call-port"
    CALL_PROTOCOL = "call-protocol"
    CALL_ADVERTISED = "call-advertised"
    CALL_LOOPBACK = "call-loopback"
    CALL_POLICY = "call-policy"


class Fault(Struct, frozen=True, eq=False):
    """Why traffic stops at `thing`, the declared object itself (or the port of its pods).

    `place` is where to look, `case` which face of its kind it is, where one has several. `effect` is what symptom
    where that is the same for everybody, else the failure, which looks different by who reports it. `other` is what it
    conflicts with, or what was meant. Unless its `certainty` is known or likely, nobody knows whether traffic stops;
    `doubt` says why it is only likely.

    Two faults are equal if they say the same of the same thing, in whichever scope they were found.
    """

    kind: Kind
    thing: Hashable
    place: Place
    reason: str
    effect: Outcome | Failure
    certainty: Certainty = Certainty.KNOWN
    case: str = ""
    other: object = None
    doubt: str = ""

    @property
    def _said(self) -> Hashable:
        return (self.kind, self.thing, self.place, self.reason, self.effect, self.certainty, self.case, self.doubt)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fault) and self._said == other._said

    def __hash__(self) -> int:
        return hash(self._said)

    def seen_by(self, front: Reporter) -> Outcome:
        """The outcome, where `front` reports what fails."""
        return self.effect if isinstance(self.effect, Outcome) else SEEN[front][self.effect]


def in_general(fault: Fault, meta: Meta | None) -> Fault:
    """A fault of what `meta` is about: only likely where a chart makes that, of which is not known that it does."""
    made = meta.made if meta else None
    if made is None or made.is_sure or fault.certainty is not Certainty.KNOWN:
        return fault
    return replace(fault, certainty=Certainty.LIKELY, doubt=f"it is known only in general what {made} makes")


def rejected(kind: Kind, thing: Hashable, place: Place, reason: str, case: str = "", other: object = None) -> Fault:
    """What the API server, or Hetzner, refuses."""
    return Fault(kind, thing, place, reason, Outcome.REJECTED, case=case, other=other)
