from msgspec.structs import replace

from kblint.report.trace.graph import Column, Graph, graph
from kblint.tracing import Trace
from tests.report.trace_samples import (
    LISTENER,
    NODE,
    PROCESS,
    SERVICE,
    branching,
    hop,
    journey,
    late_mistake,
    trace,
    two_sites,
)


def labels(whole: Graph, column: Column) -> list[tuple[str, ...]]:
    return [tuple(row.hop.label for row in card.rows) for card in whole.cards if card.column is column]


def test_journeys_meet_on_the_cards_they_share() -> None:
    whole = graph(two_sites())
    assert labels(whole, Column.BALANCER) == [("lb https 443",)]
    assert len(labels(whole, Column.CONTROLLER)[0]) == 3
    assert labels(whole, Column.SERVICE) == [
        ("Ingress shop", "Service web:80"),
        ("Ingress blog", "Service blog:80"),
        ("Service web:80",),
    ]
    assert labels(whole, Column.POD)[0] == ("VXLAN between nodes", "Deployment web (pod network)")


def test_a_route_says_what_was_asked_for() -> None:
    whole = graph(two_sites())
    assert [card.sites for card in whole.cards if card.sites] == [("shop.example",), ("blog.example/posts",)]


def test_ways_lead_to_the_right_only() -> None:
    for made in (two_sites(), branching(), late_mistake(), backwards()):
        whole = graph(made)
        assert all(whole.cards[way.source].column < whole.cards[way.target].column for way in whole.ways)


def test_behind_a_break_nothing_is_reached() -> None:
    whole = graph(late_mistake())
    assert [card.is_reached for card in whole.cards] == [True, True, False, False]
    assert [way.is_reached for way in whole.ways] == [True, False, False]


def test_what_another_journey_reaches_is_reached() -> None:
    broken = replace(late_mistake().journeys[0], name="a")
    whole = graph(trace(broken, journey("b", NODE, SERVICE)))
    node = next(card for card in whole.cards if card.column is Column.NODE)
    assert node.is_reached


def test_workloads_of_one_service_are_cards_of_their_own() -> None:
    whole = graph(branching())
    assert len(labels(whole, Column.POD)) == len(labels(whole, Column.PROCESS)) == 2
    assert len(labels(whole, Column.SERVICE)) == 1


def test_journeys_that_go_the_same_way_begin_on_one_card() -> None:
    whole = graph(trace(journey("a", NODE, PROCESS), journey("b", NODE, PROCESS), journey("c", NODE)))
    starts = [card for card in whole.cards if card.column is Column.START]
    assert [[one.name for one in card.journeys] for card in starts] == [["a", "b"], ["c"]]


def backwards() -> Trace:
    """Hops in an order that no wiring makes today."""
    return trace(journey("a", PROCESS, SERVICE, hop("somewhere new", "x"), NODE, LISTENER))
