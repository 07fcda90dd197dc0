"""Every format tells people what it is; the README's table is made of that."""

from __future__ import annotations

import importlib
import pkgutil

import kblint.read
from kblint.read.formats import formats
from kblint.source.discover import SUFFIXES
from scripts.readme import README

OF = ("document", "text", "folder")
WITHOUT_A_NAME = {"kblint.read.signs", "kblint.read.scripts.limits", "kblint.read.kubernetes.applied"}
"""They read no format of their own: what any text shows of the cluster, where a limit cuts a script off, and manifests
in scripts and cloud-init, which are named by what they stand in."""


def test_every_reader_has_a_row_in_the_table() -> None:
    found = pkgutil.walk_packages(kblint.read.__path__, f"{kblint.read.__name__}.")
    modules = [importlib.import_module(one.name) for one in found if not one.ispkg]
    readers = {one.__name__ for one in modules if any(hasattr(one, f"read_{of}") for of in OF)}
    assert readers - formats().about.keys() == WITHOUT_A_NAME
    names = [one.name for one in formats().about.values()]
    assert len(set(names)) == len(names)


def test_the_page_names_every_suffix_that_is_read() -> None:
    text = README.read_text(encoding="utf-8")
    assert [suffix for suffix in sorted(SUFFIXES) if f"`{suffix}`" not in text] == []
