"""What Terraform's providers make of the values that manifests are written with."""

from __future__ import annotations

from kblint.read.inner_yaml import as_manifest, placeholder
from kblint.read.terraform.block_names import converted, provider_name
from kblint.read.terraform.positioned import placed
from kblint.source.text import Span
from kblint.source.values import PositionedDict, PositionedList, Unknown, value_at

_OF_POD = {
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
    "Job": ("spec", "template", "spec"),
}


def defaulted(root: PositionedDict, kind: str) -> None:
    """What the provider says where nothing is written, and the API wants to be told."""
    pod = value_at(root, _OF_POD.get(kind, ()))
    if kind in _OF_POD and isinstance(pod, PositionedDict):
        _say(pod, "restartPolicy", "Never")
    rules = value_at(root, ("spec", "rules")) if kind == "Ingress" else None
    for rule in rules if isinstance(rules, list) else ():
        paths = value_at(rule, ("http", "paths"))
        for path in paths if isinstance(paths, list) else ():
            _say(path, "pathType", "ImplementationSpecific")


def _say(node: object, key: str, value: str) -> None:
    if isinstance(node, PositionedDict) and key not in node:
        first = next(iter(node.key_spans.values()), node.span)
        node.put(key, value, first, first)


_MAPS = frozenset({"annotations", "data", "labels", "matchLabels", "nodeSelector", "stringData"})
"""Fields that hold texts by whatever name."""


def retyped(value: object, key: str = "") -> object:
    """A manifest with scalars of the types that the API asks for: the provider asks it for them first."""
    if isinstance(value, PositionedDict):
        if key in _MAPS:
            return as_texts(value)
        found = PositionedDict(value.span)
        for name, inner in value.items():
            found.put(name, retyped(inner, name), value.key_spans[name], value.value_spans[name])
        return found
    if isinstance(value, PositionedList):
        items = PositionedList(value.span)
        for inner, span in zip(value, value.item_spans, strict=True):
            items.put(retyped(inner), span)
        return items
    return converted(value, provider_name(key)) if key else value


def as_texts(value: PositionedDict) -> PositionedDict:
    """A map of texts, as labels, annotations and data are: Terraform makes texts of numbers."""
    found = PositionedDict(value.span)
    for key, inner in value.items():
        text = (
            str(inner).lower() if isinstance(inner, bool) else str(inner) if isinstance(inner, int | float) else inner
        )
        found.put(key, as_manifest(text), value.key_spans[key], value.value_spans[key])
    return found


def hidden(value: object) -> object:
    """A mapping with the keys alone."""
    return (
        placed({key: placeholder(Unknown("secret")) for key in value}, Span(0, 0)) if isinstance(value, dict) else value
    )
