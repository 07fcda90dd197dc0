"""What is required, and the versions that the tests are run with, say the same."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from scripts.hashes import MACHINES, PYTHONS, required

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


HASHES = (ROOT / "constraints" / "hashes.txt").read_text()
HASHED = dict(re.findall(r"^([\w.-]+)==(\S+) \\\n    --hash=sha256:[0-9a-f]{64}", HASHES, re.MULTILINE))
"""Versions by name, of what has a hash at least."""


def test_every_version_that_is_pinned_has_its_hashes() -> None:
    assert {name: HASHED.get(name) for name in pinned("newest")} == pinned("newest")


def test_hashes_leave_nothing_to_be_found_elsewhere() -> None:
    """What the packages need is there too, else pip refuses all of them."""
    needed = {Requirement(line).name.lower() for line in required()}
    seen: set[str] = set()
    while fresh := needed - seen:
        seen |= fresh
        for name in fresh:
            try:
                distribution = metadata.distribution(name)
            except metadata.PackageNotFoundError:
                continue  # what only builds kblint is not here
            lines = map(Requirement, distribution.requires or ())
            needed |= {one.name.lower().replace("_", "-") for one in lines if not one.marker or one.marker.evaluate()}
    assert needed <= HASHED.keys()


def test_every_line_of_the_hashes_is_one_that_pip_takes() -> None:
    for line in HASHES.splitlines():
        assert re.fullmatch(r"#.*|[\w.-]+==\S+ \\|    --hash=sha256:[0-9a-f]{64}( \\)?", line), line


def test_what_is_compiled_has_a_wheel_for_each_python() -> None:
    counts = Counter(re.findall(r"^([\w.-]+)==", HASHES, re.MULTILINE))
    assert set(counts.values()) == {1}, "one version for all"
    wheels = {block.partition("==")[0]: block.count("--hash") for block in re.split(r"\n(?=\w)", HASHES)}
    assert wheels["cel-expr-python"] == len(PYTHONS) * len(MACHINES)
    assert wheels["click"] == 1
