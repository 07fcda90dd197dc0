"""The subjects Workload and Rollout: a workload as a whole, and how its pods are replaced."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct

from kblint.engine.facts import (
    Table,
    anything,
    boolean,
    integer,
    integers,
    labels,
    many,
    maybe_integer,
    maybe_one,
    maybe_text,
    one,
    text,
)
from kblint.engine.subject import SubjectKind
from kblint.engine.subjects.references import NAME_USE, SERVICE_REF, WORKLOAD_REF, faults
from kblint.model.service import Service
from kblint.model.workload import Container, ContainerPort, VolumeClaim, Workload
from kblint.source.text import Place
from kblint.wire.clients.dns_names import NameUse, name_uses
from kblint.wire.faults.fault import Kind
from kblint.wire.faults.pod_security import LEVEL, Enforced
from kblint.wire.faults.rejected_pods import Mismatch
from kblint.wire.faults.service import crosses_overlay
from kblint.wire.listening.container import single_writer
from kblint.wire.nodes.rollouts import WiredRollout, eligible_nodes, wire_rollouts
from kblint.wire.services.naming import GoverningService, governing
from kblint.wire.services.selection import same_namespace
from kblint.wire.topology import Topology


class _Workload(Struct, frozen=True, eq=False, dict=True):
    """A workload, and where it is wired."""

    of: Workload
    topology: Topology

    @cached_property
    def services(self) -> list[Service]:
        """The Services that select its pods."""
        return [wired.service for wired in self.topology.services.by_workload.get(self.of, ())]


class _SingleWriter(NamedTuple):
    program: str
    container: Container


def _workloads(topology: Topology) -> Iterator[_Workload]:
    return (_Workload(workload, topology) for workload in topology.bundle.all(Workload))


def _local_services(workload: _Workload) -> list[Service]:
    return [one for one in workload.services if one.has_node_ports and one.external_traffic_policy == "Local"]


def _crosses_overlay(workload: _Workload) -> bool:
    services = workload.services
    # where every request comes through node ports that stay on their node, none crosses
    is_local = bool(services) and len(_local_services(workload)) == len(services)
    overlay = workload.topology.overlay
    return not workload.of.is_batch and crosses_overlay(workload.of, overlay, local_only=is_local)


def _cluster_name(workload: _Workload) -> NameUse | None:
    if not workload.of.pod.host_network:
        return None
    uses = name_uses(workload.of, workload.topology.services, workload.topology.config_map_of)
    return max(uses, key=lambda use: use.certainty, default=None)


def _single_writer(workload: _Workload) -> _SingleWriter | None:
    for container in workload.of.pod.running_containers if workload.of.one_per_node else ():
        program = single_writer(container)
        if program:
            return _SingleWriter(program.program, container)
    return None


def _one_node_claim(workload: _Workload) -> VolumeClaim | None:
    names = (volume.name for volume in workload.of.pod.volumes if volume.kind == "persistentVolumeClaim")
    for claim in (claim for name in names for claim in workload.topology.claims_by_name.get(name or "", ())):
        if claim.is_for_one_node and same_namespace(claim.meta.namespace, workload.of.meta.namespace):
            return claim
    return None


class _HostPort(NamedTuple):
    workload: Workload
    port: ContainerPort


def _rollout_place(rollout: WiredRollout, *path: str) -> Place:
    """Where a part of the strategy is written; the number of replicas where there is no strategy."""
    written = rollout.workload.rollout
    return written.origin.place(*path) if written else rollout.workload.meta.origin.place("spec", "replicas")


# fmt: off
POD_SECURITY = Table[Enforced](
    "PodSecurity", "the Pod Security level that a namespace enforces, where it refuses pods",
    lambda e: e.namespace.meta.origin.place("metadata", "labels", LEVEL), (
    text("level", "baseline or restricted", lambda e: e.level),
    text("namespace", "the namespace", lambda e: e.namespace.meta.name),
    text("refuses", "what it refuses, in words", lambda e: e.violation.words, lambda e: e.violation.place),
))
MISMATCH = Table[Mismatch](
    "LabelMismatch", "a label that a selector asks for and a pod template does not carry", lambda m: m.place, (
    text("key", "the label's key", lambda m: m.key),
    text("wanted", "the value asked for", lambda m: m.wanted),
    maybe_text("found", "the value there, null where the label is missing", lambda m: m.found),
))
SINGLE_WRITER = Table[_SingleWriter](
    "SingleWriter", "a program of which only one instance may write its data", "image", (
    text("program", "the program", lambda s: s.program),
), lambda s: s.container.origin)
VOLUME_CLAIM = Table[VolumeClaim](
    "VolumeClaimRef", "a PersistentVolumeClaim that one node at a time can have", "accessModes", (
    text("name", "its name", lambda c: c.meta.name),
), lambda c: c.origin)
GOVERNING = Table[GoverningService](
    "GoverningService", "the Service that a StatefulSet names, and that does not name its pods",
    lambda g: g.service.service.meta.origin.place("metadata", "name"), (
    one("service", "that Service, or the one probably meant", lambda g: g.service.service, SERVICE_REF),
    text("problem", "`missing`, `not headless` or `other pods`", lambda g: g.problem.value),
    text("certainty", "how sure it is that this is the Service meant", lambda g: g.certainty.label),
))
WORKLOAD = Table[_Workload](
    "Workload", "anything with a pod or a pod template", lambda w: w.of.meta.origin.place("kind"), (
    text("kind", "`DaemonSet`, `Deployment`, ...", lambda w: w.of.meta.kind),
    text("name", "its name", lambda w: w.of.meta.name, lambda w: w.of.meta.origin.place("metadata", "name")),
    maybe_text("namespace", "its namespace, null where none is written", lambda w: w.of.meta.namespace),
    boolean("hostNetwork", "whether its pods use the node's network", lambda w: w.of.pod.host_network, "hostNetwork"),
    boolean("onePerNode", "whether every node gets one of its pods (a DaemonSet)", lambda w: w.of.one_per_node),
    labels("podLabels", "the labels of its pods", lambda w: w.of.pod.labels,
        lambda w: w.of.pod.meta_origin.place("labels")),
    maybe_integer("replicas", "how many pods, null where the kind has no such number", lambda w: w.of.replicas,
        lambda w: w.of.meta.origin.place("spec", "replicas")),
    boolean("isMissedOnTheWay", "whether a known way breaks because it asks for no pods",
        lambda w: w.topology.by_fault.of(w.of, Kind.NO_REPLICAS) is not None),
    boolean("isBatch", "whether its pods end by themselves (Job, CronJob)", lambda w: w.of.is_batch),
    boolean("isPinned", "whether a node selector, affinity or name says on which nodes it runs",
        lambda w: w.of.pod.is_pinned),
    many("services", "the Services that select its pods", lambda w: w.services, SERVICE_REF),
    many("localServices", "those of them with `externalTrafficPolicy: Local`", _local_services, SERVICE_REF),
    boolean("crossesOverlay", "whether requests may cross nodes to reach its pods where that fails, or nobody knows",
        _crosses_overlay),
    boolean("overlayIsUnknown", "whether nobody knows how its pods reach each other across nodes",
        lambda w: w.topology.overlay.works is None),
    boolean("onBrokenJourney", "whether a known way in breaks for that reason",
        lambda w: w.topology.by_fault.of(w.of, Kind.OVERLAY) is not None),
    faults(lambda w: w.topology.network.faults.of(w.of)),
    integers("balancedHostPorts", "host ports of its pods that a load balancer sends to directly",
        lambda w: sorted(w.topology.balanced_host_ports.get(w.of, ()))),
    maybe_one("selectorMismatch", "a label its selector wants and its own template lacks",
        lambda w: w.topology.network.faults.other(w.of, Kind.WORKLOAD_SELECTOR, Mismatch), MISMATCH),
    maybe_one("podSecurity", "the level its namespace enforces, where that refuses its pods",
        lambda w: w.topology.network.faults.other(w.of, Kind.POD_SECURITY, Enforced), POD_SECURITY),
    text("dnsPolicy", "how its pods look up names; ClusterFirst where none is written", lambda w: w.of.pod.dns_policy,
        "dnsPolicy"),
    boolean("hasDnsConfig", "whether its pods have name servers of their own", lambda w: w.of.pod.has_dns_config),
    maybe_one("clusterName", "a name of the cluster that a pod on the host network asks for", _cluster_name, NAME_USE),
    maybe_one("singleWriter", "a program in it of which only one instance may write its data", _single_writer,
        SINGLE_WRITER),
    maybe_one("oneNodeClaim", "a volume it mounts that one node at a time can have", _one_node_claim, VOLUME_CLAIM),
    maybe_integer("eligibleNodes", "on how many nodes its pods may run, null where nobody says",
        lambda w: eligible_nodes(w.of, w.topology.environment)),
    maybe_text("serviceName", "the Service that a StatefulSet names, null where none is", lambda w: w.of.service_name,
        lambda w: w.of.meta.origin.place("spec", "serviceName")),
    maybe_one("governing", "that Service where it does not name the pods",
        lambda w: governing(w.of, w.topology.services), GOVERNING),
), lambda w: w.of.pod.origin)
HOST_PORT = Table[_HostPort](
    "HostPort", "a port that a workload's pods take on their nodes",
    lambda p: p.port.origin.place("containerPort" if p.port.host_port is None else "hostPort"), (
    integer("number", "the port on the node", lambda p: p.workload.pod.host_port_of(p.port)),
))
ROLLOUT = Table[WiredRollout](
    "Rollout", "how a workload's pods are replaced", lambda r: r.workload.meta.origin.place("kind"), (
    one("workload", "the workload", lambda r: r.workload, WORKLOAD_REF),
    maybe_text("strategy", "RollingUpdate, Recreate, OnDelete, ...; null for a kind that replaces no pods",
        lambda r: r.workload.rollout.strategy if r.workload.rollout else None, lambda r: _rollout_place(r, "type")),
    maybe_integer("replicas", "how many pods it wants, null where the kind has no such number",
        lambda r: r.workload.replicas, lambda r: r.workload.meta.origin.place("spec", "replicas")),
    anything("maxSurge", "how many pods more a rolling update may make, null where it makes none",
        lambda r: r.workload.rollout.max_surge if r.workload.rollout else None,
        lambda r: _rollout_place(r, "rollingUpdate", "maxSurge")),
    anything("maxUnavailable", "how many pods fewer a rolling update may leave",
        lambda r: r.workload.rollout.max_unavailable if r.workload.rollout else None,
        lambda r: _rollout_place(r, "rollingUpdate", "maxUnavailable")),
    many("hostPorts", "the ports that its pods take on their nodes",
        lambda r: (_HostPort(r.workload, port) for port in r.ports), HOST_PORT),
    integer("neededNodes", "how many nodes a rollout needs, one for each pod with a host port", lambda r: r.needed),
    maybe_integer("eligibleNodes", "how many nodes there are for its pods, null where nobody says",
        lambda r: r.eligible),
    maybe_text("clash", "how its two amounts do not fit: `both`, `neither`, `host port`",
        lambda r: r.clash.value if r.clash else None),
))
SUBJECTS = (
    SubjectKind("workload", "a workload", WORKLOAD, _workloads, lambda w: w.of.meta,
        lambda w: (w.of, *_local_services(w))),
    SubjectKind("rollout", "how a workload's pods are replaced", ROLLOUT,
        lambda topology: wire_rollouts(topology.bundle, topology.environment), lambda r: r.workload.meta,
        lambda r: (r.workload,)),
)
