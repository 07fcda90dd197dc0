"""The YAML test suite: kblint deviates from it exactly where `yaml_suite.yaml` says so, and says why."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from kblint.source.text import Source
from kblint.source.yaml_stream import parse_yaml

ROOT = Path(__file__).resolve().parent.parent.parent
CASES = Path(os.environ.get("KBLINT_YAML_SUITE", ROOT / ".yaml-suite"))
LISTED = yaml.safe_load((Path(__file__).parent / "yaml_suite.yaml").read_text(encoding="utf-8"))


@cache
def cases() -> dict[str, dict[str, Any]]:
    """The cases by their name, and by their number where a name has several; the test is skipped without them."""
    if not CASES.is_dir():
        pytest.skip("the YAML test suite is not here: `scripts/yaml_suite` fetches it")
    return {name: case for file in sorted((CASES / "data").glob("????.js")) for name, case in _in_file(file)}


def _in_file(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    found = json.loads(file.read_text(encoding="utf-8").partition("export default ")[2])["cases"]
    for number, case in enumerate(found):
        yield f"{file.stem}/{number:02}" if len(found) > 1 else file.stem, case


def values(text: str) -> list[Any]:
    """JSON values one after the other."""
    found, start = [], 0
    text = text.strip()
    while start < len(text):
        value, end = json.JSONDecoder().raw_decode(text, start)
        found.append(value)
        start = end + len(text[end:]) - len(text[end:].lstrip())
    return found


def deviation(case: dict[str, Any]) -> str | None:
    """How kblint deviates in a case. Documents that are null are left out, and 1.0 is 1, as in all of kblint."""
    stream = parse_yaml(Source("case.yaml", case["yaml"]))
    if case.get("fail"):
        return None if stream.faults else "accepted"
    if stream.faults:
        return "refused"
    read, expected = [one.root for one in stream.documents], case.get("json")
    if expected is not None and read != [value for value in values(expected) if value is not None]:
        return "otherwise"
    return None


def test_kblint_deviates_where_the_list_says_so_and_nowhere_else() -> None:
    found = {name: how for name, case in cases().items() if (how := deviation(case))}
    assert found == {name: entry["kblint"] for entry in LISTED for name in entry["cases"]}


def test_the_suite_is_whole() -> None:
    assert len(cases()) == 402


def test_each_deviation_is_explained_once() -> None:
    names = [name for entry in LISTED for name in entry["cases"]]
    assert len(names) == len(set(names))
    for entry in LISTED:
        assert entry.keys() == {"kblint", "why", "kubernetes", "cases"}
        assert entry["kblint"] in ("refused", "accepted", "otherwise")
        assert entry["cases"] == sorted(entry["cases"])
