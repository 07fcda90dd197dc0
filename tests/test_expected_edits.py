"""Single mistakes in the next applications, of which the expectation was written first, in a world that is closed."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from kblint.finding import Finding, Severity
from tests.given.expected_edits import EXPECTED
from tests.given.next_apps import judged

NOT_YET: Mapping[str, str] = {
    "a database that never becomes ready": "a headless Service without ready pods has no name; told is a refused one",
    "a controller that never becomes ready": "ingress-nginx may listen on ports that its configuration adds",
    "a balancer on another port": "public addresses are compared by their host, not by their port",
}
"""Expectations that are not met, and why: whoever mends one takes it out of here."""


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.xfail(reason=NOT_YET[name], strict=True)] if name in NOT_YET else [])
        for name in EXPECTED
    ],
)
def test_what_is_expected_of_a_mistake_is_what_is_found(name: str) -> None:
    expected = EXPECTED[name]
    result, journeys = judged(expected.edit.texts(), "world: closed\n")
    least = Severity[expected.severity.upper()]
    seen = [_line(one) for one in result.findings if one.severity >= least]
    assert any(line in text for text in seen for line in expected.lines)
    for start, outcomes in expected.ends.items():
        met = {one.outcome.value for one in journeys if one.name.startswith(start)}
        assert met
        assert met <= set(outcomes)


def _line(finding: Finding) -> str:
    """The line that a finding points to."""
    source, span = finding.location.place.source, finding.location.place.span
    return source.text[source.text.rfind("\n", 0, span.start) + 1 :].partition("\n")[0].strip()
