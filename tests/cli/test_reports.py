"""Several reports of one run, counts, and what is said beside a report."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kblint.cli import progress
from kblint.errors import UsageError
from tests.cli.running import FIXTURES, run

WRONG = FIXTURES / "next-apps/wrong"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        ("-f", "sarif", "-o", "a.sarif", "-f", "json", "-o", "a.json", "-f", "concise"),
        ("-f", "concise", "-f", "json", "-o", "a.json", "-f", "sarif", "-o", "a.sarif"),
        ("-f", "json", "--output=a.json", "--format=concise", "-fsarif", "-oa.sarif"),
    ],
)
def test_each_output_is_that_of_the_format_before_it(words: tuple[str, ...], folder: Path) -> None:
    code, printed = run("check", str(WRONG), *words)
    assert code == 1
    assert printed == run("check", str(WRONG), "-f", "concise")[1]
    assert (folder / "a.json").read_text() == run("check", str(WRONG), "-f", "json")[1]
    assert (folder / "a.sarif").read_text() == run("check", str(WRONG), "-f", "sarif")[1]


@pytest.mark.parametrize("words", [("-f", "json", "-o", "a"), ("-o", "a", "-f", "json")])
def test_of_one_format_and_one_output_the_order_does_not_matter(words: tuple[str, ...], folder: Path) -> None:
    assert run("check", str(WRONG), *words) == (1, "")
    assert json.loads((folder / "a").read_text())["version"] == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-f", "json", "-f", "text"), "`json` and `text` would both be printed"),
        (("-o", "a", "-o", "b"), "`-o a` belongs to no report"),
        (("-f", "json", "-o", "a", "-o", "b"), "`-o b` belongs to no report"),
        (("-o", "a", "-f", "json", "-f", "text"), "`-o a` belongs to no report"),
        (("-f", "json", "-o", "a", "-f", "text", "-o", "./a"), "into one file"),
        (("--statistics", "-f", "json"), "`--statistics` has a form of its own"),
        (("--diff", "-f", "json"), "`--diff` has a form of its own"),
        (("--write-baseline", "b", "-f", "json"), "`--write-baseline` writes a baseline and nothing else"),
    ],
)
def test_what_is_not_clear_is_not_done(words: tuple[str, ...], said: str, folder: Path) -> None:
    with pytest.raises(UsageError, match=re.escape(said)):
        run("check", str(WRONG), *words)
    assert list(folder.iterdir()) == []


def test_no_report_replaces_an_input(folder: Path) -> None:
    (folder / "web.yaml").write_text("kind: Pod\n")
    with pytest.raises(UsageError, match="is an input"):
        run("check", ".", "-f", "sarif", "-o", "a.sarif", "-f", "json", "-o", "web.yaml")
    assert (folder / "web.yaml").read_text() == "kind: Pod\n"


def test_github_gets_annotations_beside_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    _, text = run("check", str(WRONG))
    _, annotations = run("check", str(WRONG), "-f", "github", "-q")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert run("check", str(WRONG)) == (1, annotations + text)
    assert run("check", str(WRONG), "-f", "text") == (1, text)
    assert run("check", str(WRONG), "-o", "report.txt") == (1, "")
    assert Path("report.txt").read_text() == text
    assert run("check", str(WRONG), "--statistics")[1].startswith("1 error")


def test_counts_by_rule_and_by_way_in() -> None:
    found = json.loads(run("check", str(WRONG), "-f", "json")[1])
    code, text = run("check", str(WRONG), "--statistics")
    rules, ways, summary = text.split("\n\n")
    assert code == 1
    assert summary.startswith("Checked 12 files")
    assert {line.split()[2] for line in rules.splitlines()} == {one["rule"]["id"] for one in found["findings"]}
    assert sum(int(line.split()[0]) for line in rules.splitlines()) == len(found["findings"])
    assert sum(int(line.split()[0]) for line in ways.splitlines()) == sum(len(f["journeys"]) for f in found["findings"])
    assert "1 http://superset.keybuzz.io   PROC001" in ways.splitlines()
    assert run("check", str(FIXTURES / "next-apps/right"), "--statistics")[1].startswith("Checked")


def test_what_is_piped_and_not_read_is_said(folder: Path) -> None:
    (folder / "web.yaml").write_text("kind: Pod\n")
    piped = kblint("check", input="kind: Service\n")
    assert "kblint: standard input is not read" in piped.stderr
    for done in (kblint("check", "-", input="kind: Service\n"), kblint("check", "."), kblint("check", input="")):
        assert "standard input is not read" not in done.stderr


def kblint(*words: str, input: str = "unread") -> subprocess.CompletedProcess[str]:
    given = [sys.executable, "-m", "kblint", *words]
    return subprocess.run(
        given,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(FIXTURES.parent)},
        input=input,
    )


def test_what_takes_long_is_said_at_a_terminal_and_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = pty.openpty()
    monkeypatch.setenv("TERM", "xterm")
    shown = b""
    with os.fdopen(theirs, "w") as stderr:
        monkeypatch.setattr(sys, "stderr", stderr)
        with progress.working("following [b]", patience=0):
            while b"following [b]" not in shown:
                shown += os.read(ours, 100_000)
        shown += os.read(ours, 100_000)
    assert shown.endswith(b"\x1b[2K")


def test_elsewhere_and_where_it_is_quick_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for ours, theirs, patience in ((*os.pipe(), 0), (*pty.openpty(), 60)):
        with os.fdopen(theirs, "w") as stderr:
            monkeypatch.setattr(sys, "stderr", stderr)
            with progress.working("following", patience):
                pass
            stderr.write("end")
        assert os.read(ours, 100) == b"end"
        os.close(ours)
