"""Pods that never start for want of a ConfigMap, a Secret, a volume claim or a service account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from msgspec import Struct

from kblint.model.bundle import Bundle, Other
from kblint.model.meta import Meta
from kblint.model.policy import ConfigMap
from kblint.model.workload import Container, Role, Volume, VolumeClaim, Workload
from kblint.source.grouping import grouped
from kblint.source.regex import regex
from kblint.source.spelling import Spellings, is_typo
from kblint.source.templates import unknown
from kblint.source.text import Place
from kblint.source.values import Origin, Unknown
from kblint.wire.evidence import Certainty
from kblint.wire.faults.fault import Failure, Fault, Kind
from kblint.wire.services.absence import Absent
from kblint.wire.services.selection import same_namespace


class KnownSettings(Struct, frozen=True, eq=False, dict=True):
    """What pods of a scope may need, by its kind and name."""

    by_name: Mapping[tuple[str, str], tuple[Meta, ...]]
    keys: Mapping[Meta, frozenset[str]]
    """What a ConfigMap or Secret holds; of those that are here."""
    workloads: tuple[Workload, ...]

    @cached_property
    def named(self) -> frozenset[tuple[str, str]]:
        """The kinds and names that pods ask for."""
        return frozenset((need.kind, need.name) for workload in self.workloads for need in _needed(workload))

    @cached_property
    def _spellings(self) -> Mapping[tuple[str, str | None], Spellings]:
        names = grouped(
            ((kind, meta.namespace), name) for (kind, name), metas in self.by_name.items() for meta in metas
        )
        return {place: Spellings(found) for place, found in names.items()}

    @cached_property
    def key_spellings(self) -> Mapping[Meta, Spellings]:
        """What each ConfigMap holds, to find what was meant by a key that it does not."""
        return {meta: Spellings(held) for meta, held in self.keys.items()}

    @cached_property
    def _bases(self) -> Mapping[tuple[str, str], tuple[Meta, ...]]:
        """Those of generators, by their names without the hash that these add."""
        return grouped(
            ((kind, _HASH.sub("", name)), meta) for (kind, name), metas in self.by_name.items() for meta in metas
        )

    def here(self, kind: str, name: str, namespace: str | None) -> Meta | None:
        """The one of this name that pods of a namespace find."""
        found = self.by_name.get((kind, name), ())
        return next((meta for meta in found if same_namespace(namespace, meta.namespace)), None)

    def is_alone(self, held: Meta) -> bool:
        """Whether nothing else of its kind has its name, in whatever namespace."""
        return len(self.by_name[held.kind, held.name]) == 1

    def similar(self, kind: str, name: str, namespace: str | None) -> Meta | None:
        """What is surely meant: another hash, none, or a slip of the hand; only where that is the only one."""
        base = [meta for meta in self._bases.get((kind, _HASH.sub("", name)), ()) if meta.namespace == namespace]
        if base:
            return base[0] if len(base) == 1 else None
        spellings = self._spellings.get((kind, namespace))
        near = spellings.nearest(name) if spellings else None
        return self.here(kind, near, namespace) if near and is_typo(near, name) else None


_HASH = regex(r"-[24-9bcdfghkmt]{10}$")
"""What kustomize adds to a name: https://github.com/kubernetes-sigs/kustomize/blob/master/api/hasher/hasher.go"""
_BY_CLUSTER = frozenset({("ConfigMap", "kube-root-ca.crt"), ("ServiceAccount", "default")})
"""What the cluster itself puts into every namespace."""
_OTHERS = (("", "ConfigMap"), ("", "Secret"), ("", "ServiceAccount"))
_OF_VOLUMES = {
    "configMap": ("ConfigMap", "name"),
    "secret": ("Secret", "secretName"),
    "persistentVolumeClaim": ("PersistentVolumeClaim", "claimName"),
}
_OF_AN_ACCOUNT = "kubernetes.io/service-account-token"
"""The type of a Secret that the cluster fills with a token."""
_MADE_AS = (("spec", "secretName"), ("spec", "target", "name"), ("spec", "template", "metadata", "name"))
"""Where operators' objects name the Secret that they make, such as Certificates, ExternalSecrets and SealedSecrets."""
_OF_A_SET = regex(r"-[0-9]+$")
"""The end of what a StatefulSet makes for one of its pods."""


class NeededSettings(Struct, frozen=True):
    """Something without which the pods of a workload do not start; `place` is where it is named.

    `kind` is ConfigMap, Secret, PersistentVolumeClaim or ServiceAccount.

    `key` is what they need of it, None where that is all or unknown, `key_place` where it says so.
    """

    workload: Workload
    kind: str
    name: str
    place: Place
    is_mounted: bool
    key: str | None = None
    key_place: Place | None = None


def known_settings(bundle: Bundle) -> KnownSettings:
    """What pods may need, of all that is here."""
    maps = bundle.all(ConfigMap)
    claims = [one.meta for one in bundle.all(VolumeClaim)]
    # of a ConfigMap that is among them nobody knows what it holds
    others = [one.meta for one in bundle.all(Other) if (one.meta.group, one.meta.kind) in _OTHERS]
    metas = [*(one.meta for one in maps), *others, *claims]
    keys = {
        one.meta: frozenset(
            (*one.data, *(mapping if isinstance(mapping := one.meta.origin.get("binaryData"), dict) else ()))
        )
        for one in maps
    }
    # what an operator makes of an object of its own bears that one's name, or one that stands there
    foreign = [one.meta for one in bundle.all(Other) if "." in one.meta.group]
    written = (meta.origin.get(*path) for meta in foreign for path in _MADE_AS)
    filled = {meta.name for meta in foreign}.union(name for name in written if isinstance(name, str))
    for meta in others:
        is_known = not any(isinstance(meta.origin.get(part), Unknown) for part in ("data", "stringData"))
        if meta.kind == "Secret" and is_known and meta.name not in filled:
            keys[meta] = frozenset((*meta.origin.child("data").node, *meta.origin.child("stringData").node))
    return KnownSettings(grouped(((meta.kind, meta.name), meta) for meta in metas), keys, bundle.all(Workload))


