"""One laboratory for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lab import network
from tests.lab.cluster import Lab


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    reason = network.why_not()
    if reason:
        pytest.skip(reason)
    with Lab() as built:
        yield built
