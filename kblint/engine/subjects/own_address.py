"""The subject OwnAddress: an address that an application gives of itself, and that no route serves."""

from __future__ import annotations

from kblint.engine.facts import Table, one, text
from kblint.engine.subject import SubjectKind
from kblint.engine.subjects.references import WORKLOAD_REF
from kblint.wire.clients.own_addresses import OwnAddress, unserved_addresses
from kblint.wire.clients.secret_settings import secrets_of
from kblint.wire.routes.backends import WiredBackend

# fmt: off
SERVING_ROUTE = Table[WiredBackend]("ServingRoute", "a route that leads to an application",
    lambda b: b.route.meta.origin.place("metadata", "name"), (
    text("kind", "Ingress, HTTPRoute, ...", lambda b: b.route.meta.kind),
    text("name", "its name", lambda b: b.route.meta.name),
))
OWN_ADDRESS = Table[OwnAddress](
    "OwnAddress", "an address that an application gives of itself, and that no route serves", lambda a: a.place, (
    text("host", "the host that it names", lambda a: a.host, lambda a: a.place),
    text("variable", "the variable that holds it", lambda a: a.variable),
    one("workload", "its workload", lambda a: a.workload, WORKLOAD_REF),
    text("served", "a host under which a route leads there", lambda a: a.served),
    one("route", "that route", lambda a: a.route, SERVING_ROUTE),
))
SUBJECTS = (
    SubjectKind("address", "an address that an application gives of itself", OWN_ADDRESS,
        lambda t: unserved_addresses(t.bundle, t.backends, t.config_map_of, secrets_of(t.bundle)),
        lambda a: a.workload.meta),
)
