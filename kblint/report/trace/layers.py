"""Where the cards of a graph stand: few crossings, short ways, nothing on top of anything else.

The method is that of K. Sugiyama, S. Tagawa and M. Toda, "Methods for visual understanding of hierarchical system
structures" (1981): columns, an order in each by the middle of the neighbours, and places as near to the neighbours as
the order allows. A way over several columns gets a lane of its own in each that it passes.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from msgspec import Struct

from kblint.report.trace.graph import Column, Graph

CARD_GAP = 16.0
LANE_GAP = 7.0
_ROUNDS = 8
_LANE_WEIGHT = 4.0
"""How much more than a card a lane insists on its place: a bent line is uglier than a card a little off the middle."""


class Layout(Struct, frozen=True):
    """The columns that are in use, the top of each card, the lanes of each way, and the height of all.

    `lanes[i]` holds, for each column that way `i` passes, at which height it does.
    """

    columns: tuple[Column, ...]
    tops: tuple[float, ...]
    lanes: tuple[Mapping[Column, float], ...]
    height: float


class _Net(Struct):
    """Cards, and behind them lanes, with their neighbours to the left and to the right; a lane has no height."""

    layers: list[list[int]]
    heights: list[float]
    left: list[list[int]]
    right: list[list[int]]
    cards: int

    def gap(self, above: int, below: int) -> float:
        return CARD_GAP if above < self.cards and below < self.cards else LANE_GAP


def layout(graph: Graph, heights: Sequence[float]) -> Layout:
    """Place cards of these heights."""
    columns = tuple(sorted({card.column for card in graph.cards}))
    ranks = {column: rank for rank, column in enumerate(columns)}
    count = len(graph.cards)
    net = _Net([[] for _ in columns], list(heights), [[] for _ in heights], [[] for _ in heights], count)
    for number, card in enumerate(graph.cards):
        net.layers[ranks[card.column]].append(number)
    passed: list[dict[Column, int]] = []
    for way in graph.ways:
        lanes: dict[Column, int] = {}
        last = way.source
        for rank in range(ranks[graph.cards[way.source].column] + 1, ranks[graph.cards[way.target].column]):
            lane = len(net.heights)
            net.heights.append(0.0)
            net.left.append([])
            net.right.append([])
            net.layers[rank].append(lane)
            lanes[columns[rank]] = lane
            _join(net, last, lane)
            last = lane
        _join(net, last, way.target)
        passed.append(lanes)
    _order(net)
    tops = _tops(net)
    top = min(tops, default=0.0)
    bottom = max((top + height for top, height in zip(tops, net.heights, strict=True)), default=0.0)
    return Layout(
        columns,
        tuple(tops[number] - top for number in range(count)),
        tuple({column: tops[lane] - top for column, lane in lanes.items()} for lanes in passed),
        bottom - top,
    )


def _join(net: _Net, source: int, target: int) -> None:
    net.right[source].append(target)
    net.left[target].append(source)


def _order(net: _Net) -> None:
    """Sort each layer by the middle of its neighbours, to and fro, and keep the order with the fewest crossings."""
    best = [list(layer) for layer in net.layers]
    fewest = _crossings(net)
    for turn in range(_ROUNDS):
        if fewest == 0:
            break
        forth = turn % 2 == 0
        neighbours = net.left if forth else net.right
        for rank in range(1, len(net.layers)) if forth else range(len(net.layers) - 2, -1, -1):
            beside = {node: index for index, node in enumerate(net.layers[rank - 1 if forth else rank + 1])}
            here = {node: index for index, node in enumerate(net.layers[rank])}
            net.layers[rank].sort(key=_middle(neighbours, beside, here))
        crossings = _crossings(net)
        if crossings < fewest:
            fewest = crossings
            best = [list(layer) for layer in net.layers]
    net.layers = best


def _middle(
    neighbours: Sequence[Sequence[int]], beside: Mapping[int, int], here: Mapping[int, int]
) -> Callable[[int], float]:
    def middle(node: int) -> float:
        found = [beside[neighbour] for neighbour in neighbours[node]]
        return sum(found) / len(found) if found else float(here[node])

    return middle


def _crossings(net: _Net) -> int:
    """How many pairs of ways cross between neighbouring layers."""
    count = 0
    for rank, layer in enumerate(net.layers[:-1]):
        index = {node: place for place, node in enumerate(net.layers[rank + 1])}
        ends: list[int] = []
        for node in layer:
            targets = sorted(index[target] for target in net.right[node])
            count += sum(len(ends) - bisect.bisect_right(ends, target) for target in targets)
            for target in targets:
                bisect.insort(ends, target)
    return count


def _tops(net: _Net) -> list[float]:
    """The top of every card and lane: stacked first, then drawn to the neighbours on one side after the other."""
    tops = [0.0] * len(net.heights)
    for layer in net.layers:
        _settle(net, layer, tops, [0.0] * len(layer))
    for turn in range(_ROUNDS):
        forth = turn % 2 == 0
        for rank in range(len(net.layers)) if forth else range(len(net.layers) - 1, -1, -1):
            layer = net.layers[rank]
            wanted = []
            for node in layer:
                near = (net.left if forth else net.right)[node] or (net.right if forth else net.left)[node]
                centres = [tops[other] + net.heights[other] / 2 for other in near]
                wanted.append(sum(centres) / len(centres) - net.heights[node] / 2 if centres else tops[node])
            _settle(net, layer, tops, wanted)
    return tops


def _settle(net: _Net, layer: Sequence[int], tops: list[float], wanted: Sequence[float]) -> None:
    """Put a layer's nodes as near to the tops they want as their order and gaps allow, in the sense of least squares.

    With the space that the nodes above take subtracted, the tops must not fall: pooling neighbours that do gives the
    nearest such row (isotonic regression).
    """
    taken = [0.0]
    for above, below in pairwise(layer):
        taken.append(taken[-1] + net.heights[above] + net.gap(above, below))
    pools: list[tuple[float, float, int]] = []
    for node, space, top in zip(layer, taken, wanted, strict=True):
        mean, weight, size = top - space, 1.0 if node < net.cards else _LANE_WEIGHT, 1
        while pools and pools[-1][0] > mean:
            other, heavy, many = pools.pop()
            mean = (mean * weight + other * heavy) / (weight + heavy)
            weight, size = weight + heavy, size + many
        pools.append((mean, weight, size))
    means = [mean for mean, _, size in pools for _ in range(size)]
    for node, space, mean in zip(layer, taken, means, strict=True):
        tops[node] = mean + space
