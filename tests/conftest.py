"""Options of the test run."""

from __future__ import annotations

import os
import random
import tempfile

import pytest
from hypothesis import settings

# no test is timed, and every run of a commit draws the same examples
settings.register_profile("kblint", deadline=None, derandomize=True)
settings.load_profile("kblint")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="rewrite the golden reports; review the difference")
    parser.addoption(
        "--lab",
        choices=["few", "full"],
        default=os.environ.get("KBLINT_LAB", "few"),
        help="how many generated wirings are put on a real network: each mistake once, or hundreds (also KBLINT_LAB)",
    )
    parser.addoption(
        "--lab-seed", type=int, metavar="NUMBER", help="where the draws of the lab begin: 0, or drawn for full"
    )
    parser.addoption("--long", action="store_true", help="also what is marked long: more of what others show a part of")
    parser.addoption("--fuzz", type=float, default=0, metavar="SECONDS", help="how long inputs are made up, in all")
    parser.addoption("--fuzz-seed", type=int, default=0, metavar="NUMBER", help="where the draws of --fuzz begin")


def pytest_configure(config: pytest.Config) -> None:
    """Draw what is not given; workers take over what the run that starts them has drawn.

    What kblint keeps between runs begins empty: no answer of yesterday's is tested.
    """
    if not hasattr(config, "workerinput"):
        folder = tempfile.TemporaryDirectory(prefix="kblint-cache-")
        config.add_cleanup(folder.cleanup)
        os.environ["XDG_CACHE_HOME"] = folder.name
    if config.option.lab_seed is None:
        is_fresh = config.option.lab == "full"
        config.option.lab_seed = random.SystemRandom().randrange(1_000_000) if is_fresh else 0


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is long, unless it is asked for or named."""
    if config.option.long or any("::" in word for word in config.args):
        return
    long = [item for item in items if item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if not item.get_closest_marker("long")]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how the lab's wirings are drawn again."""
    terminalreporter.write_line(f"lab drawn from --lab-seed {config.option.lab_seed}")


@pytest.fixture(autouse=True)
def _no_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports do not depend on who runs the tests: under GitHub Actions `check` adds its annotations."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)


@pytest.fixture
def lab_seed(request: pytest.FixtureRequest) -> int:
    """Where the draws of the lab begin: the last line of the run shows it."""
    return int(request.config.getoption("--lab-seed"))


@pytest.fixture
def update_goldens(request: pytest.FixtureRequest) -> bool:
    """Whether golden reports are rewritten rather than compared."""
    return bool(request.config.getoption("--update-goldens"))
