"""Kubernetes objects: which reader each belongs to. The API group decides, never the kind alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kblint.model.bundle import Declaration, Other
from kblint.model.cluster import CHART_GROUP
from kblint.model.kustomization import FILE_NAMES, GROUP
from kblint.model.meta import Meta
from kblint.read.fields import mapping, text_map, word
from kblint.read.kubernetes.charts import CHARTS
from kblint.read.kubernetes.gateways import GATEWAYS
from kblint.read.kubernetes.policies import POLICIES
from kblint.read.kubernetes.references import REFERENCES
from kblint.read.kubernetes.routes import INGRESSES
from kblint.read.kubernetes.services import SERVICES
from kblint.read.kubernetes.storage import STORAGE
from kblint.read.kubernetes.traefik import TRAEFIK
from kblint.read.kubernetes.workloads import WORKLOADS, read_unknown_kind
from kblint.read.reading import Reading, objects_of
from kblint.source.stream import SyntaxFault
from kblint.source.values import Document, Origin

READERS: Mapping[tuple[str, str], Callable[[Meta, Origin], tuple[Declaration, ...]]] = {
    **GATEWAYS,
    **INGRESSES,
    **POLICIES,
    **REFERENCES,
    **SERVICES,
    **STORAGE,
    **TRAEFIK,
    **WORKLOADS,
}
"""Group and kind to reader; those of `CHARTS` can also find faults, in the texts they open."""

BY_FILE_NAME = {
    **dict.fromkeys(FILE_NAMES, (GROUP, "v1beta1", "Kustomization")),
    "Chart.yaml": (CHART_GROUP, "v2", "Chart"),
}
"""What a file of such a name is without saying so.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/ ,
https://helm.sh/docs/topics/charts/#the-chartyaml-file
"""


def read_document(document: Document) -> Reading | None:
    """The things of all objects of a document; None when it holds no Kubernetes object."""
    declarations: list[Declaration] = []
    faults: list[SyntaxFault] = []
    for origin in objects_of(document):
        reading = read_object(origin)
        declarations += reading.declarations
        faults += reading.faults
    known = None if declarations else BY_FILE_NAME.get(document.source.path.rpartition("/")[2])
    if known and document.origin.node:
        declarations.append(Other(meta_of(document.origin, *known)))
    return Reading(tuple(declarations), tuple(faults)) if declarations else None


def read_object(origin: Origin) -> Reading:
    """The things of one object with `apiVersion` and `kind`; an `Other` when nothing more is known of it."""
    group, version = group_version(word(origin.node, "apiVersion"))
    kind = word(origin.node, "kind")
    meta = meta_of(origin, group, version, kind)
    if (group, kind) in CHARTS:
        return CHARTS[group, kind](meta, origin)
    reader = READERS.get((group, kind), read_unknown_kind)
    return Reading(reader(meta, origin) or (Other(meta),))


def group_version(written: str) -> tuple[str, str]:
    """Group and version of an `apiVersion`; the core group is empty."""
    group, slash, version = written.partition("/")
    return (group, version) if slash else ("", written)


def meta_of(origin: Origin, group: str, version: str, kind: str) -> Meta:
    """What every object carries; one that lets the API choose its name is called by its `generateName`."""
    metadata = mapping(origin.node, "metadata")
    return Meta(
        group=group,
        version=version,
        kind=kind,
        name=word(metadata, "name") or word(metadata, "generateName"),
        namespace=word(metadata, "namespace") or None,
        labels=text_map(metadata, "labels"),
        annotations=text_map(metadata, "annotations"),
        origin=origin,
    )
