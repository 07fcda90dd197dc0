import pytest

from kblint.tracing import HopState
from kblint.views.trace import trace_journey
from kblint.wire.faults.fault import Outcome
from kblint.wire.journeys.journey import Hop, HopVerdict, Journey, Stage


def ways(*stages: Stage, broken: tuple[int, ...] = ()) -> list[int | None]:
    hops = tuple(
        Hop(stage, f"{stage.value} {index}", None, HopVerdict.BROKEN if index in broken else HopVerdict.OK)
        for index, stage in enumerate(stages)
    )
    return [hop.after for hop in trace_journey(Journey("a", hops), "").hops]


NODE, SERVICE, POD, PROCESS = Stage.NODE, Stage.SERVICE, Stage.POD, Stage.PROCESS
ROUTE, FIREWALL, OVERLAY = Stage.ROUTE, Stage.HOST_FIREWALL, Stage.OVERLAY


@pytest.mark.parametrize(
    ("stages", "broken", "expected"),
    [
        ((NODE, SERVICE, POD, PROCESS), (), [None, 0, 1, 2]),
        ((SERVICE, POD, PROCESS, POD, PROCESS), (), [None, 0, 1, 0, 3]),
        ((SERVICE, OVERLAY, POD, PROCESS, POD, PROCESS), (1,), [None, 0, 1, 2, 1, 4]),
        ((SERVICE, FIREWALL, POD, PROCESS, FIREWALL, POD, PROCESS), (), [None, 0, 1, 2, 0, 4, 5]),
        ((SERVICE, POD, FIREWALL, PROCESS, POD, FIREWALL, PROCESS), (2, 5), [None, 0, 1, 2, 0, 4, 5]),
        ((NODE, SERVICE, POD, PROCESS, ROUTE, SERVICE, POD, PROCESS), (), [None, 0, 1, 2, 3, 4, 5, 6]),
        ((PROCESS, ROUTE, SERVICE, POD, PROCESS, ROUTE, SERVICE), (), [None, 0, 1, 2, 3, 0, 5]),
        ((PROCESS, ROUTE, SERVICE, ROUTE, SERVICE), (2,), [None, 0, 1, 0, 3]),
        ((PROCESS, ROUTE, ROUTE, SERVICE), (1,), [None, 0, 0, 2]),
        ((Stage.BALANCER, NODE, SERVICE), (0,), [None, 0, 1]),
    ],
)
def test_branches_part_where_ways_do(stages: tuple[Stage, ...], broken: tuple[int, ...], expected: list[int]) -> None:
    assert ways(*stages, broken=broken) == expected


def test_a_journey_is_as_bad_as_its_worst_hop_and_says_why() -> None:
    hops = (
        Hop(SERVICE, "Service web:80", None, HopVerdict.OK, "a word on it"),
        Hop(POD, "Pod web", None, HopVerdict.UNKNOWN, "nobody knows"),
        Hop(PROCESS, "nginx", None, HopVerdict.BROKEN, "it does not listen", Outcome.BAD_GATEWAY),
    )
    made = trace_journey(Journey("http://a/", hops), "blue")
    assert (made.name, made.variant, made.outcome, made.state) == ("http://a/", "blue", "502", HopState.BROKEN)
    assert [(hop.reason, hop.note, hop.outcome) for hop in made.hops] == [
        ("", "a word on it", None),
        ("nobody knows", "", None),
        ("it does not listen", "", "502"),
    ]
    assert trace_journey(Journey("http://a/", hops[:2]), "").state is HopState.UNKNOWN
    assert trace_journey(Journey("http://a/", hops[:1]), "").state is HopState.OK
