"""Every input of the corpus, what fuzzing began with and what it found, is held to what holds of any."""

from __future__ import annotations

import pytest

from kblint.intake import read
from tests.fuzz.corpus import corpus, inputs
from tests.fuzz.held import held, sources
from tests.fuzz.syntax import parsed
from tests.given.runs import configured

FILES = [pytest.param(format, name, id=f"{format}/{name}") for format in inputs() for name in corpus()[format]]
READ = [name for name in inputs() if name != "servers"]
"""Formats that are read where they lie; those of servers are asked for by the containers that mount them."""


@pytest.mark.parametrize(("format", "name"), FILES)
def test_an_input_alone(format: str, name: str) -> None:
    held({name: corpus()[format][name]}, configured("profile: hetzner-k3s"))


@pytest.mark.parametrize(("format", "name"), FILES)
def test_its_syntax(format: str, name: str) -> None:
    parsed(corpus()[format][name])


def test_all_beside_each_other() -> None:
    texts = {f"{format}/{name}": text for format in inputs() for name, text in corpus()[format].items()}
    held(texts, configured())


@pytest.mark.parametrize("format", READ)
def test_what_fuzzing_begins_with_is_of_its_format(format: str) -> None:
    given = read(sources({name: text for name, text in corpus()[format].items() if not name.startswith("found-")}))
    assert given.declarations
