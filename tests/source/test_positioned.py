"""Where entries stand is told the same, whether it is packed or not, and whatever becomes of the entries."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kblint.source.positioned import PositionedDict, PositionedList
from kblint.source.text import Source, Span
from kblint.source.yaml_stream import parse_yaml

ENTRIES = st.dictionaries(st.text(max_size=3), st.tuples(*[st.integers(0, 2**32 - 1)] * 4), max_size=30)
Offsets = dict[str, tuple[int, int, int, int]]


def packed(entries: Offsets) -> PositionedDict:
    made = PositionedDict.to_pack()
    made.update(dict.fromkeys(entries, 1))
    made.pack([7, 9, *(number for four in entries.values() for number in four)])
    return made


def told(mapping: PositionedDict) -> tuple[object, ...]:
    spans = [(key, mapping.key_span(key), mapping.value_span(key)) for key in mapping]
    return (mapping.span, spans, list(mapping.key_spans.items()), list(mapping.value_spans.items()))


def put(entries: Offsets) -> PositionedDict:
    made = PositionedDict(Span(7, 9))
    for key, (a, b, c, d) in entries.items():
        made.put(key, 1, Span(a, b), Span(c, d))
    return made


@given(ENTRIES)
def test_packed_spans_are_those_that_were_put(entries: Offsets) -> None:
    assert told(packed(entries)) == told(put(entries))
    assert told(packed(entries).copied()) == told(put(entries).copied())


CHANGES: dict[str, Callable[[PositionedDict], object]] = {
    "a key less": lambda one: one.pop("a"),
    "a key less, by `del`": lambda one: one.__delitem__("a"),
    "another value": lambda one: one.update(a=2),
    "a value put": lambda one: one.put("a", 2, Span(20, 21), Span(22, 23)),
    "a new entry": lambda one: one.put("z", 2, Span(20, 21), Span(22, 23)),
    "moved": lambda one: setattr(one, "span", Span(1, 2)),
    "emptied": lambda one: one.clear(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_leaves_the_others_where_they_stand(change: str) -> None:
    entries = {"a": (10, 11, 12, 13), "b": (14, 15, 16, 17), "c": (18, 19, 20, 21)}
    one, other = packed(entries), put(entries)
    CHANGES[change](one)
    CHANGES[change](other)
    assert (one, told(one)) == (other, told(other))


def test_a_key_that_is_not_there_stands_nowhere() -> None:
    for one in (packed({}), put({})):
        for ask in (one.key_span, one.value_span):
            with pytest.raises(KeyError):
                ask("a")


@given(st.lists(st.tuples(*[st.integers(0, 2**32 - 1)] * 2), max_size=9))
def test_items_stand_where_they_were_put(items: list[tuple[int, int]]) -> None:
    one, other = PositionedList.to_pack(), PositionedList(Span(7, 9))
    one.extend([1] * len(items))
    one.pack([7, 9, *(number for two in items for number in two)])
    for start, end in items:
        other.put(1, Span(start, end))
    for made in (one.copied(), one):
        assert [made.item_span(index) for index in range(len(items))] == other.item_spans
        assert (made, made.span, made.item_spans) == (other, other.span, other.item_spans)


def test_keys_that_stand_twice_and_merged_ones_stand_where_the_value_that_counts_does() -> None:
    text = "base: &b {m: 1, x: 2}\nown:\n  x: 3\n  w: 4\n  x: 5\n  <<: *b\n  w: 6\n  z: 7\n  z: 8\n"
    stream = parse_yaml(Source("a.yaml", text))
    (document,) = stream.documents
    assert isinstance(document.root, PositionedDict)
    own = document.root["own"]
    assert isinstance(own, PositionedDict)
    assert dict(own) == {"x": 5, "w": 6, "z": 8, "m": 1}
    shown = {key: text[slice(*own.value_span(key))] for key in own}
    assert shown == {"x": "5", "w": "6", "z": "8", "m": "1"}
    assert [text.count("\n", 0, own.key_span(key).start) for key in own] == [4, 6, 8, 0]
    assert [text[: fault.place.span.start].count("\n") for fault in stream.faults] == [4, 6, 8]
