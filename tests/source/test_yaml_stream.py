import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kblint.source.json_text import parse_json
from kblint.source.stream import Stream
from kblint.source.text import Source, Span
from kblint.source.values import PositionedDict, PositionedList, Unknown
from kblint.source.yaml_stream import parse_yaml
from tests.strategies import json_values, yaml_fragments


def parse(text: str) -> Stream:
    return parse_yaml(Source("a.yaml", text))


def roots(text: str) -> list[object]:
    stream = parse(text)
    assert stream.faults == ()
    return [document.root for document in stream.documents]


def root(text: str) -> PositionedDict:
    (only,) = roots(text)
    assert isinstance(only, PositionedDict)
    return only


def faults(text: str) -> list[tuple[str, str, str]]:
    return [(fault.code, fault.place.text, fault.message) for fault in parse(text).faults]


def all_spans(value: object) -> list[Span]:
    if isinstance(value, PositionedDict):
        inner = [span for item in value.values() for span in all_spans(item)]
        return [value.span, *value.key_spans.values(), *value.value_spans.values(), *inner]
    if isinstance(value, PositionedList):
        return [value.span, *value.item_spans, *(span for item in value for span in all_spans(item))]
    return []


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *((word, True) for word in ("yes", "Yes", "on", "ON", "true", "y", "Y")),
        *((word, False) for word in ("no", "off", "False", "n", "N")),
        *((word, None) for word in ("", "~", "null", "Null", "NULL")),
        *(
            (word, word)
            for word in ("yEs", "nULL", "tru", "22:22", "1:30:00", "=", "2024-01-01", "2024-01-01T00:00:00Z")
        ),
        ("0644", 420),
        ("0o644", 420),
        ("0x1F", 31),
        ("-0x1F", -31),
        ("0b101", 5),
        ("1_000", 1000),
        ("+12", 12),
        ("08", 8),
        ("0", 0),
        ("1.5", 1.5),
        ("-.5e1", -5),
        ("80.0", 80),
        ("1e3", 1000),
        (".inf", float("inf")),
        ("-.INF", float("-inf")),
        ("1e999", "1e999"),
        ("18446744073709551615", 2**64 - 1),
        ("9" * 5000, "9" * 5000),
        ("1.2.3", "1.2.3"),
        ("0xZZ", "0xZZ"),
        ("_1", "_1"),
        ("'80'", "80"),
        ('"yes"', "yes"),
        ("!!str 80", "80"),
        ("!!int '80'", 80),
        ("!!float 1", 1),
        ("!!binary aGk=", "aGk="),
        ("!env_var x", "x"),
        ("!env_var 80", "80"),
        ("! 80", "80"),  # as go-yaml has it, and not libyaml: `!` alone says that it is text
        ("! yes", "yes"),
        ("&x ! 80", "80"),
        ("! &x # ! why\n  80", "80"),
        ("&x # ! why\n  80", 80),
        ("!", ""),
    ],
)
def test_a_scalar_is_read_as_kubernetes_reads_it(written: str, value: object) -> None:
    read = root(f"a: {written}\n")["a"]
    assert (type(value), value) == (type(read), read)


def test_not_a_number_is_read() -> None:
    assert root("a: .nan")["a"] != root("a: .nan")["a"]


def test_keys_are_strings_as_in_json() -> None:
    text = "80: a\ntrue: b\n! 81: c\n1.50: d\n.5e-9: e\n0644: f\n'<<': g\n? !!str 5\n: h\n"
    assert list(root(text)) == ["80", "true", "81", "1.5", "5e-10", "420", "<<", "5"]


@pytest.mark.parametrize("key", ["null", "~", "? \n", "&x null", "? *z\n"])
def test_a_key_that_is_null_is_a_fault_and_leaves_out_its_entry(key: str) -> None:
    stream = parse(f"z: &z\n{key}: a\nb: 1\n")
    assert [fault.message for fault in stream.faults] == ["a key must not be null"]
    assert [document.root for document in stream.documents] == [{"z": None, "b": 1}]


@pytest.mark.parametrize(
    ("text", "value"),
    [("a: |\n  x", "x\n"), ("a: >\n  x", "x\n"), ("a: |+\n  x\n ", "x\n\n"), ("a: |-\n  x", "x"), ("--- |\n x", "x\n")],
)
def test_a_file_may_end_in_the_middle_of_a_line(text: str, value: str) -> None:
    """Whatever reads manifests ends their last line first."""
    (found,) = parse(text).documents
    assert value in (found.root, *(found.root.values() if isinstance(found.root, PositionedDict) else ()))
    assert found.span.end <= len(text)


