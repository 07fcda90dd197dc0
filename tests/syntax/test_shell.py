from __future__ import annotations

import pytest

from kblint.source.text import Source
from kblint.syntax.passage import UNKNOWN, InSource, Passage, whole
from kblint.syntax.shell import parse_script
from kblint.syntax.shell_words import Script


def script(text: str, **variables: str) -> Script:
    return parse_script(whole(text, InSource(Source("x.sh", text))), variables.get)


def words(text: str, **variables: str) -> list[list[str]]:
    """The words of each command, `?` for what is not known."""
    found = script(text, **variables).commands
    return [[word.text.replace(UNKNOWN, "?") for word in command.words] for command in found if command.words]


def written(word: Passage) -> str:
    return word.place().text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a ${X}b $Y '$X' \"$X\"", [["a", "1b", "?", "$X", "1"]]),
        ("a ${X:-2} ${Y:-2} ${E:-2} ${E-2} ${X%1}", [["a", "1", "?", "2", "", "?"]]),
        ("Z=3; a $Z", [["a", "3"]]),
        ("Z=$X$X; a $Z", [["a", "11"]]),
        ("Z=3 b; a $Z", [["b"], ["a", "?"]]),
        ("b || Z=3; a $Z", [["b"], ["a", "?"]]),
        ("if b; then Z=3; fi; a $Z", [["b"], ["a", "?"]]),
        ("Z=3\nfor Z in 1 2; do a $Z; done\nb $Z", [["a", "?"], ["b", "?"]]),
        ("Z=3\nwhile b; do a $Z; Z=4; done", [["b"], ["a", "?"]]),
        ("Z=3\nf() { a $Z; }\nZ=4\na $Z", [["a", "?"], ["a", "4"]]),
        ("Z=3; read -r Z; a $Z", [["read", "-r", "Z"], ["a", "?"]]),
        ("Z=3; . ./env; a $Z", [[".", "./env"], ["a", "?"]]),
        ("Z=(1 2); a ${Z[0]} $Z", [["a", "?", "?"]]),
        ("Z=1; Z+=2; a $Z", [["a", "?"]]),
        ('a $S "$S"', [["a", "?", "p q"]]),
        ("a $(b) `c` <(d) $((1 + 2)) $'e' $1 $@ $?", [["a", *"????????"]]),
        ("a {{ .Values.x }}/b '{{ y }}' {% z %}", [["a", "?/b", "?", "?"]]),
        ('a ${var.x}:1 %{ if b }c%{ endif } ${join(",", d)}', [["a", "?:1", "?c?", "?"]]),
        ("a <your-port>/tcp", [["a", "?/tcp"]]),
        ("a http://b/#c d#e # f", [["a", "http://b/#c", "d#e"]]),
        ("a b\\ c \\\n d\\\r\n e", [["a", "b c", "d", "e"]]),
        ("a\r\nb 'c'\r\n", [["a"], ["b", "c"]]),
        ("\ufeffa b", [["a", "b"]]),
        ('a "b \\"c\\" \\d \\$e"f\'g\'', [["a", 'b "c" \\d $efg']]),
        ("a -f - <<E\nb\nE\nc", [["a", "-f", "-"], ["c"]]),
        ("a < in b", [["a", "b"]]),
        ("case $x in y|z) a;; *) b;; esac", [["a"], ["b"]]),
        ("{ a; (b); } 2>&1 | c", [["a"], ["b"], ["c"]]),
    ],
)
def test_words_are_known_as_far_as_the_script_tells(text: str, expected: list[list[str]]) -> None:
    assert words(text, X="1", E="", S="p q") == expected


@pytest.mark.parametrize(
    ("text", "operator", "target"),
    [
        ("a > $X/b", ">", "1/b"),
        ("a >> b", ">>", "b"),
        ("a &> b", "&>", "b"),
        ("a <<E\nx $X ${X} \\$X $(y) `z`\nE\n", "<<", "x 1 1 $X ? ?\n"),
        ("a <<'E'\nx $X {{ y }}\nE\n", "<<", "x $X ?\n"),
        ("a <<-E\n\tx\n\t\ty\n\tE\n", "<<", "x\ny\n"),
        ("a <<E\n  x\nE\n", "<<", "  x\n"),
        ("a <<E\nE\n", "<<", ""),
        ("a <<E > b\n\nE\n", ">", "b"),
    ],
)
def test_where_a_command_reads_and_writes(text: str, operator: str, target: str) -> None:
    (command,) = script(text, X="1").commands
    found = [(each.operator, each.target.text.replace(UNKNOWN, "?")) for each in command.redirections]
    assert (operator, target) in found


