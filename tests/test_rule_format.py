"""The page of the rule format says what the schema says."""

from __future__ import annotations

from kblint.engine.template import LONGEST_CONDITIONAL
from scripts.rule_format import PAGE, page


def test_the_page_is_up_to_date() -> None:
    stale = "stale: run `python scripts/rule_format.py` and review the difference"
    assert PAGE.read_text(encoding="utf-8") == page(), stale


def test_every_key_is_explained() -> None:
    rows = [line.split(" | ") for line in page().splitlines() if line.startswith("| `")]
    assert [row[0] for row in rows if row[2].removesuffix("|").strip() == ""] == []


def test_the_longest_conditional_is_the_one_that_is_refused_beyond() -> None:
    assert f"of at most {LONGEST_CONDITIONAL} characters" in page()
