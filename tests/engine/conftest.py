"""A folder of rules for every test."""

from pathlib import Path

import pytest

from tests.engine.toys import Rules


@pytest.fixture
def rules(tmp_path: Path) -> Rules:
    """An empty folder of rules."""
    return Rules(tmp_path / "rules")
