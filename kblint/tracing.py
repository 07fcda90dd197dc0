"""Journeys as a report shows them: plain frozen records, the same for every format."""

from __future__ import annotations

import enum
from collections.abc import Hashable

from msgspec import Struct

from kblint.detection import Detection
from kblint.finding import NotRead, Skipped
from kblint.source.text import Place


class HopState(enum.Enum):
    """How a hop, or a whole journey, stands."""

    OK = "ok"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class Start(enum.Enum):
    """Where the journeys of a trace begin."""

    INTERNET = "internet"
    NODE = "node"
    INSIDE = "inside"
    """In the containers of the cluster."""


class TraceHop(Struct, frozen=True, eq=False):
    """One step.

    `stage` says where on its way a packet is, `place` where the step is declared, `reason` why it is broken or unknown,
    `note` what else is to be known of one that is neither, `outcome` how a journey ends if it is broken, `rules` the
    ids of those that tell of it. `after` is the index of the hop it follows, None for the first: behind a Service with
    several workloads a journey has branches. `also` is another place that declares the same step, for a twin.

    Two hops are equal if they are the same step, whichever journey they stand in.
    """

    stage: str
    label: str
    place: Place | None
    state: HopState = HopState.OK
    reason: str = ""
    note: str = ""
    outcome: str | None = None
    after: int | None = None
    rules: tuple[str, ...] = ()
    also: Place | None = None

    @property
    def _step(self) -> Hashable:
        return self.stage, self.label, self.place, self.state, self.reason, self.note, self.also

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TraceHop) and self._step == other._step

    def __hash__(self) -> int:
        return hash(self._step)


class TraceJourney(Struct, frozen=True):
    """One way in, or one call. `name` is what a person would type, `outcome` what that person, or the caller, sees.

    Where the state is unknown, that is only likely. `lost_at` is the stage of the last hop of which nobody knows; None
    where the end of the journey is known, or likely.

    `variant` tells where the journey is, if what was read is several deployments side by side; else it is empty.
    """

    name: str
    variant: str
    outcome: str
    state: HopState
    hops: tuple[TraceHop, ...]
    lost_at: str | None = None

    @property
    def ending(self) -> str:
        """The outcome as people read it: `likely 503` where nothing is sure."""
        is_likely = self.state is HopState.UNKNOWN and self.outcome != HopState.UNKNOWN.value
        return f"likely {self.outcome}" if is_likely else self.outcome


class Trace(Struct, frozen=True):
    """All that a report of journeys needs, in the order to show them.

    `unread` are the inputs that were not followed: a way in may be missing, or look broken, because of them.
    `not_read` is what makes ways in that are no journeys here. `detection` is None where the user named the profile.
    """

    profile: str
    start: Start
    journeys: tuple[TraceJourney, ...]
    unread: tuple[Skipped, ...] = ()
    detection: Detection | None = None
    not_read: tuple[NotRead, ...] = ()
    left_out: tuple[TraceJourney, ...] = ()
    """Journeys that were followed, and that nobody asked to see."""

    @property
    def followed(self) -> int:
        """How many journeys there are, shown or not."""
        return len(self.journeys) + len(self.left_out)

    def count(self, state: HopState) -> int:
        """How many journeys stand like this, shown or not."""
        return sum(journey.state is state for journey in (*self.journeys, *self.left_out))
