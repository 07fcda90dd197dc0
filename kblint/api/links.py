"""The links between the files of a project, as an editor follows them."""

from __future__ import annotations

from kblint.api.checks import CheckedInputs
from kblint.views.links import Link, links

__all__ = ["Link", "linked"]


def linked(found: CheckedInputs) -> tuple[Link, ...]:
    """Every link: the steps of all ways in and calls, and each Service to its pods."""
    return links(found.topologies)
