"""One Kubernetes release: which API versions it serves, and the fields of their objects.

The facts are in `kblint/schemas/`, made by `scripts/make_schemas.py`; its README tells where they come from.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources
from typing import Any

from kblint.engine.kubernetes_schema.fields import Definitions

_BASE = "kblint:api"


@dataclass(frozen=True, eq=False)
class Release:
    """Kubernetes 1.`minor`; `spans` are the first and last known release that serve a `group/version/kind`."""

    minor: int
    spans: Mapping[str, Sequence[int]]
    _validators: dict[str, Any] = field(default_factory=dict, init=False)

    def __str__(self) -> str:
        return f"Kubernetes 1.{self.minor}"

    @property
    def newest(self) -> int:
        """The newest release that is known."""
        return max(last for _, last in self.spans.values())

    @cached_property
    def definitions(self) -> Definitions:
        """The definitions of all kinds whose fields are known, and of what they hold, by name."""
        known = _read(f"1.{self.newest}")
        if self.minor != self.newest:
            known |= _read(f"1.{self.minor}")
        return {name: schema for name, schema in known.items() if schema is not None}

    @cached_property
    def _by_kind(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        found: dict[str, list[tuple[str, str]]] = {}
        for key in self.spans:
            group, version, kind = key.split("/")
            if self.serves(group, version, kind):
                found.setdefault(kind, []).append((group, version))
        return {kind: tuple(sorted(places, key=_rank, reverse=True)) for kind, places in found.items()}

    @cached_property
    def _registry(self) -> Any:
        import jsonschema_rs  # noqa: PLC0415 - 15 ms, and many inputs hold no object of these kinds

        return jsonschema_rs.Registry([(_BASE, {"$defs": self.definitions})])

    @cached_property
    def api_versions(self) -> frozenset[tuple[str, str]]:
        """Every group and version that is served."""
        return frozenset(place for places in self._by_kind.values() for place in places)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Every kind that is served, in whatever API version."""
        return tuple(self._by_kind)

    def serves(self, group: str, version: str, kind: str) -> bool:
        """Whether the API server knows this kind in this version; always False for a custom resource."""
        first, last = self.spans.get(f"{group}/{version}/{kind}", (0, 0))
        return first <= self.minor <= last

    def where(self, kind: str) -> tuple[tuple[str, str], ...]:
        """Group and version of every place that serves `kind`, the most stable and newest version first."""
        return self._by_kind.get(kind, ())

    def definition(self, group: str, version: str, kind: str) -> str | None:
        """The name of the definition of a kind; None where its fields are not known."""
        name = f"{(group or 'core').partition('.')[0]}.{version}.{kind}"
        return name if self.serves(group, version, kind) and name in self.definitions else None

    def validator(self, definition: str) -> Any:
        """What tells whether an object fits a definition, compiled when it is first asked for."""
        made = self._validators.get(definition)
        if made is None:
            import jsonschema_rs  # noqa: PLC0415 - see `_registry`

            schema = {"$ref": f"{_BASE}#/$defs/{definition}"}
            made = jsonschema_rs.Draft202012Validator(schema, registry=self._registry)
            self._validators[definition] = made
        return made


def versions() -> tuple[str, ...]:
    """Every release whose facts are known, oldest first, as `1.31`."""
    spans: Mapping[str, Sequence[int]] = _read("served")
    first = min(span[0] for span in spans.values())
    return tuple(f"1.{minor}" for minor in range(first, max(span[1] for span in spans.values()) + 1))


def load_release(version: str | None) -> Release:
    """The release that `version`, one of `versions()`, names; the newest for None."""
    spans: Mapping[str, Sequence[int]] = _read("served")
    newest = max(span[1] for span in spans.values())
    return Release(newest if version is None else int(version.removeprefix("1.")), spans)


def _read(name: str) -> Any:
    text = resources.files("kblint").joinpath("schemas", f"{name}.json").read_text(encoding="utf-8")
    return json.loads(text)


def _rank(place: tuple[str, str]) -> tuple[bool, bool, str]:
    """Stable before beta before alpha, then the newer."""
    _, version = place
    return ("alpha" not in version, "beta" not in version, version)
