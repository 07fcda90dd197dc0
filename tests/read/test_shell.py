from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kblint.read.shell import commands, script_of
from kblint.source.text import Source
from kblint.source.values import Unknown


def words(text: str) -> list[list[object]]:
    return [[word.value for word in command.words] for command in commands(script_of(Source("x.sh", text)))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b  c\nd", [["a", "b", "c"], ["d"]]),
        ("a; b && c || d | e & f", [["a"], ["b"], ["c"], ["d"], ["e"], ["f"]]),
        ("a 'b c' \"d e\" f\\ g", [["a", "b c", "d e", "f g"]]),
        ('a "b \\"c\\" \\d"', [["a", 'b "c" \\d']]),
        ("a b\\\n  c", [["a", "b", "c"]]),
        ("a # b\nc#d", [["a"], ["c#d"]]),
        ("a > out 2>&1 < in b", [["a", "b"]]),
        ("cat <<EOF > file\na b\nEOF\nc", [["cat"], ["c"]]),
        ("cat <<-'EOF'\n\ta\n\tEOF\nc", [["cat"], ["c"]]),
        ("cat <<EOF\nnever closed", [["cat"]]),
        ("sudo -u root -E a b", [["a", "b"]]),
        ("if a; then b; else c; fi", [["a"], ["b"], ["c"], ["fi"]]),
        ("f() { a; }", [["f"], ["a"], ["}"]]),
        ("export X=1; env Y=2 a", [[], ["a"]]),
        ("a $x ${y}z $(b c) `d e` {{ f }}g", [["a", *map(Unknown, ("$x", "${y}z", "$(b c)", "`d e`", "{{ f }}g"))]]),
        ("a '$x' \"$x\"", [["a", "$x", Unknown("$x")]]),
        ("a $ {", [["a", "$", "{"]]),
        ("a 'never closed", [["a", "never closed"]]),
        ('a "', [["a", ""]]),
        ("a \\", [["a", "\\"]]),
        ("a\r\nb\r\n", [["a"], ["b"]]),
    ],
)
def test_what_scripts_run(text: str, expected: list[list[object]]) -> None:
    assert words(text) == expected


def test_variables_before_a_command_are_kept_apart() -> None:
    (command,) = commands(script_of(Source("x.sh", "A=1 B='2 3' run it")))
    assert [word.text for word in command.variables] == ["A=1", "B=2 3"]
    assert command.name == "run"


def test_the_operator_before_a_command_is_told() -> None:
    text = "a | b\nc && d"
    assert [command.operator for command in commands(script_of(Source("x.sh", text)))] == ["\n", "|", "\n", "&&"]


def test_words_stand_where_they_are_written() -> None:
    source = Source("x.sh", "run --a='b c' \\\n  d")
    (command,) = commands(script_of(source))
    assert [word.place().text for word in command.words] == ["run", "--a='b c'", "d"]
    assert command.words[1].part(4).place().text == "b c"
    assert command.place.text == source.text


def test_a_quoted_word_splits_into_options_with_their_places() -> None:
    (command,) = commands(script_of(Source("x.sh", 'X="--a=$(ip addr) --b \\\n --c"')))
    parts = command.variables[0].part(2).split()
    assert [part.value for part in parts] == [Unknown("--a=$(ip addr)"), "--b", "--c"]
    assert [part.place().text for part in parts] == ["--a=$(ip addr)", "--b", "--c"]


@given(st.text(alphabet="ab $`\"'\\{}()<>|&;#\n\t-=E0", max_size=60))
def test_any_text_is_read_and_words_lie_in_it(text: str) -> None:
    source = Source("x.sh", text)
    for command in commands(script_of(source)):
        for word in (*command.words, *command.variables):
            start, end = word.place().span
            assert 0 <= start < end <= len(text)
            assert len(word.offsets) == len(word.text)
            assert all(text[offset] == character for offset, character in zip(word.offsets, word.text, strict=True))
