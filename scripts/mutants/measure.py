"""Which test runs which line, and how long each takes: all of them are run once, under coverage.py."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import coverage
import pytest

from scripts.mutants.mutant import ROOMS
from scripts.mutants.relevant import SLOW, TESTS
from scripts.mutants.trial import OPTIONS, enter


class _Watch:
    """Tells coverage.py which test runs; keeps how long each took, and which passed."""

    def __init__(self, watched: coverage.Coverage) -> None:
        self._watched = watched
        self.seconds: dict[str, float] = {}
        self.failed: set[str] = set()

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._watched.switch_context(item.nodeid)
        yield
        self._watched.switch_context("")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] = round(self.seconds.get(report.nodeid, 0) + report.duration, 3)
        if not report.passed:
            self.failed.add(report.nodeid)


def measure(tree: Path, folder: Path) -> None:
    """Write `coverage.db` and `seconds.json` into `folder`; a test that does not pass is not asked later."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            enter(tree)
            (folder / "coverage.db").unlink(missing_ok=True)
            sources = [str(tree / room) for room in ROOMS]
            watched = coverage.Coverage(str(folder / "coverage.db"), source=sources, config_file=False)
            watch = _Watch(watched)
            watched.start()
            left_out = [f"--ignore={name}" for name in SLOW]
            pytest.main([*OPTIONS, *left_out, *(name for name in TESTS if Path(name).exists())], plugins=[watch])
            watched.stop()
            watched.save()
            kept = {name: taken for name, taken in watch.seconds.items() if name not in watch.failed}
            (folder / "seconds.json").write_text(json.dumps(kept, indent=0, sort_keys=True), encoding="utf-8")
            sys.stderr.write(f"{len(kept)} tests measured, {len(watch.failed)} do not pass\n")
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if status:
        raise SystemExit("the tests could not be measured")
