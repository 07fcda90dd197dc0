"""Templates: where an expression starts and ends."""

from __future__ import annotations

import pytest

from kblint.engine.template import Hole, TextTemplate
from kblint.own_file import MistakeError


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("plain", ("plain",)),
        ("", ()),
        ("${a}", (Hole("a", 2),)),
        ("x ${a} y ${b.c}", ("x ", Hole("a", 4), " y ", Hole("b.c", 11))),
        ("${{'a': 1}['a']}!", (Hole("{'a': 1}['a']", 2), "!")),
        ("${'}'}", (Hole("'}'", 2),)),
        (r"${'\'}'}", (Hole(r"'\'}'", 2),)),
        ('${"}" + "{"}', (Hole('"}" + "{"', 2),)),
        ("a $${b} $5 {c}", ("a ${", "b} $5 {c}")),
    ],
)
def test_a_template_is_literals_and_expressions(text: str, parts: tuple[str | Hole, ...]) -> None:
    assert TextTemplate.parse(text).parts == parts


@pytest.mark.parametrize(("text", "offset"), [("a ${b", 2), ("${ }", 0), ("${a} ${'}", 5)])
def test_a_hole_without_end_or_expression_is_a_mistake(text: str, offset: int) -> None:
    with pytest.raises(MistakeError) as raised:
        TextTemplate.parse(text)
    assert raised.value.offset == offset
