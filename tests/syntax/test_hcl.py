from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kblint.read.terraform.values import Folder, Scope
from kblint.source.values import Unknown
from kblint.syntax.hcl import Body, parse_hcl
from kblint.syntax.hcl_nodes import opened, span_of, string


def shape(body: Body) -> object:
    """Attributes' names, and blocks with their labels."""
    return [*body.attributes, *((block.type, *block.labels, shape(block.body)) for block in body.blocks)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("# a\n// b\n/* c\nd */\n", []),
        ('a = 1\nb "c" "d" {\n  e = 2\n}\n', ["a", ("b", "c", "d", ["e"])]),
        ("b { a = 1 }", [("b", ["a"])]),
        ("b c {}", [("b", "c", [])]),
        ("b {\n  d {\n  }\n}", [("b", [("d", [])])]),
        ("a = [\n  1, # one\n  2,\n]\nb = 3", ["a", "b"]),
        ("a = {\n  b = 1\n  c : 2, d = 3\n}\n", ["a"]),
        ("a = f(1,\n  2)\n", ["a"]),
        ("a = (b ?\n  c :\n  d)\n", ["a"]),
        ("a = <<-EOT\n  anything { \n  EOT\nb = 1", ["a", "b"]),
        ("a = x[*].y\nb = x.*.y\n", ["a", "b"]),
        ('a = "%{ if x }y%{ endif }"', ["a"]),
        ("a = provider::x::f(1)", ["a"]),
        ("a = f(b...)", ["a"]),
        ("a = { for k, v in m : k => v... if v }", ["a"]),
        ("a = 1\r\nb {\r\n}\r\n", ["a", ("b", [])]),
        ("\ufeffa = 1", ["a"]),
    ],
)
def test_what_files_are_made_of(text: str, expected: object) -> None:
    file = parse_hcl(text)
    assert (file.fault, shape(file.body)) == (None, expected)


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("a = ", 4, "expected a value"),
        ("a = 1 2", 6, "expected the end of the line"),
        ("a {", 3, "expected `}`"),
        ("a\nb = 1", 1, "expected `=` or `{`"),
        ("a = [1", 6, "expected `]`"),
        ("a = {b}", 6, "expected `=`"),
        ('a = "b', 4, "expected a closing quote"),
        ("a = <<E\nb", 4, "expected `E` on a line of its own"),
        ("}", 0, "unexpected `}`"),
        ('{"a": 1}', 0, "expected an attribute or a block"),
        ("a = ${x}", 4, "unexpected `$`"),
        ("a = /* b", 4, "expected a value"),
        ("a = \nb = 2\n", 3, "expected a value"),
        ("a = 1 b = 2", 6, "expected the end of the line"),
        ("a {\n b = 1 c = 2\n}", 11, "expected the end of the line"),
        ("a = {\n b = 1 c = 2\n}", 13, "expected `,` or the end of the line"),
        ('a {\n b = "c\n d = "e"\n}\n', 9, "expected a closing quote"),
        ("a = “b”", 4, "unexpected `“`"),
        ('a "b" c" {\n}\n', 7, "expected a closing quote"),
        ('# \U0001f600 é\nb = "é" c', 14, "expected the end of the line"),
    ],
)
def test_faults_say_where_and_what(text: str, offset: int, message: str) -> None:
    fault = parse_hcl(text).fault
    assert fault is not None
    assert (fault.offset, fault.message) == (offset, message)


@pytest.mark.parametrize("opening", ["[", "(", "{a = ", "f(", "!", "-", "a { ", 'x["', "a.", "1 ? ", '"${'])
def test_deep_nesting_is_a_fault_and_no_crash(opening: str) -> None:
    text = f"x = {opening * 10_000}" if not opening.startswith("a {") else opening * 10_000
    assert parse_hcl(text).fault is not None


@pytest.mark.parametrize("opening", ["!", "-", "[", "f("])
def test_ten_times_as_deep_does_not_take_a_hundred_times_as_long(opening: str) -> None:
    assert parse_hcl(f"x = {opening * 100_000}").fault is not None


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "[" * 10_000 + "]" * 10_000,
        "x = " + "(" * 10_000 + "1" + ")" * 10_000,
        "x = " + "{a = " * 10_000 + "1" + "}" * 10_000,
        "x = " + "1 + " * 10_000 + "1",
        "x = " + "-" * 10_000 + "1",
        "a {\n" * 10_000 + "}\n" * 10_000,
        "x = " + "1 ? 2 : " * 10_000 + "3",
    ],
)
def test_what_is_closed_again_may_be_too_deep_as_well(text: str) -> None:
    file = parse_hcl(f"{text}\nlast {{}}\n")
    assert file.fault is not None
    assert file.fault.message == "nested too deeply"
    assert shape(file.body) == [("last", [])]