@pytest.mark.parametrize(
    "text", ["&x", "a: &x", "a: !", "a: !t # b", "- ", "? ", "a: |", "? |", "- &x # y", "[", "a: {b"]
)
def test_what_ends_without_a_line_end_stands_inside_of_it(text: str) -> None:
    stream = parse(text)
    for span in [
        *(span for one in stream.documents for span in all_spans(one.root)),
        *(one.place.span for one in stream.faults),
    ]:
        assert 0 <= span.start <= span.end <= len(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x {p: 1, q: 2}\nb:\n  <<: *x\n  q: 3\n", {"q": 3, "p": 1}),
        ("a: &x {p: 1, q: 2}\nb:\n  q: 3\n  <<: *x\n", {"q": 3, "p": 1}),
        ("a: [&x {p: 1}, &y {p: 2, q: 2}]\nb: {<<: [*x, *y]}\n", {"p": 1, "q": 2}),
        ("b: {<<: {p: 1}}\n", {"p": 1}),
        ('b: {"<<": 1}\n', {"<<": 1}),
    ],
)
def test_merge_keys_fill_in_what_is_not_explicit(text: str, expected: object) -> None:
    assert expected == root(text)["b"]


def test_a_merged_entry_keeps_the_spans_of_where_it_is_written() -> None:
    text = "a: &x {p: 1}\nb:\n  <<: *x\n"
    b = root(text)["b"]
    assert isinstance(b, PositionedDict)
    assert Span(7, 8) == b.key_spans["p"]
    assert Span(10, 11) == b.value_spans["p"]


@pytest.mark.parametrize("value", ["1", "[1]", "*l", ""])
def test_a_merge_key_with_anything_but_mappings_is_a_fault(value: object) -> None:
    found = faults(f"l: &l [{{p: 1}}]\nb:\n  c: 1\n  <<: {value}\n")
    assert [message for _, _, message in found] == ["a merge key `<<` needs a mapping or a list of mappings"]


def test_an_anchor_may_be_redefined_and_an_alias_shares_the_object() -> None:
    read = root("a: &x [1]\nb: *x\nc: &x 2\nd: *x\ne: &s plain\nf: *s\n")
    assert read == {"a": [1], "b": [1], "c": 2, "d": 2, "e": "plain", "f": "plain"}
    assert read["a"] is read["b"]


@pytest.mark.parametrize(
    ("text", "key", "value_text"),
    [
        ("a: 'it''s'  # c\n", "a", "'it''s'"),
        ("a: plain text # c\n", "a", "plain text"),
        ("a: &x !!str 80\n", "a", "80"),
        ("a: &x # why\n  80\n", "a", "80"),
        ("a: |\n  x\n  y\n\n\nb: 1\n", "a", "|\n  x\n  y"),
        ("a: >-\n  x  \n\n# c\nb: 1\n", "a", ">-\n  x  "),
        ("a:\n- 1\n- 2\n\n# c\nb: 1\n", "a", "- 1\n- 2"),
        ("a:\n  b: 1\n\n# c\nd: 1\n", "a", "b: 1"),
        ("a: &x\n  &y b: 1\n\n# c\nd: 1\n", "a", "&y b: 1"),
        ("a: !t {b: 1} # c\n", "a", "{b: 1}"),
        ("a: &x\n- 1\nb: 2\n", "a", "- 1"),
        ("a: {b: [1, 2]}\n", "a", "{b: [1, 2]}"),
        ("a: [b: 1]\n", "a", "[b: 1]"),
        ("a:\n  b:\n\n# c\nd: 1\n", "a", "b:"),
        ("a:\n  ? b\n\n\nd: 1\n", "a", "b"),
        ("a: *x\n", "a", "*x"),
        ("a:\r\n  b: é😀\r\nc: 1\r\n", "a", "b: é😀"),
    ],
)
def test_a_value_spans_exactly_its_characters(text: str, key: str, value_text: str) -> None:
    head = "z: &x 1\n"
    mapping = root(head + text)
    span = mapping.value_spans[key]
    text = head + text
    assert value_text == text[span.start : span.end].removeprefix("? ")
    assert key == text[mapping.key_spans[key].start : mapping.key_spans[key].end]


