"""`kblint explain` and `kblint rules` at a terminal: wrapped and coloured, with every word of the plain page."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from kblint.cli.main import cli
from kblint.cli.terminal import rendered_page
from kblint.views.catalog_page import page
from tests.given.runs import catalog

SGR = re.compile(r"\x1b\[[0-9;]*m")
CODE = re.compile(r"```\w+\n.*?```\n", re.DOTALL)


def printed(*words: str) -> str:
    result = CliRunner().invoke(cli, words, standalone_mode=False, color=True)
    assert result.exception is None, result.exception
    return result.output


def words_of(text: str) -> Iterator[str]:
    """The words of a text, without what Markdown or a renderer puts around them."""
    return (stripped for word in SGR.sub("", text).split() if (stripped := re.sub(r"[`*•<>#^\\-]", "", word)))


def at_terminal(*words: str, **environment: str) -> str:
    """What a command prints at a terminal of its own."""
    ours, theirs = pty.openpty()
    known = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "TERM")}
    known |= {"TERM": "xterm", "PYTHONUTF8": "1", **environment}
    process = subprocess.Popen([sys.executable, "-m", "kblint", *words], stdout=theirs, stdin=theirs, env=known)
    os.close(theirs)
    said = b""
    try:
        while part := os.read(ours, 4096):
            said += part
    except OSError:
        pass  # Linux says so at the end of what the other side wrote
    os.close(ours)
    assert process.wait() == 0
    return said.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("width", [40, 100])
def test_a_page_keeps_every_word_and_shows_no_marks(width: int) -> None:
    for rule in catalog().rules.values():
        plain = page(rule)
        shown = rendered_page(plain, width)
        # long words are broken at narrow widths, and the fences say what the code is written in
        expected, found = ("".join(words_of(text.replace("```yaml", "```"))) for text in (plain, shown))
        assert found == expected, rule.id
        assert re.search(r"<-|```|\*\*|^#+ |`", SGR.sub("", CODE.sub("", shown)), re.MULTILINE) is None, rule.id
        assert max(len(line) for line in SGR.sub("", shown).splitlines()) <= width, rule.id


def test_what_looks_like_html_is_shown() -> None:
    text = rendered_page("# A1 a\n\nask http://<node>:30080\n\n<pods>\n", 80)
    assert "http://<node>:30080" in text
    assert "<pods>" in text


def test_what_would_steer_the_terminal_is_shown_instead() -> None:
    text = rendered_page("# A1 a\x1b[2J\n\nb\x1b[2J\n\n```yaml\nc: \x1b[2J\n```\n", 80)
    assert text.count("␛[2J") == 3
    assert "\x1b[2J" not in text


def test_the_underline_of_an_example_is_coloured_and_stands_below_what_is_meant() -> None:
    plain = "# A1 a\n\n```yaml\nb: 1\n#^^^ reported\n  - c: 2\n#   ^^^^ shown with it\n```\n"
    shown = rendered_page(plain, 80)
    lines = SGR.sub("", shown).splitlines()
    assert lines[lines.index("  b: 1") :] == ["  b: 1", "  ^^^^ reported", "    - c: 2", "      ^^^^ shown with it", ""]
    assert "\x1b[1;31m^^^^ reported" in shown


def test_a_terminal_gets_the_rendered_page_and_everything_else_the_plain_one() -> None:
    plain = page(catalog().rules["LB008"])
    assert printed("explain", "LB008") == plain
    assert printed("explain", "LB008", "--color", "never") == plain
    assert printed("explain", "LB008", "--color", "always") == rendered_page(plain, 100)
    assert at_terminal("explain", "LB008", COLUMNS="60") == rendered_page(plain, 60)
    assert at_terminal("explain", "LB008", NO_COLOR="1") == plain


def test_the_rules_are_a_table_at_a_terminal() -> None:
    plain, shown = printed("rules"), at_terminal("rules", COLUMNS="72")
    assert shown == at_terminal("rules", COLUMNS="72")
    assert all(len(line) <= 72 for line in SGR.sub("", shown).splitlines())
    assert "\x1b[1;31merror" in shown
    head, *rows = SGR.sub("", shown).splitlines()
    assert head.split() == ["rule", "severity", "name", "what", "it", "reports"]
    assert sorted("".join("".join(rows).split())) == sorted("".join(plain.split()))
    assert printed("rules", "--format", "json", "--color", "always") == printed("rules", "--format", "json")


def test_rich_is_imported_for_a_terminal_only() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from kblint.cli.main import cli; "
        "CliRunner().invoke(cli, ['explain', 'LB008', *sys.argv[1:]]); print('rich' in sys.modules)"
    )
    for words, is_there in ([], "False"), (["--color", "always"], "True"):
        done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == is_there
