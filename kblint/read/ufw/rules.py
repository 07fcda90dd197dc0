"""Rules of UFW: from what is written to rules of the model, and the table they form.

https://manpages.ubuntu.com/manpages/noble/en/man8/ufw.8.html
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, field

from kblint.model.firewall import Action, FirewallRule, HostFirewall, PortRange
from kblint.model.meta import Text
from kblint.read.hetzner.firewalls import network
from kblint.read.ufw.services import PortRule, application, service
from kblint.source.regex import regex
from kblint.source.text import Place
from kblint.source.values import Unknown

EVERYWHERE = frozenset({"any", "anywhere", "0.0.0.0/0", "::/0"})
_PORT = regex(r"([0-9]{1,5})(?:[:-]([0-9]{1,5}))?")
_ADDRESS = regex(r"[0-9a-fA-F:.]+(?:/[0-9.]+)?")


class Written(Struct, frozen=True):
    """One rule as written, before names are looked up. Empty or None: not written."""

    action: Action
    place: Place
    direction: str = "in"
    protocol: Text | None = None
    port: Text | None = None
    application: Text | None = None
    source: Text | None = None
    source_port: Text | None = None
    destination: Text | None = None
    interface: str | None = None


def rules(written: Written) -> tuple[FirewallRule, ...]:
    """The rules it makes: one, but several for an application profile with tcp and udp ports."""
    return tuple(
        FirewallRule(
            action=written.action,
            direction=written.direction,
            protocol=protocol,
            ports=ports,
            sources=_sources(written),
            interface=written.interface,
            destination=_destination(written.destination),
            place=written.place,
        )
        for protocol, ports in _openings(written)
    )


def _openings(written: Written) -> Iterable[tuple[Text, tuple[PortRange, ...] | Unknown]]:
    if written.source_port is not None and written.source_port != "any":
        # it lets through only what comes from some port, which the model does not hold
        return ((written.protocol or "any", Unknown()),)
    if written.application is not None:
        return _application(written.application)
    port, protocol = written.port, written.protocol
    if isinstance(port, str) and "/" in port:
        port, _, protocol = port.rpartition("/")
    if port is None or port == "any":
        return ((protocol or "any", ()),)
    if isinstance(port, Unknown):
        known = port.text.rpartition("/")[2]
        return ((protocol or (known if known in ("tcp", "udp") else port), port),)
    found = port_ranges(port)
    if not isinstance(found, Unknown):
        return ((protocol or "any", found),)
    named = service(port)
    if named:
        return ((protocol or named.protocol, port_ranges(named.ports)),)
    return _application(port)


def _application(name: Text) -> Iterable[tuple[Text, tuple[PortRange, ...] | Unknown]]:
    openings: tuple[PortRule, ...] = () if isinstance(name, Unknown) else application(name)
    if not openings:
        unknown = name if isinstance(name, Unknown) else Unknown(name)
        return ((unknown, unknown),)
    return tuple((opening.protocol, port_ranges(opening.ports)) for opening in openings)


def port_ranges(written: str) -> tuple[PortRange, ...] | Unknown:
    """`80`, `80,443`, `8000:8010`; unknown for anything else."""
    found: list[PortRange] = []
    for part in written.split(","):
        match = _PORT.fullmatch(part.strip())
        if not match:
            return Unknown(written)
        first = int(match[1])
        found.append(PortRange(first, int(match[2] or first)))
    return tuple(found)


def _sources(written: Written) -> tuple[str, ...] | Unknown:
    source = written.source
    if isinstance(source, Unknown):
        return source
    if source == "::/0":
        return (source,)
    return () if source is None or source.lower() in EVERYWHERE else (network(source),)


def _destination(written: Text | None) -> str | None:
    if isinstance(written, Unknown):
        return written.text
    return None if written is None or written.lower() in EVERYWHERE else written


def is_address(text: str) -> bool:
    """Whether a word is an address or a network, not a port."""
    return ("." in text or ":" in text) and _ADDRESS.fullmatch(text) is not None and _PORT.fullmatch(text) is None


def matches(rule: FirewallRule) -> tuple[object, ...]:
    """What a rule is about: all of it but its action and its place."""
    return (rule.direction, rule.protocol, rule.ports, rule.sources, rule.interface, rule.destination)


class RuleTable(Struct):
    """The rules and settings of UFW while its commands are replayed."""

    rules: list[FirewallRule] = field(default_factory=list)
    active: bool | None = None
    default_incoming: str | None = None
    default_routed: str | None = None
    is_reset: bool = False
    _held: dict[tuple[object, ...], FirewallRule] = field(default_factory=dict)

    def add(self, added: Iterable[FirewallRule], position: int | None = None) -> None:
        """Add rules at the end, or before rule `position` (from 1).

        UFW skips a rule it has already, and changes the action of one that differs in nothing else.
        """
        for rule in added:
            held = self._held.get(matches(rule))
            if held is not None and held.action is rule.action:
                continue
            self._held[matches(rule)] = rule
            if held is not None:
                self.rules[self._index(held)] = rule
            elif position is None:
                self.rules.append(rule)
            else:
                self.rules.insert(position - 1, rule)
                position += 1

    def delete(self, deleted: Iterable[FirewallRule]) -> None:
        """Take away the rules that are the same, action included."""
        for rule in deleted:
            held = self._held.get(matches(rule))
            if held is not None and held.action is rule.action:
                self.delete_number(self._index(held) + 1)

    def delete_number(self, number: int) -> None:
        """Take away rule `number` (from 1), if it is one of those."""
        if 1 <= number <= len(self.rules):
            del self._held[matches(self.rules.pop(number - 1))]

    def _index(self, rule: FirewallRule) -> int:
        return next(index for index, held in enumerate(self.rules) if held is rule)

    def reset(self) -> None:
        """Back to an inactive firewall without rules, which denies what comes in once it is enabled."""
        self.rules.clear()
        self._held.clear()
        self.active, self.is_reset = False, True
        self.default_incoming, self.default_routed = "deny", "deny"

    def firewall(self, name: str, place: Place, *, is_listing: bool) -> HostFirewall:
        """The firewall as it stands now: complete if it was listed, or reset before and switched on after."""
        return HostFirewall(
            name,
            tuple(self.rules),
            self.active,
            self.default_incoming,
            self.default_routed,
            is_listing or (self.is_reset and self.active is True),
            place,
            is_listing,
        )