def unconfigured(workload: Workload, settings: KnownSettings, absent: Absent) -> Iterator[Fault]:
    """What a workload's pods wait for and never get: surely, or because they name another one than is here.

    https://kubernetes.io/docs/concepts/configuration/secret/#restriction-secret-must-exist
    """
    namespace, needs = workload.meta.namespace, list(_needed(workload))
    for need in _first_of_each(needs):
        if settings.here(need.kind, need.name, namespace) or (need.kind, need.name) in _BY_CLUSTER:
            continue
        similar = settings.similar(need.kind, need.name, namespace)
        if similar or absent(need.kind, namespace, need.name):
            reason = f"its pods wait for {need.kind} `{need.name}`, which does not exist"
            # one that others name rightly is there for those
            is_used = similar is not None and (need.kind, similar.name) in settings.named
            is_sure = absent(need.kind, namespace, need.name) or not is_used
            certainty, other = Certainty.KNOWN if is_sure else Certainty.LIKELY, similar.name if similar else None
            failure = Failure.NO_ENDPOINT
            yield Fault(Kind.CONFIGURATION, need, need.place, reason, failure, certainty, other=other, doubt=_MAY_ADD)
    for need in needs:
        held = settings.here(need.kind, need.name, namespace)
        keys = settings.keys.get(held) if held else None
        if need.key is not None and need.key_place and keys is not None and need.key not in keys:
            reason = f"its pods wait for key `{need.key}` of {need.kind} `{need.name}`, which does not hold it"
            near = settings.key_spellings[held].nearest(need.key) if held else None
            if near is None and held and not (keys and settings.is_alone(held)) and held.path != workload.meta.path:
                # manifests side by side may be meant for one ConfigMap or another of its name
                continue
            is_secret = need.kind == "Secret"
            if near is None and is_secret and (not keys or (held and held.origin.get("type") == _OF_AN_ACCOUNT)):
                # the cluster or a controller fills what is written empty
                continue
            is_sure = (near and not is_secret) or absent(need.kind, namespace, need.name)
            certainty = Certainty.KNOWN if is_sure else Certainty.LIKELY
            yield Fault(
                Kind.CONFIGURATION, need, need.key_place, reason, Failure.NO_ENDPOINT, certainty, "key", near, _MAY_ADD
            )


_MAY_ADD = "something else may make it"


_ACCOUNT = ("serviceAccountName", "serviceAccount")


def _first_of_each(needs: Iterable[NeededSettings]) -> Iterable[NeededSettings]:
    found: dict[tuple[str, str], NeededSettings] = {}
    for need in needs:
        found.setdefault((need.kind, need.name), need)
    return found.values()


def _needed(workload: Workload) -> Iterator[NeededSettings]:
    """Everything that must be there; what is `optional` need not."""
    for container in workload.pod.containers:
        if container.role is not Role.EPHEMERAL:
            yield from _by_variables(workload, container)
    for volume in workload.pod.volumes:
        yield from _by_volume(workload, volume)
    # the second is what it was called first
    key = next((one for one in _ACCOUNT if workload.pod.origin.is_written(one)), _ACCOUNT[0])
    yield from _need(workload, "ServiceAccount", workload.pod.origin, key, is_mounted=False)


def _by_variables(workload: Workload, container: Container) -> Iterator[NeededSettings]:
    for variable in container.env:
        if "valueFrom" not in variable.origin.node:
            continue  # as most are
        for key, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
            origin = variable.origin.child("valueFrom", key)
            yield from _need(workload, kind, origin, "name", is_mounted=False, asked=origin.get("key"))
    for all_of_it in container.env_from:
        for key, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            yield from _need(workload, kind, all_of_it.origin.child(key), "name", is_mounted=False)


def _by_volume(workload: Workload, volume: Volume) -> Iterator[NeededSettings]:
    if volume.kind in _OF_VOLUMES:
        kind, key = _OF_VOLUMES[volume.kind]
        if kind == "PersistentVolumeClaim" and _OF_A_SET.search(volume.name or ""):
            return
        origin = volume.origin.child(volume.kind)
        # inside a projection a Secret is named by `name`
        key = key if origin.is_written(key) else "name"
        yield from _need(workload, kind, origin, key, is_mounted=True)
        for item in origin.children("items"):
            yield from _need(workload, kind, origin, key, is_mounted=True, asked=item.get("key"), at=item.place("key"))


def _need(
    workload: Workload,
    kind: str,
    origin: Origin,
    key: str,
    *,
    is_mounted: bool,
    asked: object = None,
    at: Place | None = None,
) -> Iterator[NeededSettings]:
    name = origin.get(key)
    if isinstance(name, str) and name and not unknown(name) and origin.get("optional") is not True:
        wanted = asked if isinstance(asked, str) and not unknown(asked) else None
        yield NeededSettings(workload, kind, name, origin.place(key), is_mounted, wanted, at or origin.place("key"))
