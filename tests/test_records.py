"""Our dataclasses are the standard library's, but for what they cost."""

from __future__ import annotations

import dataclasses
import inspect
import pickle
from collections.abc import Callable
from functools import cached_property
from typing import Any

import pytest

from kblint import records


def made(dataclass: Any) -> dict[str, Any]:
    """A class of each kind that kblint has."""

    @dataclass(frozen=True, slots=True)
    class Slotted:
        """What it is."""

        one: int
        two: str = "b"
        three: list[int] = dataclasses.field(default_factory=list, repr=False)
        four: int | None = dataclasses.field(default=None, compare=False)

    @dataclass(frozen=True)
    class Open:
        one: int
        two: dict[str, int] = dataclasses.field(default_factory=dict, hash=False)
        kept: list[int] = dataclasses.field(default_factory=list, init=False, compare=False)

        @cached_property
        def twice(self) -> int:
            return self.one * 2

    @dataclass(frozen=True, eq=False)
    class Base:
        one: int
        two: int = 2

    @dataclass(frozen=True, eq=False)
    class Derived(Base):
        three: tuple[int, ...] = ()

    @dataclass(slots=True)
    class Loose:
        one: int
        two: list[int] = dataclasses.field(default_factory=list)

    @dataclass(frozen=True, slots=True)
    class Empty:
        pass

    @dataclass(frozen=True)
    class Own:  # noqa: PLW1641 - the decorator does
        one: int

        def __eq__(self, other: object) -> bool:
            return True

        def __repr__(self) -> str:
            return "own"

    return {one.__name__: one for one in (Slotted, Open, Base, Derived, Loose, Empty, Own)}


OURS, THEIRS = made(records.dataclass), made(dataclasses.dataclass)
CALLS: dict[str, Callable[[dict[str, Any]], object]] = {
    "shown": lambda of: [
        repr(of["Slotted"](1)),
        repr(of["Derived"](1, three=(3,))),
        repr(of["Loose"](1)),
        of["Own"](1),
    ],
    "equal": lambda of: [of["Slotted"](1) == of["Slotted"](1, four=4), of["Slotted"](1) == of["Slotted"](2)],
    "unequal kinds": lambda of: [of["Slotted"](1) == 1, of["Open"](1) == of["Open"](1), of["Empty"]() == of["Empty"]()],
    "identity": lambda of: [of["Base"](1) == of["Base"](1), of["Own"](1) == of["Own"](2)],
    "hash": lambda of: [hash(of["Slotted"](1, "b", ())), hash(of["Open"](1)), hash(of["Empty"]()), hash(of["Own"](1))],
    "no hash": lambda of: hash(of["Loose"](1)),
    "replaced": lambda of: repr(dataclasses.replace(of["Slotted"](1, "x", [1]), one=2)),
    "fields": lambda of: [(field.name, field.type) for field in dataclasses.fields(of["Slotted"])],
    "a dataclass": lambda of: [dataclasses.is_dataclass(one) for one in of.values()],
    "slots": lambda of: [of["Slotted"].__slots__, of["Loose"].__slots__, hasattr(of["Empty"](), "__dict__")],
    "made anew": lambda of: of["Loose"](1).two is of["Loose"](1).two,
    "never given": lambda of: [of["Open"](1).kept, of["Open"](1).twice],
    "matched": lambda of: [one.__match_args__ for one in of.values()],
    "names": lambda of: [list(inspect.signature(one).parameters) for one in of.values()],
    "about": lambda of: [one.__doc__ for one in of.values() if one.__name__ == "Slotted"],
    "changed": lambda of: setattr(of["Slotted"](1), "one", 2),
    "added": lambda of: setattr(of["Derived"](1), "other", 2),
    "deleted": lambda of: delattr(of["Open"](1), "one"),
    "loosely changed": lambda of: setattr(of["Loose"](1), "one", 2),
    "too few": lambda of: of["Slotted"](),
    "too many": lambda of: of["Slotted"](1, "b", [], None, 5),
    "unknown name": lambda of: of["Slotted"](1, five=5),
    "default of a class": lambda of: [of["Base"].two, of["Open"](1).two],
}


@pytest.mark.parametrize("name", CALLS)
def test_they_do_the_same(name: str) -> None:
    assert outcome(CALLS[name], OURS) == outcome(CALLS[name], THEIRS)


def outcome(call: Callable[[dict[str, Any]], object], of: dict[str, Any]) -> str:
    """What comes of a call, also an error."""
    try:
        return repr(call(of))
    except (AttributeError, TypeError) as error:
        return f"{type(error).__name__}: {error}"


def test_defaults_are_held_to_the_same() -> None:
    for dataclass in (records.dataclass, dataclasses.dataclass):
        with pytest.raises(ValueError, match="default"):
            dataclass(type("Wrong", (), {"__annotations__": {"one": "list[int]"}, "one": []}))
        with pytest.raises(TypeError, match="default"):
            dataclass(type("Wrong", (), {"__annotations__": {"one": "int", "two": "int"}, "one": 1}))


@records.dataclass(frozen=True, slots=True)
class Kept:
    one: int
    two: str


def test_one_with_slots_can_be_copied() -> None:
    assert pickle.loads(pickle.dumps(Kept(1, "b"))) == Kept(1, "b")
