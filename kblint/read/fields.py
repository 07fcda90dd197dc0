"""Typed access to the fields of a positioned mapping.

What a field holds is up to whoever wrote it. A value of the wrong type never raises: it is unknown where somebody
reads it as a value, and not written where it should have been a container or a switch.
"""

from __future__ import annotations

from collections.abc import Mapping

from kblint.model.meta import Number, Text
from kblint.source.templates import unknown
from kblint.source.values import Unknown

Fields = Mapping[str, object]
"""A mapping as it was read; a `PositionedDict` in practice."""


def as_text(value: object) -> Text:
    """`value` as a string; unknown when it is templated or of another type."""
    if isinstance(value, str):
        return Unknown(value) if unknown(value) else value
    return value if isinstance(value, Unknown) else Unknown(scalar_text(value))


def scalar_text(value: object) -> str:
    """What a scalar reads like; empty for null and containers."""
    if isinstance(value, str):
        return value
    if isinstance(value, Unknown):
        return value.text
    if value is None or isinstance(value, dict | list):
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def as_number(value: object) -> Number:
    """`value` as an integer; unknown when it is anything else, also for digits in quotes, which the API refuses."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return value if isinstance(value, Unknown) else Unknown(scalar_text(value))


def as_port(value: object) -> int | str | Unknown:
    """`value` as Kubernetes' IntOrString: digits in quotes are a name, not a number."""
    return as_text(value) if isinstance(value, str) else as_number(value)


def as_script(value: object) -> Text:
    """`value` as the text of a program or file, where `${NAME}` is ordinary syntax and `{{` is not.

    A text of one line is taken as a plain value: `--port=${PORT}` is for whoever deploys it to fill in.
    """
    if isinstance(value, str) and "\n" in value and "{{" not in value:
        return value
    return as_text(value)


def text(fields: Fields, key: str) -> Text | None:
    """The string at `key`; None where it is not written, null or empty."""
    value = fields.get(key)
    return None if value is None or value == "" else as_text(value)


def number(fields: Fields, key: str) -> Number | None:
    """The integer at `key`; None where it is not written or null."""
    value = fields.get(key)
    return None if value is None else as_number(value)


def positive(fields: Fields, key: str) -> Number | None:
    """The integer at `key`; None also for 0, which is how the API spells a port that is not asked for."""
    return number(fields, key) or None


def port(fields: Fields, key: str) -> int | str | Unknown | None:
    """The port number or name at `key`; None where it is not written, null, 0 or empty."""
    value = fields.get(key)
    return None if value is None or value in (0, "") else as_port(value)


def word(fields: Fields, key: str, default: str = "") -> str:
    """The string at `key` exactly as written, placeholders too; the default where it is not a scalar or is empty."""
    value = fields.get(key)
    return (value if isinstance(value, str) else scalar_text(value)) or default


def known_word(fields: Fields, key: str) -> str | None:
    """The string at `key` as written; None where none is."""
    return word(fields, key) or None


def flag(fields: Fields, key: str, *, default: bool) -> bool:
    """The boolean at `key`; the default for anything else."""
    value = fields.get(key)
    return value if isinstance(value, bool) else default


def mapping(fields: Fields, key: str) -> Fields:
    """The mapping at `key`; an empty one for anything else."""
    value = fields.get(key)
    return value if isinstance(value, dict) else {}


def sequence(fields: Fields, key: str) -> list[object]:
    """The sequence at `key`; an empty one for anything else."""
    value = fields.get(key)
    return value if isinstance(value, list) else []


def mappings(fields: Fields, key: str) -> list[Fields]:
    """The mappings in the sequence at `key`, other items left out."""
    return [item for item in sequence(fields, key) if isinstance(item, dict)]


def words(fields: Fields, key: str) -> tuple[str, ...]:
    """The strings in the sequence at `key` as written, other items left out."""
    return tuple(item for item in sequence(fields, key) if isinstance(item, str))


def texts(fields: Fields, key: str) -> tuple[Text, ...] | None:
    """The items of the sequence at `key`; None where there is no sequence."""
    value = fields.get(key)
    return tuple(as_script(item) for item in value) if isinstance(value, list) else None


def text_map(fields: Fields, key: str) -> dict[str, Text]:
    """The string map at `key` (labels, annotations, a plain selector); null reads as empty, as in the API."""
    return {name: "" if value is None else as_text(value) for name, value in mapping(fields, key).items()}
