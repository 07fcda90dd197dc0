from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kblint.read.scripts.commands import commands, script_of, split, value
from kblint.source.text import Source
from kblint.source.values import Unknown


def words(text: str) -> list[list[object]]:
    return [[value(word) for word in command.words] for command in commands(script_of(Source("x.sh", text)))]


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
        ("cat <<EOF\nnever closed", []),
        ("sudo -u root -E a b", [["a", "b"]]),
        ("if a; then b; else c; fi", [["a"], ["b"], ["c"]]),
        ("f() { a; }", [["a"]]),
        ("export X=1; env Y=2 a", [[], ["a"]]),
        ("a $x ${y}z $(b c) `d e` {{ f }}g", [["a", *map(Unknown, ("$x", "${y}z", "$(b c)", "`d e`", "{{ f }}g"))]]),
        ("a '$x' \"$x\"", [["a", "$x", Unknown("$x")]]),
        ("a $ {", [["a", "$", "{"]]),
        ("a\nb 'never closed\nc", [["a"], ["c"]]),
        ('a "', []),
        ("a \\", []),
        ("a\r\nb\r\n", [["a"], ["b"]]),
    ],
)
def test_what_scripts_run(text: str, expected: list[list[object]]) -> None:
    assert words(text) == expected


def test_variables_before_a_command_are_kept_apart() -> None:
    (command,) = commands(script_of(Source("x.sh", "A=1 B='2 3' run it")))
    assert [(variable.name, variable.value.text) for variable in command.variables] == [("A", "1"), ("B", "2 3")]
    assert [variable.place.text for variable in command.variables] == ["A=1", "B='2 3'"]
    assert command.name == "run"


def test_the_operator_before_a_command_is_told() -> None:
    text = "a | b\nc && d"
    assert [command.operator for command in commands(script_of(Source("x.sh", text)))] == ["", "|", ";", "&&"]


def test_words_stand_where_they_are_written() -> None:
    source = Source("x.sh", "# é\U0001f600\nrun --a='b c' \\\n  d 'é'")
    (command,) = commands(script_of(source))
    assert [word.place().text for word in command.words] == ["run", "--a='b c", "d", "é"]
    assert command.words[1].cut(4).place().text == "b c"
    assert command.place.text == source.text[5:]


def test_a_quoted_word_splits_into_options_with_their_places() -> None:
    (command,) = commands(script_of(Source("x.sh", 'X="--a=$(ip addr) --b \\\n --c"')))
    parts = split(command.variables[0].value)
    assert [value(part) for part in parts] == [Unknown("--a=$(ip addr)"), "--b", "--c"]
    assert [part.place().text for part in parts] == ["--a=$(ip addr)", "--b", "--c"]


@given(st.text(alphabet="ab $`\"'\\{}()<>|&;#\n\t-=E0é", max_size=60))
def test_any_text_is_read_and_words_lie_in_it(text: str) -> None:
    for command in commands(script_of(Source("x.sh", text))):
        for word in (*command.words, *(variable.value for variable in command.variables)):
            start, end = word.place().span
            assert 0 <= start <= end <= len(text)
            assert len(word.starts) == len(word.ends) == len(word.text)
