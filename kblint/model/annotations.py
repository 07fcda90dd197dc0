"""The `load-balancer.hetzner.cloud/` annotations and how Hetzner's cloud controller manager parses their values.

Keys and parsers: `internal/annotation/load_balancer.go` and `name.go` of
https://github.com/hetznercloud/hcloud-cloud-controller-manager ; the manager ignores keys it does not know.
"""

from __future__ import annotations

import functools
import importlib.resources
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

import yaml
from msgspec import Struct

from kblint.model.networks import address_of
from kblint.source.regex import regex
from kblint.source.spelling import nearest

PREFIX = "load-balancer.hetzner.cloud/"
SIGN = ".hetzner.cloud/"
"""What a text holds that has such a key, or one with a slip of the hand in its prefix."""

WRITTEN_BY_MANAGER = frozenset({"id", "ipv4", "ipv6"})
"""Keys that the manager itself writes; what stands there is overwritten."""

_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})
_INTEGER = regex(r"[+-]?[0-9]+")
_LONGEST = 30
"""Characters that an integer may have, leading zeros included; Go takes 64 bits."""
_SAME_MEANING: Mapping[str, str] = MappingProxyType(
    {"yes": "true", "on": "true", "enabled": "true", "no": "false", "off": "false", "disabled": "false"}
)


class ValueKind(Struct, frozen=True):
    """What the manager takes as a value: `expected` says it, `pattern` matches it; None where code looks at it."""

    name: str
    expected: str
    pattern: re.Pattern[str] | None


@functools.cache
def known_keys() -> Mapping[str, ValueKind]:
    """Keys that the manager reads, without the prefix, and what it takes as their value: `annotations.yaml`."""
    text = (importlib.resources.files("kblint.model") / "annotations.yaml").read_text(encoding="utf-8")
    table = yaml.load(text, yaml.CSafeLoader)
    kinds = {
        name: ValueKind(name, kind["expected"], re.compile(kind["pattern"], re.ASCII) if "pattern" in kind else None)
        for name, kind in table["kinds"].items()
    }
    return MappingProxyType({key: kinds[kind] for key, kind in table["keys"].items()})


class AnnotationProblem(Struct, frozen=True):
    """What the manager would make of an annotation.

    `unknown`: it ignores the key; `suggestion` is the nearest key it knows. `value`: it cannot parse the value;
    `expected` says what it takes, `suggestion` is the value that was probably meant. No suggestion: None.
    """

    kind: Literal["unknown", "value"]
    expected: str
    suggestion: str | None


def problem(name: str, value: str) -> AnnotationProblem | None:
    """What is wrong with annotation `name` (without the prefix) holding `value`; None when the manager takes it."""
    if name in WRITTEN_BY_MANAGER:
        return None
    kind = known_keys().get(name)
    if kind is None:
        return AnnotationProblem("unknown", "a key that the cloud controller manager reads", nearest_key(name))
    if _is_taken(kind, value):
        return None
    return AnnotationProblem("value", kind.expected, _meant(kind, value))


_HANGS_ON_OTHERS = frozenset(
    {"certificate-type", "http-redirect-http", "location", "network-zone", "private-ipv4", "protocol", "use-private-ip"}
)
"""Keys that make a balancer only beside others: a certificate, a network, a free port 80."""


def stands_alone(name: str | None, value: str) -> bool:
    """Whether the manager makes a balancer with annotation `name`, whatever stands beside it."""
    return name is not None and name not in _HANGS_ON_OTHERS and problem(name, value) is None


def nearest_key(name: str) -> str | None:
    """The known key that was probably meant by `name`: a known end of it, else the most similar one, else None.

    A `name` with a `/` has another prefix before it than it should.
    """
    known = sorted(known_keys())
    if (bare := name.rpartition("/")[2]) in known:
        return bare
    for candidate in known:
        # `health-check-http-status-codes`: the manager's key has no `health-check-`
        if "-" in candidate and name.endswith(f"-{candidate}"):
            return candidate
    return nearest(name.replace("_", "-"), known)


def _is_taken(kind: ValueKind, value: str) -> bool:
    return kind.pattern.fullmatch(value) is not None if kind.pattern else _LOOKED_AT[kind.name](value)


def as_boolean(value: str) -> bool | None:
    """`value` as Go's `strconv.ParseBool` takes it, None where it is an error."""
    return True if value in _TRUE else False if value in _FALSE else None


def as_integer(value: str) -> int | None:
    """`value` as Go's `strconv.Atoi` takes it, None where it is an error."""
    if not _INTEGER.fullmatch(value) or len(value) > _LONGEST:
        return None
    number = int(value)
    return number if -(1 << 63) <= number < 1 << 63 else None


def _is_network(value: str) -> bool:
    address, _, length = value.partition("/")
    known = address_of(address)
    return known is not None and length.isdecimal() and int(length) <= known.max_prefixlen


_LOOKED_AT: Mapping[str, Callable[[str], bool]] = {
    # split at the commas and taken as it is, spaces included
    "list": lambda value: all(part and part == part.strip() for part in value.split(",")),
    "integer": lambda value: as_integer(value) is not None,
    "port": lambda value: 1 <= (as_integer(value) or 0) <= 65535,
    "address": lambda value: address_of(value) is not None,
    "network": _is_network,
}


def _meant(kind: ValueKind, value: str) -> str | None:
    """The one value that `value` can only mean, None where that is a guess."""
    trimmed = value.strip()
    candidates: tuple[str, ...] = (trimmed, trimmed.lower(), _SAME_MEANING.get(trimmed.lower(), ""))
    if kind.name == "list":
        candidates = (",".join(part.strip() for part in value.split(",") if part.strip()),)
    if kind.name == "duration":
        candidates = (trimmed, f"{trimmed}s", trimmed.replace(" ", ""))
    if kind.name == "algorithm":
        candidates = (trimmed, trimmed.lower().replace("-", "_"), "")
    return next((candidate for candidate in candidates if candidate and _is_taken(kind, candidate)), None)
