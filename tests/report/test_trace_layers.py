import itertools
import random

import pytest

from kblint.report.trace.graph import Card, Column, Graph, Way, graph
from kblint.report.trace.layers import CARD_GAP, LANE_GAP, layout
from tests.report.trace_samples import two_sites


def wild(seed: int) -> tuple[Graph, list[float]]:
    """Cards and ways by chance, always the same for one seed."""
    chance = random.Random(seed)
    cards = [Card(Column(index % 5), (), (), (), is_reached=True) for index in range(40)]
    ways = {
        (source, target)
        for source, target in itertools.product(range(40), repeat=2)
        if cards[source].column < cards[target].column and chance.random() < 0.08
    }
    made = tuple(Way(source, target, is_reached=True) for source, target in sorted(ways))
    return Graph(tuple(cards), made), [chance.uniform(30, 200) for _ in cards]


@pytest.mark.parametrize("seed", range(5))
def test_nothing_stands_on_top_of_anything_else(seed: int) -> None:
    whole, heights = wild(seed)
    placed = layout(whole, heights)
    for column in placed.columns:
        spans = [
            (placed.tops[number], placed.tops[number] + heights[number])
            for number, card in enumerate(whole.cards)
            if card.column is column
        ]
        spans += [(lanes[column], lanes[column]) for lanes in placed.lanes if column in lanes]
        spans.sort()
        for above, below in itertools.pairwise(spans):
            assert below[0] - above[1] >= min(CARD_GAP, LANE_GAP) - 1e-6


@pytest.mark.parametrize("seed", range(5))
def test_the_height_holds_everything_and_no_more(seed: int) -> None:
    whole, heights = wild(seed)
    placed = layout(whole, heights)
    bottoms = [top + height for top, height in zip(placed.tops, heights, strict=True)]
    lanes = [height for lanes in placed.lanes for height in lanes.values()]
    assert min(*placed.tops, *lanes) == pytest.approx(0)
    assert max(*bottoms, *lanes) == pytest.approx(placed.height)


def test_a_way_has_a_lane_in_each_column_it_passes() -> None:
    whole, heights = wild(0)
    placed = layout(whole, heights)
    for way, lanes in zip(whole.ways, placed.lanes, strict=True):
        source, target = whole.cards[way.source].column, whole.cards[way.target].column
        assert set(lanes) == set(range(source + 1, target))


def test_columns_that_nothing_stands_in_are_left_out() -> None:
    whole = graph(two_sites())
    assert Column.BALANCER in layout(whole, [50.0] * len(whole.cards)).columns
    alone = Graph((whole.cards[0], Card(Column.POD, (), (), (), is_reached=True)), (Way(0, 1, is_reached=True),))
    assert layout(alone, [50.0, 50.0]).columns == (Column.START, Column.POD)


def test_nothing_has_no_height() -> None:
    assert layout(Graph((), ()), []).height == 0
