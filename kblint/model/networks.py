"""Networks that the Internet does not route: RFC 1918, and RFC 4193 for IPv6."""

from __future__ import annotations

import ipaddress

PRIVATE = tuple(ipaddress.ip_network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))


def address_of(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a text is; None for anything else."""
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def is_private(text: str) -> bool:
    """Whether a text is an address of a private network."""
    address = address_of(text.strip())
    return address is not None and any(address in network for network in PRIVATE)
