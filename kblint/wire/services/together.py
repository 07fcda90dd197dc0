"""Which files are deployed together, as far as it can be told, where no namespace says so.

Folders of samples, and folders side by side, hold things that know nothing of each other as often as not.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from msgspec import Struct, field

from kblint.model.bundle import Declaration, Other, path_of
from kblint.model.kustomization import is_kustomization, listed_by
from kblint.source.grouping import grouped
from kblint.source.regex import regex

_SAMPLES = frozenset(
    {
        *("demo", "demos", "doc", "docs", "e2e", "example", "examples", "playground", "sample", "samples"),
        *("snippets", "test", "testdata", "testing", "tests", "tutorial", "tutorials"),
    }
)
"""Words in the names of folders whose files stand each for itself."""
_WORD = regex(r"[a-z0-9]+")


class Together(Struct, frozen=True):
    """Files by the folders of the outermost kustomizations that bring them."""

    roots: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def surely(self, one: str, other: str) -> bool:
        """Whether the files at two paths are deployed together: one kustomization has both, or one folder."""
        if one == other or not self.roots.get(one, frozenset()).isdisjoint(self.roots.get(other, ())):
            return True
        return in_one_folder(one, other) and not is_sample(one)


def in_one_folder(one: str, other: str) -> bool:
    """Whether two files lie side by side."""
    return posixpath.dirname(one) == posixpath.dirname(other)


def is_sample(path: str) -> bool:
    """Whether a file lies in a folder of samples."""
    return not _SAMPLES.isdisjoint(_WORD.findall(posixpath.dirname(path).lower()))


def together(declarations: tuple[Declaration, ...]) -> Together:
    """Which files of an input, of which `declarations` are all, belong together."""
    kustomizations = [one.meta for one in declarations if isinstance(one, Other) and is_kustomization(one.meta)]
    if not kustomizations:
        return Together()
    folders = {posixpath.dirname(meta.path) for meta in kustomizations}
    listers = listed_by(kustomizations, {*map(path_of, declarations), *folders})
    brought = grouped((folder, path) for path, listed in listers.items() for folder in listed)
    found: dict[str, set[str]] = {}
    for root in sorted(folders - listers.keys()):
        pending, seen = [root], {root}
        while pending:
            for path in brought.get(pending.pop(), ()):
                if path in folders and path not in seen:
                    seen.add(path)
                    pending.append(path)
                elif path not in folders:
                    found.setdefault(path, set()).add(root)
    return Together({path: frozenset(roots) for path, roots in found.items()})
