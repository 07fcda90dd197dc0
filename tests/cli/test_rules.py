"""`kblint explain` and `kblint rules`: rules as people read them."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kblint.cli.main import cli
from kblint.cli.terminal import rendered_rules
from kblint.errors import UsageError
from kblint.views.catalog_page import page
from tests.given.runs import catalog as built_in


def explained(rule: str) -> str:
    result = CliRunner().invoke(cli, ["explain", rule], standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result.output


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    catalog = built_in()
    return {id: page(rule) for id, rule in catalog.rules.items()}


def test_no_page_shows_the_marks_of_the_examples(pages: dict[str, str]) -> None:
    assert [rule for rule, text in pages.items() if re.search(r"<-\s*(primary|related)", text)] == []


def test_no_page_shows_an_expression(pages: dict[str, str]) -> None:
    # `${…}` may stand in an example's own text
    said = {rule: text.partition("## What it says")[2].partition("## ")[0] for rule, text in pages.items()}
    assert [rule for rule, text in said.items() if "${" in text] == []


def test_a_page_says_every_case_and_underlines_what_is_reported() -> None:
    text = explained("proxy-protocol")
    assert "- … sends a PROXY protocol header, which … does not expect\n" in text
    assert "  - help: send the header, or switch … off\n" in text
    lines = text.splitlines()
    reported = next(number for number, line in enumerate(lines) if line.endswith("^ reported"))
    marked, underline = lines[reported - 1], lines[reported]
    assert underline.removesuffix(" reported").replace("#", " ").replace("^", "x") == re.sub(
        r"\S.*", lambda match: "x" * len(match[0]), marked.replace("- ", "  ", 1)
    )


def test_a_page_shows_what_is_given_after_the_example_itself() -> None:
    text = explained("LB007")
    assert text.index("`example.yaml`") < text.index("`ingress-nginx.yaml`, as in other examples")


def test_a_rule_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UsageError, match="there is no rule `LB777`"):
        explained("LB777")


@pytest.mark.parametrize("written", ["LB9", "lb09", "lb009", "LB009"])
def test_a_number_needs_no_leading_zeros(written: str) -> None:
    assert explained(written) == explained("LB009")


def test_several_rules_are_explained_one_after_the_other() -> None:
    result = CliRunner().invoke(cli, ["explain", "lb2", "unresolved-target-port", "LB002"])
    assert re.findall(r"(?m)^# [A-Z]+[0-9]+", result.output) == ["# LB002", "# SVC001"]


def test_help_names_every_command_and_cuts_no_sentence_at_80_columns() -> None:
    result = CliRunner().invoke(cli, ["--help"], terminal_width=80)
    listed = result.output.partition("Commands:\n")[2].splitlines()
    assert len(listed) == len(cli.list_commands(click.Context(cli)))
    assert [line for line in listed if "..." in line or len(line) > 80] == []


@pytest.mark.parametrize(
    ("word", "help"), [("chekc", "did you mean `check`?"), (str(Path(__file__)), f"kblint check {Path(__file__)}")]
)
def test_a_word_that_is_no_command_is_told_with_what_was_meant(word: str, help: str) -> None:
    result = CliRunner().invoke(cli, [word], standalone_mode=False)
    assert isinstance(result.exception, UsageError)
    assert (str(result.exception), result.exception.help) == (f"there is no command `{word}`", help)


def test_the_list_of_rules_fits_a_terminal_of_80_columns_with_and_without_colours() -> None:
    rows = [(rule.id, rule.severity, rule.name, rule.summary) for rule in built_in().rules.values()]
    for color in (True, False):
        lines = re.sub(r"\x1b\[[0-9;]*m", "", rendered_rules(rows, 80, color=color)).splitlines()
        assert max(map(len, lines)) <= 80
        assert len([line for line in lines if re.match(r"[A-Z]+[0-9]{3} ", line)]) == len(rows)
