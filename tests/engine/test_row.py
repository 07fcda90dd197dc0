"""Rows as expressions see them."""

from __future__ import annotations

import pytest

from kblint.engine.row import Row
from kblint.source.text import Place, Source, Span
from kblint.source.values import Unknown

HERE = Place(Source("a.yaml", ""), Span(0, 0))


@pytest.mark.parametrize("value", [Unknown("${PORT}"), 1 << 63, -(1 << 63) - 1, [80, Unknown("${PORT}")], [1 << 64]])
def test_what_nobody_knows_is_left_out(value: object) -> None:
    """A number of more than 64 bits counts as that: no expression could hold it."""
    assert Row("Port", {"port": value, "name": "web"}, {"": HERE}.get).plain() == {"name": "web"}


@pytest.mark.parametrize("value", [80, (1 << 63) - 1, -(1 << 63), None, True, "web", [80, 443]])
def test_what_is_known_stays(value: object) -> None:
    assert Row("Port", {"port": value}, {"": HERE}.get).plain() == {"port": value}
