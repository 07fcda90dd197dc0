"""Inputs that nobody wrote, of every format and through every command: `--fuzz SECONDS` of them, from `--fuzz-seed`.

What fails here becomes a file `found-…` of its format in `tests/fuzz/corpus/`, with which it is mended, and stays.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import strategies as st

from tests.fuzz.budget import Budget
from tests.fuzz.corpus import corpus, inputs
from tests.fuzz.held import held
from tests.fuzz.mutations import Draw, changed
from tests.fuzz.syntax import parsed
from tests.given.runs import configured

PROFILES = ("hetzner-k3s", "kubernetes")
CONFIGS = {
    f"{profile}, {world}": configured(f"profile: {profile}\nworld: {world}")
    for profile in PROFILES
    for world in ("open", "closed")
}


@st.composite
def texts(draw: Draw, format: str) -> Mapping[str, str]:
    """An input of a format, changed, alone or beside others."""
    files = corpus()[format]
    name = draw(st.sampled_from(sorted(files)))
    found = {name: draw(changed(files[name], list(files.values())))}
    for other in draw(st.lists(st.sampled_from(inputs()), max_size=3, unique=True)):
        beside = draw(st.sampled_from(sorted(corpus()[other])))
        found.setdefault(beside, corpus()[other][beside])
    return found


@pytest.mark.parametrize("format", inputs())
def test_changed_inputs(format: str, budget: Budget) -> None:
    def check(given: tuple[Mapping[str, str], str]) -> None:
        held(given[0], CONFIGS[given[1]])

    assert budget.spend(st.tuples(texts(format), st.sampled_from(list(CONFIGS))), check) > 0


@pytest.mark.parametrize("format", inputs())
def test_syntax(format: str, budget: Budget) -> None:
    """What is read of a text stands in it, whatever language it is taken for."""
    files = corpus()[format]
    strategy = st.sampled_from(sorted(files)).flatmap(lambda name: changed(files[name], list(files.values())))
    assert budget.spend(strategy, parsed) > 0
