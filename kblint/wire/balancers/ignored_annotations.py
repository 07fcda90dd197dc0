"""Where the cloud controller manager does not look at an annotation that it knows.

https://github.com/hetznercloud/hcloud-cloud-controller-manager/blob/main/docs/reference/load_balancer_annotations.md
"""

from __future__ import annotations

import enum
from collections.abc import Mapping

from kblint.model.annotations import PREFIX
from kblint.model.balancer import BalancerAnnotation

_ELSEWHERE = frozenset(
    {"ConfigMap", "CronJob", "DaemonSet", "Deployment", "Ingress", "IngressClass", "Job", "Namespace", "Pod"}
    | {"ReplicaSet", "StatefulSet"}
)
"""Kinds whose annotations nobody carries over to a Service."""
_OTHER_TYPES = ("ClusterIP", "NodePort", "ExternalName")
_ABOUT_HTTP_CHECKS = frozenset(
    {
        "health-check-http-domain",
        "health-check-http-path",
        "health-check-http-validate-certificate",
        "http-status-codes",
    }
)
_GENERAL = tuple(f"health-check-{part}" for part in ("port", "interval", "timeout", "retries"))
"""Any of these makes the check one in the listener's own protocol, where no protocol is given for it."""


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
