"""Marks in examples."""

from __future__ import annotations

import pytest

from tests.engine.marks import Mark, Marks, marks


def test_marks_name_the_lines_that_must_be_shown() -> None:
    files = {
        "a.yaml": "x: 1  # <- primary\ny: 2\nz: 3  # why # <- related\n",
        "b.tf": "a = 1 // <- related\nb = 2 # <- primary, related",
    }
    assert marks(files) == Marks(
        frozenset({Mark("a.yaml", 1), Mark("b.tf", 2)}),
        frozenset({Mark("a.yaml", 3), Mark("b.tf", 1), Mark("b.tf", 2)}),
    )


def test_a_misspelled_mark_fails() -> None:
    with pytest.raises(AssertionError, match="unknown mark `primry`"):
        marks({"a.yaml": "x: 1  # <- primry"})
