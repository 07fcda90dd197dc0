"""Formats of texts that no regular expression tells well: addresses, schedules, quantities."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from kblint.source.regex import regex
from kblint.wire.faults.port_names import misnamed

_QUANTITY = regex(r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(?:([KMGTPE]i|[numkMGTPE])|[eE]([+-]?[0-9]{1,3}))?")
_UNITS = {
    **dict(zip(("n", "u", "m", "", "k", "M", "G", "T", "P", "E"), range(-9, 19, 3), strict=True)),
    **dict(zip(("Ki", "Mi", "Gi", "Ti", "Pi", "Ei"), range(10, 70, 10), strict=True)),
}
"""The power of a unit: of two for one with an `i`, of ten for another."""
_LOCAL_GROUPS = (ipaddress.ip_network("224.0.0.0/24"), ipaddress.ip_network("ff02::/16"))
"""Groups of machines of one network segment."""
_MACROS = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
_EVERY = regex(r"@every ([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS: tuple[tuple[int, int, tuple[str, ...]], ...] = (
    (0, 59, ()),
    (0, 23, ()),
    (1, 31, ()),
    (1, 12, _MONTHS),
    (0, 6, _DAYS),
)
"""First and last number of each field of a schedule, and the names of its numbers."""


def amount(value: object) -> Decimal | None:
    """What a quantity stands for, such as 0.5 for `500m`; None for what is none.

    https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
    """
    found = _QUANTITY.fullmatch(str(value)) if isinstance(value, str | int | float) else None
    if found is None or isinstance(value, bool):
        return None
    number, unit, exponent = found.groups()
    try:
        base = Decimal(2) if unit and unit.endswith("i") else Decimal(10)
        return Decimal(number) * base ** (int(exponent) if exponent else _UNITS[unit or ""])
    except (InvalidOperation, OverflowError):
        return None


def _is_port_name(text: str) -> bool:
    return text == "" or misnamed(text) is None


def _is_quantity(text: str) -> bool:
    return text == "" or amount(text) is not None


def _is_amount(text: str) -> bool:
    """Whether a quantity is not below zero; what is no quantity at all is as wrong."""
    found = amount(text)
    return text == "" or (found is not None and found >= 0)


def _is_amount_above_zero(text: str) -> bool:
    return text == "" or (amount(text) or 0) > 0


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return text == ""
    return True


def _is_endpoint_address(text: str) -> bool:
    """An address that is not one of a machine's own: `ValidateEndpointIP` of the API server."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text == ""
    is_local = address.is_unspecified or address.is_loopback or address.is_link_local
    return not is_local and not any(address in one for one in _LOCAL_GROUPS if one.version == address.version)


def _is_no_address(text: str) -> bool:
    return text == "" or not _is_address(text)


def _is_cluster_address(text: str) -> bool:
    return text == "None" or _is_address(text)


def _is_range(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return text == ""
    return "/" in text


def _is_padded_range(text: str) -> bool:
    """A range with blanks around it, which sources of a Service may have."""
    return _is_range(text.strip())


def _are_ranges(text: str) -> bool:
    """Ranges with commas between them, each with blanks around it."""
    return not text.strip() or all(part.strip() and _is_range(part.strip()) for part in text.split(","))


def _is_network(text: str) -> bool:
    """Whether no bit behind the prefix is set; what is no range at all is another mistake."""
    try:
        text = text.strip()
        return not _is_range(text) or text == "" or bool(ipaddress.ip_network(text))
    except ValueError:
        return False


def _is_schedule(text: str) -> bool:
    """As the parser of Kubernetes takes it: https://pkg.go.dev/github.com/robfig/cron/v3#hdr-CRON_Expression_Format."""
    if text in ("", *_MACROS) or _EVERY.fullmatch(text):
        return True
    fields = text.split()
    return len(fields) == len(_FIELDS) and all(
        _is_part(part, *bounds)
        for field, bounds in zip(fields, _FIELDS, strict=True)
        for part in field.lower().split(",")
    )


def _is_part(part: str, first: int, last: int, names: tuple[str, ...]) -> bool:
    extent, slash, step = part.partition("/")
    if slash and not (step.isdecimal() and int(step) > 0):
        return False
    if extent in ("*", "?"):
        return True
    low, dash, high = extent.partition("-")
    numbers = [_number(word, first, names) for word in ((low, high) if dash else (low,))]
    known = [number for number in numbers if number is not None]
    return len(known) == len(numbers) and known == sorted(known) and first <= known[0] and known[-1] <= last


def _number(word: str, first: int, names: tuple[str, ...]) -> int | None:
    if word in names:
        return names.index(word) + first
    return int(word) if word.isascii() and word.isdecimal() and len(word) < len("1000") else None


def _is_base64(text: str) -> bool:
    """As Go decodes it: the standard alphabet with its padding, line breaks left out."""
    try:
        base64.b64decode(re.sub(r"[\r\n]", "", text), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _mended_amount(text: str) -> str | None:
    """`512 MB` is meant as `512M`, and `1gi` as `1Gi`."""
    found = re.fullmatch(r"([0-9]+\.?[0-9]*) *(?:([kmgtp])(i?)b?|m)", text, re.IGNORECASE)
    if found is None:
        return None
    number, unit, binary = found.groups()
    if unit is None or (unit == "m" and not text.lower().endswith("b") and not binary):
        return f"{number}m"
    return f"{number}{'k' if unit in 'kK' and not binary else unit.upper()}{binary.lower()}"


def _mended_range(text: str) -> str | None:
    """An address alone is meant as itself, unless it looks like the first of several."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return f"{text}/{address.max_prefixlen}" if int(address) & 0xFF else None


def _mended_network(text: str) -> str | None:
    """The range that an address with a prefix lies in, which is what it was taken for."""
    try:
        return str(ipaddress.ip_network(text.strip(), strict=False))
    except ValueError:
        return None


def _mended_schedule(text: str) -> str | None:
    """The seventh day of the week is the first, which has the number 0."""
    return re.sub(r"\b7$", "0", text) if re.search(r"[\s,]7$", text) else None


def _mended_cluster_address(text: str) -> str | None:
    return "None" if text.lower() == "none" else None


MENDED: Mapping[str, Callable[[str], str | None]] = {
    "amount": _mended_amount,
    "amount_above_zero": _mended_amount,
    "cidr": _mended_range,
    "cluster_address": _mended_cluster_address,
    "cron_schedule": _mended_schedule,
    "network": _mended_network,
    "padded_cidr": _mended_range,
    "quantity": _mended_amount,
}
"""What a text was most likely meant to be that is not of a format, by the name of the function below."""
FUNCTIONS: Mapping[str, Callable[[str], bool]] = {
    "amount": _is_amount,
    "amount_above_zero": _is_amount_above_zero,
    "base64_text": _is_base64,
    "cidr": _is_range,
    "cidrs": _are_ranges,
    "cluster_address": _is_cluster_address,
    "cron_schedule": _is_schedule,
    "endpoint_address": _is_endpoint_address,
    "ip_address": _is_address,
    "network": _is_network,
    "no_address": _is_no_address,
    "padded_cidr": _is_padded_range,
    "port_name": _is_port_name,
    "quantity": _is_quantity,
}
"""Whether a text is of a format, by the name that `schemas/limits.yaml` uses; an empty one counts as not written."""
