"""Which Service, or which pod of a StatefulSet, the host of an address names; and what was meant where it names none.

https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/ and
https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from functools import cached_property

from msgspec import Struct

from kblint.model.bundle import Bundle, Other, meta_of
from kblint.model.cluster import K3sConfig
from kblint.model.policy import Namespace
from kblint.model.workload import Workload
from kblint.source.grouping import grouped
from kblint.source.regex import regex
from kblint.source.spelling import is_typo
from kblint.wire.clients.addresses import endpoint
from kblint.wire.evidence import Certainty
from kblint.wire.services.absence import Elsewhere
from kblint.wire.services.controllers import ConfigMapOf
from kblint.wire.services.index import ServiceIndex
from kblint.wire.services.makers import Maker, Outside
from kblint.wire.services.ports import ListeningOf, WiredService

_CLUSTER = "cluster.local"
_LETTERS = regex(r"[a-z]+")
_OF_SET = regex(r"(?P<set>.+)-(?P<ordinal>\d{1,4})")


class Missing(enum.Enum):
    """Why a name leads nowhere in the cluster; the value is the case of the fault."""

    NOTHING = ""
    SIMILAR = "similar"
    """A Service of almost that name is there."""
    ROLE = "role"
    """A chart makes a Service of that name with a role behind it, and none without."""
    ELSEWHERE = "elsewhere"
    """A Service of that name is in another namespace."""
    WORKLOAD = "workload"
    """It is the name of a workload, whose Service has another one."""
    POD = "pod"
    """It is the bare name of a pod of a StatefulSet."""
    UNNAMED = "unnamed"
    """It is a pod's name under a Service that has an address of its own, and gives pods no names."""
    GOVERNED = "governed"
    """It is a pod's name under another Service than the one that names the pods of its StatefulSet."""
    NO_POD = "no pod"
    """It is the name of a pod that no StatefulSet behind the Service makes."""
    FORM = "form"
    """It is a name of the cluster in a form that the cluster does not have."""


class Named(Struct, frozen=True, eq=False):
    """What a host names. `certainty` is how sure that is; `workload` is set where it names one pod of a StatefulSet."""

    service: WiredService | None
    certainty: Certainty
    missing: Missing | None = None
    meant: WiredService | None = None
    right: str = ""
    """The name that is probably meant."""
    workload: Workload | None = None
    namespace: str | None = None
    maker: Maker | None = None


class Cluster(Struct, frozen=True, eq=False, dict=True):
    """What names are looked up in."""

    bundle: Bundle
    services: ServiceIndex
    outside: Outside
    config_map_of: ConfigMapOf
    secret_of: ConfigMapOf
    listening_of: ListeningOf
    elsewhere: Elsewhere

    @cached_property
    def namespaces(self) -> frozenset[str]:
        """The namespaces that something of the input is in, and the one that every cluster has."""
        named = {one.meta.name for one in self.bundle.all(Namespace)}
        metas = (meta_of(one) for one in self.bundle.declarations if not isinstance(one, Other))
        return frozenset(named | {"default"} | {meta.namespace for meta in metas if meta and meta.namespace})

    @cached_property
    def sets(self) -> dict[str, tuple[Workload, ...]]:
        """StatefulSets by their name."""
        return grouped((one.meta.name, one) for one in self.bundle.all(Workload) if one.meta.kind == "StatefulSet")

    @cached_property
    def workloads(self) -> dict[tuple[str | None, str], Workload]:
        """Workloads by their namespace and name."""
        return {(one.meta.namespace, one.meta.name): one for one in self.bundle.all(Workload)}

    @cached_property
    def domains(self) -> frozenset[str]:
        """The cluster's own domain (https://docs.k3s.io/cli/server#networking)."""
        written = (one.value("cluster-domain") for one in self.bundle.all(K3sConfig))
        return frozenset({one for one in written if isinstance(one, str)} or {_CLUSTER})


def named(host: str, workload: Workload, cluster: Cluster) -> Named | None:
    """What a host names for the pods of a workload; None for one that is no name of this cluster, for all that is here.

    An alias of a Service is that Service.
    """
    found = _named(host, workload, cluster)
    target = _alias_target(found.service) if found and found.service else None
    led = _named(target, workload, cluster) if target else None
    return led if found and led and led.service else found


