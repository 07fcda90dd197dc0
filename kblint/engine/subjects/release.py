"""The subject DeadValue: a value that a release gives to a chart which does not read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kblint.engine.facts import Table, maybe_text, text
from kblint.engine.subject import SubjectKind
from kblint.finding import ObjectRef
from kblint.model.meta import Meta
from kblint.model.release import ChartRelease, DeadValue
from kblint.wire.topology import Topology


class _Given(NamedTuple):
    """A value, and the release that gives it."""

    dead: DeadValue
    release: ChartRelease


def _every(topology: Topology) -> Iterator[_Given]:
    return (_Given(dead, release) for release in topology.bundle.all(ChartRelease) for dead in release.dead)


def _object(given: _Given) -> Meta | ObjectRef:
    release = given.release
    return release.meta or ObjectRef(release.form.value, release.namespace, release.name)


# fmt: off
DEAD_VALUE = Table[_Given]("DeadValue", "a value that a chart does not read", lambda v: v.dead.place, (
    text("key", "its path in the values", lambda v: v.dead.key),
    text("chart", "the chart", lambda v: v.release.chart),
    text("reason", "why it is not read", lambda v: v.dead.reason),
    maybe_text("instead", "what the chart reads, null where there is no such thing", lambda v: v.dead.instead or None),
    text("certainty", "known where no version of the chart that may be meant reads it, else likely",
        lambda v: "known" if v.dead.is_certain else "likely"),
))
SUBJECTS = (
    SubjectKind("value", "a value that a chart does not read", DEAD_VALUE, _every, _object),
)
