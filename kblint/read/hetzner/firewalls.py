"""Hetzner Cloud Firewalls in the shape of the API, also written by hand.

https://docs.hetzner.cloud/reference/cloud#firewalls
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kblint.model.firewall import Action, CloudFirewall, FirewallRule, PortRange
from kblint.model.meta import Text
from kblint.read.hetzner.balancers import held_in, name_of
from kblint.read.values import known, lenient_text, lenient_texts
from kblint.source.regex import regex
from kblint.source.text import Place
from kblint.source.values import Origin, PositionedDict, Unknown

WRAPPERS = ("firewalls", "firewall")
WORLD = ("0.0.0.0/0", "::/0")
_PORTS = regex(r"\s*([0-9]{1,5})\s*(?:-\s*([0-9]{1,5})\s*)?")


def read_firewalls(origin: Origin) -> tuple[CloudFirewall, ...]:
    """The firewalls that stand in `origin` under `firewalls` or `firewall`, else `origin` itself.

    Every mapping found there is taken for a firewall.
    """
    return tuple(firewall(found) for found in held_in(origin, WRAPPERS))


def is_firewall(node: PositionedDict) -> bool:
    """Whether a mapping is a firewall of the API or a short form of one, and nothing else."""
    rules = node.get("rules")
    if "apiVersion" in node or not isinstance(rules, list):
        return False
    if not rules:
        return "applied_to" in node and "name" in node
    return all(isinstance(rule, dict) and is_rule(rule) for rule in rules)


def is_rule(node: dict[str, object]) -> bool:
    """Whether a mapping is a rule of a Cloud Firewall: other makers write `ingress`, or no direction at all."""
    return node.get("direction") in ("in", "out") and "protocol" in node


def firewall(origin: Origin) -> CloudFirewall:
    """One firewall in the API's shape."""
    applied_to = origin.children("applied_to")
    return CloudFirewall(
        name=name_of(origin),
        rules=rules_of(origin),
        is_applied=bool(applied_to) if origin.is_written("applied_to") else None,
        applied_to=tuple(found for entry in applied_to if (found := _applied_to(entry)) is not None),
        place=Place(origin.source, origin.head),
    )


def spread(
    name: str, rules: Iterable[FirewallRule], applied_to: Sequence[Text | None], origin: Origin
) -> CloudFirewall:
    """A firewall that is spread over several resources or tasks: others may apply it too, None to what is not told."""
    told = tuple(dict.fromkeys(to for to in applied_to if to is not None))
    return CloudFirewall(name, tuple(rules), True if applied_to else None, told, origin.place())


def _applied_to(origin: Origin) -> Text | None:
    paths = (("server", "name"), ("server", "id"), ("label_selector", "selector"), ("server",), ("label_selector",))
    return next((found for path in paths if (found := lenient_text(origin.get(*path))) is not None), None)


def rules_of(origin: Origin) -> tuple[FirewallRule, ...]:
    """The `rules` of a firewall. Where they are unknown as a whole there is one of which nothing is known."""
    written = origin.get("rules")
    if isinstance(written, Unknown):
        return (FirewallRule(Action.ALLOW, "in", written, written, written, None, None, origin.place("rules")),)
    return tuple(map(rule, origin.children("rules")))


def rule(origin: Origin) -> FirewallRule:
    """One rule: `direction`, `protocol`, `port`, `source_ips`, `destination_ips`."""
    protocol = lenient_text(origin.get("protocol"))
    protocol = protocol.lower() if isinstance(protocol, str) else protocol or Unknown()
    direction = lenient_text(origin.get("direction"))
    return FirewallRule(
        action=Action.ALLOW,
        direction=direction if isinstance(direction, str) else "in",
        protocol=protocol,
        ports=ports(origin.get("port"), protocol),
        sources=networks(lenient_texts(origin.get("source_ips"))),
        interface=None,
        destination=",".join(map(network, known(lenient_texts(origin.get("destination_ips"))))) or None,
        place=origin.place("port"),
    )


def ports(value: object, protocol: Text) -> tuple[PortRange, ...] | Unknown:
    """`80`, `80-85` or `any`, as the API writes ports. Only tcp and udp have them, and need them."""
    if isinstance(protocol, str) and protocol not in ("tcp", "udp"):
        return ()
    written = lenient_text(value)
    if not isinstance(written, str):
        return written or Unknown()
    if written.strip().lower() == "any":
        return ()
    match = _PORTS.fullmatch(written)
    if not match:
        return Unknown(written)
    first = int(match[1])
    return (PortRange(first, int(match[2] or first)),)


def networks(values: Iterable[Text]) -> tuple[str, ...] | Unknown:
    """Addresses as networks. Unknown when one of them is, unless the known ones hold the whole world already."""
    given = tuple(values)
    found = tuple(map(network, known(given)))
    if len(found) < len(given) and not any(world in found for world in WORLD):
        return next(value for value in given if isinstance(value, Unknown))
    return found


def network(address: str) -> str:
    """An address in CIDR form: a bare one is a network of one."""
    address = address.strip()
    if "/" in address:
        return address
    return f"{address}/{128 if ':' in address else 32}"
