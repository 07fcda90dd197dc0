"""Which tests run which lines, by coverage.py."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from coverage import CoverageData

TESTS = (
    *("tests/wire", "tests/engine", "tests/test_examples.py", "tests/views", "tests/test_truth_table.py"),
    *("tests/test_severity.py", "tests/test_snapshots.py", "tests/test_worked.py", "tests/test_left_out.py"),
    *("tests/read", "tests/test_scenarios.py"),
)
"""The tests that are asked. Goldens are not: they tell that something changed, not that it is wrong."""
SLOW = ("tests/wire/test_listening_hostile.py",)
"""Made to take long, and many times as long while coverage.py looks on."""
SLOWEST = 5.0
"""Seconds, under coverage.py: a test that takes longer is not asked."""


@dataclass(frozen=True)
class Tests:
    """What the tests run, and how long each takes."""

    data: CoverageData = field(repr=False)
    seconds: dict[str, float] = field(repr=False)

    @classmethod
    def load(cls, folder: Path) -> Tests:
        """What `measure` wrote."""
        data = CoverageData(str(folder / "coverage.db"))
        data.read()
        return cls(data, json.loads((folder / "seconds.json").read_text()))

    @cached_property
    def lines(self) -> dict[str, dict[int, list[str]]]:
        """By module and line: the tests that run it, `""` where it runs when the module is imported."""
        return {
            "kblint/" + file.rpartition("/kblint/")[2]: self.data.contexts_by_lineno(file)
            for file in self.data.measured_files()
        }

    @cached_property
    def breadth(self) -> dict[str, int]:
        """How much a test runs: those that run little say more about it."""
        found: dict[str, int] = {}
        for lines in self.lines.values():
            for contexts in lines.values():
                for context in contexts:
                    found[context] = found.get(context, 0) + 1
        return found

    def of(self, path: str, text: str, line: int, end_line: int) -> list[str]:
        """The tests that may notice a change of these lines, the most telling first; none where nothing runs them."""
        lines = self.lines.get(path, {})
        here = {context for number in range(*_statement(text, line, end_line)) for context in lines.get(number, ())}
        if here == {""}:
            here = {context for contexts in lines.values() for context in contexts}
        names = {re.sub(r"\|(?:run|setup|teardown)$", "", context): self.breadth[context] for context in here - {""}}
        quick = [name for name in names if self.seconds.get(name, 0) < SLOWEST]
        return sorted(quick, key=lambda name: (names[name] + 2000 * self.seconds.get(name, 0), name))


def _statement(text: str, line: int, end_line: int) -> tuple[int, int]:
    """The lines of the smallest statement around these, or of its head, or of the `lambda` in it."""
    best: tuple[int, int] = (line, end_line + 1)
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.stmt | ast.Lambda):
            continue
        start, end = node.lineno, node.end_lineno or node.lineno
        body: object = getattr(node, "body", None)
        if isinstance(body, list) and body:
            end = max(start, body[0].lineno - 1)
        if start <= line and end_line <= end:
            best = (start, end + 1)  # walked from outside in: the last is the smallest
    return best


def files(names: Iterable[str]) -> Sequence[str]:
    """The modules of tests, in the order of their first test."""
    return list(dict.fromkeys(name.partition("::")[0] for name in names))
