"""What UFW prints and keeps: `ufw status`, and the files `user.rules`, `/etc/default/ufw` and `ufw.conf`."""

from __future__ import annotations

import re
from urllib.parse import unquote

from msgspec.structs import replace

from kblint.model.firewall import Action, FirewallRule, HostFirewall
from kblint.read.ufw.rules import EVERYWHERE, RuleTable, Written, is_address, matches, rules
from kblint.source.regex import regex
from kblint.source.text import Place, Source, Span

_STATUS = regex(r"^Status: (active|inactive)[ \t\r]*(?:#.*)?$", re.MULTILINE)
_DEFAULT = regex(r"^Default: (.*)$", re.MULTILINE)
_POLICY = regex(r"(allow|deny|reject) \((incoming|outgoing|routed)\)")
_ROW = regex(
    r"(?:\[ *\d+\] )?(?P<to>\S.*?)\s+(?P<action>ALLOW|DENY|REJECT|LIMIT)(?: (?P<direction>IN|OUT|FWD))?\s+"
    r"(?P<source>\S.*?)(?:\s+\((?:log|log-all|out)[^)]*\))*\s*(?:\s# .*)?"
)
_LINE = regex(r"^.{1,500}$", re.MULTILINE)
"""Longer lines are none of UFW's."""
_DIRECTIONS = {"IN": "in", "OUT": "out", "FWD": "routed", None: "in"}


def statuses(source: Source) -> tuple[HostFirewall, ...]:
    """Each `ufw status` of a text, plain, `numbered` or `verbose`; nothing for any other text."""
    heads = list(_STATUS.finditer(source.text))
    bounds = [*(head.start() for head in heads), len(source.text)]
    return tuple(_status(source, head, bounds[index + 1]) for index, head in enumerate(heads))


def _status(source: Source, head: re.Match[str], end: int) -> HostFirewall:
    default = _DEFAULT.search(source.text, head.end(), end)
    policies = {direction: policy for policy, direction in _POLICY.findall(default[1] if default else "")}
    return HostFirewall(
        name=source.path,
        rules=_rows(source, head.end(), end),
        active=head[1] == "active",
        default_incoming=policies.get("incoming"),
        default_routed=policies.get("routed"),
        is_complete=True,
        place=Place(source, Span(*head.span())),
        is_listing=True,
    )


def _rows(source: Source, start: int, end: int) -> tuple[FirewallRule, ...]:
    """The rules in their order; those for IPv6 only where they repeat none, and then with that as their source."""
    lines = _LINE.finditer(source.text, start, end)
    rows = [row for line in lines if (row := _ROW.fullmatch(source.text, *line.span()))]
    both = {
        (rule.action, matches(rule)) for row in rows if not _is_for_version_6(row) for rule in _row_rules(source, row)
    }
    found: list[FirewallRule] = []
    for row in rows:
        for rule in _row_rules(source, row):
            if not _is_for_version_6(row):
                found.append(rule)
            elif (rule.action, matches(rule)) not in both:
                found.append(replace(rule, sources=rule.sources or ("::/0",)))
    return tuple(found)


def _is_for_version_6(row: re.Match[str]) -> bool:
    return "(v6)" in row["to"] or "(v6)" in row["source"]


def _row_rules(source: Source, row: re.Match[str]) -> tuple[FirewallRule, ...]:
    to, interface = _without_interface(row["to"].replace(" (v6)", ""))
    origin, origin_interface = _without_interface(row["source"].replace(" (v6)", ""))
    address, port = _address_and_port(to)
    source_address, source_port = _address_and_port(origin)
    return rules(
        Written(
            Action(row["action"].lower()),
            Place(source, Span(row.start("to"), row.end("source"))),
            direction=_DIRECTIONS[row["direction"]],
            port=port,
            source=source_address,
            source_port=source_port,
            destination=address,
            # what is routed comes in where its source is
            interface=(origin_interface or interface) if row["direction"] == "FWD" else interface,
        )
    )


def _without_interface(text: str) -> tuple[str, str | None]:
    before, on, interface = text.partition(" on ")
    return before.strip(), interface.strip() if on else None


