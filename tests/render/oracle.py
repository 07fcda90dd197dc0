"""What `kubectl kustomize` builds, beside what kblint builds."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from kblint.render.build import build_all
from kblint.render.rendered import Rendered
from kblint.source.text import Source
from kblint.source.values import Document, Unknown
from kblint.source.yaml_stream import parse_yaml

KUBECTL = shutil.which("kubectl")


def built(tree: Mapping[str, str]) -> Rendered:
    return build_all([Source(path, text) for path, text in sorted(tree.items())])


def written(tree: Mapping[str, str], folder: Path) -> None:
    for path, text in tree.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def kustomize(folder: Path) -> list[object] | str:
    """The documents that kustomize builds of a folder, or what it says instead."""
    assert KUBECTL
    command = [KUBECTL, "kustomize", "--load-restrictor=LoadRestrictionsNone", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return done.stderr
    return values(parse_yaml(Source("built.yaml", done.stdout)).documents)


def values(documents: tuple[Document, ...]) -> list[object]:
    return [_plain(document.root) for document in documents]


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.text if isinstance(value, Unknown) else value


def differences(mine: object, theirs: object, path: str = "") -> Iterator[str]:
    """Where two values differ, at most one line a place."""
    if isinstance(mine, dict) and isinstance(theirs, dict):
        for key in sorted(mine.keys() | theirs.keys()):
            if key not in mine or key not in theirs:
                yield f"{path}.{key}: only {'kustomize has it' if key in theirs else 'kblint has it'}"
            else:
                yield from differences(mine[key], theirs[key], f"{path}.{key}")
    elif isinstance(mine, list) and isinstance(theirs, list) and len(mine) == len(theirs):
        for index, (one, other) in enumerate(zip(mine, theirs, strict=True)):
            yield from differences(one, other, f"{path}[{index}]")
    elif mine != theirs:
        yield f"{path}: kblint {mine!r}, kustomize {theirs!r}"
