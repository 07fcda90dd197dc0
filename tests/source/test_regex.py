"""Patterns that are compiled when they are first used."""

from __future__ import annotations

import importlib
import pkgutil
import re

import kblint
from kblint.source.regex import Regex, regex


def test_a_pattern_does_what_re_does() -> None:
    number = regex(r"(?P<sign>[+-]?)(\d+)", re.ASCII)
    assert (number.pattern, number.flags) == (r"(?P<sign>[+-]?)(\d+)", re.ASCII)
    found = number.fullmatch("-12")
    assert found is not None
    assert found["sign"] == "-"
    assert number.sub("#", "1 and 22") == "# and #"


def test_every_pattern_of_kblint_can_be_compiled() -> None:
    """A mistake in one would show only when somebody's file asks for it."""
    names = [one.name for one in pkgutil.walk_packages(kblint.__path__, "kblint.") if not one.name.endswith("__main__")]
    held = [value for name in names for value in vars(importlib.import_module(name)).values()]
    patterns = [value for value in held if isinstance(value, Regex)]
    assert len(patterns) > 100
    assert {type(value.pattern) for value in patterns} == {str}
