"""Journeys as one tree: what several have in common stands in it once."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from kblint.tracing import HopState, TraceHop, TraceJourney


class Step(Struct, frozen=True):
    """A hop in a picture; `is_reached` unless the way there is broken before it."""

    hop: TraceHop
    is_reached: bool


class Branch(Struct, frozen=True):
    """A stretch of the tree that the same journeys go, and where they part behind it."""

    journeys: tuple[TraceJourney, ...]
    steps: tuple[Step, ...]
    branches: tuple[Branch, ...]

    @property
    def is_settled(self) -> bool:
        """Whether the journeys part no more: what branches behind it are the workloads of one way in."""
        return all(branch.journeys == self.journeys and branch.is_settled for branch in self.branches)


class _Node(Struct):
    """A tree while it grows: the numbers of the journeys that come here, and the hops behind."""

    journeys: dict[int, None] = field(default_factory=dict)
    behind: dict[TraceHop, _Node] = field(default_factory=dict)


def tree(journeys: Sequence[TraceJourney]) -> Branch:
    """All journeys from where they begin; the first stretch has no steps."""
    root = _Node(dict.fromkeys(range(len(journeys))))
    for number, journey in enumerate(journeys):
        nodes: list[_Node] = []
        for hop in journey.hops:
            before = root if hop.after is None else nodes[hop.after]
            if hop.stage == "internet":
                nodes.append(before)
                continue
            node = before.behind.setdefault(hop, _Node())
            node.journeys[number] = None
            nodes.append(node)
    return _branch(root, (), journeys, is_reached=True)


def _branch(node: _Node, steps: tuple[Step, ...], journeys: Sequence[TraceJourney], *, is_reached: bool) -> Branch:
    """The branch that begins with `steps` and goes on behind `node`."""
    while steps and len(node.behind) == 1:
        ((hop, behind),) = node.behind.items()
        if behind.journeys.keys() != node.journeys.keys():
            break
        steps = (*steps, Step(hop, is_reached))
        is_reached = is_reached and hop.state is not HopState.BROKEN
        node = behind
    here = tuple(journeys[number] for number in node.journeys)
    branches = [
        _branch(
            behind,
            (Step(hop, is_reached),),
            journeys,
            is_reached=is_reached and hop.state is not HopState.BROKEN,
        )
        for hop, behind in node.behind.items()
    ]
    going_on = {number for behind in node.behind.values() for number in behind.journeys}
    ended = tuple(journeys[number] for number in node.journeys if number not in going_on)
    if ended and branches:
        branches.append(Branch(ended, (), ()))
    return Branch(here, steps, tuple(branches))
