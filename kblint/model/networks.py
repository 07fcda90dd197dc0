"""Networks that the Internet does not route: RFC 1918, and RFC 4193 for IPv6."""

from __future__ import annotations

import ipaddress

PRIVATE = tuple(ipaddress.ip_network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))


def is_private(address: str) -> bool:
    """Whether an address is one of a private network; False for what is no address."""
    try:
        known = ipaddress.ip_address(address.strip())
    except ValueError:
        return False
    return any(known in network for network in PRIVATE)
