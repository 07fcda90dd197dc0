"""What Flux and Argo CD change in what a kustomization builds: each delivery is one more overlay on top of it.

Flux adds the fields of its Kustomization to the one that its path holds, and works out variables in what comes of it;
Argo CD does the first with those of an Application. That Argo CD puts what names no namespace into the one that it
delivers to is left out: an ApplicationSet may deliver the same folder to others.

https://fluxcd.io/flux/components/kustomize/kustomizations/
https://argo-cd.readthedocs.io/en/stable/user-guide/kustomize/
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from msgspec import Struct, field

from kblint.model.kustomization import FILE_NAMES
from kblint.render.library import Library
from kblint.render.resource import BuiltObject, WrittenValue, scalar
from kblint.render.substitution import ConfigMaps, Substitutions, named_config_maps, variables_of
from kblint.source.grouping import grouped
from kblint.source.regex import regex
from kblint.source.templates import unknown
from kblint.source.values import Origin, PositionedDict, PositionedList

_FLUX, _ARGO = "kustomize.toolkit.fluxcd.io", "argoproj.io"
_SAID = regex(rf"(?:{re.escape(_FLUX)}|{re.escape(_ARGO)})/")
_OF_FLUX: Mapping[str, str] = {
    "targetNamespace": "namespace",
    **{name: name for name in ("components", "images", "namePrefix", "nameSuffix", "patches")},
}
_OF_ARGO = ("commonAnnotations", "components", "namePrefix", "nameSuffix", "namespace", "patches", "replicas")
"""Fields that mean the same in a kustomization; its images are texts."""
_VARIABLES = "postBuild"
_METADATA = ("labels", "annotations")


class Delivery(Struct, frozen=True, eq=False):
    """A delivery of what a folder builds, and what it lays over that.

    `kustomization` is that as the fields of a kustomization, `metadata` what all objects get. `variables` is None where
    none are worked out.
    """

    by: Origin
    folder: str
    kustomization: Origin
    metadata: Mapping[str, Mapping[str, WrittenValue]] = field(default_factory=dict)
    variables: Substitutions | None = None

    @property
    def changes(self) -> bool:
        """Whether anything becomes another thing by it."""
        return bool(self.kustomization.node or self.metadata or self.variables)

    def finish(self, resources: Iterable[BuiltObject]) -> None:
        """Give the objects, whose names are settled, what no field of a kustomization says."""
        for one in resources:
            for name, pairs in self.metadata.items():
                for key, written in pairs.items():
                    one.put(("metadata", name, key), written)
            if self.variables:
                self.variables.fill_in(one, self.by.source)


def deliveries(library: Library, folders: Iterable[str]) -> dict[str, tuple[Delivery, ...]]:
    """Those that change something, by the folder of the kustomization that they deliver."""
    known = tuple(folders)
    by_name = grouped((folder.rpartition("/")[2], folder) for folder in known)
    said = [one for path in library.paths for one in _in_file(library, path)]
    config_maps = ConfigMaps(library, {name for one in said for name in named_config_maps(one)})
    # what is patched into deliveries may say more of variables than they do
    is_whole = not any(map(_patches_variables, said)) and not any(map(partial(_names_variables, library), known))
    places = frozenset(known)
    found: list[Delivery] = []
    for origin in said:
        for source in _sources(origin):
            folder = _folder(source.get("path"), places, by_name)
            if folder is not None and _is_of_flux(origin):
                found.append(_of_flux(origin, folder, variables_of(origin, config_maps, is_whole=is_whole)))
            elif folder is not None:
                found.append(_of_argo(origin, source, folder))
    return grouped((one.folder, one) for one in found if one.changes)


def _patches_variables(origin: Origin) -> bool:
    return any(_VARIABLES in scalar(one.get("patch")) for one in origin.children("spec", "patches"))


def _names_variables(library: Library, folder: str) -> bool:
    paths = (posixpath.join(folder, name) for name in FILE_NAMES)
    return any(library.holds(path) and _VARIABLES in library.text_of(path) for path in paths)


def _is_of_flux(origin: Origin) -> bool:
    return scalar(origin.get("apiVersion")).startswith(f"{_FLUX}/")


def _sources(origin: Origin) -> tuple[Origin, ...]:
    """Where a delivery says which folders it takes."""
    if _is_of_flux(origin):
        return (origin.child("spec"),)
    return (origin.child("spec", "source"), *origin.children("spec", "sources"))


def _in_file(library: Library, path: str) -> Iterator[Origin]:
    """The deliveries that a file holds."""
    if not _SAID.search(library.text_of(path)):
        return
    for document in library.readable(path):
        origin = Origin(library.as_file(path), document.origin.node, document.origin.head)
        if origin.get("kind") == ("Kustomization" if _is_of_flux(origin) else "Application"):
            yield origin


def _folder(written: object, folders: frozenset[str], by_name: Mapping[str, tuple[str, ...]]) -> str | None:
    """The folder that a path of a repository means, wherever that is checked out; None where it is not to be told."""
    if not isinstance(written, str) or unknown(written):
        return None
    path = posixpath.normpath(written).lstrip("./")
    if path in folders:
        return path
    ending = [one for one in by_name.get(path.rpartition("/")[2], ()) if path and one.endswith(f"/{path}")]
    return ending[0] if len(ending) == 1 else None


def _of_flux(origin: Origin, folder: str, variables: Substitutions | None) -> Delivery:
    spec = origin.child("spec")
    node = PositionedDict(spec.node.span)
    for name, same in _OF_FLUX.items():
        if spec.get(name):
            node.put(same, spec.node[name], spec.node.key_spans[name], spec.node.value_spans[name])
    metadata = {name: _pairs(spec.child("commonMetadata", name)) for name in _METADATA}
    return Delivery(
        origin,
        folder,
        Origin(origin.source, node, spec.head),
        {name: pairs for name, pairs in metadata.items() if pairs},
        variables=variables,
    )


def _of_argo(origin: Origin, source: Origin, folder: str) -> Delivery:
    said = source.child("kustomize")
    node = PositionedDict(said.node.span)
    for name in _OF_ARGO:
        if said.get(name):
            node.put(name, said.node[name], said.node.key_spans[name], said.node.value_spans[name])
    images = said.get("images")
    if isinstance(images, PositionedList):
        node.put("images", _images(images), said.node.key_spans["images"], said.node.value_spans["images"])
    return Delivery(origin, folder, Origin(origin.source, node, said.head))


def _images(written: PositionedList) -> PositionedList:
    """Argo CD's short form, `old=new:tag`, as entries of a kustomization."""
    entries = PositionedList(written.span)
    for item, span in zip(written, written.item_spans, strict=True):
        if isinstance(item, str):
            old, _, new = item.rpartition("=")
            name, at, digest = new.partition("@")
            image, colon, tag = name.rpartition(":")
            is_tagged = bool(colon) and "/" not in tag
            image = image if is_tagged else name
            entry = PositionedDict(span)
            parts = {"name": old or image, "newName": image if old else "", "newTag": tag if is_tagged else ""}
            for key, value in {**parts, "digest": digest if at else ""}.items():
                if value:
                    entry.put(key, value, span, span)
            entries.put(entry, span)
    return entries


def _pairs(holder: Origin) -> dict[str, WrittenValue]:
    node = holder.node
    return {key: WrittenValue(scalar(value), node.value_spans[key], node.key_spans[key]) for key, value in node.items()}
