"""What every form of the register of ports says in the same words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Final

from kblint.register import Entry, PortKind

TITLES: Final = {
    PortKind.BALANCER: "Load balancer ports",
    PortKind.NODE: "Node ports",
    PortKind.HOST: "Host ports",
    PortKind.RESERVED: "Reserved ports",
}
EXPLANATIONS: Final = {
    PortKind.BALANCER: "one of each per balancer",
    PortKind.NODE: "one number, one Service in the whole cluster",
    PortKind.HOST: "one of each per node, protocol and address",
    PortKind.RESERVED: "held by the nodes' own programs, not for applications",
}


def by_kind(entries: Sequence[Entry]) -> Iterator[tuple[PortKind, list[Entry]]]:
    """The entries, which are sorted, kind by kind."""
    for kind, group in groupby(entries, key=attrgetter("kind")):
        yield kind, list(group)


def port_of(entry: Entry) -> str:
    """`8080/tcp`, with the address where it is bound to one: `127.0.0.1:8080/tcp`."""
    address = f"[{entry.address}]" if ":" in entry.address else entry.address
    number = "?" if entry.port is None else str(entry.port)
    return f"{address}{':' if address else ''}{number}/{entry.protocol.lower()}"


def use_of(entry: Entry) -> str:
    """What it is for, and on which nodes where that is not all of them."""
    nodes = entry.where if entry.kind in (PortKind.HOST, PortKind.RESERVED) and entry.where != "every node" else ""
    return ", ".join(part for part in (entry.use, nodes) if part)


def conflict_of(entry: Entry) -> str:
    """Who else claims it, and how sure it is that they meet; empty where nobody does."""
    if not entry.conflict or entry.is_certain:
        return entry.conflict
    return f"{entry.conflict}, on some nodes"


def numbers(ports: Sequence[int]) -> str:
    """Free ports in one line."""
    return " ".join(map(str, ports)) or "none is left"
