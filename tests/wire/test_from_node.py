import pytest

from kblint.source.text import Place, Source, Span
from kblint.wire.faults.fault import Failure, Fault, Kind, Outcome
from kblint.wire.journeys.journey import Hop, HopVerdict, Journey, Stage, from_node

PLACE = Place(Source("a.yaml", "x"), Span(0, 1))
INTERNET = Hop(Stage.INTERNET, "internet", None)
BALANCER = Hop(Stage.BALANCER, "lb https 443", None)
CLOSED = Hop(Stage.CLOUD_FIREWALL, "31695/tcp", None, HopVerdict.BROKEN, "not open", Outcome.UNAVAILABLE)
NODE = Hop(Stage.NODE, "node port 31695", None)
PROCESS = Hop(Stage.PROCESS, "ingress-nginx on 80", None)
ROUTE = Hop(Stage.ROUTE, "Ingress shop", None)


def broken(stage: Stage, outcome: Outcome, failure: Failure | None = None) -> Hop:
    fault = Fault(Kind.HEALTH, "x", PLACE, "it is broken", failure or outcome)
    return Hop(stage, "x", PLACE, HopVerdict.BROKEN, fault.reason, outcome, fault)


def seen(*hops: Hop) -> Outcome | None:
    made = from_node(Journey("https://shop.example/", (INTERNET, *hops)))
    return made.outcome if made else None


def test_what_lies_before_the_node_is_not_met() -> None:
    made = from_node(Journey("https://shop.example/", (INTERNET, BALANCER, CLOSED, NODE, PROCESS)))
    assert made == Journey("https://shop.example/", (NODE, PROCESS))
    assert made.outcome is Outcome.OK


def test_what_never_reaches_a_node_cannot_be_tested_there() -> None:
    assert seen(BALANCER) is None


@pytest.mark.parametrize(
    ("stage", "reported", "failure", "expected"),
    [
        (Stage.SERVICE, Outcome.UNAVAILABLE, Failure.NO_ENDPOINT, Outcome.REFUSED),
        (Stage.PROCESS, Outcome.EMPTY_REPLY, Failure.REFUSED, Outcome.REFUSED),
        (Stage.POD, Outcome.UNAVAILABLE, Failure.NO_ENDPOINT, Outcome.REFUSED),
        (Stage.OVERLAY, Outcome.UNAVAILABLE, Failure.TIMEOUT, Outcome.TIMEOUT),
        (Stage.POLICY, Outcome.EMPTY_REPLY, Failure.TIMEOUT, Outcome.TIMEOUT),
        (Stage.SERVICE, Outcome.REJECTED, None, Outcome.REJECTED),
    ],
)
def test_without_a_balancer_a_failure_is_seen_as_it_is(
    stage: Stage, reported: Outcome, failure: Failure | None, expected: Outcome
) -> None:
    assert seen(BALANCER, NODE, broken(stage, reported, failure)) is expected


@pytest.mark.parametrize("outcome", [Outcome.UNAVAILABLE, Outcome.BAD_GATEWAY, Outcome.GATEWAY_TIMEOUT])
def test_behind_an_ingress_controller_the_controller_reports(outcome: Outcome) -> None:
    assert seen(BALANCER, NODE, PROCESS, ROUTE, broken(Stage.PROCESS, outcome)) is outcome


def test_the_own_host_firewall_lets_loopback_through() -> None:
    assert seen(NODE, broken(Stage.HOST_FIREWALL, Outcome.TIMEOUT), PROCESS) is Outcome.OK


def test_another_nodes_host_firewall_still_counts() -> None:
    closed = broken(Stage.HOST_FIREWALL, Outcome.GATEWAY_TIMEOUT)
    assert seen(NODE, PROCESS, ROUTE, closed, PROCESS) is Outcome.GATEWAY_TIMEOUT
