"""The register of ports: who holds which port where. Plain frozen records, made of what is wired."""

from __future__ import annotations

import enum

from msgspec import Struct

from kblint.source.text import Place


class PortKind(enum.Enum):
    """Where a port counts, in the order of a request: on a balancer, in the whole cluster, on a node."""

    BALANCER = "load balancer"
    NODE = "node port"
    HOST = "host port"
    RESERVED = "reserved"


class Entry(Struct, frozen=True):
    """One port and who holds it.

    `port` is None where nobody knows it yet (a node port that the API server will pick). `address` is what the port is
    bound to, empty for every address. `where` says on which balancer or nodes it counts, `use` what it is for. `place`
    is None where no input file says it. `conflict` names who else claims it, empty where nobody does; `is_certain` says
    that both surely meet.
    """

    kind: PortKind
    port: int | None
    protocol: str
    address: str
    where: str
    holder: str
    use: str
    place: Place | None
    conflict: str = ""
    is_certain: bool = True


class RegisterVariant(Struct, frozen=True):
    """The ports of what is deployed together, sorted. `name` is the folder or file that sets it apart, empty alone."""

    name: str
    entries: tuple[Entry, ...]


class FreePorts(Struct, frozen=True):
    """Ports that nobody holds in any variant, the best choice first."""

    host: tuple[int, ...]
    node: tuple[int, ...]


class Register(Struct, frozen=True):
    """Every port in use.

    `reserved` are the ports that the nodes' own programs hold in any variant, `free` is None unless somebody asked for
    free ports.
    """

    profile: str
    variants: tuple[RegisterVariant, ...]
    reserved: tuple[Entry, ...] = ()
    free: FreePorts | None = None
