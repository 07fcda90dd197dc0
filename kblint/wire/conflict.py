"""Declarations that do not go together: what rules on the subject `Conflict` look at."""

from __future__ import annotations

from collections.abc import Hashable

from msgspec import Struct

from kblint.model.meta import Meta
from kblint.source.text import Place
from kblint.wire.evidence import Certainty, Evidence


class Conflict(Struct, frozen=True, eq=False):
    """Something that another declaration makes wrong, or useless.

    `kind` says in which respect, `case` which face of that, where it has several. `about` is the object that a finding
    names, or its kind and name; `name` is what it is called there, `value` what is written at `place`, `other` what
    that does not go with, which stands where `shown` says. `suggestion` is what was probably meant. `things` are what
    journeys break at; how sure it is that they do `stops` says, None where they do not.
    """

    kind: str
    about: Meta | tuple[str, str]
    place: Place
    name: str = ""
    value: str = ""
    other: str = ""
    case: str = ""
    suggestion: str | None = None
    certainty: Certainty = Certainty.KNOWN
    shown: tuple[Evidence, ...] = ()
    things: tuple[Hashable, ...] = ()
    stops: Certainty | None = None
