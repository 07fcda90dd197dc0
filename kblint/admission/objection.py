"""What the API server has against one object, before it is a finding of a rule."""

from __future__ import annotations

from msgspec import Struct

from kblint.finding import Location
from kblint.fix import Fix
from kblint.model.meta import Meta
from kblint.wire.faults.fault import Kind, Outcome


class Objection(Struct, frozen=True):
    """One thing that is wrong with an object: `kind` is SCHEMA or API_VERSION.

    `outcome` is what becomes of the object, None where that is as the rule says. `is_served`: only a later release
    refuses it. `is_part`: it is a patch, which the API server sees only merged into something, if at all. `doubt` is
    why it may be taken all the same, empty where nothing speaks for that.
    """

    kind: Kind
    meta: Meta
    message: str
    location: Location
    help: str
    related: tuple[Location, ...] = ()
    fix: Fix | None = None
    outcome: Outcome | None = None
    is_served: bool = False
    is_part: bool = False
    doubt: str = ""
