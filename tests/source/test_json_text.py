import pytest

from kblint.source.json_text import parse_json
from kblint.source.stream import Stream
from kblint.source.text import Source, Span
from kblint.source.values import PositionedDict


def parse(text: str) -> Stream:
    return parse_json(Source("a.json", text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n", []),
        ("null", []),
        ('{"a": 1}\n{"a": 2}\n', [{"a": 1}, {"a": 2}]),
        ('{"a":1}{"a":[]} [true]', [{"a": 1}, {"a": []}, [True]]),
        ('\ufeff{"a": "x\\n\\u00e9\\/"}', [{"a": "x\né/"}]),
        ('{"a": [{}, [], -1.5e3, 0.25, false, null]}', [{"a": [{}, [], -1500, 0.25, False, None]}]),
        ('"\\ud800"', ["\ufffd"]),
    ],
)
def test_values_are_read(text: str, expected: object) -> None:
    stream = parse(text)
    assert stream.faults == ()
    assert expected == [document.root for document in stream.documents]
    assert list(range(len(expected))) == [document.index for document in stream.documents]


def test_positions_are_exact() -> None:
    text = '{ "a" : [1, "x"] ,\t"b": {"c": true}}'
    (document,) = parse(text).documents
    root = document.root
    assert isinstance(root, PositionedDict)
    assert text == text[slice(*document.span)]
    assert [text[slice(*span)] for span in root.key_spans.values()] == ['"a"', '"b"']
    assert [text[slice(*span)] for span in root.value_spans.values()] == ['[1, "x"]', '{"c": true}']


def test_a_duplicate_key_is_a_fault_and_the_last_wins() -> None:
    stream = parse('{"a": 1, "a": 2}')
    (fault,) = stream.faults
    assert ("duplicate-key", Span(9, 12), Span(1, 4)) == (fault.code, fault.place.span, fault.related[0][0].span)
    assert stream.documents[0].root == {"a": 2}


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ('{"a": }', 6, "expected a value here"),
        ('{"a" 1}', 1, "expected `:` after this key"),
        ('{"a": 1', 7, "expected `,` or `}` here"),
        ("[1 2]", 3, "expected `,` or `]` here"),
        ("[1,", 3, "the text ends where a value is expected"),
        ("{a: 1}", 1, "expected a key in double quotes here"),
        ('{"a": 1,}', 8, "expected a key in double quotes here"),
        ('{"a": NaN}', 6, "expected a value here"),
        ('{"a": 01}', 6, "expected a value here"),
        ('"a', 0, "the text ends inside a string"),
        ('"a\nb"', 2, "found a line end or control character inside a string"),
        ('"\\x"', 1, "found an invalid escape in a string"),
        ("\x00", 0, "expected a value here"),
        ("[" * 10_000, 200, "nested deeper than 200 levels"),
    ],
)
def test_a_broken_text_is_one_fault_with_its_place(text: str, at: int, message: str) -> None:
    stream = parse(text)
    assert list(stream.documents) == []
    assert [("unreadable", at, message)] == [(f.code, f.place.span.start, f.message) for f in stream.faults]


def test_values_around_a_broken_one_are_kept() -> None:
    stream = parse('{"a": 1}\n{"a": \n  {"b" 1}\n}\n{"c": 3}\n')
    assert [document.root for document in stream.documents] == [{"a": 1}, {"c": 3}]
    assert len(stream.faults) == 1


def test_a_comment_is_explained() -> None:
    (fault,) = parse('{ // no\n"a": 1}').faults
    assert fault.help == "JSON allows no comments"


def test_two_hundred_levels_are_read() -> None:
    assert parse("[" * 200 + "]" * 200).faults == ()
