"""What is required, and the versions that the tests are run with, say the same."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
TOOLS = [line for line in PROJECT["optional-dependencies"]["test"] if not re.match("mypy|ruff|types-", line)]


def pinned(name: str) -> dict[str, str]:
    lines = (ROOT / "constraints" / f"{name}.txt").read_text().splitlines()
    return dict(line.lower().split("==") for line in lines if not line.startswith("#"))


@pytest.mark.parametrize("required", [*PROJECT["dependencies"], *TOOLS])
def test_the_lowest_version_is_the_lower_bound(required: str) -> None:
    name, lowest = re.split(">=|,", required)[:2]
    assert re.sub(r"(\.0)+$", "", pinned("lowest")[name]) == re.sub(r"(\.0)+$", "", lowest)


@pytest.mark.parametrize("required", PROJECT["dependencies"])
def test_the_next_major_version_is_not_allowed(required: str) -> None:
    name, _, upper = re.split(">=|,<", required)
    assert int(upper) == int(pinned("newest")[name].partition(".")[0]) + 1


def test_everything_that_is_required_is_pinned() -> None:
    lines = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test"]]
    assert {line.split(">=")[0].lower() for line in lines} == set(pinned("newest"))
