"""The deployment checklist: for each application what holds, what does not, and how to find out the rest."""

from __future__ import annotations

import enum

from msgspec import Struct
from msgspec.structs import replace

from kblint.finding import ObjectRef
from kblint.source.text import Place


class LineState(enum.Enum):
    """What the files say about a line."""

    TICKED = "ticked"
    """Proved by what is written."""
    CROSSED = "crossed"
    """Proved wrong."""
    OPEN = "open"
    """Cannot be told from files: run the commands."""


class Command(Struct, frozen=True):
    """A shell command to copy, and what it shows when all is well (may be empty)."""

    command: str
    expect: str = ""


class Line(Struct, frozen=True):
    """One line of the checklist.

    `detail` says why it stands as it does, `help` what to do about a crossed one; `rules` are the ids of the findings
    behind it, `evidence` the places that show it.
    """

    id: str
    title: str
    state: LineState
    detail: str
    help: str = ""
    rules: tuple[str, ...] = ()
    evidence: tuple[Place, ...] = ()
    commands: tuple[Command, ...] = ()


class Application(Struct, frozen=True):
    """A workload that requests from outside reach, or must not reach, and its lines in the order to go through them."""

    object: ObjectRef
    lines: tuple[Line, ...]


class ChecklistVariant(Struct, frozen=True):
    """The applications of what is deployed together.

    `name` is the folder or file that sets it apart, or says that several hold it; empty alone. `inside` names the
    workloads left out because only pods reach them.
    """

    name: str
    applications: tuple[Application, ...]
    inside: tuple[str, ...] = ()


class Checklist(Struct, frozen=True):
    """The checklist of a run. `done` are applications that are not listed: all their lines are ticked.

    `ticked` says how many ticked lines are not listed; None where all lines are.
    """

    profile: str
    variants: tuple[ChecklistVariant, ...]
    done: int = 0
    ticked: int | None = None

    def count(self, state: LineState) -> int:
        """How many lines stand like this, listed or not."""
        listed = sum(
            line.state is state
            for variant in self.variants
            for application in variant.applications
            for line in application.lines
        )
        return listed + (self.ticked or 0) if state is LineState.TICKED else listed

    @property
    def applications(self) -> int:
        """How many applications there are, listed or not."""
        return self.done + sum(len(variant.applications) for variant in self.variants)


def open_only(checklist: Checklist) -> Checklist:
    """The checklist without its ticked lines, and without applications that have no others."""
    variants = tuple(
        replace(variant, applications=tuple(filter(None, map(_open, variant.applications))))
        for variant in checklist.variants
    )
    left = sum(len(variant.applications) for variant in variants)
    ticked = checklist.count(LineState.TICKED)
    return replace(checklist, variants=variants, done=checklist.applications - left, ticked=ticked)


def _open(application: Application) -> Application | None:
    lines = tuple(line for line in application.lines if line.state is not LineState.TICKED)
    return replace(application, lines=lines) if lines else None
