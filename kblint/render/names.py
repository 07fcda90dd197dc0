"""Names that follow what they name: `api/filters/nameref` of https://github.com/kubernetes-sigs/kustomize."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from kblint.render.field_specs import FieldSpec, fields
from kblint.render.hashing import name_suffix
from kblint.render.identity import Gvk
from kblint.render.name_fields import References
from kblint.render.problems import NotHereError, RefusedError
from kblint.render.resource import BuiltObject, scalar
from kblint.source.grouping import grouped
from kblint.source.values import PathPart, PositionedDict, PositionedList

_FEW = 10
"""Objects of one name that are looked at without a word."""


def add_hashes(resources: Iterable[BuiltObject]) -> None:
    """Append to the names of generated objects what their content gives."""
    for one in resources:
        if one.needs_hash:
            suffix = name_suffix(one)
            one.remember()
            one.change(("metadata", "name"), f"{one.name}-{suffix}")


def fix_references(
    resources: Sequence[BuiltObject], references: Iterable[References], spend: Callable[[int], None]
) -> list[RefusedError]:
    """Let every name follow the object that it names; what comes back is where there are several.

    `spend` is told how many objects are looked at. Names that are too many to follow stay as they are.
    """
    index = _Index(resources, spend)
    refused: list[RefusedError] = []
    for reference in references:
        if not index.may_hold(reference.target):
            continue
        for spec in reference.fields:
            for referrer in index.of_kind(spec.gvk.kind):
                if spec.gvk.selects(referrer.original.gvk) and spec.gvk.kind == referrer.gvk.kind:
                    _Names(referrer, reference.target, spec, index, refused).follow()
    return refused


class _Index:
    """Objects by what they were called."""

    def __init__(self, resources: Sequence[BuiltObject], spend: Callable[[int], None]) -> None:
        self._spend = spend
        self._by_name = grouped(
            (name, one) for one in resources for name in dict.fromkeys(id.name for id in one.previous)
        )
        self._by_kind = grouped((one.original.gvk.kind, one) for one in resources)
        self._kinds = {id.gvk.kind for one in resources for id in one.previous}

    def may_hold(self, target: Gvk) -> bool:
        """Whether an object of a kind has another name now."""
        return not target.kind or target.kind in self._kinds

    def of_kind(self, kind: str) -> Sequence[BuiltObject]:
        """The objects of a kind; all of them where none is given."""
        return self._by_kind.get(kind, ()) if kind else [one for held in self._by_kind.values() for one in held]

    def named(self, name: str) -> Sequence[BuiltObject]:
        """The objects that once had a name."""
        found = self._by_name.get(name, ())
        if len(found) > _FEW:
            try:
                self._spend(len(found))
            except NotHereError:
                return ()
        return found


class _Names(Struct, frozen=True):
    """The names of objects of one kind in one field of one object."""

    referrer: BuiltObject
    target: Gvk
    spec: FieldSpec
    index: _Index
    refused: list[RefusedError]

    def follow(self) -> None:
        for path in fields(self.referrer.root, self.spec):
            value = self.referrer.get(*path)
            if isinstance(value, PositionedList):
                for number in range(len(value)):
                    self._one((*path, number))
            else:
                self._one(path)

    def _one(self, path: tuple[PathPart, ...]) -> None:
        value = self.referrer.get(*path)
        if isinstance(value, PositionedDict):
            self._mapping(path, value)
        elif value is not None and not isinstance(value, list):
            found = self._chosen(scalar(value), lambda _: True, lambda one: one.name, path)
            if found is not None and found.name != value:
                self.referrer.change(path, found.name)

    def _mapping(self, path: tuple[PathPart, ...], value: PositionedDict) -> None:
        """A name with its namespace beside it."""
        name = scalar(value.get("name"))
        if not name:
            return
        namespace = scalar(value.get("namespace")) if "namespace" in value else None

        def stands_there(one: BuiltObject) -> bool:
            return namespace is None or namespace in (
                one.original.effective_namespace,
                one.id.effective_namespace,
            )

        found = self._chosen(name, stands_there, lambda one: (one.name, one.namespace), path)
        if found is None or (found.name == name and not found.namespace):
            return
        self.referrer.change((*path, "name"), found.name)
        if found.namespace and found.namespace != namespace:
            if namespace is None:
                metadata = found.get("metadata")
                span = metadata.value_spans["namespace"] if isinstance(metadata, PositionedDict) else found.span
                holder = self.referrer.owned(path)
                if isinstance(holder, PositionedDict):
                    holder.put("namespace", found.namespace, span, span)
            else:
                self.referrer.change((*path, "namespace"), found.namespace)

    def _chosen(
        self,
        name: str,
        stands_there: Callable[[BuiltObject], bool],
        identity: Callable[[BuiltObject], object],
        path: tuple[PathPart, ...],
    ) -> BuiltObject | None:
        """The object that a name means, None where it means none that was renamed."""
        found = [
            one
            for one in self.index.named(name)
            if any(self.target.selects(id.gvk) for id in one.previous)
            and self._reaches(one)
            and stands_there(one)
            and self._is_of_role(one)
        ]
        if len(found) <= 1:
            return found[0] if found else None
        found = [one for one in found if _alike(self.referrer, one, is_lenient=True)]
        if len(found) > 1:
            found = [one for one in found if _alike(self.referrer, one, is_lenient=False)]
        if not found:
            return None
        if len({identity(one) for one in found}) > 1:
            span = self.referrer.span
            holder = self.referrer.get(*path[:-1])
            if isinstance(holder, PositionedDict) and path[-1] in holder:
                span = holder.value_spans[str(path[-1])]
            self.refused.append(
                RefusedError(f"`{name}` may be any of {len(found)} objects: {_listed(found)}", None, span)
            )
            return None
        return found[0]

    def _reaches(self, one: BuiltObject) -> bool:
        """Whether the object may be named from here: out of another namespace only some may."""
        mine, its = self.referrer.id, one.id
        if mine.gvk.is_cluster_scoped or its.gvk.is_cluster_scoped:
            return True
        if mine.effective_namespace == its.effective_namespace:
            return True
        return its.gvk.kind == "ServiceAccount" and one.namespace in _namespaces_of_subjects(self.referrer)

    def _is_of_role(self, one: BuiltObject) -> bool:
        if self.spec.path[-2:] != ("roleRef", "name"):
            return True
        group, kind = self.referrer.get("roleRef", "apiGroup"), self.referrer.get("roleRef", "kind")
        if not isinstance(group, str) or not isinstance(kind, str):
            return True
        return any(Gvk(group, kind=kind).selects(id.gvk) for id in one.previous)


def _namespaces_of_subjects(binding: BuiltObject) -> frozenset[str]:
    subjects = binding.get("subjects")
    if binding.gvk.kind != "RoleBinding" or not isinstance(subjects, list):
        return frozenset()
    return frozenset(
        scalar(one.get("namespace"))
        for one in subjects
        if isinstance(one, dict) and one.get("kind") == "ServiceAccount" and "namespace" in one
    )


def _alike(one: BuiltObject, other: BuiltObject, *, is_lenient: bool) -> bool:
    """Whether both were given the same prefixes and suffixes last; nothing is like anything where `is_lenient`."""
    pairs = ((one.prefixes, other.prefixes), (one.suffixes, other.suffixes))
    return all((is_lenient and (not a or not b)) or _end_alike(a, b) for a, b in pairs)


def _end_alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return longer[len(longer) - len(shorter) :] == shorter if shorter else not longer


def _listed(found: Sequence[BuiltObject]) -> str:
    return ", ".join(f"`{one.name}`" for one in found[:3])
