"""Where a listener's settings are written, and annotations that the cloud controller manager does not look at.

In the API's shape they are keys of its own; for the cloud controller manager they are annotations of the Service, which
apply to all its ports.
https://github.com/hetznercloud/hcloud-cloud-controller-manager/blob/main/docs/reference/load_balancer_annotations.md
"""

from __future__ import annotations

import enum
from collections.abc import Mapping

from kblint.model.annotations import PREFIX
from kblint.model.balancer import BalancerAnnotation, DeclaredBy, Listener, LoadBalancer
from kblint.source.text import Place

_ELSEWHERE = frozenset(
    {"ConfigMap", "CronJob", "DaemonSet", "Deployment", "Ingress", "IngressClass", "Job", "Namespace", "Pod"}
    | {"ReplicaSet", "StatefulSet"}
)
"""Kinds whose annotations nobody carries over to a Service."""
_OTHER_TYPES = ("ClusterIP", "NodePort", "ExternalName")
_ABOUT_HTTP_CHECKS = frozenset(
    {"health-check-http-domain", "health-check-http-path", "health-check-http-validate-certificate"}
    | {"http-status-codes"}
)
_GENERAL = tuple(f"health-check-{part}" for part in ("port", "interval", "timeout", "retries"))
"""Any of these makes the check one in the listener's own protocol, where no protocol is given for it."""


class Setting(enum.Enum):
    """A setting: the path in the API's shape, and the annotation."""

    PROTOCOL = ("protocol", "protocol")
    PROXY_PROTOCOL = ("proxyprotocol", "uses-proxyprotocol")
    REDIRECT = ("http.redirect_http", "http-redirect-http")
    CHECK = ("health_check", "health-check-protocol")
    CHECK_PROTOCOL = ("health_check.protocol", "health-check-protocol")
    CHECK_PORT = ("health_check.port", "health-check-port")
    CHECK_PATH = ("health_check.http.path", "health-check-http-path")


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


def head_place(balancer: LoadBalancer) -> Place:
    """Where a balancer is declared: the first annotation of its Service, or its name."""
    if balancer.form is not DeclaredBy.CCM or balancer.meta is None:
        return balancer.origin.place("name")
    key = next(key for key in balancer.meta.annotations if key.startswith(PREFIX))
    return balancer.origin.key_place("metadata", "annotations", key)


def listen_place(balancer: LoadBalancer, listener: Listener) -> Place:
    """Where a listener's own port is written."""
    return listener.origin.place("port" if balancer.form is DeclaredBy.CCM else "listen_port")


class NoEffect(enum.Enum):
    """Why an annotation changes nothing."""

    NO_SERVICE = "no service"
    """It stands on an object that is no Service."""
    TYPE = "type"
    """Its Service is not of type LoadBalancer."""
    TCP_CHECK = "tcp check"
    """It is about checks over http, and the check is one over tcp."""


def no_effect(annotation: BalancerAnnotation) -> NoEffect | None:
    """Why the manager does not look at an annotation; None where it may."""
    if annotation.reaches in _ELSEWHERE:
        return NoEffect.NO_SERVICE
    if annotation.service_type in _OTHER_TYPES:
        return NoEffect.TYPE
    if annotation.name in _ABOUT_HTTP_CHECKS and _has_tcp_check(annotation.origin.node):
        return NoEffect.TCP_CHECK
    return None


def _has_tcp_check(written: Mapping[str, object]) -> bool:
    """Whether the annotations beside it surely make a TCP check."""
    listener = written.get(f"{PREFIX}protocol", "tcp")
    default = listener if any(PREFIX + name in written for name in _GENERAL) else "tcp"
    protocol = written.get(f"{PREFIX}health-check-protocol", default)
    return isinstance(protocol, str) and protocol.lower() == "tcp"
