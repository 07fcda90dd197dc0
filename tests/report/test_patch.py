"""A patch is taken by both tools, and says nothing to a terminal or a CI server."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kblint.report.patch import NoPatch, patch

TOOLS = (["git", "apply", "--whitespace=nowarn"], ["patch", "-p1", "--silent", "--binary", "--fuzz=0"])
PLAIN = [f"line: {number}\n" for number in range(30)]
BAD = ["\x1b[2J\n", "a: \u202eb\n", "a: b\rc\n", "a: \x0cb\n", "a: \u2028\n", "a: ##[error]b\n", "##vso[x]y\n"]
LINES = st.lists(st.sampled_from([*PLAIN, *BAD, "  ::error::x\n", "::stop-commands::x\n", "a: b\r\n"]), max_size=14)
NAMES = [
    *("a b.yaml", " a.yaml", "a .yaml", "d e/a b.yaml", "-a.yaml", "ü.yaml", 'a "b".yaml', "a\\b.yaml", "a\tb.yaml"),
    *("a\nb c.yaml", "a\n::error::b.yaml", "a\r.yaml", "\x1b[31m.yaml", "\u202ea.yaml", "##[x]a.yaml", "\x7f\udcff"),
]
STEERS = re.compile(r"[^\S\n]*::|.*##\w*\[", re.MULTILINE)


def speaks(text: str) -> bool:
    """Whether a text steers a terminal or a CI server that only shows it."""
    shown = re.sub(r"\r\n|[\n\t]", "", text)
    return not shown.isprintable() or any(map(STEERS.match, text.split("\n")))


def patched(folder: Path, tool: list[str], path: str, before: str, text: str) -> str:
    """What a tool makes of a file; it must neither ask nor guess."""
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(before.encode())
    done = subprocess.run(tool, cwd=folder, input=text.encode(), capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b""), text
    return file.read_bytes().decode()


@pytest.mark.parametrize("name", NAMES)
def test_any_name_is_quoted_as_both_tools_read_it(tmp_path: Path, name: str) -> None:
    before, after = "a: 1\nb: 2\n", "a: 1\nb: 3\n"
    text = patch(name, before, after)
    assert isinstance(text, str)
    assert not speaks(text)
    for tool in TOOLS:
        assert patched(tmp_path, tool, name, before, text) == after


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LINES, st.lists(st.tuples(st.integers(0, 14), LINES.map(lambda lines: lines[:2])), min_size=1, max_size=3))
@example(["::error::x\n", "a: 1\n", "  ::error::x\n"], [(1, ["a: 2\n"])])
@example([*PLAIN[:3], BAD[0], "a: 1\n", *PLAIN[3:6]], [(4, ["a: 2\n"])])
@example([*PLAIN[:3], BAD[0], PLAIN[3], "a: 1\n", PLAIN[4], PLAIN[5], BAD[1], *PLAIN[6:]], [(5, ["a: 2\n"])])
def test_what_becomes_a_patch_is_taken_by_both_tools(
    tmp_path: Path, lines: list[str], changes: list[tuple[int, list[str]]]
) -> None:
    changed = list(lines)
    for index, new in changes:
        changed[index : index + 1] = new
    before, after = "".join(lines), "".join(changed)
    text = patch("a.yaml", before, after)
    if isinstance(text, NoPatch):
        assert 1 <= text.line <= len(lines) + 1
        assert any(map(speaks, (before, after)))
    elif before == after:
        assert text == ""
    else:
        assert not speaks(text)
        for tool in TOOLS if before and after else ():
            assert patched(tmp_path, tool, "a.yaml", before, text) == after


@pytest.mark.parametrize("bad", BAD)
def test_a_line_that_steers_is_left_out_around_a_change_and_keeps_it_from_being_shown_beside_it(bad: str) -> None:
    far = patch("a.yaml", f"{bad}b: 1\nc: 1\nd: 1\ne: 1\n", f"{bad}b: 1\nc: 2\nd: 1\ne: 1\n")
    assert far == "--- a/a.yaml\n+++ b/a.yaml\n@@ -2,3 +2,3 @@\n b: 1\n-c: 1\n+c: 2\n d: 1\n"
    assert patch("a.yaml", f"a: 1\n{bad}b: 1\n", f"a: 1\n{bad}b: 2\n") == NoPatch(2)
    assert patch("a.yaml", f"a: 1\n{bad}", "a: 1\nb: 2\n") == NoPatch(2)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\ufeffa: 1\r\nb: 1\r\n", "\ufeffa: 2\r\nb: 1\r\n"),
        ("a: 1\nb: 1", "a: 2\nb: 1"),
        ("a: 1", "a: 2\n"),
        ("a: 1\n# 日本\u3000語 und \xa0 mehr\n", "a: 2\n# 日本\u3000語 und \xa0 mehr\n"),
    ],
)
def test_marks_line_ends_and_a_missing_end_are_kept(tmp_path: Path, before: str, after: str) -> None:
    text = patch("a.yaml", before, after)
    assert isinstance(text, str)
    for tool in TOOLS:
        assert patched(tmp_path, tool, "a.yaml", before, text) == after


SETTINGS = [f"key{number}: {number}\n" for number in range(8)]
SECRET = "db_password: hunter2hunter2\n"


@pytest.mark.parametrize(
    "lines",
    [
        [*SETTINGS[:3], SECRET, SETTINGS[3], "port: 1\n", *SETTINGS[4:]],
        [*SETTINGS[:3], "port: 1\n", SETTINGS[3], SECRET, *SETTINGS[4:]],
        [*SETTINGS[:2], SECRET, SETTINGS[2], "port: 1\n", SETTINGS[3], SECRET.replace("db", "x"), *SETTINGS[4:]],
        [*SETTINGS[:2], "port: 1\n", SETTINGS[2], SECRET, SETTINGS[3], "port: 1\n", *SETTINGS[4:]],
    ],
)
def test_secrets_around_a_change_are_left_out_of_what_both_tools_take(tmp_path: Path, lines: list[str]) -> None:
    before = "".join(lines)
    after = before.replace("port: 1\n", "port: 2\n")
    text = patch("a.yaml", before, after)
    assert isinstance(text, str)
    assert "hunter2" not in text
    for tool in TOOLS:
        assert patched(tmp_path, tool, "a.yaml", before, text) == after


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("a: 1\n{port: 1, password: hunter2}\nb: 2\n", "a: 1\n{port: 2, password: hunter2}\nb: 2\n", 2),
        (f"a: 1\nport: 1\n{SECRET}b: 2\n", f"a: 1\nport: 2\n{SECRET}b: 2\n", 3),
        (f"a: 1\n{SECRET}port: 1\nb: 2\n", f"a: 1\n{SECRET}port: 2\nb: 2\n", 2),
        ("a: 1\nb: 2\n", f"a: 1\n{SECRET}b: 2\n", 2),
    ],
)
def test_what_cannot_be_shown_without_a_secret_is_no_patch(before: str, after: str, line: int) -> None:
    assert patch("a.yaml", before, after) == NoPatch(line, is_secret=True)
