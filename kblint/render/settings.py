"""Which fields a kustomization changes: kustomize's own, and those that `configurations` add."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from kblint.render import label_fields
from kblint.render.field_specs import FieldSpec, split
from kblint.render.identity import Gvk
from kblint.render.name_fields import NAME_REFERENCES, References
from kblint.render.resource import scalar
from kblint.render.variables import VARIABLE_FIELDS
from kblint.source.values import Document, Origin


class FieldSettings(Struct, frozen=True):
    """The fields that each part of a kustomization changes."""

    prefixed: tuple[FieldSpec, ...] = label_fields.NAME
    suffixed: tuple[FieldSpec, ...] = label_fields.NAME
    namespaced: tuple[FieldSpec, ...] = label_fields.NAMESPACE
    selectors: tuple[FieldSpec, ...] = label_fields.COMMON_LABELS
    labels: tuple[FieldSpec, ...] = ()
    templates: tuple[FieldSpec, ...] = label_fields.TEMPLATE_LABELS
    annotations: tuple[FieldSpec, ...] = label_fields.COMMON_ANNOTATIONS
    images: tuple[FieldSpec, ...] = label_fields.IMAGES
    replicas: tuple[FieldSpec, ...] = label_fields.REPLICAS
    variables: tuple[FieldSpec, ...] = VARIABLE_FIELDS
    references: tuple[References, ...] = NAME_REFERENCES

    def with_all(self, other: FieldSettings) -> FieldSettings:
        """These fields and those of `other`."""
        if other is self or other is USUAL:
            return self
        if self is USUAL:
            return other
        return FieldSettings(*(tuple(dict.fromkeys((*getattr(self, name), *getattr(other, name)))) for name in _NAMES))

    def with_configuration(self, document: Document) -> FieldSettings:
        """These fields and those that a file of `configurations` names."""
        origin = document.origin
        added = {name: (*getattr(self, name), *_specs(origin, key)) for key, name in _KEYS.items()}
        references = tuple(
            References(gvk_of(entry), tuple(_specs(entry, "fieldSpecs"))) for entry in origin.children("nameReference")
        )
        return replace(self, **added, references=(*self.references, *references))


USUAL = FieldSettings()
"""What kustomize changes where no configuration says more."""
_NAMES = FieldSettings.__struct_fields__
_KEYS = {
    "commonAnnotations": "annotations",
    "commonLabels": "selectors",
    "images": "images",
    "labels": "labels",
    "namePrefix": "prefixed",
    "nameSuffix": "suffixed",
    "namespace": "namespaced",
    "replicas": "replicas",
    "templateLabels": "templates",
    "varReference": "variables",
}


def field_specs(entry: Origin, key: str) -> tuple[FieldSpec, ...]:
    """The fields that an entry names, as `fields` of `labels` does."""
    return tuple(_specs(entry, key))


def _specs(origin: Origin, key: str) -> Iterator[FieldSpec]:
    for entry in origin.children(key):
        path = entry.get("path")
        if isinstance(path, str) and path:
            yield FieldSpec(split(path), gvk_of(entry), creates=entry.get("create") is True)


def gvk_of(entry: Origin) -> Gvk:
    """The kind that an entry is about."""
    return Gvk(*(scalar(entry.get(key)) for key in ("group", "version", "kind")))
