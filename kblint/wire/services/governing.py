"""The Service that gives a StatefulSet's pods their names.

https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from kblint.model.workload import Workload
from kblint.source.values import Unknown
from kblint.wire.evidence import Certainty
from kblint.wire.services.index import ServiceIndex
from kblint.wire.services.ports import WiredService


class GoverningServiceFault(enum.Enum):
    """Why a StatefulSet's Service does not name its pods."""

    MISSING = "missing"
    """No such Service is here, but a headless one under another name selects the pods."""
    NOT_HEADLESS = "not headless"
    OTHER_PODS = "other pods"


@dataclass(frozen=True, slots=True, eq=False)
class GoverningService:
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
