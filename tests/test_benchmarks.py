"""The repositories that the benchmark makes are what it says: as many documents, and nothing wrong in them."""

from __future__ import annotations

import pytest

from benchmarks.repositories import KINDS
from kblint.finding import Severity
from tests.given.runs import checked


@pytest.mark.parametrize("kind", KINDS)
def test_a_repository_has_as_many_documents_as_it_is_asked_for_and_no_mistake(kind: str) -> None:
    files = dict(KINDS[kind](80))
    result = checked(files)
    assert [one.message for one in result.findings if one.severity > Severity.INFO] == []
    assert result.summary.objects == 80 + sum(path.endswith("kustomization.yaml") for path in files)
