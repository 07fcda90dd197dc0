"""Selectors to pods."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from kblint.model.meta import Text
from kblint.model.workload import Requirement, Selector, Workload
from kblint.source.grouping import grouped
from kblint.source.spelling import is_typo
from kblint.source.templates import unknown
from kblint.source.values import Unknown
from kblint.wire.evidence import Certainty
from kblint.wire.services.labels import RUN_TIME, is_naming, is_variant, names_role

# A selector pair that more workloads than this carry (`app.kubernetes.io/part-of`) says nothing about a near miss.
_COMMON = 50


def same_namespace(one: str | None, other: str | None) -> Certainty:
    """Whether two written namespaces are one: an unset one may be any, so it matches a named one only likely."""
    if one == other:
        return Certainty.KNOWN
    return Certainty.LIKELY if one is None or other is None else Certainty.UNKNOWN


def labels_match(wanted: Mapping[str, Text], labels: Mapping[str, Text]) -> bool | None:
    """Whether `labels` hold every pair of `wanted`; None where a placeholder stands in the way."""
    undecided = False
    for key, value in wanted.items():
        found = labels.get(key)
        if found == value:
            continue
        if isinstance(value, Unknown) or isinstance(found, Unknown):
            undecided = True
        else:
            return False
    return None if undecided else True


def requirement_holds(requirement: Requirement, labels: Mapping[str, Text]) -> bool | None:
    """Whether one `matchExpressions` entry holds; None where it cannot be told."""
    found = labels.get(requirement.key)
    if isinstance(found, Unknown):
        return None
    match requirement.operator:
        case "In":
            return found in requirement.values
        case "NotIn":
            return found not in requirement.values
        case "Exists":
            return found is not None
        case "DoesNotExist":
            return found is None
        case _:
            return None


def selector_matches(selector: Selector, labels: Mapping[str, Text]) -> bool | None:
    """Whether a label selector selects something with these labels; None where it cannot be told."""
    verdicts = [labels_match(selector.labels, labels)]
    verdicts += [requirement_holds(requirement, labels) for requirement in selector.expressions]
    if False in verdicts:
        return False
    return None if None in verdicts else True


class Selected(Struct, frozen=True, eq=False):
    """A workload whose pods a selector picks."""

    workload: Workload
    certainty: Certainty


class NearMiss(Struct, frozen=True, eq=False):
    """A workload that a selector misses by one label: `key` is wanted as `wanted` but is `found` (None: not there).

    No `key` means that the labels fit, and the namespaces do not. `is_named`: the workload has the name of the Service,
    or one that the selector asks for; `is_meant`: nothing else can be meant.
    """

    workload: Workload
    key: str | None
    wanted: str
    found: str | None
    is_named: bool = False
    is_meant: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the label may be put there while the pods run: one that names a role, or is an operator's own.

        Patroni, Vault and many operators mark the pod that leads, and Services select it:
        https://developer.hashicorp.com/vault/docs/configuration/service-registration/kubernetes
        """
        if self.key is None or self.found is not None or self.is_named:
            return False
        prefix, _, name = self.key.rpartition("/")
        if prefix not in ("", "app.kubernetes.io", "k8s-app") or self.workload.meta.kind == "StatefulSet":
            return True
        return names_role(name)

    @property
    def is_typo(self) -> bool:
        """Whether the two values differ by one slip of the hand."""
        return self.key is not None and self.found is not None and is_typo(self.wanted, self.found)


class Selection(Struct, frozen=True, eq=False):
    """What a selector picks. `is_open` says that a placeholder or a run-time label may make it pick more."""

    selected: tuple[Selected, ...]
    near: tuple[NearMiss, ...]
    is_open: bool


