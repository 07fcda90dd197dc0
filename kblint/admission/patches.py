"""Which objects are only parts of objects: patches that kustomize merges into what another file holds.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kblint.admission.misfits import SchemaError
from kblint.model.meta import Meta
from kblint.source.values import strings

KUSTOMIZE = "kustomize.config.k8s.io"
_NAMED_SO = re.compile(r"(?:^|[/._-])patch(?:es)?(?:[/._-]|$)", re.IGNORECASE)
_TEMPLATES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("DaemonSet", "Deployment", "Job", "ReplicaSet", "ReplicationController"), ("spec", "template")),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "Pod": (),
    "StatefulSet": ("spec", "template"),
}
"""Where a kind has its pod template; a Pod is one itself."""


@dataclass(frozen=True, slots=True)
class Patches:
    """What all files of a run say about whether a field may come from elsewhere."""

    files: frozenset[str]
    adds_selectors: bool
    by_name: Mapping[tuple[str, str, str], Sequence[Meta]]

    def may_fill(self, meta: Meta, misfit: SchemaError) -> bool:
        """Whether the field that is missing from an object may be somewhere else, or the object is a patch."""
        if meta.path in self.files or _NAMED_SO.search(meta.path) or _is_fragment(meta):
            return True
        if misfit.key == "selector" and self.adds_selectors:
            return True
        others = self.by_name.get((meta.group, meta.kind, meta.name), ())
        return any(other is not meta and _may_have(other, misfit) for other in others)


def find_patches(metas: Iterable[Meta]) -> Patches:
    """What the kustomizations among `metas` patch, and which names stand for several objects."""
    metas = tuple(metas)
    kustomizations = [meta for meta in metas if meta.group == KUSTOMIZE]
    adds_selectors = any(map(_adds_selectors, kustomizations))
    by_name: dict[tuple[str, str, str], list[Meta]] = {}
    for meta in metas:
        by_name.setdefault((meta.group, meta.kind, meta.name), []).append(meta)
    return Patches(patch_files(kustomizations), adds_selectors, by_name)


def patch_files(kustomizations: Iterable[Meta]) -> frozenset[str]:
    """The paths of the files that kustomizations name as patches."""
    return frozenset(
        posixpath.normpath(posixpath.join(posixpath.dirname(meta.path), file))
        for meta in kustomizations
        for file in _patch_files(meta)
    )


def _patch_files(meta: Meta) -> Iterator[str]:
    for key in ("patches", "patchesJson6902"):
        for entry in meta.origin.children(key):
            path = entry.node.get("path")
            if isinstance(path, str):
                yield path
    # each is a file, or the text of a patch
    yield from (text for text in strings(meta.origin.get("patchesStrategicMerge")) if "\n" not in text)


def _adds_selectors(meta: Meta) -> bool:
    """Whether a kustomization writes selectors and the labels they select."""
    has_common = bool(meta.origin.get("commonLabels"))
    return has_common or any(entry.node.get("includeSelectors") is True for entry in meta.origin.children("labels"))


def _is_fragment(meta: Meta) -> bool:
    """Whether an object lacks what no whole one does: its `spec`, its pods' labels, every image."""
    path = _TEMPLATES.get(meta.kind)
    if path is None:
        return "spec" not in meta.origin.node and not _is_flat(meta)
    pods = meta.origin.get(*path, "spec", "containers")
    has_image = isinstance(pods, list) and any(isinstance(one, dict) and one.get("image") for one in pods)
    needs_labels = meta.kind not in ("CronJob", "Job", "Pod")
    return not has_image or (needs_labels and not meta.origin.get(*path, "metadata", "labels"))


def _is_flat(meta: Meta) -> bool:
    """Whether a kind has no `spec`: then its own fields are at the top."""
    return bool(set(meta.origin.node) - {"apiVersion", "kind", "metadata"})


def _may_have(other: Meta, misfit: SchemaError) -> bool:
    """Whether another declaration of an object has the field; for what stands in a list nobody knows which item."""
    if any(isinstance(part, int) for part in misfit.path):
        return True
    return other.origin.is_written(*misfit.path, misfit.key)
