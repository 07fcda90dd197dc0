"""Ways by http and by https that go through the same hops are one in the text."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from kblint.report.options import RenderOptions
from kblint.report.trace.to_text import render
from kblint.report.trace.twins import with_twins
from kblint.tracing import TraceHop, TraceJourney
from tests.report.trace_samples import NODE, OVERLAY, POD, PROCESS, ROUTE, SERVICE, hop, journey, trace

HTTP = hop("balancer", "lb http 80", "lb.yaml", 4)
HTTPS = hop("balancer", "lb https 443", "lb.yaml", 9)
BEHIND = (NODE, ROUTE, SERVICE, OVERLAY, POD, PROCESS)


def pair(http: tuple[TraceHop, ...], https: tuple[TraceHop, ...]) -> tuple[TraceJourney, TraceJourney]:
    return journey("http://shop.example/api", *http), journey("https://shop.example/api", *https)


def test_two_listeners_that_lead_the_same_way_are_one_hop_with_both_lines() -> None:
    text = render(trace(*pair((HTTP, *BEHIND), (HTTPS, *BEHIND))), RenderOptions())
    (listener,) = [line for line in text.splitlines() if "balancer" in line]
    assert " ".join(listener.split()) == "✓ balancer lb http 80 and https 443 lb.yaml:4, 9"
    assert text.count("http(s)://shop.example/api") == 1
    assert text.count("✗ VXLAN between nodes") == 1
    assert "Followed 2 journeys with profile hetzner-k3s: 2 broken." in text


def test_without_a_balancer_too_and_in_either_order() -> None:
    http, https = pair(BEHIND, BEHIND)
    assert [one.name for one in with_twins((http, https))] == ["http(s)://shop.example/api"]
    assert [one.name for one in with_twins((https, http))] == ["http(s)://shop.example/api"]


@pytest.mark.parametrize(
    "https",
    [
        (replace(HTTPS, label="lb https 443", state=OVERLAY.state, reason="leads nowhere"), *BEHIND),
        (HTTPS, *BEHIND[:2], hop("service", "Service other:80", "web.yaml", 16), *BEHIND[3:]),
        (HTTPS, *BEHIND[:-1]),
        (HTTPS, *BEHIND[:3], hop("overlay", "VXLAN between nodes", "web.yaml", 27), *BEHIND[4:]),
        (hop("node", "lb https 443", "lb.yaml", 9), *BEHIND),
    ],
    ids=["broken listener", "another Service", "shorter", "another outcome", "no listener"],
)
def test_what_differs_stays_apart(https: tuple[TraceHop, ...]) -> None:
    journeys = pair((HTTP, *BEHIND), https)
    assert with_twins(journeys) == journeys


def test_two_variants_stay_apart() -> None:
    http, https = pair((HTTP, *BEHIND), (HTTPS, *BEHIND))
    journeys = (replace(http, variant="dev"), replace(https, variant="prod"))
    assert with_twins(journeys) == journeys


def test_other_schemes_and_calls_stay_as_they_are() -> None:
    journeys = (
        journey("tcp://shop.example:5432", *BEHIND),
        journey("udp://shop.example:5432", *BEHIND),
        journey("web -> api:80", *BEHIND),
        journey("https://only.example", *BEHIND),
    )
    assert with_twins(journeys) == journeys


def test_of_three_ways_with_one_address_none_is_taken_for_a_twin() -> None:
    http, https = pair((HTTP, *BEHIND), (HTTPS, *BEHIND))
    journeys = (http, https, https)
    assert with_twins(journeys) == journeys
