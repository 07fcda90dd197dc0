"""Marks in examples."""

from __future__ import annotations

import pytest

from kblint.engine.marks import Mark, marks, underlined
from kblint.own_file import MistakeError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x: 1  # <- primary\ny: 2\nz: 3  # why # <- related\n", [Mark(1, "primary"), Mark(3, "related")]),
        (
            "a = 1 // <- related\nb = 2 # <- primary, related",
            [Mark(1, "related"), Mark(2, "primary"), Mark(2, "related")],
        ),
        ("x: 1  # primary\n", []),
    ],
)
def test_marks_name_the_lines_that_must_be_shown(text: str, expected: list[Mark]) -> None:
    assert list(marks(text)) == expected


def test_a_misspelled_mark_is_no_mark() -> None:
    with pytest.raises(MistakeError, match="unknown mark `primry`") as caught:
        list(marks("x: 1\ny: 2  # <- related, primry"))
    assert (caught.value.offset, caught.value.help) == (25, "did you mean `primary`?")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  port: 80 # <- primary\n", "  port: 80\n# ^^^^^^^^ reported\n"),
        ("kind: Pod  # <- related", "kind: Pod\n#^^^^^^^^ shown with it"),
        ("- a: 1 // <- primary, related\n- b: 2", "- a: 1\n# ^^^^ reported and shown with it\n- b: 2"),
        ("a: 1  # a comment", "a: 1  # a comment"),
    ],
)
def test_readers_see_the_place_underlined(text: str, expected: str) -> None:
    assert underlined(text) == expected
