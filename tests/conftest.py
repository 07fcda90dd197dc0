"""Options of the test run."""

from __future__ import annotations

import os

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--lab",
        choices=["few", "full"],
        default=os.environ.get("KBLINT_LAB", "few"),
        help="how many generated wirings are put on a real network: each mistake once, or hundreds (also KBLINT_LAB)",
    )