def _address_and_port(text: str) -> tuple[str | None, str | None]:
    """`Anywhere`, `10.0.0.1`, `10.0.0.1 80/tcp`, `80/tcp`, `80,443/tcp (Nginx Full)`, `Nginx Full`."""
    text = re.sub(r"\s+\([^)]*\)$", "", text)
    first, _, rest = text.partition(" ")
    if first.lower() in EVERYWHERE or is_address(first):
        return first, rest.strip() or None
    if first.lower().startswith("anywhere/"):
        return None, f"any{first[len('anywhere') :]}"
    return None, text


_TUPLE = regex(r"### tuple ###[ \t]+(\S.*?)\s*")
_FRAME = regex(r"^:ufw(6?)-user-input\b", re.MULTILINE)


def user_rules(source: Source) -> tuple[HostFirewall, ...] | None:
    """`user.rules`, by its `### tuple ###` comments; None for any other text.

    `user6.rules` repeats the rules for IPv6 and gives nothing: load balancers speak IPv4 to their targets.
    https://docs.hetzner.com/cloud/load-balancers/overview
    """
    frame = _FRAME.search(source.text)
    lines = _LINE.finditer(source.text) if "### tuple ###" in source.text else ()
    tuples = [found for line in lines if (found := _TUPLE.fullmatch(source.text, *line.span()))]
    if frame is None and not tuples:
        return None
    fields = [found[1].split() for found in tuples]
    if (frame and frame[1]) or (tuples and all(len(one) > 5 and ":" in f"{one[3]}{one[5]}" for one in fields)):
        return ()
    table = RuleTable()
    for found in tuples:
        table.add(_tuple_rules(found[1], Place(source, Span(*found.span(1)))))
    start = frame.span() if frame else tuples[0].span(1)
    return (table.firewall(source.path, Place(source, Span(*start)), is_listing=True),)


def _tuple_rules(text: str, place: Place) -> tuple[FirewallRule, ...]:
    """`ACTION PROTO DPORT DST SPORT SRC [DAPP SAPP] DIRECTION[_INTERFACE] [comment=HEX]`."""
    fields = [field for field in text.split() if not field.startswith("comment=")]
    if len(fields) not in (7, 9):
        return ()
    prefix, _, action = fields[0].rpartition(":")
    action = action.removesuffix("_log-all").removesuffix("_log")
    if action not in {known.value for known in Action}:
        return ()
    direction, _, interface = fields[-1].partition("!")[0].partition("_")
    _, protocol, port, destination, source_port, origin = fields[:6]
    application = unquote(fields[6]) if len(fields) == 9 and fields[6] != "-" else None
    return rules(
        Written(
            Action(action),
            place,
            direction="routed" if prefix == "route" else direction,
            protocol=protocol,
            # an application's ports are written out
            port=port,
            application=application if port == "any" else None,
            source=origin,
            source_port=source_port,
            destination=destination,
            interface=interface or None,
        )
    )


_SETTING = regex(r"^[ \t]*(?P<name>[A-Z0-9_]+)=[\"']?(?P<value>[A-Za-z]+)[\"']?[ \t\r]*$", re.MULTILINE)
_POLICIES = {"DROP": "deny", "REJECT": "reject", "ACCEPT": "allow"}


def settings(source: Source) -> HostFirewall | None:
    """`/etc/default/ufw` (policies) or `/etc/ufw/ufw.conf` (`ENABLED`); None for any other text."""
    found = {setting["name"]: setting for setting in _SETTING.finditer(source.text)}
    policy = found.get("DEFAULT_INPUT_POLICY")
    enabled = found.get("ENABLED") if "LOGLEVEL" in found and "ufw" in source.text else None
    head = policy or enabled
    if head is None:
        return None
    table = RuleTable(
        active=enabled["value"].lower() == "yes" if enabled else None,
        default_incoming=_POLICIES.get(policy["value"].upper()) if policy else None,
    )
    routed = found.get("DEFAULT_FORWARD_POLICY")
    table.default_routed = _POLICIES.get(routed["value"].upper()) if routed else None
    return table.firewall(source.path, Place(source, Span(*head.span("value"))), is_listing=False)
