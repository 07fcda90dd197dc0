"""The subject Service: a Service as a whole."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import NamedTuple

from kblint.engine.facts import Table, boolean, labels, many, maybe_one, maybe_text, one, text
from kblint.engine.subject import Among, SubjectKind, among
from kblint.engine.subjects.references import WORKLOAD_REF, faults, is_sure
from kblint.model.service import Service
from kblint.source.text import Place
from kblint.wire.faults.fault import Fault, Kind
from kblint.wire.services.naming import Alias, misnomer
from kblint.wire.services.ports import WiredService
from kblint.wire.services.selection import NearMiss
from kblint.wire.services.strangers import other_instances, strangers


class _Near(NamedTuple):
    service: Service
    miss: NearMiss


def _wanted_place(near: _Near) -> Place:
    if near.miss.key is not None:
        return near.service.origin.place("selector", near.miss.key)
    return near.service.meta.origin.place("metadata", "namespace")


def _found_place(near: _Near) -> Place:
    workload = near.miss.workload
    if near.miss.key is not None:
        return workload.pod.meta_origin.place("labels", near.miss.key)
    return workload.meta.origin.place("metadata", "namespace")


def _hops(service: Among[WiredService]) -> Iterator[Hashable]:
    """The Service, and those of its ports that some of its workloads have: whoever lacks them is told of once."""
    yield service.wired.service
    for port in service.wired.ports:
        if any(pod.declared or pod.answers for pod in port.endpoints):
            yield port.port


# fmt: off
NEAR_MISS = Table[_Near]("NearMiss", "a workload that a Service's selector misses by one label", _wanted_place, (
    one("workload", "the workload", lambda n: n.miss.workload, WORKLOAD_REF),
    text("key", "the label's key", lambda n: n.miss.key or ""),
    text("wanted", "what the selector asks for", lambda n: n.miss.wanted),
    maybe_text("found", "what the pods carry, null where the label is missing", lambda n: n.miss.found, _found_place),
    boolean("isSlip", "whether the two values differ by one slip of the hand", lambda n: n.miss.is_typo),
    boolean("isElsewhere", "whether the labels fit, and only the namespaces differ", lambda n: n.miss.key is None),
))
MISFIT = Table[Fault]("Misfit", "a field that does not fit the Service's type", lambda m: m.place, (
    text("field", "the field", lambda m: m.case),
    text("reason", "why it does not fit", lambda m: m.reason),
))
MISNOMER = Table[Alias](
    "Misnomer", "what is wrong with a Service that is a DNS alias, or that has an `externalName`",
    lambda a: a.place, (
    text("fault", "`missing`, `address`, `no host name`, `forwards` or `ignored`", lambda a: a.fault.value),
))
SERVICE = Table[Among[WiredService]](
    "Service", "a core Service", lambda s: s.wired.service.meta.origin.place("metadata", "name"), (
    text("name", "its name", lambda s: s.wired.service.meta.name),
    text("type", "ClusterIP, NodePort, LoadBalancer or ExternalName", lambda s: s.wired.service.type, "type"),
    labels("selector", "its selector, empty where none is written", lambda s: s.wired.service.selector or {},
        "selector"),
    faults(lambda s: s.topology.network.faults.of(s.wired.service)),
    boolean("hasEndpoints", "whether hand-made endpoints belong to it", lambda s: bool(s.wired.endpoints)),
    many("workloads", "the workloads it selects", lambda s: (one.workload for one in s.wired.selected), WORKLOAD_REF),
    boolean("isSurelyWithoutPods", "whether its pods surely do not exist, or others are meant",
        lambda s: is_sure(Kind.SELECTION, s.topology.network.faults.of(s.wired.service))),
    maybe_one("near", "the workload it misses by one label, where it selects none",
        lambda s: _Near(s.wired.service, s.wired.near[0]) if s.wired.near else None, NEAR_MISS,
        lambda s: s.wired.service.origin.place("selector")),
    many("strangers", "selected workloads that have none of its target ports, while another has",
        lambda s: strangers(s.wired), WORKLOAD_REF),
    many("otherInstances", "selected workloads of another instance of its chart", lambda s: other_instances(s.wired),
        WORKLOAD_REF),
    maybe_one("misfit", "a field that does not fit its type",
        lambda s: s.topology.network.faults.first(s.wired.service, Kind.SERVICE_TYPE), MISFIT),
    text("certainty", "how sure the selection is", lambda s: s.wired.certainty.label),
    maybe_text("externalName", "the name it is an alias of, null where none is written",
        lambda s: s.wired.service.external_name),
    maybe_one("misnomer", "what is wrong with that name", lambda s: misnomer(s.wired.service), MISNOMER),
), lambda s: s.wired.service.origin)
SUBJECTS = (
    SubjectKind("service", "a Service", SERVICE, among(lambda topology: topology.services.services),
        lambda s: s.wired.service.meta, _hops),
)
