"""DOC004: objects in an API version that the cluster does not serve, or will not for long.

What the releases that kblint has schemas of stopped serving is in their `served.json`; what went before that stands
here, from https://kubernetes.io/docs/reference/using-api/deprecation-guide/.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import NamedTuple

from kblint.engine.kubernetes_schema.misfits import misfits
from kblint.engine.kubernetes_schema.release import Release
from kblint.engine.kubernetes_schema.schema_fixes import written_anew
from kblint.engine.rule import Rule
from kblint.engine.subject import reference
from kblint.finding import Finding, Location, Severity
from kblint.fix import Applicability, Fix
from kblint.model.meta import Meta
from kblint.wire.faults.fault import Fault, Kind, Outcome


class Gone(NamedTuple):
    """An API version that release 1.`minor` no longer served for some kinds.

    `group` is where they are now, None for nowhere. `fields` tells what is written differently there, `behaviour` what
    means something else although it is written the same.
    """

    api: str
    kinds: tuple[str, ...]
    minor: int
    group: str | None
    fields: str | None = None
    behaviour: str | None = None
    settled_by: tuple[str, ...] = ()


_SELECTOR = "`spec.selector` must be written, and cannot be changed later"
_INGRESS = (
    "`serviceName` and `servicePort` become `service.name` and `service.port.number` (or `.name`), "
    "`spec.backend` becomes `defaultBackend`, and every path needs a `pathType`"
)
_METRICS = "each metric has a `target` with a `type`: `targetAverageUtilization` becomes `target.averageUtilization`"
_WEBHOOKS = "`sideEffects` and `admissionReviewVersions` must be written"
_STRICTER = "`failurePolicy` is `Fail` and `matchPolicy` is `Equivalent` where they are not written"
_NO_POLICY = (
    "nothing takes its place: label the namespace with `pod-security.kubernetes.io/enforce`, or use another admission "
    "controller"
)

GONE: tuple[Gone, ...] = (
    Gone("extensions/v1beta1", ("Deployment", "ReplicaSet", "DaemonSet"), 16, "apps", _SELECTOR),
    Gone("extensions/v1beta1", ("NetworkPolicy",), 16, "networking.k8s.io"),
    Gone("extensions/v1beta1", ("PodSecurityPolicy",), 16, None, _NO_POLICY),
    Gone("extensions/v1beta1", ("Ingress",), 22, "networking.k8s.io", _INGRESS),
    Gone("apps/v1beta1", ("Deployment", "StatefulSet"), 16, "apps", _SELECTOR),
    Gone("apps/v1beta2", ("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"), 16, "apps", _SELECTOR),
    Gone(
        "admissionregistration.k8s.io/v1beta1",
        ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"),
        22,
        "admissionregistration.k8s.io",
        _WEBHOOKS,
        _STRICTER,
    ),
    Gone(
        "apiextensions.k8s.io/v1beta1",
        ("CustomResourceDefinition",),
        22,
        "apiextensions.k8s.io",
        "`versions` takes the place of `version`, each with its own `schema`, `subresources` and printer columns",
    ),
    Gone("apiregistration.k8s.io/v1beta1", ("APIService",), 22, "apiregistration.k8s.io"),
    Gone("authentication.k8s.io/v1beta1", ("TokenReview",), 22, "authentication.k8s.io"),
    Gone(
        "authorization.k8s.io/v1beta1",
        ("LocalSubjectAccessReview", "SelfSubjectAccessReview", "SubjectAccessReview", "SelfSubjectRulesReview"),
        22,
        "authorization.k8s.io",
        "`spec.group` becomes `spec.groups`",
    ),
    Gone(
        "certificates.k8s.io/v1beta1",
        ("CertificateSigningRequest",),
        22,
        "certificates.k8s.io",
        "`signerName` and `usages` must be written",
    ),
    Gone("coordination.k8s.io/v1beta1", ("Lease",), 22, "coordination.k8s.io"),
    Gone("networking.k8s.io/v1beta1", ("Ingress",), 22, "networking.k8s.io", _INGRESS),
    Gone("networking.k8s.io/v1beta1", ("IngressClass",), 22, "networking.k8s.io"),
    Gone(
        "rbac.authorization.k8s.io/v1beta1",
        ("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"),
        22,
        "rbac.authorization.k8s.io",
    ),
    Gone("scheduling.k8s.io/v1beta1", ("PriorityClass",), 22, "scheduling.k8s.io"),
    Gone("storage.k8s.io/v1beta1", ("CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"), 22, "storage.k8s.io"),
    Gone("autoscaling/v2beta1", ("HorizontalPodAutoscaler",), 25, "autoscaling", _METRICS),
    Gone("autoscaling/v2beta2", ("HorizontalPodAutoscaler",), 26, "autoscaling", _METRICS),
    Gone("batch/v1beta1", ("CronJob",), 25, "batch"),
    Gone(
        "discovery.k8s.io/v1beta1",
        ("EndpointSlice",),
        25,
        "discovery.k8s.io",
        "`topology` becomes `nodeName` and `zone`",
    ),
    Gone(
        "events.k8s.io/v1beta1",
        ("Event",),
        25,
        "events.k8s.io",
        "`deprecatedSource` and its like are for the API server alone, `reason` and `action` must be written",
    ),
    Gone("node.k8s.io/v1beta1", ("RuntimeClass",), 25, "node.k8s.io"),
    Gone(
        "policy/v1beta1",
        ("PodDisruptionBudget",),
        25,
        "policy",
        behaviour="an empty `selector` selects every pod of the namespace, where it used to select none",
        settled_by=("spec", "selector"),
    ),
    Gone("policy/v1beta1", ("PodSecurityPolicy",), 25, None, _NO_POLICY),
)
"""What was gone before the oldest release with a schema, or is worth a word about its fields."""
_TABLE: Mapping[tuple[str, str], Gone] = {(gone.api, kind): gone for gone in GONE for kind in gone.kinds}
_NOWHERE: Mapping[tuple[str, str], Gone] = {
    (gone.api.partition("/")[0], kind): gone for gone in GONE if gone.group is None for kind in gone.kinds
}
"""Kinds that are gone in every version of their group."""


def was_served(meta: Meta, release: Release) -> bool:
    """Whether some release serves the kind in this API version, or did."""
    return f"{meta.group}/{meta.version}/{meta.kind}" in release.spans or (meta.api_version, meta.kind) in _TABLE


class Removed(NamedTuple):
    """An object that the release does not serve, or `is_served` and not for long; `gone` is what is known about it."""

    meta: Meta
    message: str
    gone: Gone | None
    is_served: bool


def removed_objects(metas: Sequence[Meta], release: Release) -> Iterator[Removed]:
    """Objects that the release does not serve although an older one did, and those that a newer one does not."""
    for meta in metas:
        api = meta.api_version
        _, last = release.spans.get(f"{meta.group}/{meta.version}/{meta.kind}", (0, 0))
        if release.serves(meta.group, meta.version, meta.kind):
            if last < release.newest:
                message = f"`{api}` {meta.kind} is gone in Kubernetes 1.{last + 1}"
                yield Removed(meta, message, _TABLE.get((api, meta.kind)), is_served=True)
            continue
        gone = _TABLE.get((api, meta.kind)) or _NOWHERE.get((meta.group, meta.kind))
        minor = gone.minor if gone else last + 1 if 0 < last < release.minor else None
        if minor is not None and minor <= release.minor:
            message = f"{release} has no `{api}` {meta.kind}: removed in 1.{minor}"
            yield Removed(meta, message, gone, is_served=False)


def removed_fault(removed: Removed, thing: Hashable) -> Fault:
    """The object is refused."""
    return Fault(Kind.API_VERSION, thing, removed.meta.origin.place("apiVersion"), removed.message, Outcome.REJECTED)


def removed_finding(removed: Removed, release: Release, rule: Rule) -> Finding:
    """The object with where its kind is now."""
    meta, message, gone, is_served = removed
    severity = Severity.WARNING if is_served else rule.severity
    api = _new_api(meta, release, gone)
    return Finding(
        rule.ref,
        severity,
        "known",
        message,
        Location(meta.origin.place("apiVersion"), f"use `{api}`" if api else "removed"),
        object=reference(meta),
        symptom=rule.symptom.text if rule.symptom and severity is rule.severity else None,
        help=_help(api, gone, is_settled=_is_settled(meta, gone)),
        fix=_fix(meta, release, gone, api) if api else None,
    )


def _new_api(meta: Meta, release: Release, gone: Gone | None) -> str | None:
    """The API version to write instead: the most stable one in the group where the kind is now."""
    group = gone.group if gone else meta.group
    places = [place for place in release.where(meta.kind) if place[0] == group and place != (meta.group, meta.version)]
    return "/".join(part for part in places[0] if part) if places else None


def _help(api: str | None, gone: Gone | None, *, is_settled: bool) -> str:
    texts = (gone.fields, None if is_settled else gone.behaviour) if gone else ()
    differs = [text for text in texts if text]
    if api is None:
        return "; ".join(differs) or "nothing takes its place"
    return "; ".join([f"write `apiVersion: {api}`", *differs])


def _fix(meta: Meta, release: Release, gone: Gone | None, api: str) -> Fix | None:
    """Another `apiVersion`, where the object as it is fits there too.

    Safe unless what is written the same means something else there: the API server refuses it today.
    """
    group, _, version = api.rpartition("/")
    definition = release.definition(group, version, meta.kind)
    fits = not misfits(release, definition, meta.origin) if definition else bool(gone and not gone.fields)
    edit = written_anew(meta, "apiVersion", api) if fits else None
    if edit is None:
        return None
    return Fix(
        f"write `apiVersion: {api}`", Applicability.SAFE if _is_settled(meta, gone) else Applicability.UNSAFE, (edit,)
    )


def _is_settled(meta: Meta, gone: Gone | None) -> bool:
    """Whether the object as it is written means the same in the new version."""
    return gone is None or not gone.behaviour or bool(gone.settled_by and meta.origin.get(*gone.settled_by))
