"""Tests in a process of their own, forked where pytest and what kblint needs are loaded already, but not kblint."""

from __future__ import annotations

import importlib
import os
import resource
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from scripts.mutants.relevant import files

_LOADED_BEFORE = (
    *("hypothesis", "yaml", "jsonschema", "click", "rich.console", "tree_sitter", "cel_expr_python", "google.protobuf"),
)
"""Slow to import, and the same for every mutant."""
_SLOWER = 8
"""How many times as long as without a mistake tests may run: a mutant that makes them run on is noticed."""
_START = 20
"""Seconds that a run takes before its first test."""
_NOTHING_RUN = (pytest.ExitCode.NO_TESTS_COLLECTED, pytest.ExitCode.USAGE_ERROR)


OPTIONS = ("-q", "-p", "no:cacheprovider", "-p", "no:xdist")


class Chosen:
    """Runs these tests and no other, in this order."""

    def __init__(self, names: Sequence[str]) -> None:
        self._order = {name: number for number, name in enumerate(names)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what was not chosen."""
        items[:] = sorted((one for one in items if one.nodeid in self._order), key=lambda one: self._order[one.nodeid])


def prepare() -> None:
    """Load what every trial needs."""
    for name in _LOADED_BEFORE:
        importlib.import_module(name)


def survives(tree: Path, names: Sequence[str], seconds: float) -> str:
    """What became of a run of these tests in `tree`: `survived`, `killed`, or `timeout`."""
    child = os.fork()
    if child == 0:
        _run(tree, names, seconds)
    end = time.monotonic() + 10 * (_START + _SLOWER * seconds)
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            break
        if time.monotonic() > end:
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return "timeout"
        time.sleep(0.05)
    if os.WIFSIGNALED(status):
        return "timeout" if os.WTERMSIG(status) == signal.SIGXCPU else "killed"
    code = os.WEXITSTATUS(status)
    if code in _NOTHING_RUN:
        raise RuntimeError(f"pytest ran nothing ({code}): measure again")
    return "survived" if code == pytest.ExitCode.OK else "killed"


def _run(tree: Path, names: Sequence[str], seconds: float) -> None:
    """In the child: it ends with pytest's exit code, and never comes back."""
    code = 1
    try:
        limit = int(_START + _SLOWER * seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
        enter(tree)
        sys.dont_write_bytecode = True
        with (tree.parent / "last.txt").open("w", encoding="utf-8") as last:
            os.dup2(last.fileno(), 1)
            os.dup2(last.fileno(), 2)
        code = int(pytest.main([*OPTIONS, "-x", *files(names)], plugins=[Chosen(names)]))
    finally:
        os._exit(code)


def enter(tree: Path) -> None:
    """Let this process, a child, work in `tree` with the kblint that is there."""
    os.setsid()
    os.chdir(tree)
    os.environ["XDG_CACHE_HOME"] = str(tree / ".cache")
    sys.path[:] = [str(tree), *(part for part in sys.path if not Path(part, "kblint", "__init__.py").is_file())]
    for name in [name for name in sys.modules if name.partition(".")[0] in ("kblint", "tests")]:
        del sys.modules[name]
