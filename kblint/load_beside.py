"""Files that are read only because a kustomization names them, whatever they are called: settings are made of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kblint.named_files import Beside, look_beside
from kblint.render.kustomization import root_of
from kblint.render.library import is_kustomization_file, named_by
from kblint.source.reader import CheckedTree
from kblint.source.text import Source
from kblint.source.yaml_stream import parse_yaml


def files_beside(sources: Sequence[Source], root: Path, tree: CheckedTree, *, gitignore: bool = True) -> Beside:
    """The files that the kustomizations among `sources` name and that are not among them; see `look_beside`."""
    known = {source.path for source in sources}
    named: dict[str, None] = {}
    for source in sources:
        if is_kustomization_file(source.path):
            kustomization = root_of(parse_yaml(source).documents)
            if kustomization is not None:
                named |= dict.fromkeys(path for path in named_by(kustomization) if path not in known)
    return look_beside(tuple(named), root, tree, gitignore=gitignore)
