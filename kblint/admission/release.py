"""One Kubernetes release: which API versions it serves, and the fields of their objects.

The facts are in `kblint/schemas/`; its README tells where they come from.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from msgspec import Struct, field

from kblint.admission.fields import Definitions
from kblint.admission.formats import FUNCTIONS
from kblint.admission.limits import KEYWORD, Checked, Limit, limits_of
from kblint.finding import Location
from kblint.kept import digest_of, load, save
from kblint.model.meta import Meta
from kblint.source.grouping import grouped

_BASE = "kblint:api"


class Gone(NamedTuple):
    """An API version that release 1.`minor` no longer served for some kinds.

    `group` is where they are now, None for nowhere. `fields` tells what is written differently there, `behaviour` what
    means something else although it is written the same, unless something stands at `settled_by`.
    """

    api: str
    kinds: tuple[str, ...]
    minor: int
    group: str | None
    fields: str | None
    behaviour: str | None
    settled_by: tuple[str, ...]


class Release(Struct, frozen=True, eq=False, dict=True):
    """Kubernetes 1.`minor`; `spans` are the first and last known release that serve a `group/version/kind`.

    `cache` is the folder of what is kept between runs, None for none.
    """

    minor: int
    spans: Mapping[str, Sequence[int]]
    cache: Path | None = None
    _validators: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"Kubernetes 1.{self.minor}"

    @cached_property
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
    def limits(self) -> Mapping[str, Sequence[Limit]]:
        """What is refused beyond the definitions, by the name of the definition."""
        return limits_of(_facts("limits.yaml", self.cache), self.minor)

    @cached_property
    def _history(self) -> Mapping[str, Any]:
        return _facts("history.yaml", self.cache)

    @cached_property
    def gone(self) -> Mapping[tuple[str, str], Gone]:
        """What went long ago, by API version and kind; what is in no version of its group, by the group as well."""
        found: dict[tuple[str, str], Gone] = {}
        for entry in self._history["removed"]:
            group = entry["api"].partition("/")[0]
            gone = Gone(
                entry["api"],
                tuple(entry["kinds"]),
                entry["gone"],
                entry.get("now", group),
                entry.get("fields"),
                entry.get("behaviour"),
                tuple(entry.get("settledBy", ())),
            )
            found |= {(gone.api, kind): gone for kind in gone.kinds}
            if gone.group is None:
                found |= {(group, kind): gone for kind in gone.kinds}
        return found

    def doubt(self, meta: Meta) -> str:  # noqa: ARG002 - as `Kinds` asks
        """Nothing speaks against the definitions of a release."""
        return ""

    def definer(self, meta: Meta) -> tuple[Location, ...]:  # noqa: ARG002 - as `Kinds` asks
        """The API server's own kinds are defined nowhere in the input."""
        return ()

    def renamed(self, definition: str | None, key: str) -> str | None:
        """How a field that older API versions had is written today; None for any other."""
        found: str | None = self._history["fields"].get(f"{definition} {key}")
        return found

    @cached_property
    def _by_kind(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        keys = (key.split("/") for key in self.spans)
        found = grouped((kind, (group, version)) for group, version, kind in keys if self.serves(group, version, kind))
        return {kind: tuple(sorted(places, key=_rank, reverse=True)) for kind, places in found.items()}

    @cached_property
    def _registry(self) -> Any:
        import jsonschema_rs  # noqa: PLC0415 - 15 ms, and many inputs hold no object of these kinds

        known = self.definitions
        limited = {
            name: {**known[name], "allOf": [limit.schema for limit in limits]}
            for name, limits in self.limits.items()
            if name in known
        }
        return jsonschema_rs.Registry([(_BASE, {"$defs": {**known, **limited}})])

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

    @property
    def is_cut(self) -> bool:
        """Its schemas have no rules."""
        return False

    def validator(self, definition: str, *, with_rules: bool = True) -> Any:  # noqa: ARG002 - as `Kinds` says it
        """What tells whether an object fits a definition, compiled when it is first asked for."""
        if definition not in self._validators:
            import jsonschema_rs  # noqa: PLC0415 - see `_registry`

            schema = {"$ref": f"{_BASE}#/$defs/{definition}"}
            self._validators[definition] = jsonschema_rs.Draft202012Validator(
                schema,
                registry=self._registry,
                formats=dict(FUNCTIONS),
                validate_formats=True,
                keywords={KEYWORD: Checked},
            )
        return self._validators[definition]


def versions() -> tuple[str, ...]:
    """Every release whose facts are known, oldest first, as `1.31`."""
    newest = load_release(None)
    first = min(span[0] for span in newest.spans.values())
    return tuple(f"1.{minor}" for minor in range(first, newest.minor + 1))


@cache
def load_release(version: str | None, cache: Path | None = None) -> Release:
    """The release that `version`, one of `versions()`, names; the newest for None.

    `cache` is the folder of what is kept between runs, None for none.
    """
    spans: Mapping[str, Sequence[int]] = _read("served")
    newest = max(span[1] for span in spans.values())
    return Release(newest if version is None else int(version.removeprefix("1.")), spans, cache)


def _read(name: str) -> Any:
    return json.loads(_text(f"{name}.json"))


def _facts(name: str, cache: Path | None) -> Mapping[str, Any]:
    """What a table in YAML holds; reading that takes thirty times as long as the JSON that is kept of it."""
    text = _text(name)
    key = digest_of(text)
    kept = load(cache, name, key)
    if isinstance(kept, dict):
        return kept
    facts: Mapping[str, Any] = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    save(cache, name, key, facts)
    return facts


def _text(name: str) -> str:
    return resources.files("kblint").joinpath("schemas", name).read_text(encoding="utf-8")


def _rank(place: tuple[str, str]) -> tuple[bool, bool, str]:
    """Stable before beta before alpha, then the newer."""
    _, version = place
    return ("alpha" not in version, "beta" not in version, version)
