"""Further fields of workloads: names they ask for, data they write, Services that name their pods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kblint.engine.row import Field, Row
from kblint.engine.subjects.fields import boolean, build, maybe_integer, maybe_one, maybe_text, one, row_type, text
from kblint.engine.subjects.name_uses import name_use_row
from kblint.engine.subjects.references import service_ref
from kblint.model.storage import VolumeClaim
from kblint.model.workload import Workload
from kblint.wire.clients.dns_names import name_uses
from kblint.wire.listening.container import single_writer
from kblint.wire.nodes.rollouts import eligible_nodes
from kblint.wire.services.governing import governing
from kblint.wire.services.selection import same_namespace
from kblint.wire.topology import Topology

SINGLE_WRITER = row_type(
    "SingleWriter",
    "a program of which only one instance may write its data",
    {"program": text("the program"), "container": text("its container")},
)
VOLUME_CLAIM = row_type(
    "VolumeClaimRef",
    "a PersistentVolumeClaim that one node at a time can have",
    {"name": text("its name")},
)
GOVERNING = row_type(
    "GoverningService",
    "the Service that a StatefulSet names, and that does not name its pods",
    {
        "service": one("ServiceRef", "that Service, or the one probably meant"),
        "problem": text("`missing`, `not headless` or `other pods`"),
        "certainty": text("how sure it is that this is the Service meant"),
    },
)
FIELDS: Mapping[str, Field] = {
    "dnsPolicy": text("how its pods look up names; ClusterFirst where none is written"),
    "hasDnsConfig": boolean("whether its pods have name servers of their own"),
    "clusterName": maybe_one("NameUse", "a name of the cluster that a pod on the host network asks for"),
    "singleWriter": maybe_one("SingleWriter", "a program in it of which only one instance may write its data"),
    "oneNodeClaim": maybe_one("VolumeClaimRef", "a volume it mounts that one node at a time can have"),
    "eligibleNodes": maybe_integer("on how many nodes its pods may run, null where nobody says"),
    "serviceName": maybe_text("the Service that a StatefulSet names, null where none is"),
    "governing": maybe_one("GoverningService", "that Service where it does not name the pods"),
}


@dataclass(frozen=True, slots=True, eq=False)
class WorkloadFacts:
    """What is put together once for all workloads of a topology."""

    topology: Topology
    claims: Mapping[str, tuple[VolumeClaim, ...]]

    def of(self, workload: Workload) -> dict[str, object]:
        """The values of `FIELDS` for one workload."""
        return {
            "dnsPolicy": workload.pod.dns_policy,
            "hasDnsConfig": workload.pod.has_dns_config,
            "clusterName": self._cluster_name(workload),
            "singleWriter": _single_writer(workload),
            "oneNodeClaim": self._one_node_claim(workload),
            "eligibleNodes": eligible_nodes(workload, self.topology.environment),
            "serviceName": workload.service_name,
            "governing": self._governing(workload),
        }

    def _cluster_name(self, workload: Workload) -> Row | None:
        if not workload.pod.host_network:
            return None
        uses = name_uses(workload, self.topology.services, self.topology.config_map_of)
        best = max(uses, key=lambda use: use.certainty, default=None)
        return name_use_row(best) if best else None

    def _one_node_claim(self, workload: Workload) -> Row | None:
        for volume in workload.pod.volumes:
            for claim in self.claims.get(volume.name or "", ()) if volume.kind == "persistentVolumeClaim" else ():
                if claim.is_for_one_node and same_namespace(claim.meta.namespace, workload.meta.namespace):
                    return build(VOLUME_CLAIM, claim.origin.place("accessModes"), {"name": claim.meta.name})
        return None

    def _governing(self, workload: Workload) -> Row | None:
        found = governing(workload, self.topology.services)
        if found is None:
            return None
        service = found.service.service
        return build(
            GOVERNING,
            service.meta.origin.place("metadata", "name"),
            {
                "service": service_ref(service),
                "problem": found.problem.value,
                "certainty": found.certainty.label,
            },
        )


def workload_facts(topology: Topology) -> WorkloadFacts:
    """What is needed for every workload."""
    claims: dict[str, list[VolumeClaim]] = {}
    for claim in topology.bundle.all(VolumeClaim):
        claims.setdefault(claim.meta.name, []).append(claim)
    return WorkloadFacts(
        topology,
        {name: tuple(found) for name, found in claims.items()},
    )


def _single_writer(workload: Workload) -> Row | None:
    if not workload.one_per_node:
        return None
    for container in workload.pod.running_containers:
        program = single_writer(container)
        if program:
            return build(
                SINGLE_WRITER,
                container.origin.place("image"),
                {"program": program.program, "container": container.name},
            )
    return None


TYPES = (SINGLE_WRITER, VOLUME_CLAIM, GOVERNING)
