"""What may go wrong in a build: what kustomize refuses, and what cannot be told from the files."""

from __future__ import annotations

from dataclasses import dataclass

from kblint.source.text import Place, Source, Span
from kblint.source.values import Origin, PathPart


@dataclass(frozen=True, slots=True)
class Problem:
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


def problem_at(asked: Origin, error: RefusedError, *path: PathPart) -> Problem:
    """What is wrong, where the error says, or at `path` of what asked for it."""
    place = Place(asked.source, error.span) if error.span else asked.place(*path)
    related = ((asked.place(*path), "asked for here"),) if error.span and place != asked.place(*path) else ()
    return Problem(place, error.message, error.help, related)


def problem_in(source: Source, span: Span, message: str, help: str | None = None) -> Problem:
    """What is wrong at a span of a source."""
    return Problem(Place(source, span), message, help)
