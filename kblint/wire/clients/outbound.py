"""What containers call outside the cluster, and Cloud Firewalls that do not let it out.

A Hetzner Cloud Firewall lets everything out until it has its first outbound rule; from then on only what a rule names.
https://docs.hetzner.com/cloud/firewalls/overview
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from kblint.model.bundle import Bundle
from kblint.model.firewall import CloudFirewall, FirewallRule
from kblint.model.workload import Container, Workload
from kblint.source.regex import regex
from kblint.source.text import Place
from kblint.wire.nodes.filtering import Filters
from kblint.wire.nodes.matching import covers

_HOST = r"(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,})"
_IN_URL = regex(rf"[a-z][a-z0-9+.-]*://(?:[^/@\s]*@)?{_HOST}:(?P<port>\d{{1,5}})(?!\d)", re.IGNORECASE)
_NAME = regex(_HOST, re.IGNORECASE)
_INSIDE = regex(r"(.*\.)?(svc|local|localhost|internal|lan|home|cluster|localdomain)", re.IGNORECASE)
"""Names that no public DNS knows."""
_SERVICE_NAME = regex(r"[^.]+\.[^.]+\.svc(\..*)?", re.IGNORECASE)


class OutsideCall(Struct, frozen=True, eq=False):
    """A port of a host outside the cluster that a container is told to call, over TCP."""

    workload: Workload
    host: str
    port: int
    place: Place


class ClosedOutbound(Struct, frozen=True, eq=False):
    """What is called outside and a Cloud Firewall does not let out; `rule` is its first outbound rule."""

    firewall: CloudFirewall
    rule: FirewallRule
    calls: tuple[OutsideCall, ...]


def closed_outbound(bundle: Bundle, filters: Filters) -> tuple[ClosedOutbound, ...]:
    """For Cloud Firewalls with outbound rules, what they keep in; all that are applied let out together."""
    applied = [firewall for firewall in filters.cloud_firewalls if firewall.is_applied is not False]
    rules = [rule for firewall in applied for rule in firewall.rules if rule.direction == "out"]
    if not rules:
        return ()
    calls = [
        call
        for workload in bundle.all(Workload)
        for container in workload.pod.containers
        for call in _outside_calls(workload, container)
    ]
    closed = tuple(call for call in calls if all(covers(rule, call.port, "tcp") is False for rule in rules))
    firewall = next(firewall for firewall in applied if rules[0] in firewall.rules)
    return (ClosedOutbound(firewall, rules[0], closed),) if closed else ()


def _outside_calls(workload: Workload, container: Container) -> Iterator[OutsideCall]:
    """Calls that variables of a container name: addresses with a port, or a host beside its port."""
    values = {entry.name: entry for entry in container.env if isinstance(entry.value, str)}
    for name, entry in values.items():
        value, place = str(entry.value), entry.origin.place("value")
        for found in _IN_URL.finditer(value):
            if _is_outside(found["host"]):
                yield OutsideCall(workload, found["host"], int(found["port"]), place)
        port = values.get(f"{name.removesuffix('HOST')}PORT") if name.endswith("HOST") else None
        if port and str(port.value).isdecimal() and _NAME.fullmatch(value) and _is_outside(value):
            yield OutsideCall(workload, value, int(str(port.value)), place)


def _is_outside(host: str) -> bool:
    return not (_INSIDE.fullmatch(host) or _SERVICE_NAME.fullmatch(host))