def test_spans_hold_behind_a_byte_order_mark_and_strange_line_ends() -> None:
    text = "\ufeffa: é\r\nb: '\u2028 x'\nc: 😀\n---\nd: e\n"
    first, second = parse(text).documents
    assert isinstance(first.root, PositionedDict)
    assert isinstance(second.root, PositionedDict)
    assert [text[span.start : span.end] for span in first.root.value_spans.values()] == ["é", "'\u2028 x'", "😀"]
    assert text[slice(*second.root.value_spans["d"])] == "e"
    assert text[slice(*second.span)] == "d: e"


@pytest.mark.parametrize("text", ["", "\n", "# c\n", "---\n", "---\n# c\n---\n...\n", "\ufeff", "--- ~\n", "\r\n"])
def test_what_holds_nothing_gives_no_document(text: str) -> None:
    assert roots(text) == []


def test_an_unwritten_value_stands_behind_its_indicator() -> None:
    read = root("v: # x\nw:\n- # x\n- # y\n? z # c\n? q\n")
    items = read["w"]
    assert isinstance(items, PositionedList)
    assert items.item_spans == [Span(11, 11), Span(17, 17)]
    assert [read.value_spans[key] for key in "vzq"] == [Span(2, 2), Span(25, 25), Span(33, 33)]


def test_a_later_merge_key_wins_over_an_earlier_one() -> None:
    assert root("a:\n  <<: {p: 1, q: 1}\n  <<: {q: 2}\n")["a"] == {"p": 1, "q": 2}


def test_documents_are_numbered() -> None:
    stream = parse("a: 1\n---\n# none\n---\nb\n--- [c]\n")
    assert [(document.index, document.root) for document in stream.documents] == [(0, {"a": 1}), (1, "b"), (2, ["c"])]


def test_a_duplicate_key_is_a_fault_at_the_second_and_the_last_wins() -> None:
    stream = parse("a: 1\nb: 2\na: 3\n")
    (fault,) = stream.faults
    assert fault.code == "duplicate-key"
    assert Span(10, 11) == fault.place.span
    ((place, label),) = fault.related
    assert (Span(0, 1), "first written here") == (place.span, label)
    assert stream.documents[0].root == {"a": 3, "b": 2}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\n\tb: 2\n", ("unreadable", "\t", "found a tab character that violates indentation")),
        ("\ta: 1\n", ("unreadable", "\t", "found a tab character that cannot start any token")),
        ("a: b: c\n", ("unreadable", ":", "found a `:` where no mapping can start")),
        ("a: @b\n", ("unreadable", "@", "found a `@` that cannot start any token")),
        ("a: [b\n", ("unreadable", "", "expected `,` or `]` here")),
        ("a: 'b\n", ("unreadable", "", "the text ends inside a quoted text")),
        ("a: 1\nbc d\ne: 2\n", ("unreadable", "bc d", "expected a `:` after this key")),
        ("a: *x\n", ("unreadable", "*x", "no anchor `&x` stands before this alias")),
        ("a: &x [*x]\n", ("unreadable", "*x", "anchor `&x` contains itself")),
        ("[a]: 1\n", ("unreadable", "[a]", "a key must be a single value, not a list or mapping")),
        ("a: !!int b\n", ("unreadable", "b", "`b` is not what its tag `!!int` says")),
        ("a: \x01\n", ("unreadable", "\x01", "found the control character U+0001, which YAML does not allow")),
        ("a: \x00\n", ("unreadable", "\x00", "found the control character U+0000, which YAML does not allow")),
        ("a: \ud800\n", ("unreadable", "\ud800", "found the control character U+D800, which YAML does not allow")),
    ],
)
def test_a_broken_text_is_one_fault_with_its_place(text: str, expected: object) -> None:
    assert [expected] == faults(text)


@pytest.mark.parametrize("broken", ["a: [b", "a: 'b", "a: \x01", "\ta", "a: b: c", "a: @", "{{ x }}: y: z"])
def test_documents_around_a_broken_one_are_kept(broken: str) -> None:
    text = f"p: 1\n---\n{broken}\n---\nq: 2\n--- # c\nr: 3\n"
    stream = parse(text)
    assert [document.root for document in stream.documents] == [{"p": 1}, {"q": 2}, {"r": 3}]
    assert [document.index for document in stream.documents] == [0, 1, 2]
    assert [text[slice(*document.span)] for document in stream.documents] == ["p: 1", "q: 2", "r: 3"]
    assert all(fault.code == "unreadable" for fault in stream.faults)
    assert stream.faults


def test_an_unknown_alias_gives_an_unknown_value() -> None:
    assert {"a": Unknown("*x"), "b": 1} == parse("a: *x\nb: 1\n").documents[0].root


