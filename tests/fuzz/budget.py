"""How long one part of the fuzzing may take, and from which number its draws come."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

_AT_ONCE = 10
"""Inputs of a round: a round is what can be drawn again."""
_T = TypeVar("_T")


@dataclass
class Budget:
    """Seconds, and the seed of the first round."""

    seconds: float
    first: int
    end: float = field(init=False)

    def __post_init__(self) -> None:
        self.end = time.monotonic() + self.seconds

    def spend(self, inputs: st.SearchStrategy[_T], check: Callable[[_T], None]) -> int:
        """Draw inputs and check them, a round at least; how many were checked.

        A failure says with which seed it is found again at once.
        """
        number = self.first
        done = self._round(number, inputs, check)
        while time.monotonic() < self.end:
            number += 1
            done += self._round(number, inputs, check)
        return done

    def _round(self, number: int, inputs: st.SearchStrategy[_T], check: Callable[[_T], None]) -> int:
        done, has_failed = 0, False

        @seed(number)
        @settings(
            max_examples=_AT_ONCE,
            database=None,
            derandomize=False,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )
        @given(inputs)
        def drawn(one: _T) -> None:
            nonlocal done, has_failed
            if done and self.seconds and not has_failed and time.monotonic() >= self.end:
                return  # what is left of the round is drawn, which takes no time, and not checked
            try:
                check(one)
            except BaseException:
                has_failed = True
                raise
            done += 1

        try:
            drawn()
        except BaseException as error:
            error.add_note(f"the same inputs again: `--fuzz 0 --fuzz-seed {number}`")
            raise
        return done
