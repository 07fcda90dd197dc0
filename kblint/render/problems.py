"""What may go wrong in a build: what kustomize refuses, and what cannot be told from the files."""

from __future__ import annotations

from msgspec import Struct

from kblint.source.text import Place, Span
from kblint.source.values import Origin, PathPart


class Problem(Struct, frozen=True):
    """A reason for which `kustomize build` fails; `related` holds other places and what to say there."""

    place: Place
    message: str
    help: str | None = None
    related: tuple[tuple[Place, str], ...] = ()


class RefusedError(Exception):
    """Private to building: kustomize refuses what is asked for; `span` is where, None for where it is asked for."""

    def __init__(self, message: str, help: str | None = None, span: Span | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.help = help
        self.span = span


class NotHereError(Exception):
    """Private to building: what is needed is not in the files, or is made by a program; the message says what."""


class RemoteError(NotHereError):
    """Private to building: as the other, for what whoever reads the kustomization itself sees too."""


class LackingError(NotHereError):
    """Private to building: a step needs what could not be built before, for a reason that is told already."""


def problem_at(asked: Origin, error: RefusedError, *path: PathPart) -> Problem:
    """What is wrong, where the error says, or at `path` of what asked for it."""
    place = Place(asked.source, error.span) if error.span else asked.place(*path)
    asking = asked.place(*path)
    related = () if place.source is asking.source else ((asking, "asked for here"),)
    return Problem(place, error.message, error.help, related)
