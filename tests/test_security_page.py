"""SECURITY.md promises nothing that no test holds it to."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROWS = re.findall(
    r"^\| (?!promise|---)(.+) \| (.+) \|$", (ROOT / "SECURITY.md").read_text(encoding="utf-8"), re.MULTILINE
)


def test_every_promise_names_the_tests_that_hold_it() -> None:
    assert len(ROWS) > 5
    for promise, tests in ROWS:
        named = re.findall(r"\[(tests/[\w/]+\.py)\]\((tests/[\w/]+\.py)\)", tests)
        assert named, promise
        for shown, target in named:
            assert shown == target
            assert "\ndef test_" in (ROOT / target).read_text(encoding="utf-8"), target
