"""Values as they were written, as what the model holds: known, unknown, or not written.

What a field holds is up to whoever wrote it. A value of the wrong type never raises: it is unknown where somebody
reads it as a value, and not written where it should have been a container or a switch. Kubernetes takes only the type
that it asks for, and digits in quotes are no number to it; configuration files and tools are `lenient`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kblint.model.meta import Number, Text
from kblint.source.regex import regex
from kblint.source.templates import unknown
from kblint.source.values import Unknown

LIMIT = 1 << 63
_INTEGER = regex(r"[0-9]{1,9}")
_WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}

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
    if isinstance(value, Unknown):
        return value.text or "${?}"
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


def lenient_text(value: object) -> Text | None:
    """A scalar as text; a number or boolean as YAML writes it; None for null and for containers."""
    if value is None or isinstance(value, Unknown):
        return value
    return None if isinstance(value, dict | list) else as_text(scalar_text(value))


def lenient_texts(values: object) -> tuple[Text, ...]:
    """The scalars of a sequence as texts; a lone scalar counts as a sequence of one."""
    items = values if isinstance(values, list | tuple) else (values,)
    return tuple(found for item in items if (found := lenient_text(item)) is not None)


def lenient_number(value: object) -> Number | None:
    """A whole number, also when written in quotes; None where nothing is written, unknown for what is no number."""
    if isinstance(value, int) and not isinstance(value, bool):
        # nobody writes such a number, and expressions hold 64 bits
        return value if abs(value) < LIMIT else Unknown(str(value))
    if isinstance(value, str) and _INTEGER.fullmatch(value.strip()):
        return int(value)
    return value if value is None or isinstance(value, Unknown) else Unknown(scalar_text(value))


def lenient_boolean(value: object) -> bool | Unknown:
    """A boolean, also when written as a word; False where nothing is written, unknown for what is none."""
    if value is None or isinstance(value, bool | Unknown):
        return False if value is None else value
    return _WORDS.get(value.strip().lower(), Unknown(value)) if isinstance(value, str) else Unknown()


def known(values: Iterable[Text]) -> tuple[str, ...]:
    """Those of `values` that are known."""
    return tuple(value for value in values if isinstance(value, str))
