"""The subject Route: an Ingress or a route of another dialect, as a whole."""

from __future__ import annotations

from collections.abc import Iterator

from kblint.engine.row import Row
from kblint.engine.subject import Subject
from kblint.engine.subjects.fields import boolean, build, maybe_one, maybe_text, row_type, subject, text, texts
from kblint.engine.subjects.referring import object_ref
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.wire.journeys.journey import Cause
from kblint.wire.routes.route_parents import WiredParent, WiredRoute
from kblint.wire.topology import Topology

PARENT = row_type(
    "Parent",
    "a parent that a route does not attach to",
    {
        "name": text("the Gateway it names"),
        "problem": text("why it does not attach"),
        "near": maybe_one("ObjectRef", "the Gateway that refuses it, or that is probably meant"),
    },
)
SECRET = row_type(
    "MisplacedSecret",
    "a TLS secret that stands in another namespace",
    {"name": text("its name"), "found": maybe_one("ObjectRef", "where it stands")},
)
ROUTE = row_type(
    "Route",
    "an Ingress, a route of the Gateway API, or Traefik's IngressRoute",
    {
        "kind": text("Ingress, HTTPRoute, ..."),
        "name": text("its name"),
        "namespace": maybe_text("its namespace, null where none is written"),
        "className": maybe_text("the class it names"),
        "classProblem": maybe_text(
            "`unknown` (no such class here) or `no-default` (none is named, none is the default)"
        ),
        "isLost": boolean("whether a known way in breaks because no controller takes the class"),
        "classes": texts("the classes in the input"),
        "similarClass": maybe_one("ObjectRef", "a class whose name differs by a slip of the hand"),
        "someClass": maybe_one("ObjectRef", "one of the classes in the input"),
        "brokenParent": maybe_one("Parent", "a parent it does not attach to"),
        "misplacedSecret": maybe_one("MisplacedSecret", "a TLS secret that stands in another namespace"),
    },
)


def routes(topology: Topology) -> Iterator[Subject]:
    """Every route."""
    for wired in topology.routes:
        yield subject(topology, _route(wired, topology), wired.route.meta, ("route", id(wired.route)))


def _route(wired: WiredRoute, topology: Topology) -> Row:
    route = wired.route
    broken = next((parent for parent in wired.parents if parent.problem), None)
    return build(
        ROUTE,
        route.meta.origin.place("metadata", "name"),
        {
            "kind": route.meta.kind,
            "name": route.meta.name,
            "namespace": route.meta.namespace,
            "className": route.class_name,
            "classProblem": wired.class_problem,
            "isLost": Cause("class", ("route", id(route))) in topology.broken,
            "classes": [meta.name for meta in wired.classes],
            "similarClass": object_ref(wired.similar_class) if wired.similar_class else None,
            "someClass": object_ref(wired.classes[0]) if wired.classes else None,
            "brokenParent": _parent(broken) if broken else None,
            "misplacedSecret": _secret(wired),
        },
        {"className": _class_place(wired)},
    )


def _class_place(wired: WiredRoute) -> Place:
    origin = wired.route.meta.origin
    if origin.is_written("spec", "ingressClassName"):
        return origin.place("spec", "ingressClassName")
    annotation = ("metadata", "annotations", "kubernetes.io/ingress.class")
    return origin.place(*annotation) if origin.is_written(*annotation) else origin.place("metadata", "name")


def _parent(wired: WiredParent) -> Row:
    key = "sectionName" if wired.parent.section is not None and wired.gateway else "name"
    name = wired.parent.name
    return build(
        PARENT,
        wired.parent.origin.place(key),
        {
            "name": name if not isinstance(name, Unknown) else Unknown(),
            "problem": wired.problem,
            "near": object_ref(wired.near) if wired.near else None,
        },
    )


def _secret(wired: WiredRoute) -> Row | None:
    if wired.secret is None or wired.secret_elsewhere is None:
        return None
    return build(
        SECRET,
        wired.secret.origin.place("secretName"),
        {"name": wired.secret.secret, "found": object_ref(wired.secret_elsewhere)},
    )


TYPES = (PARENT, SECRET, ROUTE)
