"""A configuration that a stranger wrote is read or refused within its bounds, and what is said of it is short."""

from __future__ import annotations

import re
import time

import pytest

from kblint.errors import ConfigError
from tests.given.runs import configured

ENTRY = "- {rules: [SVC001], paths: [a]}\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ignore:\n" + ENTRY * 1001, "kblint.yaml:1:1: this has more than 1,000 entries"),
        (
            "ignore:\n- {rules: [SVC001], objects: ['" + "*a" * 2001 + "']}\n",
            "`ignore` has more than 2,000 of the signs `*`, `?` and `[`",
        ),
        (f"exclude: ['{'*a' * 2001}']\n", "`exclude` has more than 2,000 of the signs `*`, `?` and `[`"),
        (f"exclude: [{'a' * 5000}]\n", "`exclude` has a line of more than 4,096 characters"),
        ("elsewhere:\n" + "- {kind: 5, name: [a]}\n" * 5000, "expected text, found a number"),
        (f"? {'x' * 100_000}\n: 1\n", "unknown key `xxx"),
    ],
)
def test_what_a_configuration_has_too_much_of_is_told_soon_and_in_short(text: str, message: str) -> None:
    start = time.process_time()
    with pytest.raises(ConfigError, match=re.escape(message)) as raised:
        configured(text)
    assert len(raised.value.message) < 600
    assert time.process_time() - start < 8