def test_fifty_levels_are_read() -> None:
    assert parse_hcl("x = " + "{a = " * 49 + "1" + "}" * 49).fault is None


@pytest.mark.parametrize(
    ("broken", "survivors"),
    [
        ("b {\n c = \n}\n", ["a", "z"]),
        ("b {\n c = [1\n}\n", ["a", "z"]),
        ('b {\n c = "d\n}\n', ["a", "z"]),
        ("b {\n c = 1\n", ["a", "z"]),
        ("b {\n c = ${d}\n}\n", ["a", "z"]),
        ("}\n", ["a", "z"]),
        ("b = \n", ["a", "z"]),
        ("b {\n  c = <<-EOT\n    d\n}\n", ["a", "z"]),
    ],
)
def test_a_local_error_costs_its_own_block_and_no_other(broken: str, survivors: list[str]) -> None:
    file = parse_hcl(f"a {{\n x = 1\n}}\n{broken}z {{\n y = 2\n}}\n")
    assert file.fault is not None
    assert [block.type for block in file.body.blocks] == survivors
    assert not file.body.attributes


def test_what_is_never_closed_is_read_once_from_each_of_its_lines() -> None:
    file = parse_hcl("a {\nb {\nc = 1\nd {")
    assert file.fault is not None
    assert file.cut is None, "a short file is not broken too often"


def test_a_value_that_goes_on_in_a_way_nobody_understands_is_no_value() -> None:
    assert shape(parse_hcl("a = b ? 1\nc = 2\n").body) == ["c"]


def test_offsets_count_characters() -> None:
    text = '# é\U0001f600\nπ = "ü${ß.x}\U0001f600"\r\nlocals {\r\n  a = "ä"\r\n}\r\n'
    file = parse_hcl(text)
    (value,) = opened((file.body.attributes["π"].value,))
    assert file.fault is None
    parts = string(text, value)
    assert parts is not None
    assert [part if isinstance(part, str) else text[slice(*span_of(part))] for part in parts] == [
        "ü",
        "ß.x",
        "\U0001f600",
    ]
    (block,) = file.body.blocks
    assert (text[slice(*block.head)], text[slice(*span_of(block.body.attributes["a"].value))]) == ("locals", '"ä"')


def test_many_blocks_with_several_things_in_each_are_no_fault() -> None:
    block = 'a "b" {\n  c = { d = 1, e = 2 } # f\n  g { h = 1 }\n  /* i */ j = 2\n}\n'
    file = parse_hcl(block * 50)
    assert (file.fault, len(file.body.blocks)) == (None, 50)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"b": True}, 1),
        ({"b": False, "c": True}, 2),
        ({"b": False, "c": False, "d": True}, 3),
        ({"b": False, "c": False, "d": False}, 4),
        ({"b": False}, Unknown("c ? 2 : d ? 3 : 4")),
        ({"b": False, "c": False}, Unknown("d ? 3 : 4")),
    ],
)
def test_conditions_in_a_row_hang_on_the_last_one(known: dict[str, object], expected: object) -> None:
    text = "a = b ? 1 : c ? 2 : d ? 3 : 4"
    (written,) = parse_hcl(text).body.attributes.values()
    assert Scope(Folder({}, {}), text, known).value(written.value) == expected


@given(st.text(alphabet='ab1 ={}[]()"$%\n.,:?!-+<>*/#~\\é', max_size=50))
def test_any_text_is_read_or_refused_inside_of_it(text: str) -> None:
    file = parse_hcl(text)
    assert file.fault is None or 0 <= file.fault.offset <= len(text)
    for attribute in file.body.attributes.values():
        assert text[slice(*attribute.name_span)] == attribute.name
        assert attribute.name_span.end < attribute.value.start_byte < attribute.value.end_byte <= len(text)
        Scope(Folder({}, {}), text).value(attribute.value)
