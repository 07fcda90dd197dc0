"""Names that UFW takes for ports: services of `/etc/services`, and application profiles; `services.yaml` holds both."""

from __future__ import annotations

import functools
import importlib.resources
from collections.abc import Mapping
from typing import NamedTuple

import yaml


class PortRule(NamedTuple):
    """Ports as UFW writes them, and their protocol: tcp, udp or any."""

    ports: str
    protocol: str


@functools.cache
def known_names() -> Mapping[str, Mapping[str, tuple[PortRule, ...]]]:
    """The names of `services` and of `applications`, each with what it stands for."""
    text = (importlib.resources.files("kblint.read.ufw") / "services.yaml").read_text(encoding="utf-8")
    table: Mapping[str, Mapping[str, str]] = yaml.load(text, yaml.CSafeLoader)
    return {
        kind: {name: tuple(PortRule(*rule.split("/")) for rule in rules.split()) for name, rules in names.items()}
        for kind, names in table.items()
    }


def service(name: str) -> PortRule | None:
    """The ports of a service; names are compared as written, like in `/etc/services`."""
    return next(iter(known_names()["services"].get(name, ())), None)


def application(name: str) -> tuple[PortRule, ...]:
    """The ports of an application profile, whatever its case; nothing for one that is not known."""
    known = known_names()["applications"]
    lowered = (openings for other, openings in known.items() if other.lower() == name.lower())
    return known.get(name) or next(lowered, ())
