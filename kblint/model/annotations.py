"""The `load-balancer.hetzner.cloud/` annotations and how Hetzner's cloud controller manager parses their values.

Keys and parsers: `internal/annotation/load_balancer.go` and `name.go` of
https://github.com/hetznercloud/hcloud-cloud-controller-manager ; the manager ignores keys it does not know.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from kblint.source.spelling import nearest

PREFIX = "load-balancer.hetzner.cloud/"

ValueKind = Literal[
    "text",
    "list",
    "boolean",
    "integer",
    "port",
    "duration",
    "protocol",
    "algorithm",
    "certificate-type",
    "address",
    "network",
]

KEYS: Mapping[str, ValueKind] = MappingProxyType(
    {
        "algorithm-type": "algorithm",
        "certificate-type": "certificate-type",
        "disable-private-ingress": "boolean",
        "disable-public-network": "boolean",
        "health-check-http-domain": "text",
        "health-check-http-path": "text",
        "health-check-http-validate-certificate": "boolean",
        "health-check-interval": "duration",
        "health-check-port": "port",
        "health-check-protocol": "protocol",
        "health-check-retries": "integer",
        "health-check-timeout": "duration",
        "hostname": "text",
        "http-certificates": "list",
        "http-cookie-lifetime": "duration",
        "http-cookie-name": "text",
        "http-managed-certificate-acme-staging": "text",
        "http-managed-certificate-domains": "list",
        "http-managed-certificate-name": "text",
        "http-redirect-http": "boolean",
        "http-status-codes": "list",
        "http-sticky-sessions": "boolean",
        "http-timeout-idle": "duration",
        "ipv4-rdns": "text",
        "ipv6-disabled": "boolean",
        "ipv6-rdns": "text",
        "location": "text",
        "name": "text",
        "network-zone": "text",
        "node-selector": "text",
        "private-ipv4": "address",
        "private-subnet-ip-range": "network",
        "protocol": "protocol",
        "type": "text",
        "use-private-ip": "boolean",
        "uses-proxyprotocol": "boolean",
    }
)
"""Keys that the manager reads, without the prefix, and what it takes as their value."""

WRITTEN_BY_MANAGER = frozenset({"id", "ipv4", "ipv6"})
"""Keys that the manager itself writes; what stands there is overwritten."""

_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})
_INTEGER = re.compile(r"[+-]?[0-9]+")
_LONGEST = 30
"""Characters that an integer may have, leading zeros included; Go takes 64 bits."""
_DURATION = re.compile(r"[+-]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+|[+-]?0")
"""Go writes micro with the micro sign, and takes the Greek letter too. https://pkg.go.dev/time#ParseDuration"""

_EXPECTED: Mapping[ValueKind, str] = MappingProxyType(
    {
        "list": "a list with commas, without spaces around them",
        "boolean": "`true` or `false`",
        "integer": "a whole number",
        "port": "a port number from 1 to 65535",
        "duration": "a number with its unit, such as `15s`",
        "protocol": "`tcp`, `http` or `https`",
        "algorithm": "`round_robin` or `least_connections`",
        "certificate-type": "`uploaded` or `managed`",
        "address": "an IP address",
        "network": "a network in CIDR notation, such as `10.0.1.0/24`",
    }
)
_CHOICES: Mapping[ValueKind, tuple[str, ...]] = MappingProxyType(
    {
        "protocol": ("tcp", "http", "https"),
        "algorithm": ("round_robin", "least_connections"),
        "certificate-type": ("uploaded", "managed"),
    }
)
_SAME_MEANING: Mapping[str, str] = MappingProxyType(
    {"yes": "true", "on": "true", "enabled": "true", "no": "false", "off": "false", "disabled": "false"}
)


@dataclass(frozen=True, slots=True)
class AnnotationProblem:
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
    kind = KEYS.get(name)
    if kind is None:
        return AnnotationProblem("unknown", "a key that the cloud controller manager reads", nearest_key(name))
    if is_valid(kind, value):
        return None
    return AnnotationProblem("value", _EXPECTED[kind], _meant(kind, value))


def nearest_key(name: str) -> str | None:
    """The known key that was probably meant by `name`: a known end of it, else the most similar one, else None."""
    known = sorted(KEYS)
    for candidate in known:
        # `health-check-http-status-codes`: the manager's key has no `health-check-`
        if "-" in candidate and name.endswith(f"-{candidate}"):
            return candidate
    return nearest(name.replace("_", "-"), known)


def is_valid(kind: ValueKind, value: str) -> bool:
    """Whether the manager parses `value` as `kind`."""
    match kind:
        case "text":
            return True
        case "list":
            # split at the commas and taken as it is, spaces included
            return all(part and part == part.strip() for part in value.split(","))
        case "boolean":
            return as_boolean(value) is not None
        case "integer":
            return as_integer(value) is not None
        case "port":
            number = as_integer(value)
            return number is not None and 1 <= number <= 65535
        case "duration":
            return _DURATION.fullmatch(value) is not None
        case "address":
            return _is_address(value)
        case "network":
            return _is_network(value)
        case "certificate-type":
            # compared as written: `Managed` is silently taken as `uploaded`
            return value in _CHOICES[kind]
        case "protocol" | "algorithm":
            return value.lower() in _CHOICES[kind]


def as_boolean(value: str) -> bool | None:
    """`value` as Go's `strconv.ParseBool` takes it, None where it is an error."""
    return True if value in _TRUE else False if value in _FALSE else None


def as_integer(value: str) -> int | None:
    """`value` as Go's `strconv.Atoi` takes it, None where it is an error."""
    if not _INTEGER.fullmatch(value) or len(value) > _LONGEST:
        return None
    number = int(value)
    return number if -(1 << 63) <= number < 1 << 63 else None


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def _is_network(value: str) -> bool:
    address, slash, length = value.partition("/")
    if not slash or not length.isdecimal() or not _is_address(address):
        return False
    return int(length) <= ipaddress.ip_address(address).max_prefixlen


def _meant(kind: ValueKind, value: str) -> str | None:
    """The one value that `value` can only mean, None where that is a guess."""
    trimmed = value.strip()
    candidates: tuple[str, ...] = (trimmed, trimmed.lower(), _SAME_MEANING.get(trimmed.lower(), ""))
    if kind == "list":
        candidates = (",".join(part.strip() for part in value.split(",") if part.strip()),)
    if kind == "duration":
        candidates = (trimmed, f"{trimmed}s", trimmed.replace(" ", ""))
    if kind == "algorithm":
        candidates = (trimmed, trimmed.lower().replace("-", "_"), "")
    return next((candidate for candidate in candidates if candidate and is_valid(kind, candidate)), None)
