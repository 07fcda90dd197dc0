import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kblint.report.printable import cell_width, cells, printable, wrap


@pytest.mark.parametrize(
    ("text", "unicode", "ascii"),
    [
        ("plain `text` ~", "plain `text` ~", "plain `text` ~"),
        ("a\x1b[31mb", "a␛[31mb", r"a\x1b[31mb"),
        ("a\nb\r\tc\x00", "a␊b␍␉c␀", r"a\nb\r\tc\x00"),
        ("del \x7f c1 \x9b", r"del ␡ c1 \x9b", r"del \x7f c1 \x9b"),
        ("bidi \u202e\u2066", r"bidi \u202e\u2066", r"bidi \u202e\u2066"),
        ("hidden \u200b\ufeff\u00a0", r"hidden \u200b\ufeff\xa0", r"hidden \u200b\ufeff\xa0"),
        ("lone \ud800", r"lone \ud800", r"lone \ud800"),
        ("日本 é", "日本 é", r"\u65e5\u672c \xe9"),
        ("⚠\ufe0f but a\ufe0f", r"⚠ but a\ufe0f", r"\u26a0\ufe0f but a\ufe0f"),
    ],
)
def test_what_is_not_plainly_visible_is_replaced(text: str, unicode: str, ascii: str) -> None:
    assert printable(text) == unicode
    assert printable(text, unicode=False) == ascii


@given(st.text(alphabet=st.characters(max_codepoint=sys.maxunicode)), st.booleans())
def test_printable_text_holds_no_control_and_stays_as_it_is(text: str, unicode: bool) -> None:
    shown = printable(text, unicode=unicode)
    assert shown.isprintable()
    assert unicode or shown.isascii()
    assert printable(shown, unicode=unicode) == shown


@given(st.text(alphabet=st.characters(exclude_characters="\t")), st.booleans())
def test_cells_show_what_printable_shows(text: str, unicode: bool) -> None:
    shown = cells(text, unicode=unicode)
    assert "".join(cell for cell, _ in shown) == printable(text, unicode=unicode)
    assert sum(width for _, width in shown) == cell_width(printable(text, unicode=unicode))
    assert len(shown) == len(text)


def test_a_tab_in_a_source_line_is_four_spaces() -> None:
    assert cells("a\tb") == [("a", 1), ("    ", 4), ("b", 1)]


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("😀", 2), ("é…", 2), ("", 0)])
def test_cell_width_is_what_terminals_use(text: str, width: int) -> None:
    assert cell_width(text) == width


def test_wrap_breaks_at_spaces_and_keeps_long_words_whole() -> None:
    assert wrap("a  bb ccc https://example.com/long d", 8) == ["a  bb", "ccc", "https://example.com/long", "d"]


def test_wrap_leaves_the_taken_cells_of_the_first_line_free() -> None:
    assert wrap("aa bb cc dd", 8, taken=3) == ["aa bb", "cc dd"]


@given(st.text(alphabet="ab 日é"), st.integers(1, 20))
def test_wrap_loses_nothing_but_spaces(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(cell_width(line) <= width or " " not in line for line in lines)
