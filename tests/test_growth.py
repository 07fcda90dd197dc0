"""Twice the input costs twice the steps, whatever shape a stranger gives to it; what doubles on its own comes to an end.

Steps are counted, not timed: every call of a function while a run is made, with `sys.setprofile`. The benchmark
`benchmarks/growth.py` times the same shapes, reports and views included.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

import pytest

from kblint.wire.listening.sockets import Listening
from tests.given.growth import SHAPES, Files
from tests.given.runs import catalog, checked, configured, topology
from tests.wire.containers import listening_of

SIZE = 150
"""Above the numbers from which on things are no longer looked at one by one."""
WORST = 1.2

ROOT = Path(__file__).resolve().parents[1]


def steps(files: Files) -> int:
    """The calls of Python functions, generators going on included, that a run of these files makes."""
    count = 0

    def counted(frame: FrameType, event: str, argument: object) -> None:  # noqa: ARG001 - as Python calls it
        nonlocal count
        if event == "call":
            count += 1

    config = configured("profile: kubernetes")
    catalog()
    sys.setprofile(counted)
    try:
        checked(files, config)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("name", SHAPES)
def test_twice_the_input_takes_twice_the_steps(name: str) -> None:
    shape = SHAPES[name]
    checked(shape(SIZE // 50))
    exponent = math.log2(steps(shape(2 * SIZE)) / steps(shape(SIZE)))
    assert exponent < WORST, f"{exponent:.2f}"
