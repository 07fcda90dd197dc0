"""What kustomizations say of the files around them: which they list, and which they only patch with.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence

from kblint.model.meta import Meta
from kblint.source.regex import regex
from kblint.source.values import strings, texts

GROUP = "kustomize.config.k8s.io"
FILE_NAMES = frozenset({"kustomization.yaml", "kustomization.yml", "Kustomization"})


def is_kustomization(meta: Meta) -> bool:
    """Whether an object is a kustomization, or a component of some."""
    return meta.group == GROUP


def patch_files(kustomizations: Iterable[Meta]) -> frozenset[str]:
    """The paths of the files that kustomizations name as patches."""
    return frozenset(_beside(meta, file) for meta in kustomizations for file in _patch_files(meta))


def _patch_files(meta: Meta) -> Iterator[str]:
    for key in ("patches", "patchesJson6902"):
        for entry in meta.origin.children(key):
            path = entry.node.get("path")
            if isinstance(path, str):
                yield path
    # each is a file, or the text of a patch
    yield from (text for text in strings(meta.origin.get("patchesStrategicMerge")) if "\n" not in text)


_REMOTE = regex(r"://|^git@|^github\.com/|[?&]ref=")
_LISTS = ("resources", "bases", "components")


def remote_parts(kustomization: Meta) -> Iterator[str]:
    """What a kustomization brings along that does not lie in its repository: remote bases, and charts."""
    for key in _LISTS:
        yield from (text for text in strings(kustomization.origin.get(key)) if _REMOTE.search(text))
    for chart in kustomization.origin.children("helmCharts"):
        yield str(chart.get("name"))


def listed_by(kustomizations: Iterable[Meta], paths: Container[str]) -> dict[str, list[str]]:
    """For each of `paths` that kustomizations name, under whatever key, the folders of those kustomizations."""
    found: dict[str, list[str]] = {}
    for meta in kustomizations:
        folder = posixpath.dirname(meta.path)
        for text in dict.fromkeys(one for one in texts(meta.origin.node) if "\n" not in one):
            # a generator's file may have a name of its own before it: `app.conf=files/app.conf`
            for written in dict.fromkeys((text, text.rpartition("=")[2])):
                path = _beside(meta, written)
                if path in paths:
                    found.setdefault(path, []).append(folder)
    return found


def unlisted(resources: Collection[str], listers: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Those of the files `resources` that lie beside a kustomization and are in none, so that nobody deploys them.

    Only where the kustomization beside them lists one of its neighbours: another one may be there for its generators,
    or for what is below. `listers` is what `listed_by` makes of all of them.
    """
    at_work = {folder for path in resources for folder in listers.get(path, ()) if folder == posixpath.dirname(path)}
    return frozenset(path for path in resources if path not in listers and posixpath.dirname(path) in at_work)


def idle_components(kustomizations: Iterable[Meta], taken_in: Collection[str]) -> frozenset[str]:
    """The files of components that no kustomization here takes in, themselves among them: others may do so.

    `taken_in` are further folders that somebody takes in as components.
    """
    every = list(kustomizations)
    folders = {posixpath.dirname(meta.path): meta for meta in every}
    lists = {
        folder: {_beside(meta, text) for key in _LISTS for text in strings(meta.origin.get(key))}
        for folder, meta in folders.items()
    }
    pending = [folder for folder, meta in folders.items() if meta.kind != "Component"]
    pending += [folder for folder in folders if any(folder == one or folder.endswith(f"/{one}") for one in taken_in)]
    at_work = set[str]()
    while pending:
        folder = pending.pop()
        if folder not in at_work:
            at_work.add(folder)
            pending += [one for one in lists[folder] if one in folders]
    used = {path for folder in at_work for path in lists[folder]}
    return frozenset(path for folder in folders.keys() - at_work for path in lists[folder] - used - folders.keys())


def _beside(meta: Meta, file: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(meta.path), file))
