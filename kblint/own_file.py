"""A file of kblint's own (a rule, a configuration): its content, and where in it something is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from msgspec import Struct

from kblint.errors import KblintError, RuleError
from kblint.secrets.conceal import Concealer
from kblint.source.embedded import embedded
from kblint.source.regex import regex
from kblint.source.spelling import did_you_mean
from kblint.source.text import Place, Source, Span
from kblint.source.values import Origin, PathPart, PositionedDict
from kblint.source.yaml_stream import parse_yaml

_SAID = {
    "string": "text",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
}
_TYPES = ((bool, "true or false"), (str, "text"), (int, "a number"), (float, "a number"), (list, "a list"))
_WORD = regex(r"[\w-]+")
_LONGEST = 500
"""Characters of a message: what it quotes of a file is as long as a stranger likes."""
_MOST = 20
"""Mistakes of a file of which the first is told: each is worked out with the whole file."""
_NO_LINK = "put the file itself here; then kblint says what is wrong in it, and where"
_QUOTE = "quote it; an expression that starts with `!` must be quoted too"


class MistakeError(Exception):
    """Something is wrong at `offset` of a text, before anybody knows which file that is: `OwnFile.mistake` says it."""

    def __init__(self, message: str, offset: int, help: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.help = help


class OwnFile(Struct, frozen=True):
    """A file that was read: `origin` is its one mapping, `kind` what is raised for a mistake in it."""

    source: Source
    origin: Origin
    kind: type[KblintError] = RuleError
    concealer: Concealer | None = None
    """What hides the secrets of the source, where it is asked often."""

    @property
    def content(self) -> Mapping[str, Any]:
        """What it says, as plain values."""
        return self.origin.node

    def error(self, message: str, *path: PathPart, offset: int = 0, help: str | None = None) -> KblintError:
        """What to raise for a mistake at `offset` of the text at `path`."""
        place = self.origin.place(*path)
        value = self.origin.get(*path)
        if isinstance(value, str):
            # an alias or a merge key shows where the text was written
            place = embedded(self.source, place.span, value).place(offset, offset)
        return own_error(self.kind, message, place, help, self.concealer)

    def mistake(self, mistake: MistakeError, *path: PathPart) -> KblintError:
        """What to raise for a mistake in the text at `path`."""
        return self.error(mistake.message, *path, offset=mistake.offset, help=mistake.help)

    def key_error(self, message: str, *path: PathPart, help: str | None = None) -> KblintError:
        """What to raise for a key that should not be there."""
        return own_error(self.kind, message, self.origin.key_place(*path), help, self.concealer)


def validator(schema: Mapping[str, Any]) -> Any:
    """What `read_validated` asks whether a file fits the schema."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - 57 ms, and a cached catalogue validates nothing

    return Draft202012Validator(schema)


def read_validated(source: Source, validator: Any, kind: type[KblintError], noun: str) -> OwnFile:
    """The one mapping in `source`, a `noun`; `validator` None takes it as it is.

    Raises:
        KblintError: of this `kind`: it is no YAML, holds no mapping or several documents, or does not fit the schema.
    """
    stream = parse_yaml(source)
    for fault in stream.faults:
        raise own_error(kind, fault.message, fault.place, fault.help)
    if not stream.documents:
        raise kind(f"the file holds no {noun}", path=source.path)
    first, *others = stream.documents
    for other in others:
        raise own_error(
            kind, f"a {noun} file holds one {noun}", Place(source, other.span), f"put each {noun} into its own file"
        )
    if not isinstance(first.root, PositionedDict):
        raise own_error(kind, f"a {noun} is a mapping", Place(source, first.span))
    file = OwnFile(source, first.origin, kind, Concealer((source,)))
    wrong = islice(validator.iter_errors(first.root), _MOST) if validator else ()
    errors = [_schema_error(file, error) for error in wrong]
    if errors:
        raise min(errors, key=lambda error: (error.line or 0, error.column or 0, error.message))
    return file