def _named(host: str, workload: Workload, cluster: Cluster) -> Named | None:
    labels = host.split(".")
    namespace = workload.meta.namespace
    if "svc" in labels[1:]:
        return _full(labels, namespace, cluster)
    domain = next((one for one in cluster.domains if host.endswith(f".{one}")), None)
    if domain:
        # `db.shop.cluster.local`: the `svc` is missing
        short = labels[: -len(domain.split("."))]
        return _misformed(short, namespace, cluster, domain)
    if len(labels) == 1:
        return _bare(labels[0], workload, cluster)
    if len(labels) == 2:
        found = _lookup(labels[0], labels[1], cluster)
        if found.service and found.certainty is Certainty.KNOWN:
            return found
        return _pod_of(labels[0], labels[1], namespace, cluster) or (found if labels[1] in cluster.namespaces else None)
    if len(labels) == 3 and labels[2] in cluster.namespaces:
        return _pod_of(labels[0], labels[1], labels[2], cluster)
    return None


def service_named(host: str, namespace: str | None, cluster: Cluster) -> Named | None:
    """What a name with `svc` in it names as seen from a namespace; None for one of another cluster."""
    return _full(host.split("."), namespace, cluster)


def _full(labels: list[str], namespace: str | None, cluster: Cluster) -> Named | None:
    """A name with `svc` in it: of a Service, or with one label more of a pod."""
    at = labels.index("svc", 1)
    domain = ".".join(labels[at + 1 :])
    if domain and domain not in cluster.domains:
        # of another cluster, unless it is the domain that clusters have who are not told one
        return _of_usual_domain(labels[:at], cluster) if domain == _CLUSTER else None
    match labels[:at]:
        case [name]:
            return _misformed([name], namespace, cluster, domain)
        case [name, space]:
            found = _lookup(name, space, cluster)
            swapped = _swapped(name, space, domain, cluster) if found.missing is Missing.NOTHING else None
            return swapped or found
        case [pod, name, space]:
            return _pod_of(pod, name, space, cluster)
        case _:
            return None


def _of_usual_domain(short: list[str], cluster: Cluster) -> Named | None:
    """The name of a Service that is here, under the domain that this cluster does not have."""
    if len(short) != 2 or len(cluster.domains) != 1:
        return None
    found = cluster.services.find(short[0], short[1])
    if found.service is None:
        return None
    right = ".".join((*short, "svc", *cluster.domains))
    return Named(None, Certainty.LIKELY, Missing.FORM, found.service, right, namespace=short[1])


def _swapped(name: str, space: str, domain: str, cluster: Cluster) -> Named | None:
    """A name whose Service and namespace have changed places."""
    found = cluster.services.find(space, name)
    if found.service is None or found.certainty is not Certainty.KNOWN or space in cluster.namespaces:
        return None
    right = f"{space}.{name}.svc{f'.{domain}' if domain else ''}"
    return Named(None, Certainty.KNOWN, Missing.FORM, found.service, right, namespace=name)


def _misformed(short: list[str], namespace: str | None, cluster: Cluster, domain: str) -> Named | None:
    """A name without its namespace, or without `svc`, that a Service of the input was meant by."""
    space = short[1] if len(short) == 2 else namespace
    found = cluster.services.find(short[0], space) if len(short) in (1, 2) else None
    meant = (found.service or next(iter(found.elsewhere), None)) if found else None
    if meant is None:
        return None
    real = meant.service.meta.namespace or space or "NAMESPACE"
    right = f"{short[0]}.{real}.svc{f'.{domain}' if domain else ''}"
    return Named(None, Certainty.KNOWN, Missing.FORM, meant, right, namespace=real)


def _bare(name: str, workload: Workload, cluster: Cluster) -> Named | None:
    """A name of one label, which is looked up in the caller's own namespace."""
    namespace = workload.meta.namespace
    found = _lookup(name, namespace, cluster)
    if found.service is not None:
        if found.certainty is Certainty.KNOWN and namespace is None:
            near = cluster.outside.together.surely(workload.meta.path, found.service.service.meta.path)
            return found if near else Named(found.service, Certainty.LIKELY)
        return found
    if name == workload.meta.name or workload.pod.has_dns_config:
        # a pod knows its own name, and more names than these may be looked up for it
        return None
    own = _OF_SET.fullmatch(name)
    sets = cluster.sets.get(own["set"], ()) if own else ()
    named_set = next((one for one in sets if one.meta.namespace == namespace and one is not workload), None)
    if named_set is not None:
        governing = named_set.service_name if isinstance(named_set.service_name, str) else "SERVICE"
        return Named(None, Certainty.LIKELY, Missing.POD, None, f"{name}.{governing}", named_set, namespace)
    other = cluster.workloads.get((namespace, name))
    selecting = cluster.services.by_workload.get(other, ()) if other else ()
    if other is not None and len(selecting) == 1 and selecting[0].certainty is Certainty.KNOWN:
        meant = selecting[0]
        return Named(None, Certainty.LIKELY, Missing.WORKLOAD, meant, meant.service.meta.name, other, namespace)
    return found


