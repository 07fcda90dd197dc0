"""Services that are there for names in the cluster's DNS: an alias, or the names of a StatefulSet's pods.

https://kubernetes.io/docs/concepts/services-networking/service/#externalname and
https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id
"""

from __future__ import annotations

import enum

from msgspec import Struct

from kblint.model.networks import address_of
from kblint.model.service import Service
from kblint.model.workload import Workload
from kblint.source.regex import regex
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.wire.evidence import Certainty
from kblint.wire.services.index import ServiceIndex
from kblint.wire.services.ports import WiredService

_HOST_NAME = regex(r"(?=.{1,253}\.?$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\.?")


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


class Alias(Struct, frozen=True, eq=False):
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
    if address_of(name.strip("[]")):
        return Alias(ExternalNameFault.ADDRESS, place)
    if not _HOST_NAME.fullmatch(name):
        return Alias(ExternalNameFault.NO_HOST_NAME, place)
    for port in service.ports:
        if isinstance(port.port, int) and isinstance(port.target_port, int) and port.target_port != port.port:
            return Alias(ExternalNameFault.FORWARDS, port.origin.place("targetPort"))
    return None


class GoverningServiceFault(enum.Enum):
    """Why a StatefulSet's Service does not name its pods."""

    MISSING = "missing"
    """No such Service is here, but a headless one under another name selects the pods."""
    NOT_HEADLESS = "not headless"
    OTHER_PODS = "other pods"


class GoverningService(Struct, frozen=True, eq=False):
    """A StatefulSet whose Service does not name its pods. `service` is that Service, or the one probably meant."""

    service: WiredService
    problem: GoverningServiceFault
    certainty: Certainty


def governing(workload: Workload, services: ServiceIndex) -> GoverningService | None:
    """What is wrong with the Service that a StatefulSet names; None for nothing, or where nobody knows."""
    name = workload.service_name
    if workload.meta.kind != "StatefulSet" or not isinstance(name, str):
        return None
    found = services.find(name, workload.meta.namespace)
    selecting = services.by_workload.get(workload, ())
    if found.service is None:
        headless = [wired for wired in selecting if wired.service.is_headless and wired.certainty is Certainty.KNOWN]
        meant = headless[0] if len(headless) == 1 else None
        return GoverningService(meant, GoverningServiceFault.MISSING, Certainty.KNOWN) if meant else None
    service = found.service.service
    if service.is_external_name or isinstance(service.cluster_ip, Unknown):
        return None
    if not service.is_headless:
        return GoverningService(found.service, GoverningServiceFault.NOT_HEADLESS, found.certainty)
    if service.selector and not found.service.is_open and all(wired.service is not service for wired in selecting):
        return GoverningService(found.service, GoverningServiceFault.OTHER_PODS, found.certainty)
    return None
