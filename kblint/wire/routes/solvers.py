"""Issuers of cert-manager that prove a host with a route of their own, for a class that nobody serves.

https://cert-manager.io/docs/configuration/acme/http01/
"""

from __future__ import annotations

from collections.abc import Iterator

from kblint.model.bundle import Bundle, Other
from kblint.model.route import RouteClass
from kblint.source.spelling import Spellings
from kblint.wire.conflict import Conflict
from kblint.wire.evidence import Evidence
from kblint.wire.routes.hosts import CLASS_NAMES, Takers

_KEYS = ("ingressClassName", "class")
_TOLD = 50
"""Classes that are named: more than a message has room for."""


def solver_conflicts(bundle: Bundle, takers: Takers, *, has_more: bool) -> Iterator[Conflict]:
    """Solvers whose class is none of those here; `has_more`: something may make more of them."""
    classes = {one.meta.name: one.meta for one in bundle.all(RouteClass) if one.meta.kind == "IngressClass"}
    here = set(classes) | {name for name, controller in CLASS_NAMES.items() if controller in takers.here}
    spellings, first = Spellings(here), sorted(here)[:_TOLD]
    for meta in (one.meta for one in bundle.all(Other) if one.meta.group == "cert-manager.io"):
        for solver in meta.origin.children("spec", "acme", "solvers"):
            asked = solver.child("http01", "ingress")
            for key in _KEYS:
                name = asked.get(key)
                near = spellings.nearest(name) if isinstance(name, str) else None
                if not isinstance(name, str) or not here or name in here or (has_more and not near):
                    continue
                meant = near or first[0]
                place = classes[meant].origin.place("metadata", "name") if meant in classes else None
                shown = (Evidence(place, "a class that is here"),) if place else ()
                others = "`, `".join(first)
                yield Conflict(
                    "solver-class", meta, asked.place(key), str(meta), name, others, suggestion=near, shown=shown
                )