def _schema_error(file: OwnFile, error: Any) -> KblintError:
    """What a schema validator's error means for the one who writes the rule."""
    path: Sequence[PathPart] = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        known = error.schema["properties"]
        unknown = next(key for key in error.instance if key not in known)
        return file.key_error(f"unknown key `{unknown}`", *path, unknown, help=did_you_mean(unknown, known))
    if error.validator == "required":
        missing = next(key for key in error.validator_value if key not in error.instance)
        return _at(file, f"`{missing}` is missing", path)
    if error.validator == "dependentRequired":
        present, wanted = next(
            (key, needed)
            for key, all_needed in error.validator_value.items()
            for needed in all_needed
            if key in error.instance and needed not in error.instance
        )
        return file.key_error(f"`{present}` needs `{wanted}` beside it", *path, present)
    if error.validator == "oneOf":
        if not all("required" in choice for choice in error.validator_value):
            return _closest(file, error)
        *names, last = (f"`{choice['required'][0]}`" for choice in error.validator_value)
        return _at(file, f"exactly one of {', '.join(names)} and {last} is needed", path)
    if error.validator == "not":
        is_twice = path[-1] == "condition" and "cases" in file.content
        where = "beside `cases`" if is_twice else "in a built-in or removed rule"
        return file.key_error(f"`{path[-1]}` has no place {where}", *path)
    if error.validator == "enum":
        return _at(file, f"`{error.instance}` is none of {', '.join(error.validator_value)}", path)
    if error.validator == "pattern":
        return _at(file, f"`{error.instance}` is not {error.schema.get('title', 'well formed')}", path)
    if error.validator == "type":
        wanted = [error.validator_value] if isinstance(error.validator_value, str) else error.validator_value
        expected = " or ".join(_SAID[name] for name in wanted)
        help = _QUOTE if "string" in wanted and not isinstance(error.instance, list | dict) else None
        return _at(file, f"expected {expected}, found {_found(error.instance)}", path, help)
    if error.validator in ("minLength", "minItems", "minProperties"):
        return _at(file, "this is empty", path, _QUOTE if error.validator == "minLength" else None)
    if error.validator == "maxItems":
        return _at(file, f"this has more than {error.validator_value:,} entries", path)
    return _at(file, str(error.message), path)


def _closest(file: OwnFile, error: Any) -> KblintError:
    """What is wrong under the choice that was meant: the one of the type that was written."""
    meant = [
        inner
        for inner in error.context
        if inner.validator != "type" or len(inner.absolute_path) > len(error.absolute_path)
    ]
    if meant:
        return _schema_error(file, meant[0])
    wanted = " or ".join(_SAID[choice["type"]] for choice in error.validator_value)
    return _at(file, f"expected {wanted}, found {_found(error.instance)}", tuple(error.absolute_path))


def _at(file: OwnFile, message: str, path: Sequence[PathPart], help: str | None = None) -> KblintError:
    return own_error(file.kind, message, file.origin.place(*path), help, file.concealer)


def own_error(
    kind: type[KblintError], message: str, place: Place, help: str | None = None, concealer: Concealer | None = None
) -> KblintError:
    """What to raise for a mistake at `place`; what it quotes of the file shows no secret."""
    concealer = concealer or Concealer((place.source,))
    said = concealer.text(message)
    said = said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"
    help = concealer.text(help) if help else None
    shown = concealer.record(_widened(place))
    return kind(said, path=place.path, line=place.start.line, column=place.start.column, help=help, place=shown)


def _widened(place: Place) -> Place:
    """A place that is a point, with the word that begins there."""
    start, end = place.span
    word = _WORD.match(place.source.text, start) if start == end else None
    return Place(place.source, Span(start, word.end())) if word else place


def foreign(error: KblintError) -> KblintError:
    """What to raise instead where a link leads to a file that was meant for something else: nothing of it is told."""
    return type(error)(
        "is a symbolic link, and the file it leads to is none that kblint can use", path=error.path, help=_NO_LINK
    )


def _found(value: object) -> str:
    names = (name for type, name in _TYPES if isinstance(value, type))
    return "nothing" if value is None else next(names, "a mapping")