def _lookup(name: str, namespace: str | None, cluster: Cluster) -> Named:
    """A Service by its name and namespace; where there is none, what is probably meant."""
    found = cluster.services.find(name, namespace)
    if found.service is not None:
        return Named(found.service, found.certainty, namespace=namespace)
    if cluster.elsewhere("Service", namespace, name):
        return Named(None, Certainty.UNKNOWN, namespace=namespace)
    maker = cluster.outside.makers.of(namespace)
    similar = cluster.services.similar(name, namespace)
    if similar and _LETTERS.findall(similar.service.meta.name) != _LETTERS.findall(name):
        right = similar.service.meta.name
        is_meant = is_typo(name, right) or similar.service.meta.written_name == name
        is_sure = is_meant and maker is None
        certainty = Certainty.KNOWN if is_sure else Certainty.LIKELY
        return Named(None, certainty, Missing.SIMILAR, similar, right, namespace=namespace, maker=maker)
    if of_role := cluster.services.of_role(name, namespace):
        right = of_role.service.meta.name
        return Named(None, Certainty.LIKELY, Missing.ROLE, of_role, right, namespace=namespace, maker=maker)
    meant = _away(found.elsewhere, namespace, cluster) if maker is None else None
    if meant is not None:
        right = f"{name}.{meant.service.meta.namespace}"
        return Named(None, Certainty.LIKELY, Missing.ELSEWHERE, meant, right, namespace=namespace)
    return Named(None, Certainty.KNOWN, Missing.NOTHING, namespace=namespace, maker=maker)


def _away(others: Iterable[WiredService], namespace: str | None, cluster: Cluster) -> WiredService | None:
    """The Service that is probably meant by a name in the wrong namespace: one that is here, or misspelled."""
    for other in others:
        real = other.service.meta.namespace
        if namespace and real and (namespace in cluster.namespaces or is_typo(namespace, real)):
            return other
    return None


def _pod_of(pod: str, name: str, namespace: str | None, cluster: Cluster) -> Named | None:
    """One pod of a StatefulSet behind the Service that names its pods."""
    found = cluster.services.find(name, namespace)
    own = _OF_SET.fullmatch(pod)
    sets = cluster.sets.get(own["set"], ()) if own else ()
    workload = next(
        (one for one in sets if found.service and one.meta.namespace == found.service.service.meta.namespace), None
    )
    wired = found.service
    if wired is None or own is None or wired.service.is_external_name:
        return None
    if workload is None:
        return _pod_of_nobody(own["ordinal"], name, namespace, found.certainty, wired)
    if wired.service.cluster_ip is None and not wired.service.is_from_chart:
        return Named(None, found.certainty, Missing.UNNAMED, wired, name, workload, namespace)
    names_pods = workload.service_name
    if isinstance(names_pods, str) and names_pods != name:
        return Named(None, found.certainty, Missing.GOVERNED, wired, names_pods, workload, namespace)
    return Named(wired, found.certainty, workload=workload, namespace=namespace)


def _pod_of_nobody(
    ordinal: str, name: str, namespace: str | None, certainty: Certainty, wired: WiredService
) -> Named | None:
    """A pod's name that fits none of the pods behind a headless Service, all of which are known."""
    sets = [one.workload for one in wired.selected if one.certainty is Certainty.KNOWN]
    if not wired.service.is_headless or len(sets) != 1 or len(wired.selected) != 1:
        return None
    only = sets[0]
    if only.meta.kind != "StatefulSet" or only.service_name != name:
        return None
    return Named(
        None, min(certainty, Certainty.LIKELY), Missing.NO_POD, wired, f"{only.meta.name}-{ordinal}", only, namespace
    )


def _alias_target(wired: WiredService) -> str | None:
    """The name in the cluster that an alias stands for."""
    name = wired.service.external_name
    is_host = wired.service.is_external_name and isinstance(name, str) and endpoint(name)
    # what is no whole name leads nowhere, and another rule says so
    return name.rstrip(".") if is_host and isinstance(name, str) and ".svc." in name else None
