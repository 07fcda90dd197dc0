"""A line of the checklist before the findings are laid over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kblint.checklist import Command, LineState
from kblint.source.text import Place

_WORST_FIRST = (LineState.CROSSED, LineState.OPEN, LineState.TICKED)


@dataclass(frozen=True, slots=True)
class LineDraft:
    """What the wiring alone says about a line."""

    id: str
    title: str
    state: LineState
    detail: str
    evidence: tuple[Place, ...] = ()
    commands: tuple[Command, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """What one port, Service or listener says about a line."""

    state: LineState
    detail: str
    evidence: tuple[Place, ...] = ()
    commands: tuple[Command, ...] = ()


def joined(id: str, title: str, parts: Sequence[Part]) -> LineDraft:
    """The line that `parts` (at least one) make together: it stands as its worst part does.

    A crossed line names what is wrong only, and an open one what is open: what is right can be seen when that is done.
    """
    state = next(state for state in _WORST_FIRST if any(part.state is state for part in parts))
    chosen = [part for part in parts if part.state is state]
    return LineDraft(
        id,
        title,
        state,
        "; ".join(dict.fromkeys(part.detail for part in chosen)),
        tuple(dict.fromkeys(place for part in chosen for place in part.evidence)),
        tuple(dict.fromkeys(command for part in chosen for command in part.commands)),
    )
