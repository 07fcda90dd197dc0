"""Which objects are only parts of objects: patches that kustomize merges into what another file holds.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from kblint.admission.misfits import SchemaError
from kblint.model.kustomization import is_kustomization
from kblint.model.meta import Meta
from kblint.source.grouping import grouped
from kblint.source.regex import regex

_NAMED_SO = regex(r"(?:^|[/._-])patch(?:es)?(?:[/._-]|$)", re.IGNORECASE)
_FLUX = "kustomize.toolkit.fluxcd.io"
_TEMPLATES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("DaemonSet", "Deployment", "Job", "ReplicaSet", "ReplicationController"), ("spec", "template")),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "Pod": (),
    "StatefulSet": ("spec", "template"),
}
"""Where a kind has its pod template; a Pod is one itself."""


class Patches(Struct, frozen=True):
    """What all files of a run say about whether a field may come from elsewhere."""

    adds_selectors: bool
    adds_namespaces: bool
    """Whether Flux puts what it delivers into a namespace, and with it the accounts that bindings name."""
    has_kustomizations: bool
    by_name: Mapping[tuple[str, str, str], Sequence[Meta]]

    def may_fill(self, meta: Meta, misfit: SchemaError) -> bool:
        """Whether the field that is missing from an object may be somewhere else, or the object is a patch."""
        if _NAMED_SO.search(meta.path) or _is_fragment(meta, self.has_kustomizations):
            return True
        if misfit.key == "selector" and self.adds_selectors:
            return True
        if misfit.full_path[0] == "subjects" and self.adds_namespaces:
            return True
        others = self.by_name.get((meta.group, meta.kind, meta.name), ())
        return any(other is not meta and _may_have(other, misfit) for other in others)


def find_patches(metas: Iterable[Meta]) -> Patches:
    """What the kustomizations among `metas` patch, and which names stand for several objects."""
    metas = tuple(metas)
    kustomizations = tuple(filter(is_kustomization, metas))
    adds_selectors = any(map(_adds_selectors, kustomizations))
    adds_namespaces = any(meta.group == _FLUX and bool(meta.origin.get("spec", "targetNamespace")) for meta in metas)
    by_name = grouped(((meta.group, meta.kind, meta.name), meta) for meta in metas)
    return Patches(adds_selectors, adds_namespaces, bool(kustomizations), by_name)


def is_part(meta: Meta) -> bool:
    """Whether an object can only be part of one: it has neither of two things without which there is none."""
    node = meta.origin.child("spec").node
    if not node:
        # more likely misspelled than left out
        return False
    if (meta.group, meta.kind) == ("", "Service"):
        is_without_ports = node.get("type") == "ExternalName" or node.get("clusterIP") == "None"
        return not node.get("ports") and not node.get("selector") and not is_without_ports
    if meta.group != "apps" or meta.kind not in _TEMPLATES:
        return False
    return "selector" not in node and not _has_image(meta, _TEMPLATES[meta.kind])


def _adds_selectors(meta: Meta) -> bool:
    """Whether a kustomization writes selectors and the labels they select."""
    has_common = bool(meta.origin.get("commonLabels"))
    return has_common or any(entry.node.get("includeSelectors") is True for entry in meta.origin.children("labels"))


def _is_fragment(meta: Meta, has_kustomizations: bool) -> bool:
    """Whether an object lacks what no whole one does: its `spec`, its pods' labels, every image.

    Where nothing merges anything, one that selects its own pods is whole, image or not.
    """
    path = _TEMPLATES.get(meta.kind)
    if path is None:
        # a kind whose own fields are at the top has no `spec`
        return meta.origin.node.keys() <= {"apiVersion", "kind", "metadata"}
    needs_labels = meta.kind not in ("CronJob", "Job", "Pod")
    labels = meta.origin.get(*path, "metadata", "labels")
    selects = meta.origin.get("spec", "selector") or meta.origin.get(*path, "spec", "restartPolicy")
    if not has_kustomizations and labels and (meta.kind == "Pod" or selects):
        return not isinstance(meta.origin.get(*path, "spec"), dict)
    return not _has_image(meta, path) or (needs_labels and not labels)


def _has_image(meta: Meta, template: Sequence[str]) -> bool:
    pods = meta.origin.get(*template, "spec", "containers")
    return isinstance(pods, list) and any(isinstance(one, dict) and one.get("image") for one in pods)


def _may_have(other: Meta, misfit: SchemaError) -> bool:
    """Whether another declaration of an object has the field; for what stands in a list nobody knows which item."""
    if any(isinstance(part, int) for part in misfit.path):
        return True
    return other.origin.is_written(*misfit.path, misfit.key)
