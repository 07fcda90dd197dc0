"""What kblint says about every input is what its golden file says; `--update-goldens` rewrites them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import golden_files
from tests.given.runs import catalog
from tests.inputs import CASES, inputs, names
from tests.whole_run import said

GOLDENS = Path(__file__).parent / "goldens"


def is_judged(name: str) -> bool:
    """Whether the input of a golden file is there."""
    return CASES.is_dir() or not name.startswith("cases/")


@pytest.mark.parametrize("name", names())
def test_the_reports_are_the_golden_ones(name: str, tmp_path: Path, update_goldens: bool) -> None:
    reports: dict[golden_files.Report, str] = {}
    for number, (key, given) in enumerate(inputs(name).items()):
        folder = given.placed(tmp_path / str(number))
        reports |= {(key or "all", *report): text for report, text in said(folder, catalog()).items()}
    text = golden_files.written(reports, with_reserved=name == "nothing")
    file = GOLDENS / f"{name}.txt"
    if update_goldens:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    assert file.read_bytes().decode() == text


def test_no_golden_is_left_over(update_goldens: bool) -> None:
    wanted = set(names())
    there = {file: file.relative_to(GOLDENS).with_suffix("").as_posix() for file in GOLDENS.rglob("*.txt")}
    left = [file for file, name in there.items() if name not in wanted and is_judged(name)]
    if update_goldens:
        for file in left:
            file.unlink()
        left = []
    assert not left


@pytest.mark.skipif(not CASES.is_dir(), reason="the shared cases do not lie beside the repository")
def test_the_cases_are_among_the_inputs() -> None:
    assert {name.split("/")[1] for name in names() if name.startswith("cases/")} == {
        "field",
        "repositories",
        "reproducers",
        "lab",
    }


def test_a_golden_file_holds_all_that_is_said_but_nulls_empty_lists_and_the_version() -> None:
    document = {
        "version": 1,
        "tool": {"name": "kblint", "version": "1"},
        "journeys": [
            {"name": "a", "outcome": None, "hops": [{"line": 1, "path": None}, {"line": 2}]},
            {"name": "b", "hops": []},
        ],
        "findings": [{"journeys": ["a", "b"], "fix": None}],
    }
    text = golden_files.written({("in", "trace", "json"): json.dumps(document)}, with_reserved=True)
    assert text == (
        '=== in | trace json\n{"version": 1,\n "journeys": [\n  {"name": "a",\n   "hops": [\n    {"line": 1},\n'
        '    {"line": 2}\n   ]},\n  {"name": "b"}\n ],\n "findings": [\n  {"journeys": ["a", "b"]}\n ]}\n'
    )
    (report,) = golden_files.read(text).items()
    assert report[0] == ("in", "trace", "json")
    assert json.loads(report[1]) == {
        "version": 1,
        "journeys": [{"name": "a", "hops": [{"line": 1}, {"line": 2}]}, {"name": "b"}],
        "findings": [{"journeys": ["a", "b"]}],
    }
