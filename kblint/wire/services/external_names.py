"""Services that are nothing but an alias in the cluster's DNS.

https://kubernetes.io/docs/concepts/services-networking/service/#externalname
"""

from __future__ import annotations

import enum
import ipaddress
import re
from dataclasses import dataclass

from kblint.model.service import Service
from kblint.source.text import Place

_HOST_NAME = re.compile(r"(?=.{1,253}\.?$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\.?")


class ExternalNameFault(enum.Enum):
    """What is wrong with an alias."""

    MISSING = "missing"
    ADDRESS = "address"
    """DNS answers with a name, and an address is none."""
    NO_HOST_NAME = "no host name"
    FORWARDS = "forwards"
    """It is to send one port to another."""
    IGNORED = "ignored"
    """The Service is of another type."""


@dataclass(frozen=True, slots=True, eq=False)
class Alias:
    """An alias with a fault, and where that stands."""

    fault: ExternalNameFault
    place: Place


def misnomer(service: Service) -> Alias | None:
    """What is wrong with a Service's external name; None for nothing, or where nobody knows."""
    name = service.external_name
    place = service.origin.place("externalName")
    if not service.is_external_name:
        return Alias(ExternalNameFault.IGNORED, place) if isinstance(name, str) else None
    if name is None:
        return Alias(ExternalNameFault.MISSING, service.origin.place("type"))
    if not isinstance(name, str):
        return None
    if _is_address(name):
        return Alias(ExternalNameFault.ADDRESS, place)
    if not _HOST_NAME.fullmatch(name):
        return Alias(ExternalNameFault.NO_HOST_NAME, place)
    for port in service.ports:
        if isinstance(port.port, int) and isinstance(port.target_port, int) and port.target_port != port.port:
            return Alias(ExternalNameFault.FORWARDS, port.origin.place("targetPort"))
    return None


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True
