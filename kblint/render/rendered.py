"""What comes of building kustomizations."""

from __future__ import annotations

from msgspec import Struct

from kblint.render.problems import Problem
from kblint.source.stream import SyntaxFault
from kblint.source.values import Document, Origin


class Build(Struct, frozen=True):
    """What one kustomization builds that no other one uses: `path` is its file, `kustomizations` all that take part.

    `documents` come in its order. `is_whole` says that nothing of it is missing, `is_partial` that more is than what
    the kustomizations themselves say is elsewhere. `files` are all that it is built of, its own among them. `doubt` is
    what should have changed the documents and could not be done; empty where all of it was.
    """

    path: str
    documents: tuple[Document, ...]
    kustomizations: tuple[Origin, ...]
    is_whole: bool
    is_partial: bool
    files: tuple[str, ...] = ()
    doubt: str = ""


class Rendered(Struct, frozen=True):
    """All that is built.

    `used` are the files that are part of something built, `problems` what kustomize refuses, `unknown` the paths of
    kustomizations of which something is missing, and what; `faults` are of the texts of `used`. `kustomizations` are
    those themselves.
    """

    builds: tuple[Build, ...] = ()
    used: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()
    unknown: tuple[tuple[str, str], ...] = ()
    faults: tuple[SyntaxFault, ...] = ()
    kustomizations: tuple[Document, ...] = ()
