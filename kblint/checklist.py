"""The deployment checklist: for each application what holds, what does not, and how to find out the rest."""

from __future__ import annotations

import enum
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Command:
    """A shell command to copy, and what it shows when all is well (may be empty)."""

    command: str
    expect: str = ""


@dataclass(frozen=True, slots=True)
class Line:
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


@dataclass(frozen=True, slots=True)
class Application:
    """A workload that requests from outside reach, or must not reach, and its lines in the order to go through them."""

    object: ObjectRef
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class ChecklistVariant:
    """The applications of what is deployed together.

    `name` is the folder or file that sets it apart, or says that several hold it; empty alone. `inside` names the
    workloads left out because only pods reach them.
    """

    name: str
    applications: tuple[Application, ...]
    inside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checklist:
    """The checklist of a run."""

    profile: str
    variants: tuple[ChecklistVariant, ...]

    def count(self, state: LineState) -> int:
        """How many lines stand like this."""
        return sum(
            line.state is state
            for variant in self.variants
            for application in variant.applications
            for line in application.lines
        )
