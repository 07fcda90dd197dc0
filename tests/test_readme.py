"""The README shows what kblint prints today."""

from __future__ import annotations

import pytest

from scripts.readme import PICTURES, README, ROOT, picture, readme

STALE = "stale: run `python scripts/readme.py` and review the difference"


def test_printed_output_and_the_rule_list_are_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    text = README.read_text(encoding="utf-8")
    assert readme(text) == text, STALE


@pytest.mark.parametrize("path", PICTURES)
def test_pictures_are_up_to_date(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert picture(PICTURES[path]) == (ROOT / path).read_text(encoding="utf-8"), STALE


def test_every_named_file_exists() -> None:
    text = README.read_text(encoding="utf-8")
    named = [word for word in ("scripts/demo", "scripts/test", "LICENSE", *PICTURES) if word in text]
    assert [word for word in named if not (ROOT / word).exists()] == []


def test_the_scripts_run_from_anywhere() -> None:
    assert all((ROOT / "scripts" / name).stat().st_mode & 0o100 for name in ("demo", "test"))
