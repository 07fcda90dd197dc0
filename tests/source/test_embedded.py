import textwrap

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kblint.source.embedded import Embedded, embedded
from kblint.source.text import Source, Span
from kblint.source.values import PositionedDict
from kblint.source.yaml_stream import parse_yaml
from tests.strategies import literal_texts


def of(text: str) -> Embedded:
    source = Source("a.yaml", text)
    root = parse_yaml(source).documents[0].root
    assert isinstance(root, PositionedDict)
    value = root["v"]
    assert isinstance(value, str)
    return embedded(source, root.value_spans["v"], value)


@given(
    literal_texts, st.integers(1, 4), st.sampled_from(["|", "|-", "|+", "|  # why"]), st.sampled_from(["\n", "\r\n"])
)
def test_a_literal_block_is_mapped_character_by_character(body: str, indent: int, header: str, line_end: str) -> None:
    text = f"v: {header}\n{textwrap.indent(body, ' ' * indent, lambda _: True)}\n\nw: 1\n".replace("\n", line_end)
    inside = of(text)
    offset = 0
    for line in inside.value.split("\n"):
        for start in range(len(line)):
            for end in range(start + 1, len(line) + 1):
                assert line[start:end] == inside.place(offset + start, offset + end).text
        offset += len(line) + 1


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40),
    st.sampled_from("'\""),
    st.integers(10, 90),
)
def test_a_quoted_scalar_is_mapped_exactly(value: str, style: str, width: int) -> None:
    dumped = yaml.dump({"v": value}, default_style=style, width=width, allow_unicode=True)
    inside = of(dumped)
    if any(character in value for character in "\x85\u2028\u2029"):
        return  # libyaml's own line breaks: the whole scalar is enough
    assert inside.value == value
    for index, character in enumerate(value):
        at = inside.place(index, index + 1).text
        assert at == character or at[0] in "\\'" or character in " \n"


@pytest.mark.parametrize(
    ("text", "part", "expected"),
    [
        ("v: listen 80;", "80", "80"),
        ("v: 'it''s on 80'", "80", "80"),
        ("v: 'it''s on 80'", "'", "''"),
        (r'v: "a\n\"b\" \\ listen\t80"', "80", "80"),
        (r'v: "a\n\"b\" \\ listen\t80"', '"b"', r"\"b\""),
        ('v: "a\\x41\\u00e9 80"', "Aé 80", "\\x41\\u00e9 80"),
        ("v: listen\n  80;\n\n  server", "80;", "80;"),
        ('v: "listen \\\n  80;\n  x"', "80;", "80;"),
        ("v: >\n  listen\n  80;\n\n  server x\n", "server x", "server x"),
        ("v: |2\n    deep 80\n", "deep", "deep"),
    ],
)
def test_a_part_is_found_where_it_is_written(text: str, part: str, expected: str) -> None:
    inside = of(text)
    start = inside.value.index(part)
    assert expected == inside.place(start, start + len(part)).text


def test_json_pairs_are_one_character() -> None:
    source = Source("a.json", r'"\ud83d\ude00 80"')
    inside = embedded(source, Span(0, len(source.text)), "😀 80")
    assert inside.place(2, 4).text == "80"
    assert inside.place(0, 1).text == r"\ud83d\ude00"


def test_an_alias_is_the_whole_span() -> None:
    text = "a: &x listen 80;\nv: *x\n"
    inside = of(text)
    assert inside.place(7, 9).text == "*x"


def test_offsets_beyond_the_value_are_its_ends() -> None:
    inside = of("v: abc")
    assert Span(6, 6) == inside.place(90, 99).span
    assert Span(3, 6) == inside.place(-5, 99).span
