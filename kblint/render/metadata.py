"""What `buildMetadata` adds to objects: where each comes from, and who manages it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from kblint.render.library import is_kustomization_file
from kblint.render.resource import BuiltObject, WrittenValue
from kblint.source.values import Origin, Unknown, strings

_ORIGIN = ("metadata", "annotations", "config.kubernetes.io/origin")
_MANAGER = ("metadata", "labels", "app.kubernetes.io/managed-by")


def add_metadata(resources: Iterable[BuiltObject], kustomization: Origin, folder: str) -> None:
    """Add what the outermost kustomization, in `folder`, asks for; which transformers changed an object is left out."""
    asked = strings(kustomization.get("buildMetadata"))
    span, key_span = kustomization.span("buildMetadata"), kustomization.key_span("buildMetadata")
    for one in resources:
        if "originAnnotations" in asked:
            one.put(_ORIGIN, WrittenValue(_origin(one, folder), span, key_span))
        if "managedByLabel" in asked:
            # which version of kustomize will build it is not known
            one.put(_MANAGER, WrittenValue(Unknown("kustomize"), span, key_span))


def _origin(one: BuiltObject, folder: str) -> str:
    path = posixpath.relpath(one.path, folder or ".")
    if not is_kustomization_file(one.path):
        return f"path: {path}\n"
    return f"configuredIn: {path}\nconfiguredBy:\n  apiVersion: builtin\n  kind: {one.gvk.kind}Generator\n"
