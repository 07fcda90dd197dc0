"""Dataclasses that cost little to define: `@dataclass` as the standard library's, as far as it is used here.

That one writes the source of each method of each class and compiles it, which is a third of a short run. Here methods
are closures, and `__init__` is the code of a function with as many parameters, under other names. To `fields`,
`replace` and `is_dataclass` they are dataclasses; type checkers see the standard library's own (`records.pyi`).
"""

from __future__ import annotations

import dataclasses
import inspect
import reprlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import MISSING, Field, FrozenInstanceError, field
from functools import cache
from operator import attrgetter
from types import CodeType, FunctionType, MemberDescriptorType
from typing import Any

__all__ = ["dataclass", "field"]


@dataclasses.dataclass
class _Loose:
    """A dataclass of the standard library's, whose fields and parameters look as ours have to."""

    value: int


@dataclasses.dataclass(frozen=True)
class _Frozen:
    value: int


_KIND = "_field_type"
_PARAMETERS = "__dataclass_params__"
_FIELDS = "__dataclass_fields__"


def dataclass(
    cls: type | None = None, /, *, frozen: bool = False, slots: bool = False, eq: bool = True
) -> type | Callable[[type], type]:
    """A class of the fields that are annotated in it, and in those that it is derived from."""

    def made(cls: type) -> type:
        return _made(cls, is_frozen=frozen, is_slotted=slots, is_compared=eq)

    return made if cls is None else made(cls)


def _made(cls: type, *, is_frozen: bool, is_slotted: bool, is_compared: bool) -> type:
    known: dict[str, Field[Any]] = {}
    for base in cls.__mro__[-1:0:-1]:
        known.update(base.__dict__.get(_FIELDS, {}))
    own = {name: _field(cls, name, kind) for name, kind in inspect.get_annotations(cls).items()}
    known |= own
    added: dict[str, object] = {
        _FIELDS: known,
        _PARAMETERS: getattr(_Frozen if is_frozen else _Loose, _PARAMETERS),
        "__match_args__": tuple(one.name for one in known.values() if one.init),
        "__repr__": _shown,
    }
    if is_compared:
        added["__eq__"] = _equal([one.name for one in known.values() if one.compare])
        hashed = [one.name for one in known.values() if (one.compare if one.hash is None else one.hash)]
        added["__hash__"] = _hash(hashed) if is_frozen else None
    if is_frozen:
        added |= {"__setattr__": _refused("assign to"), "__delattr__": _refused("delete")}
    written = dict(cls.__dict__)
    if "__eq__" in written and written["__hash__"] is None:
        del written["__hash__"]  # Python puts it there
    added = {name: value for name, value in added.items() if name not in written}
    made: Any = _slotted(cls, known, {**written, **added}, is_frozen=is_frozen) if is_slotted else cls
    for name, value in added.items() if not is_slotted else ():
        setattr(cls, name, value)
    for name, one in own.items() if not is_slotted else ():
        if one.default is not MISSING:
            setattr(cls, name, one.default)
        elif name in written:
            delattr(cls, name)
    made.__init__ = _init(made, tuple(known.values()))
    return made  # type: ignore[no-any-return]  # a class


def _slotted(cls: type, known: Iterable[str], said: dict[str, object], *, is_frozen: bool) -> type:
    """The class once more, as only a new one can have slots."""
    inherited = {slot for base in cls.__mro__[1:-1] for slot in base.__dict__.get("__slots__", ())}
    said["__slots__"] = tuple(name for name in known if name not in inherited)
    said |= {"__getstate__": _state, "__setstate__": _set_state} if is_frozen else {}
    for name in ("__dict__", "__weakref__", *known):
        said.pop(name, None)
    made = type(cls)(cls.__name__, cls.__bases__, said)
    made.__qualname__ = cls.__qualname__
    return made


def _field(cls: type, name: str, kind: str) -> Field[Any]:
    """A field of a class, with what is written behind it."""
    written = getattr(cls, name, MISSING)
    made: Field[Any]
    if isinstance(written, Field):
        made = written
    elif written is MISSING or isinstance(written, MemberDescriptorType):
        made = field()
    else:
        if written.__class__.__hash__ is None:
            raise ValueError(f"{cls.__name__}.{name} has a default that changes; give a `default_factory`")
        made = field(default=written)
    made.name, made.type = name, kind
    setattr(made, _KIND, getattr(dataclasses.fields(_Loose)[0], _KIND))
    return made