@pytest.mark.parametrize("text", ["a 2> b", "a 2>&1", "a >&2", "a <&-"])
def test_other_descriptors_than_the_standard_ones_are_passed_over(text: str) -> None:
    (command,) = script(text).commands
    assert (len(command.words), command.redirections) == (1, [])


def test_operators_conditions_and_the_environment_of_a_command() -> None:
    found = script("export A=1; B=2\na && b | c &\nX=3 d || e\n(f)", X="0").commands
    runs = {command.words[0].text: command for command in found if command.words}
    assert [(name, runs[name].before, runs[name].after) for name in "abcd"] == [
        ("a", ";", "&&"),
        ("b", "&&", "|"),
        ("c", "|", "&"),
        ("d", "&", "||"),
    ]
    assert [name for name in "abcdef" if runs[name].is_conditional] == ["e", "f"]
    assert {name: value.text for name, value in runs["a"].variables.items()} == {"A": "1"}
    assert {name: value.text for name, value in runs["d"].variables.items()} == {"A": "1", "X": "3"}


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        ("a; b && c", None),
        ("f() { a; }", "a function"),
        ("case x in y) a;; esac", "`case`"),
        ("[[ a ]] && b", "`[[`"),
        ("{ a; b; } > c", "a redirection of several commands"),
        ("{ a; b; } > /dev/null 2>&1", None),
        ("while read x; do a; done < b", None),
        ("a 'b", "a syntax error"),
        ("if a; then b", "a syntax error"),
    ],
)
def test_what_cannot_be_followed_is_said(text: str, gap: str | None) -> None:
    assert script(text).gap == gap


def test_a_local_error_costs_its_own_lines() -> None:
    found = script("a 1\nb 'x\nc 3\n", X="1")
    assert (found.gap, words("a 1\nb 'x\nc 3\nd $X\n", X="1")) == (
        "a syntax error",
        [["a", "1"], ["c", "3"], ["d", "?"]],
    )


def test_a_command_that_goes_on_in_a_way_nobody_understands_is_not_taken_for_a_shorter_one() -> None:
    assert words("a\nufw allow ) 22\nb") == [["a"], ["b"]]


def test_every_character_knows_where_it_was_written() -> None:
    text = '# \U0001f600é\nrun \'é b\'{{ c }}"$X\\"" \\\n  d=\U0001f600\n'
    (command,) = script(text, X="zz").commands
    run, mixed, last = command.words
    assert [written(run), written(mixed), written(last)] == ["run", 'é b\'{{ c }}"$X\\"', "d=\U0001f600"]
    assert written(mixed.cut(3, 4)) == "{{ c }}"
    assert written(mixed.cut(4, 6)) == "$X"
    assert command.place_from(run).text == text[5:-1]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000,
        "(" * 10_000 + "a" + ")" * 10_000,
        "if a; then " * 10_000,
        "$(" * 10_000,
        '"${a:-' * 10_000,
        "a && " * 10_000 + "a",
        "a | " * 10_000 + "a",
        "`" * 10_001,
        "{ " * 10_000,
        "a <<E\n" * 2_000,
        "'" * 10_001,
    ],
)
def test_deep_nesting_ends(text: str) -> None:
    assert isinstance(script(text).commands, tuple)


def test_values_that_grow_without_end_are_given_up() -> None:
    text = "V0=0123456789\n" + "\n".join(f"V{n}=$V{n - 1}$V{n - 1}" for n in range(1, 200)) + "\na $V199"
    assert "?" in words(text)[-1][1]


def test_what_variables_put_into_a_script_is_bounded_as_a_whole() -> None:
    text = "A=xxxxxxxx;" + "A=$A$A$A$A;" * 1000
    found = script(text)
    assert sum(len(command.assignments[0].value.text) for command in found.commands) < 20 * len(text)
    assert found.cut
    assert "16 times as long" in script("A=" + "x" * 1000 + "\n" + "a $A\n" * 10_000).cut.message  # type: ignore[union-attr]
    usual = "A=/var/lib/rancher/k3s/server/manifests\n" + "cp $A/a.yaml $A/b.yaml $A/c.yaml $A/d.yaml\n" * 500
    assert script(usual).cut is None