def test_a_key_that_cannot_be_one_leaves_out_its_entry_only() -> None:
    assert parse("{a: 1}: {x: 1}\nb: 2\n").documents[0].root == {"b": 2}


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_deep_nesting_is_a_fault(opening: str) -> None:
    stream = parse("p: 1\n---\n" + opening * 10_000 + "\n---\nq: 1\n")
    assert [fault.message for fault in stream.faults] == ["nested deeper than 200 levels"]
    assert [document.root for document in stream.documents] == [{"p": 1}, {"q": 1}]


@pytest.mark.parametrize("levels", [300, 1000, 1001, 10_000])
@pytest.mark.parametrize(("opening", "deepest"), [("[", 3 + 199), ("{", 3 + 199), ("[{a: ", 3 + 99 * 5 + 1)])
def test_nesting_is_too_deep_at_the_same_place_whatever_libyaml_says_of_it(
    opening: str, deepest: int, levels: int
) -> None:
    (fault,) = parse("a: " + opening * levels).faults
    assert fault.message == "nested deeper than 200 levels"
    assert fault.place.span == (deepest, deepest + 1)  # the mapping of `a` is the first level


def test_two_hundred_levels_are_read() -> None:
    assert parse("[" * 200 + "]" * 200).faults == ()
    assert len(parse("[" * 201 + "]" * 201).faults) == 1


def test_depth_through_aliases_counts() -> None:
    chain = "".join(f"- &a{n} {'[' * 50}{f'*a{n - 1}' if n else '1'}{']' * 50}\n" for n in range(20))
    assert [fault.message for fault in parse(chain).faults] == ["nested deeper than 200 levels"]


def test_an_alias_bomb_is_a_fault() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10))
    stream = parse(f"{bomb}---\nq: 1\n")
    assert [fault.message for fault in stream.faults] == ["aliases expand to more than 1,000,000 values"]
    assert [document.root for document in stream.documents] == [{"q": 1}]


def test_many_broken_documents_are_read_in_linear_time() -> None:
    stream = parse("[\n---\n" * 3000 + "a: 1\n")
    assert len(stream.faults) == 3000
    assert [document.root for document in stream.documents] == [{"a": 1}]


@given(st.one_of(st.text(max_size=60), yaml_fragments))
def test_no_text_makes_the_reader_raise_and_spans_lie_inside(text: str) -> None:
    for stream in (parse(text), parse_json(Source("a.json", text))):
        for document in stream.documents:
            for span in (document.span, *all_spans(document.root)):
                assert 0 <= span.start <= span.end <= len(text)
        for fault in stream.faults:
            assert 0 <= fault.place.span.start <= fault.place.span.end <= len(text)


@given(json_values, st.booleans(), st.booleans(), st.sampled_from([20, 80, 10_000]))
def test_what_is_dumped_is_read_back(value: object, flow: bool, raw: bool, width: int) -> None:
    text = yaml.dump({"v": value}, Dumper=_Quoting, default_flow_style=flow, allow_unicode=raw, width=width)
    assert {"v": value} == root(text)


class _Quoting(yaml.SafeDumper):
    """Quotes every string: PyYAML leaves plain what go-yaml takes for a boolean or number (`y`, `1e3`)."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


_Quoting.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


@given(json_values)
def test_a_scalars_span_reads_back_to_its_value(value: object) -> None:
    text = yaml.dump({"v": value, "w": [value]}, Dumper=_Quoting)

    def check(span: Span, item: object) -> None:
        if not isinstance(item, dict | list) and item is not None:
            assert [item] == roots(text[slice(*span)])

    def walk(node: object) -> None:
        if isinstance(node, PositionedDict):
            for key, item in node.items():
                check(node.key_spans[key], key)
                check(node.value_spans[key], item)
                walk(item)
        elif isinstance(node, PositionedList):
            for span, item in zip(node.item_spans, node, strict=True):
                check(span, item)
                walk(item)

    walk(root(text))


@given(json_values, st.sampled_from([None, 2]))
def test_json_and_yaml_agree_on_json(value: object, indent: int | None) -> None:
    text = json.dumps({"v": value}, indent=indent).replace("\x7f", "\\u007f")
    read = parse_json(Source("a.json", text))
    assert read.faults == ()
    assert [{"v": value}] == [document.root for document in read.documents]
    if "\\ud" not in text:
        as_yaml = parse(text)
        assert all_spans(read.documents[0].root) == all_spans(as_yaml.documents[0].root)
        assert read.documents[0].root == as_yaml.documents[0].root
