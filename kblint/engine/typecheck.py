"""CEL's own type checker, taught the row types.

Row types become protobuf messages in a pool of their own, so that a field that does not exist is refused by the
checker. Only checking needs this: evaluation runs on plain values (`runtime`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from kblint.cel.library import library
from kblint.engine.path import FIELDS_ARE_LISTED
from kblint.engine.row import Field, RowType, Type
from kblint.own_file import MistakeError
from kblint.source.regex import regex
from kblint.source.spelling import did_you_mean


class WantedType(NamedTuple):
    """What an expression may give: type names as CEL has them, and how to say it."""

    names: frozenset[str]
    said: str


BOOL = WantedType(frozenset({"BOOL", "DYN"}), "a bool")
STRING = WantedType(frozenset({"STRING", "DYN"}), "a string")
SCALAR = WantedType(frozenset({"STRING", "INT", "DYN"}), "an int or a string")
PRINTABLE = WantedType(
    frozenset({"STRING", "INT", "DYN", "BOOL", "UINT", "DOUBLE", "LIST<STRING>", "LIST<INT>", "LIST<DYN>"}),
    "a single value, or a list of strings or ints",
)

_PACKAGE = "kblint"
_MESSAGES = {
    Type.ANY: ".google.protobuf.Value",
    Type.NULLABLE_INT: ".google.protobuf.Int64Value",
    Type.NULLABLE_STRING: ".google.protobuf.StringValue",
}
_ERROR = regex(r"ERROR: <input>:(\d+):(\d+): (.*)")
_NO_FIELD = regex(rf"undefined field '(\w+)' not found in struct '{_PACKAGE}\.(\w+)'")
_NO_NAME = regex(r"undeclared reference to '([^']+)'")
_NO_OVERLOAD = regex(r"found no matching overload for '(\S+)' applied to '(.*)'")


class Checker:
    """Checks expressions; knows one environment for each set of variables it has met."""

    def __init__(self, row_types: Mapping[str, RowType]) -> None:
        self._row_types = row_types
        self._pool = _pool(row_types.values())
        self._environments: dict[tuple[tuple[str, str], ...], Any] = {}

    def check(self, expression: str, variables: Mapping[str, str], wanted: WantedType) -> None:
        """See that `expression` compiles and gives what is `wanted`.

        `variables` are the names it may use and their row types.

        Raises:
            MistakeError: it does not.
        """
        environment = self._environment(variables)
        try:
            compiled = environment.compile(expression)
        except RuntimeError as error:  # what the binding raises for everything that the compiler refuses
            raise self._mistake(expression, str(error), variables) from None
        given = compiled.return_type().name()
        if given not in wanted.names:
            raise MistakeError(f"expected {wanted.said}, this gives: {_said(given)}", 0)

    def _environment(self, variables: Mapping[str, str]) -> Any:
        cel, ext_strings = library()

        key = tuple(sorted(variables.items()))
        if key not in self._environments:
            types = {name: cel.Type(f"{_PACKAGE}.{row_type}") for name, row_type in key}
            self._environments[key] = cel.NewEnv(self._pool, variables=types, extensions=[ext_strings.ExtStrings()])
        return self._environments[key]

    def _mistake(self, expression: str, error: str, variables: Mapping[str, str]) -> MistakeError:
        """The first of the compiler's errors, said to the person who writes the rule."""
        match = _ERROR.search(error)
        if match is None:
            return MistakeError(error, 0)
        line, column, text = int(match[1]), int(match[2]), match[3].removesuffix(" [INVALID_ARGUMENT]")
        lines = expression.split("\n")
        offset = sum(len(before) + 1 for before in lines[: line - 1]) + column - 1
        if no_field := _NO_FIELD.match(text):
            name, row_type = no_field.groups()
            found = expression.find(name, offset)  # the error stands at the dot before it
            help = did_you_mean(name, self._row_types[row_type].fields) or FIELDS_ARE_LISTED
            return MistakeError(f"`{name}` is no field of {row_type}", max(found, offset), help)
        if no_name := _NO_NAME.match(text):
            name = no_name[1].partition(".")[0]
            start = expression.rfind(name, 0, offset + len(name))  # the error may stand at the dot behind it
            return MistakeError(f"unknown name `{name}`", max(start, 0), did_you_mean(name, variables))
        if no_overload := _NO_OVERLOAD.match(text):
            operator = no_overload[1].strip("_").strip("@") or no_overload[1]
            types = no_overload[2].replace("wrapper", "nullable")
            return MistakeError(f"`{operator}` cannot be applied to {types}", offset)
        return MistakeError(text[:1].lower() + text[1:], offset)


def _said(type_name: str) -> str:
    """A CEL type in a rule writer's words."""
    if "." in type_name:
        return type_name.rpartition(".")[2]
    return re.sub(r"(\w+)<(.*)>", r"\1 of \2", type_name).lower()


def _pool(row_types: Iterable[RowType]) -> Any:
    """A descriptor pool with one message for each row type."""
    from google.protobuf import (  # noqa: PLC0415 - 27 ms, and a cached catalogue checks nothing
        descriptor_pb2,
        descriptor_pool,
        struct_pb2,
        wrappers_pb2,
    )

    file = descriptor_pb2.FileDescriptorProto(name="kblint.proto", package=_PACKAGE, syntax="proto3")
    pool = descriptor_pool.DescriptorPool()
    for known in (struct_pb2, wrappers_pb2):
        pool.AddSerializedFile(known.DESCRIPTOR.serialized_pb)
        file.dependency.append(known.DESCRIPTOR.name)
    for row_type in row_types:
        message = file.message_type.add(name=row_type.name)
        for number, (name, field) in enumerate(row_type.fields.items(), 1):
            _add_field(message, number, name, field)
    pool.AddSerializedFile(file.SerializeToString())
    return pool


def _add_field(message: Any, number: int, name: str, field: Field) -> None:
    from google.protobuf.descriptor_pb2 import FieldDescriptorProto as Proto  # noqa: PLC0415 - as above

    scalars = {
        Type.INT: Proto.TYPE_INT64,
        Type.INTS: Proto.TYPE_INT64,
        Type.STRING: Proto.TYPE_STRING,
        Type.STRINGS: Proto.TYPE_STRING,
        Type.BOOL: Proto.TYPE_BOOL,
    }
    is_list = field.type in (Type.INTS, Type.STRINGS, Type.ROWS, Type.STRING_MAP)
    added = message.field.add(name=name, number=number)
    added.label = Proto.LABEL_REPEATED if is_list else Proto.LABEL_OPTIONAL
    added.type = scalars.get(field.type, Proto.TYPE_MESSAGE)
    if field.type is Type.STRING_MAP:
        # a map is a list of entries, and an entry's name follows from the field's:
        # https://protobuf.dev/programming-guides/proto3/#backwards
        entry = message.nested_type.add(name=f"{name[0].upper()}{name[1:]}Entry")
        entry.options.map_entry = True
        for position, part in enumerate(("key", "value"), 1):
            entry.field.add(name=part, number=position, label=Proto.LABEL_OPTIONAL, type=Proto.TYPE_STRING)
        added.type_name = f".{_PACKAGE}.{message.name}.{entry.name}"
    elif added.type == Proto.TYPE_MESSAGE:
        added.type_name = _MESSAGES.get(field.type) or f".{_PACKAGE}.{field.row}"
