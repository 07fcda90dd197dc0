"""What declarations that do not go together do to the ways in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kblint.wire.conflict import Conflict
from kblint.wire.faults.fault import Failure, Fault, Kind, Outcome

_STOPS: Mapping[tuple[str, str], tuple[Kind, Outcome | Failure, str, str]] = {
    ("owners", "elsewhere"): (
        Kind.OWNERS,
        Failure.REFUSED,
        "the cloud controller manager takes this listener away: {value} has the same balancer",
        "",
    ),
    ("owners", "services"): (
        Kind.OWNERS,
        Failure.REFUSED,
        "{other} and {value} have the same balancer, and the cloud controller manager keeps the listeners of one",
        "",
    ),
    ("location", "terraform"): (Kind.LOCATION, Outcome.REJECTED, "it has no location and no network zone", ""),
    ("location", "managed"): (
        Kind.LOCATION,
        Outcome.NOT_MADE,
        "nothing tells where to make it",
        "a balancer of this name may be there already",
    ),
    ("location", "annotations"): (
        Kind.LOCATION,
        Outcome.NOT_MADE,
        "nothing here tells where to make it",
        "the cloud controller manager may have a default",
    ),
    ("network", ""): (Kind.NETWORK, Failure.REFUSED, "it is in no network, and reaches none of its targets", ""),
    ("balancer-value", ""): (
        Kind.BALANCER_VALUE,
        Outcome.REJECTED,
        "`{name}` is `{value}`, not `{other}`",
        "Hetzner may have more of them by now",
    ),
    ("balancer-value", "managed"): (
        Kind.BALANCER_VALUE,
        Outcome.NOT_MADE,
        "`{name}` is `{value}`, not `{other}`",
        "Hetzner may have more of them by now",
    ),
    ("no-targets", ""): (Kind.TARGETS, Failure.REFUSED, "it has no targets", "they may be added elsewhere"),
    ("middleware", ""): (Kind.MIDDLEWARE, Outcome.NOT_FOUND, "Traefik finds no middleware `{value}`", ""),
    ("unwatched", "provider"): (Kind.UNWATCHED, Outcome.NOT_FOUND, "Traefik is started without `{value}`", ""),
    ("unwatched", "namespace"): (
        Kind.UNWATCHED,
        Outcome.NOT_FOUND,
        "the controller does not watch namespace `{value}`",
        "",
    ),
    ("unwatched", "class"): (
        Kind.UNWATCHED,
        Outcome.NOT_FOUND,
        "the controller takes classes of `{value}` only",
        "another controller may take it",
    ),
    ("cross-namespace", ""): (
        Kind.CROSS_NAMESPACE,
        Outcome.NOT_FOUND,
        "Traefik takes no {other} of another namespace",
        "",
    ),
    ("traefik-group", ""): (
        Kind.TRAEFIK_GROUP,
        Outcome.NOT_FOUND,
        "Traefik 3 does not look at objects of `{value}`",
        "",
    ),
    ("entry-point", ""): (
        Kind.ROUTE_ENTRY_POINT,
        Outcome.NOT_FOUND,
        "Traefik has no entry point `{value}`",
        "Traefik may be given more entry points",
    ),
    ("route-rule", "connection"): (
        Kind.ROUTE_RULE,
        Outcome.EMPTY_REPLY,
        "Traefik knows no `{value}` for connections",
        "",
    ),
    ("route-rule", "sni"): (Kind.ROUTE_RULE, Outcome.EMPTY_REPLY, "without TLS a connection names no host", ""),
    ("route-rule", ""): (Kind.ROUTE_RULE, Outcome.NOT_FOUND, "Traefik cannot read the rule: `{value}`", ""),
    ("portmap", ""): (
        Kind.PORTMAP,
        Failure.REFUSED,
        "{other} opens no host ports on the nodes",
        "something else may open host ports",
    ),
    ("private-ingress", ""): (
        Kind.PRIVATE_INGRESS,
        Failure.REFUSED,
        "nodes take its private address for their own (ipvs), and do not answer it",
        "the cloud controller manager may keep the address out by default",
    ),
}
"""By the kind and the case of a conflict, or by its kind: what it does, what symptom, why, and what is in doubt."""


def conflict_faults(conflict: Conflict) -> Iterator[Fault]:
    """What a conflict stops, or may stop."""
    found = _STOPS.get((conflict.kind, conflict.case)) or _STOPS.get((conflict.kind, ""))
    if found is None or conflict.stops is None:
        return
    kind, effect, reason, doubt = found
    told = reason.format(name=conflict.name, value=conflict.value, other=conflict.other)
    for thing in conflict.things:
        yield Fault(kind, thing, conflict.place, told, effect, conflict.stops, conflict.case, conflict, doubt)
