"""Endpoints that somebody made by hand, and what a Service's port has to do with them."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

from msgspec import Struct

from kblint.model.service import EndpointPort, Endpoints, ServicePort
from kblint.source.text import Place

_MADE_BY = "endpointslice.kubernetes.io/managed-by"
_CHANGED_AT = "endpoints.kubernetes.io/last-change-trigger-time"


class EndpointMismatch(Struct, frozen=True, eq=False):
    """Hand-made endpoints that do not serve a Service's port. `port` is the entry that comes nearest, None for none.

    `is_overwritten`: the Service has a selector, and its controller writes over them.
    """

    endpoints: Endpoints
    port: EndpointPort | None
    is_overwritten: bool

    @property
    def place(self) -> Place:
        """Where to look."""
        if self.port is None or self.is_overwritten:
            return self.endpoints.meta.origin.place("metadata", "name")
        return self.port.origin.place("name" if self.port.origin.is_written("name") else "port")


class EndpointEntries:
    """The ports of endpoints made by hand, by what a Service's port may have in common with them."""

    def __init__(self, made: Sequence[Endpoints]) -> None:
        entries = [(one, entry) for one in made for entry in one.ports]
        self.first = entries[0]
        # a placeholder may become any name
        self.is_templated = any("{{" in name or "${" in name for name in (entry.name or "" for _, entry in entries))
        self.served = {(entry.name or "", entry.protocol) for _, entry in entries}
        self._by: dict[tuple[object, object], tuple[int, Endpoints, EndpointPort]] = {}
        for index, (one, entry) in enumerate(entries):
            for key in ((entry.port, entry.protocol), (entry.port, None), (None, entry.protocol)):
                self._by.setdefault(key, (index, one, entry))

    def nearest(self, port: ServicePort) -> tuple[Endpoints, EndpointPort]:
        """The first that has its number and its protocol, else its number, else its protocol, else the first."""
        wanted = (port.target_port, port.port)
        for keys in (
            [(number, port.protocol) for number in wanted],
            [(number, None) for number in wanted],
            [(None, port.protocol)],
        ):
            found = [self._by[key] for key in keys if key in self._by]
            if found:
                return min(found, key=itemgetter(0))[1:]
        return self.first


def is_exported(endpoints: Endpoints) -> bool:
    """Whether a controller made them, and somebody wrote down what it made."""
    meta = endpoints.meta
    return _MADE_BY in meta.labels or _CHANGED_AT in meta.annotations or meta.origin.is_written("metadata", "uid")
