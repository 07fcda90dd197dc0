"""Kinds of custom resources: those whose definitions are in the input, and the Gateway API's."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from importlib import resources
from itertools import chain
from typing import Any

from msgspec import Struct, field

from kblint.admission.cel_rules import Rules
from kblint.admission.fields import Definitions
from kblint.admission.formats import FUNCTIONS
from kblint.admission.limits import KEYWORD, RULE, Checked, Limit
from kblint.admission.objection import Objection
from kblint.admission.structural import Converted, Structure
from kblint.finding import Location
from kblint.model.meta import Meta
from kblint.wire.faults.fault import Kind, Outcome

_BASE = "kblint:custom"
_GATEWAY = ("gateway.networking.k8s.io", "gateway.networking.x-k8s.io")

Place = tuple[str, str, str]
"""Group, version and kind."""


class CustomKinds(Struct, frozen=True, eq=False, dict=True):
    """What is known of custom resources, each kind worked out when it is first asked for; None where it is not sure."""

    structures: Mapping[Place, Structure | None]
    definers: Mapping[tuple[str, str], Sequence[Meta]] = field(default_factory=dict)
    """The definitions in the input, by group and kind."""
    _made: Converted = field(default_factory=Converted)
    _names: dict[Place, str] = field(default_factory=dict)
    _validators: dict[tuple[str, bool], Any] = field(default_factory=dict)

    @cached_property
    def _rules(self) -> Rules:
        return Rules(self._made.rules)

    @property
    def definitions(self) -> Definitions:
        """The definitions of all kinds that were asked for, and of what they hold, by name."""
        return self._made.definitions

    @property
    def limits(self) -> Mapping[str, Sequence[Limit]]:
        """What is refused beyond the definitions, by the name of the definition."""
        return self._made.limits

    def doubt(self, meta: Meta) -> str:
        """A definition that lies elsewhere in the repository may belong to another installation."""
        folders, around = self._folders.get((meta.group, meta.kind), (frozenset(), frozenset()))
        own = _folder(meta)
        if not folders or own in around or not folders.isdisjoint(_up(own)):
            return ""
        return "its definition lies in another folder, and the cluster may have another one"

    @cached_property
    def _folders(self) -> Mapping[tuple[str, str], tuple[frozenset[str], frozenset[str]]]:
        """By group and kind the folders of its definitions, and these with all that are around them."""
        found = {key: frozenset(map(_folder, metas)) for key, metas in self.definers.items()}
        return {key: (held, frozenset(chain.from_iterable(map(_up, held)))) for key, held in found.items()}

    def definer(self, meta: Meta) -> tuple[Location, ...]:
        """Where the kind of an object is defined, if the input tells."""
        found = self.definers.get((meta.group, meta.kind), ())
        return tuple(
            Location(one.origin.place("spec", "versions"), f"`{one.name}` is its definition") for one in found[:1]
        )

    def renamed(self, definition: str | None, key: str) -> str | None:  # noqa: ARG002 - as `Release` says it
        """How a field that older API versions had is written today: nobody knows."""
        return None

    def definition(self, group: str, version: str, kind: str) -> str | None:
        """The name of the definition of a kind; None where its fields are not known."""
        place = (group, version, kind)
        structure = self.structures.get(place)
        if place not in self.structures:
            # a JSON Schema's file is named in small letters
            structure = self.structures.get((group, version, kind.lower()))
        if structure is None and place not in self.structures and group in _GATEWAY:
            structure = _gateway_api().get(place)
        if structure is None:
            return None
        if place not in self._names:
            self._names[place] = self._made.add(".".join(place), structure)
        return self._names[place]

    @property
    def is_cut(self) -> bool:
        """Whether rules cost too much for the object that was asked about last."""
        return self._rules.is_cut

    def validator(self, definition: str, *, with_rules: bool = True) -> Any:
        """What tells whether one object fits a definition, compiled when it is first asked for."""
        if with_rules:
            self._rules.begin()
        if (definition, with_rules) not in self._validators:
            import jsonschema_rs  # noqa: PLC0415 - 15 ms, and many inputs hold no custom resource

            known, members = self.definitions, self._made.members[definition]
            limited = {
                name: {
                    **known[name],
                    "allOf": [limit.schema if with_rules or not limit.is_rule else {} for limit in limits],
                }
                for name in members
                if (limits := self.limits.get(name))
            }
            plain = {name: known[name] for name in members}
            registry = jsonschema_rs.Registry([(_BASE, {"$defs": {**plain, **limited}})])
            self._validators[definition, with_rules] = jsonschema_rs.Draft202012Validator(
                {"$ref": f"{_BASE}#/$defs/{definition}"},
                registry=registry,
                formats=dict(FUNCTIONS),
                validate_formats=True,
                keywords={KEYWORD: Checked, **({RULE: self._rules.keyword} if with_rules else {})},
                pattern_options=jsonschema_rs.RegexOptions(),
            )
        return self._validators[definition, with_rules]


def custom_kinds(metas: Iterable[Meta], kept: Mapping[Place, Structure | None]) -> CustomKinds:
    """The kinds that definitions in the input have; one that two of them tell differently is not sure.

    `kept` are those that the user keeps elsewhere: what is in the input goes before them.
    """
    found: dict[Place, Structure | None] = {}
    definers: dict[tuple[str, str], list[Meta]] = {}
    for meta in metas:
        for place, structure, is_served in _versions(meta):
            same = definers.setdefault((place[0], place[2]), [])
            if meta not in same[-1:]:
                same.append(meta)
            if is_served:
                found[place] = structure if place not in found or found[place] == structure else None
    return CustomKinds({**kept, **found}, definers)


def _folder(meta: Meta) -> str:
    return meta.path.rpartition("/")[0]


def _up(folder: str) -> Iterator[str]:
    """A folder, and all around it."""
    yield folder
    while folder:
        folder = folder.rpartition("/")[0]
        yield folder


def unserved(metas: Sequence[Meta], kinds: CustomKinds) -> Iterator[Objection]:
    """Custom resources in a version that the definition of their kind, which is in the input, does not serve."""
    served: dict[tuple[str, str], dict[str, bool]] = {}
    for meta in metas:
        for (group, version, kind), _, is_served in _versions(meta):
            versions = served.setdefault((group, kind), {})
            versions[version] = versions.get(version, False) or is_served
    for meta in metas:
        versions = served.get((meta.group, meta.kind), {})
        if not versions or versions.get(meta.version):
            continue
        right = [version for version, is_served in versions.items() if is_served]
        told = ", ".join(f"`{version}`" for version in right) or "no version"
        yield Objection(
            Kind.API_VERSION,
            meta,
            f"`{meta.api_version}` has no kind `{meta.kind}`: its definition serves {told}",
            Location(meta.origin.place("apiVersion"), "not served"),
            f"write `apiVersion: {meta.group}/{right[-1]}`" if len(right) == 1 else f"use one of {told}",
            kinds.definer(meta),
            outcome=Outcome.NOT_SERVED,
            doubt=kinds.doubt(meta),
        )


def _versions(meta: Meta) -> Iterator[tuple[Place, Structure, bool]]:
    """The versions of a CustomResourceDefinition, with their schemas and whether they are served."""
    if meta.kind != "CustomResourceDefinition" or meta.api_version != "apiextensions.k8s.io/v1":
        return
    yield from defined_versions(meta.origin.node)


def defined_versions(definition: Mapping[str, object]) -> Iterator[tuple[Place, Structure, bool]]:
    """The versions that a CustomResourceDefinition has, with their schemas and whether they are served."""
    spec = _mapping(definition.get("spec"))
    group, kind = spec.get("group"), _mapping(spec.get("names")).get("kind")
    versions = spec.get("versions")
    for version in map(_mapping, versions if isinstance(versions, list) else ()):
        name, structure = version.get("name"), _mapping(version.get("schema")).get("openAPIV3Schema")
        if isinstance(group, str) and isinstance(name, str) and isinstance(kind, str) and isinstance(structure, dict):
            yield (group, name, kind), structure, version.get("served") is True


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


@cache
def _gateway_api() -> Mapping[Place, Structure]:
    """What every release of the Gateway API refuses: `scripts/make_gateway_schemas.py` tells how it was made."""
    text = resources.files("kblint").joinpath("schemas", "gateway-api.json").read_text(encoding="utf-8")
    kinds: Mapping[str, Structure] = json.loads(text)["kinds"]
    return {_place(key): structure for key, structure in kinds.items()}


def _place(key: str) -> Place:
    group, version, kind = key.split("/")
    return (group, version, kind)
