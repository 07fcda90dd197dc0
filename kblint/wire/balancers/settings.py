"""Where a listener's settings are written.

In the API's shape they are keys of its own; for the cloud controller manager they are annotations of the Service, which
apply to all its ports.
"""

from __future__ import annotations

import enum

from kblint.model.annotations import PREFIX
from kblint.model.balancer import DeclaredBy, Listener, LoadBalancer
from kblint.source.text import Place


class Setting(enum.Enum):
    """A setting: the path in the API's shape, and the annotation."""

    PROTOCOL = ("protocol", "protocol")
    PROXY_PROTOCOL = ("proxyprotocol", "uses-proxyprotocol")
    REDIRECT = ("http.redirect_http", "http-redirect-http")
    CHECK = ("health_check", "health-check-protocol")
    CHECK_PROTOCOL = ("health_check.protocol", "health-check-protocol")
    CHECK_PORT = ("health_check.port", "health-check-port")
    CHECK_PATH = ("health_check.http.path", "health-check-http-path")
    CHECK_DOMAIN = ("health_check.http.domain", "health-check-http-domain")


def place_of(balancer: LoadBalancer, listener: Listener, setting: Setting) -> Place:
    """Where a setting stands, or what encloses it where it is not written."""
    path, annotation = setting.value
    if balancer.form is not DeclaredBy.CCM:
        return listener.origin.place(*path.split("."))
    if is_written(balancer, listener, setting) or setting is not Setting.PROTOCOL:
        return balancer.origin.place("metadata", "annotations", PREFIX + annotation)
    return listener.origin.place("port")


def is_written(balancer: LoadBalancer, listener: Listener, setting: Setting) -> bool:
    """Whether a setting is written."""
    path, annotation = setting.value
    if balancer.form is not DeclaredBy.CCM:
        return listener.origin.is_written(*path.split("."))
    return balancer.origin.is_written("metadata", "annotations", PREFIX + annotation)


def destination_place(balancer: LoadBalancer, listener: Listener) -> Place:
    """Where it is written which port of the nodes a listener sends to."""
    if balancer.form is not DeclaredBy.CCM:
        return listener.origin.place("destination_port")
    if listener.destination_port == 0:
        return balancer.origin.place("spec", "allocateLoadBalancerNodePorts")
    keys = ("nodePort", "targetPort", "port")
    return listener.origin.place(next((key for key in keys if listener.origin.is_written(key)), "port"))


def listen_place(balancer: LoadBalancer, listener: Listener) -> Place:
    """Where a listener's own port is written."""
    return listener.origin.place("port" if balancer.form is DeclaredBy.CCM else "listen_port")
