"""Addresses that MetalLB or Cilium give to Services of type LoadBalancer, and announce in the nodes' own network.

https://metallb.io/configuration/ and https://docs.cilium.io/en/stable/network/lb-ipam/ : a pool gives the address, an
advertisement makes it reached.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from kblint.model.bundle import Bundle, Other
from kblint.model.meta import Meta
from kblint.model.networks import address_of, is_private

_POOLS = {("metallb.io", "IPAddressPool"): "MetalLB", ("cilium.io", "CiliumLoadBalancerIPPool"): "Cilium"}
_ANNOUNCED_BY = {
    ("metallb.io", "L2Advertisement"): "MetalLB",
    ("metallb.io", "BGPAdvertisement"): "MetalLB",
    ("cilium.io", "CiliumL2AnnouncementPolicy"): "Cilium",
    ("cilium.io", "CiliumBGPAdvertisement"): "Cilium",
    ("cilium.io", "CiliumBGPPeeringPolicy"): "Cilium",
}
_LIMITS = (("spec", "serviceAllocation"), ("spec", "serviceSelector"))
"""Where a pool says for which Services it is."""
CLASSES = {"io.cilium/bgp-control-plane": "Cilium", "io.cilium/l2-announcer": "Cilium"}
"""Classes of Services, and who owns them: https://docs.cilium.io/en/stable/network/lb-ipam/#loadbalancerclass"""


class Announcer(Struct, frozen=True):
    """Who gives Services their addresses; `doubt` says why they may not be reached there, empty where they are."""

    name: str
    doubt: str


def announcer(bundle: Bundle, *, is_hetzner: bool) -> Announcer | None:
    """Who gives addresses to Services of type LoadBalancer; None where no pool is in the input, or pools of two."""
    pools: dict[str, list[Meta]] = {}
    announced: set[str] = set()
    for one in bundle.all(Other):
        kind = (one.meta.group, one.meta.kind)
        if owner := _POOLS.get(kind):
            pools.setdefault(owner, []).append(one.meta)
        announced.update({_ANNOUNCED_BY[kind]} if kind in _ANNOUNCED_BY else ())
    if len(pools) != 1:
        return None
    ((name, own),) = pools.items()
    if name not in announced:
        return Announcer(name, f"{name} gives it an address, and nothing in the input announces that")
    if all(any(pool.origin.get(*path) for path in _LIMITS) for pool in own):
        return Announcer(name, f"every pool of {name} is for some Services only")
    if is_hetzner:
        # https://docs.hetzner.com/cloud/networks/faq : addresses are routed, nobody asks who has one
        return Announcer(name, f"{name} announces its address, which Hetzner's networks do not listen to")
    private = [address for pool in own for address in _addresses(pool) if not _is_public(address)]
    if private:
        doubt = f"its address is one of `{private[0]}`: how people outside come there is not in the input"
        return Announcer(name, doubt)
    return Announcer(name, "")


def _addresses(pool: Meta) -> Iterator[str]:
    """What a pool gives, as it is written: networks, or the first address of a range and the last."""
    spec = pool.origin.child("spec")
    listed = spec.get("addresses")
    yield from (str(one) for one in listed if isinstance(one, str)) if isinstance(listed, list) else ()
    for key in ("blocks", "cidrs"):
        for block in spec.children(key):
            cidr, start, stop = (block.get(name) for name in ("cidr", "start", "stop"))
            if isinstance(cidr, str) or isinstance(start, str):
                yield str(cidr) if isinstance(cidr, str) else f"{start}-{stop}" if isinstance(stop, str) else str(start)


def _is_public(written: str) -> bool:
    """Whether the first of some addresses is surely one that the Internet routes."""
    first = written.partition("-")[0].partition("/")[0].strip()
    return address_of(first) is not None and not is_private(first)
