"""Fixes of a project, tried before they are told."""

from __future__ import annotations

from kblint.api.project import OpenedProject
from kblint.engine.catalog import Catalog
from kblint.proof import Mended, mend

__all__ = ["Mended", "mended"]


def mended(project: OpenedProject, catalog: Catalog, *, unsafe: bool) -> Mended:
    """What the safe fixes (the unsafe ones too, if asked) make of the texts, as far as they prove to mend.

    Nothing is written.
    """
    return mend(project.texts, project.config, catalog, unsafe=unsafe)
