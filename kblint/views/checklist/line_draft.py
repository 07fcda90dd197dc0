"""What one port, Service or listener says about a line of the checklist, before the findings are laid over it."""

from __future__ import annotations

from msgspec import Struct

from kblint.checklist import Command, LineState
from kblint.source.text import Place


class Part(Struct, frozen=True):
    """How it stands, why, the places that show it, and the commands that find out the rest."""

    state: LineState
    detail: str
    evidence: tuple[Place, ...] = ()
    commands: tuple[Command, ...] = ()


def ticked(detail: str, *evidence: Place) -> Part:
    """Proved by what is written."""
    return Part(LineState.TICKED, detail, evidence)


def crossed(detail: str, *evidence: Place) -> Part:
    """Wrong as the wiring has it: crossed where a finding tells it, open else."""
    return Part(LineState.CROSSED, detail, evidence)


def left_open(detail: str, *commands: Command, at: tuple[Place, ...] = ()) -> Part:
    """Cannot be told from files, but by these commands; `at` is where to look."""
    return Part(LineState.OPEN, detail, at, commands)
