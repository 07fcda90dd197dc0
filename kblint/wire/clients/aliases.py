"""Aliases of Services that lead to no Service: DNS takes an `externalName` as a whole name and appends nothing.

https://kubernetes.io/docs/concepts/services-networking/service/#externalname
"""

from __future__ import annotations

from collections.abc import Iterator

from kblint.model.service import Service
from kblint.wire.clients.missing import Missing
from kblint.wire.clients.names import Cluster, service_named
from kblint.wire.conflict import Conflict
from kblint.wire.evidence import Certainty, Evidence

_TOLD = frozenset({Missing.SIMILAR, Missing.ELSEWHERE, Missing.FORM})


def dead_aliases(cluster: Cluster) -> Iterator[Conflict]:
    """Services of type ExternalName whose name was meant for a Service that is here, and does not reach it."""
    for service in cluster.bundle.all(Service):
        name = service.external_name
        if not service.is_external_name or not isinstance(name, str):
            continue
        host = name.rstrip(".")
        labels = host.split(".")
        domain = next((one for one in sorted(cluster.domains) if host.endswith(f".svc.{one}")), None)
        place = service.origin.place("externalName")
        if domain is None:
            is_short = len(labels) == 2 or (len(labels) == 3 and labels[2] == "svc")
            found = cluster.services.find(labels[0], labels[1]) if is_short else None
            meant = found.service if found and found.certainty is Certainty.KNOWN else None
            right = f"{labels[0]}.{labels[1]}.svc.{min(cluster.domains)}" if meant else ""
        else:
            named = service_named(host, service.meta.namespace, cluster)
            is_told = named is not None and named.missing in _TOLD and named.meant is not None
            meant = named.meant if named and is_told else None
            space = meant.service.meta.namespace if meant else None
            right = f"{meant.service.meta.name}.{space}.svc.{domain}" if meant and space else ""
        if meant and right:
            shown = (Evidence(meant.service.meta.origin.place("metadata", "name"), f"{meant.service.meta} is meant"),)
            yield Conflict("alias", service.meta, place, service.meta.name, name, suggestion=right, shown=shown)