def _init(cls: type, known: Sequence[Field[Any]]) -> FunctionType:
    """What sets the fields of a new instance, each by what its slot is set with."""
    surroundings: dict[str, object] = {"MISSING": MISSING, "assign": object.__setattr__}
    defaults: list[object] = []
    shape: list[str] = []
    for number, one in enumerate(known):
        is_made = one.default_factory is not MISSING
        slot = getattr(cls, one.name, None)
        is_slot = isinstance(slot, MemberDescriptorType)
        shape.append(f"{'made' if is_made and one.init else 'own' if is_made else 'given'}{' slot' if is_slot else ''}")
        surroundings |= {f"factory{number}": one.default_factory, f"name{number}": one.name}
        surroundings[f"set{number}"] = slot.__set__ if isinstance(slot, MemberDescriptorType) else None
        if not one.init:
            if not is_made:
                raise TypeError(f"{cls.__name__}.{one.name} is not given, and nothing makes it")
        elif is_made or one.default is not MISSING:
            defaults.append(MISSING if is_made else one.default)
        elif defaults:
            raise TypeError(f"{cls.__name__}.{one.name} has no default, and stands behind one that has")
    names = tuple(one.name for one in known if one.init)
    code = _code(tuple(shape)).replace(co_varnames=("self", *names))
    made = FunctionType(code, surroundings, "__init__", tuple(defaults))
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    made.__annotations__ = {**{one.name: one.type for one in known if one.init}, "return": None}
    return made


@cache
def _code(shape: tuple[str, ...]) -> CodeType:
    """The code of an `__init__` with so many fields: given, made where they are not, or always made."""
    given = [f"a{number}" for number, kind in enumerate(shape) if not kind.startswith("own")]
    lines = [f"def __init__({', '.join(['self', *given])}):"]
    for number, kind in enumerate(shape):
        value = f"factory{number}()" if kind.startswith("own") else f"a{number}"
        if kind.startswith("made"):
            value = f"factory{number}() if a{number} is MISSING else a{number}"
        put = f"set{number}(self, {{}})" if kind.endswith(" slot") else f"assign(self, name{number}, {{}})"
        lines.append(f"    {put.format(value)}")
    compiled = compile("\n".join([*lines, "    return None"]), "<record>", "exec")
    return next(one for one in compiled.co_consts if isinstance(one, CodeType))


@reprlib.recursive_repr()
def _shown(self: Any) -> str:
    parts = (f"{one.name}={getattr(self, one.name)!r}" for one in dataclasses.fields(self) if one.repr)
    return f"{self.__class__.__qualname__}({', '.join(parts)})"


def _values(names: Sequence[str]) -> Callable[[object], Any]:
    """The values of fields as a tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    one = attrgetter(*names) if names else None
    return (lambda self: (one(self),)) if one else (lambda _: ())


def _equal(names: Sequence[str]) -> Callable[[object, object], bool]:
    values = _values(names)

    def __eq__(self: object, other: object) -> bool:  # noqa: N807 - it becomes a method
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    return __eq__


def _hash(names: Sequence[str]) -> Callable[[object], int]:
    values = _values(names)

    def __hash__(self: object) -> int:  # noqa: N807 - as above
        return hash(values(self))

    return __hash__


def _refused(what: str) -> Callable[..., None]:
    def refuse(_: object, name: str, *_value: object) -> None:
        raise FrozenInstanceError(f"cannot {what} field {name!r}")

    return refuse


def _state(self: object) -> list[object]:
    return [getattr(self, one.name) for one in dataclasses.fields(self)]  # type: ignore[arg-type]  # it is one


def _set_state(self: object, state: list[object]) -> None:
    for one, value in zip(dataclasses.fields(self), state, strict=True):  # type: ignore[arg-type]  # as above
        object.__setattr__(self, one.name, value)
