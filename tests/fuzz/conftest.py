"""How the time of `--fuzz` is shared."""

from __future__ import annotations

import pytest

from tests.fuzz.budget import Budget


@pytest.fixture
def budget(request: pytest.FixtureRequest) -> Budget:
    """An equal part of the time for each test that takes one."""
    takers = sum("budget" in getattr(item, "fixturenames", ()) for item in request.session.items)
    return Budget(request.config.getoption("--fuzz") / takers, request.config.getoption("--fuzz-seed"))
