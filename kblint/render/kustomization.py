"""What a kustomization may hold, and what kustomize refuses to read."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping

from kblint.model.kustomization import GROUP
from kblint.render.problems import Problem
from kblint.render.resource import scalar
from kblint.source.regex import regex
from kblint.source.spelling import did_you_mean, nearest
from kblint.source.text import Place, Span
from kblint.source.values import Document, Origin, PositionedDict, PositionedList

_TEXT, _TEXTS, _MAPPING, _MAPPINGS = "a text", "a list of texts", "a mapping", "a list of mappings"
FIELDS: Mapping[str, str] = {
    **dict.fromkeys(("apiVersion", "kind", "namePrefix", "nameSuffix", "namespace"), _TEXT),
    **dict.fromkeys(
        (
            *("bases", "buildMetadata", "components", "configurations", "crds", "generators", "patchesStrategicMerge"),
            *("resources", "transformers", "validators"),
        ),
        _TEXTS,
    ),
    **dict.fromkeys(
        (
            *("commonAnnotations", "commonLabels", "generatorOptions", "helmGlobals", "metadata", "openapi"),
            "sortOptions",
        ),
        _MAPPING,
    ),
    **dict.fromkeys(
        (
            *("configMapGenerator", "helmChartInflationGenerator", "helmCharts", "imageTags", "images", "labels"),
            *("patches", "patchesJson6902", "replacements", "replicas", "secretGenerator", "vars"),
        ),
        _MAPPINGS,
    ),
}
"""https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/, and what it has superseded."""
_OF_ENTRIES: Mapping[str, frozenset[str]] = {
    "images": frozenset({"digest", "name", "newName", "newTag", "tagSuffix"}),
    "labels": frozenset({"fields", "includeSelectors", "includeTemplates", "includeVolumeClaimTemplates", "pairs"}),
    "patches": frozenset({"options", "patch", "path", "target"}),
    "patchesJson6902": frozenset({"options", "patch", "path", "target"}),
    "replicas": frozenset({"count", "name"}),
}
_VERSIONS = {"Component": f"{GROUP}/v1alpha1", "Kustomization": f"{GROUP}/v1beta1"}
_REMOTE = regex(r"://|^git@|^git::|^(?:github|gitlab|bitbucket)\.(?:com|org)[/:]|[?&]ref=|^[\w.-]+@[\w.-]+:")
_MADE_BY_PROGRAMS = ("helmCharts", "helmChartInflationGenerator", "generators", "transformers")


def root_of(documents: Iterable[Document]) -> Origin | None:
    """The kustomization that a file of its name holds; None where it is something else, as Flux's are."""
    first = next(iter(documents), None)
    if first is None or not isinstance(first.root, PositionedDict):
        return None
    api_version = first.root.get("apiVersion")
    is_other = isinstance(api_version, str) and not api_version.startswith(f"{GROUP}/")
    return None if is_other and first.root.get("kind") not in (None, "Component") else first.origin


def is_component(kustomization: Origin) -> bool:
    """Whether others take it in as a component."""
    return kustomization.get("kind") == "Component"


def refusals(kustomization: Origin) -> Iterator[Problem]:
    """What in the fields themselves kustomize does not take."""
    node = kustomization.node
    kind = scalar(node.get("kind")) or "Kustomization"
    if kind not in _VERSIONS:
        yield Problem(kustomization.place("kind"), f"`kind: {kind}` is no kustomization", "write `Kustomization`")
    elif node.get("apiVersion") not in (None, "", _VERSIONS[kind]):
        message = f"a `{kind}` has no `apiVersion: {scalar(node.get('apiVersion'))}`"
        yield Problem(kustomization.place("apiVersion"), message, f"write `{_VERSIONS[kind]}`")
    if not node.keys() - {"apiVersion", "kind"}:
        yield Problem(kustomization.place("kind"), "this kustomization is empty", "list what it builds in `resources`")
    known = {name.lower(): name for name in FIELDS}
    for key, value in node.items():
        # kustomize does not mind upper and lower case here
        name = known.get(key.lower())
        if name is None:
            yield Problem(
                Place(kustomization.source, node.key_spans[key]),
                f"a kustomization has no field `{key}`",
                did_you_mean(key, FIELDS) if nearest(key, FIELDS) else "remove it, or correct its name",
            )
        elif value is not None and not _fits(value, FIELDS[name]):
            yield Problem(kustomization.key_place(key), f"`{key}` is not {FIELDS[name]}", f"write {FIELDS[name]}")
    for field, fields in _OF_ENTRIES.items():
        for entry in kustomization.children(field):
            for key in entry.node:
                if key.lower() not in {name.lower() for name in fields}:
                    place = Place(kustomization.source, entry.node.key_spans[key])
                    yield Problem(place, f"an entry of `{field}` has no field `{key}`", did_you_mean(key, fields))


def _fits(value: object, wanted: str) -> bool:
    if wanted == _TEXT:
        return isinstance(value, str)
    if wanted == _MAPPING:
        return isinstance(value, PositionedDict)
    item = str if wanted == _TEXTS else PositionedDict
    return isinstance(value, PositionedList) and all(isinstance(one, item) for one in value)


def listed(kustomization: Origin, *fields: str) -> Iterator[tuple[str, Span]]:
    """The texts of some lists of a kustomization, with where they stand."""
    for field in fields:
        items = kustomization.get(field)
        if isinstance(items, PositionedList):
            for item, span in zip(items, items.item_spans, strict=True):
                if isinstance(item, str):
                    yield item, span


def is_remote(written: str) -> bool:
    """Whether an entry of `resources` or `components` is fetched from elsewhere."""
    return _REMOTE.search(written) is not None or posixpath.isabs(written)


def made_by_programs(kustomization: Origin) -> Iterator[str]:
    """The fields by which programs make or change objects, which kblint runs none of."""
    return (field for field in _MADE_BY_PROGRAMS if kustomization.get(field))
