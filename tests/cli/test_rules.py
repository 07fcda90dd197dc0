"""`kblint explain` and `kblint rules`: rules as people read them."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from kblint.cli.main import cli
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