class PodIndex(Struct, frozen=True, eq=False, dict=True):
    """The workloads of a bundle by the labels of their pods."""

    workloads: tuple[Workload, ...]
    may_label: Callable[[str, str | None], bool] = lambda _value, _namespace: False
    """Whether pods that are not among these may bear a name, in a namespace."""

    @cached_property
    def _by_pair(self) -> dict[tuple[str, str], tuple[Workload, ...]]:
        return grouped(
            ((key, value), workload)
            for workload in self.workloads
            for key, value in workload.pod.labels.items()
            if isinstance(value, str)
        )

    @cached_property
    def templated(self) -> tuple[Workload, ...]:
        """Workloads with a label value nobody knows: any selector may pick them."""
        return tuple(
            workload
            for workload in self.workloads
            if any(isinstance(value, Unknown) for value in workload.pod.labels.values())
        )

    @cached_property
    def _templated_by_key(self) -> dict[str, tuple[Workload, ...]]:
        return grouped(
            (key, workload)
            for workload in self.templated
            for key, value in workload.pod.labels.items()
            if isinstance(value, Unknown)
        )

    @cached_property
    def _by_name(self) -> dict[str, tuple[Workload, ...]]:
        """Those whose name is known: what is still to be filled in says of no two that they are called the same."""
        return grouped((one.meta.name, one) for one in self.workloads if not unknown(one.meta.name))

    @cached_property
    def _spellings(self) -> dict[tuple[str, str], tuple[tuple[str, str], ...]]:
        """Label pairs by their key and each form of their value with one character left out, to find typing slips."""
        return grouped(
            ((key, form), (key, value)) for key, value in self._by_pair for form in _with_one_left_out(value)
        )

    @cached_property
    def _answered(self) -> dict[tuple[tuple[tuple[str, str], ...], str | None], tuple[Selected, ...]]:
        """What was found for pairs of labels in a namespace."""
        return {}

    def select(self, wanted: Mapping[str, Text], namespace: str | None, name: str) -> Selection:
        """The workloads in `namespace` whose pods carry every pair of `wanted`, which must not be empty.

        `name` is that of the Service that asks: a workload of the same name is what it probably means.
        """
        is_open = not RUN_TIME.isdisjoint(wanted)
        wanted = {key: value for key, value in wanted.items() if key not in RUN_TIME}
        known = [(key, value) for key, value in wanted.items() if isinstance(value, str)]
        has_unknown = len(known) < len(wanted)
        pairs = () if has_unknown else known
        # many Services may ask for the same pods
        asked = (tuple(sorted(pairs)), namespace)
        if asked not in self._answered:
            found = tuple(
                Selected(workload, certainty)
                for workload in min((self._by_pair.get(pair, ()) for pair in pairs), key=len, default=())
                if labels_match(wanted, workload.pod.labels)
                and (certainty := same_namespace(namespace, workload.meta.namespace))
            )
            sure = tuple(one for one in found if one.certainty is Certainty.KNOWN)
            self._answered[asked] = sure or found
        found = self._answered[asked]
        is_open = (
            is_open
            or has_unknown
            or (not found and any(is_naming(key) and self.may_label(value, namespace) for key, value in known))
            or any(
                labels_match(wanted, workload.pod.labels) is None and same_namespace(namespace, workload.meta.namespace)
                for key in wanted
                for workload in self._templated_by_key.get(key, ())
            )
        )
        near = (
            () if found or is_open else self._near(dict(known), namespace, name) or self._away(known, namespace, name)
        )
        if near and all(miss.is_open for miss in near):
            near, is_open = (), True
        return Selection(found, near, is_open)

    def _near(self, wanted: Mapping[str, str], namespace: str | None, name: str) -> tuple[NearMiss, ...]:
        candidates: dict[Workload, None] = {}
        for pair in wanted.items():
            carriers = self._by_pair.get(pair, ())
            if len(carriers) <= _COMMON and len(wanted) > 1:
                candidates.update(dict.fromkeys(carriers))
            for form in _with_one_left_out(pair[1]):
                for similar in self._spellings.get((pair[0], form), ())[:_COMMON]:
                    if is_typo(pair[1], similar[1]):
                        candidates.update(dict.fromkeys(self._by_pair[similar][:_COMMON]))
        for one in (name, *wanted.values()):
            candidates.update(dict.fromkeys(self._by_name.get(one, ())))
        misses = (_miss(wanted, workload, name) for workload in candidates)
        return tuple(
            miss
            for miss in misses
            if miss is not None and same_namespace(namespace, miss.workload.meta.namespace) is Certainty.KNOWN
        )

    def _away(self, wanted: list[tuple[str, str]], namespace: str | None, name: str) -> tuple[NearMiss, ...]:
        """A workload of the Service's own name that carries all its labels in another namespace."""
        return tuple(
            NearMiss(workload, None, namespace, workload.meta.namespace)
            for workload in self._by_name.get(name, ())
            if namespace and workload.meta.namespace and labels_match(dict(wanted), workload.pod.labels)
        )

    def rarest(self, selector: Selector) -> tuple[str, str] | None:
        """Of the label pairs that a selector asks for the one that fewest carry; None for one that asks for none."""
        known = [(key, value) for key, value in selector.labels.items() if isinstance(value, str)]
        return min(known, key=lambda pair: len(self._by_pair.get(pair, ())), default=None)

    def carrying(self, pair: tuple[str, str] | None) -> Sequence[Workload]:
        """The workloads that carry a label pair; all of them where there is none."""
        return self.workloads if pair is None else self._by_pair.get(pair, ())

    def select_by(self, selector: Selector, namespace: str | None) -> tuple[Selected, ...]:
        """The workloads that a label selector with expressions picks (of a policy, a budget, a monitor)."""
        return tuple(
            Selected(workload, certainty)
            for workload in self.carrying(self.rarest(selector))
            if selector_matches(selector, workload.pod.labels)
            and (certainty := same_namespace(namespace, workload.meta.namespace))
        )


def _miss(wanted: Mapping[str, str], workload: Workload, name: str) -> NearMiss | None:
    """How a workload is missed, when that looks like a mistake: a version or component of its own is none."""
    differing = [key for key, value in wanted.items() if workload.pod.labels.get(key) != value]
    is_named = workload.meta.name in (name, *wanted.values()) and not unknown(workload.meta.name)
    if not differing or (len(differing) > 1 and not is_named):
        return None
    key = differing[0]
    found = workload.pod.labels.get(key)
    if isinstance(found, Unknown):
        return None
    miss = NearMiss(
        workload,
        key,
        wanted[key],
        found,
        is_named=is_named and len(differing) == len(wanted) and all(map(is_naming, wanted)),
    )
    if miss.is_typo:
        return miss
    if found is not None and is_variant(key):
        return None
    return miss if found is None or workload.meta.name == name or miss.is_named else None


def _with_one_left_out(value: str) -> set[str]:
    return {value, *(value[:index] + value[index + 1 :] for index in range(min(len(value), 63)))}
