"""Generated kustomizations: a base, a component, an overlay and one on top of it, with any of their features."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml
from hypothesis import strategies as st

Tree = Mapping[str, str]
"""Texts by path; `top/kustomization.yaml` uses all of the others."""

_NAMES = st.sampled_from(["web", "api", "db", "web-api"])
_LABELS = st.dictionaries(st.sampled_from(["app", "tier", "example.com/part"]), _NAMES, max_size=2)
_PORTS = st.sampled_from([80, 8080, 3000, 9090])
_TEXTS = st.sampled_from(["plain", "a: b", "é <&> \u2028", "two\nlines\n", "'quoted'", "1", "true", "x=y", "#", " "])
_PATCHED = ["Deployment", "StatefulSet", "Service", "Ingress", "ConfigMap", "Widget"]


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """A base that an overlay builds on, which `top` builds on."""
    files: dict[str, str] = {}
    objects = draw(st.lists(_objects(), min_size=1, max_size=6, unique_by=lambda one: (one["kind"], _name(one))))
    _folder(draw, files, "base", objects, [])
    own = draw(st.lists(_objects(), max_size=2, unique_by=lambda one: (one["kind"], _name(one))))
    taken = {(one["kind"], _name(one)) for one in objects}
    own = [one for one in own if (one["kind"], _name(one)) not in taken]
    components = []
    if _maybe(draw, True, False):
        _folder(draw, files, "part", [], objects, kind="Component")
        components = ["../part"]
    _folder(draw, files, "middle", own, objects, resources=["../base"], components=components)
    _folder(draw, files, "top", [], [*objects, *own], resources=["../middle"])
    return files


def _name(one: Mapping[str, Any]) -> str:
    return str(one["metadata"]["name"])


def _folder(
    draw: st.DrawFn,
    files: dict[str, str],
    folder: str,
    own: list[Any],
    below: list[Any],
    *,
    kind: str = "Kustomization",
    resources: list[str] | None = None,
    components: list[str] | None = None,
) -> None:
    said: dict[str, Any] = {"kind": kind}
    said["apiVersion"] = f"kustomize.config.k8s.io/{'v1alpha1' if kind == 'Component' else 'v1beta1'}"
    said["resources"] = list(resources or [])
    if own and _maybe(draw, True, False):
        files[f"{folder}/all.yaml"] = yaml.safe_dump_all(own, sort_keys=False)
        said["resources"].append("all.yaml")
    elif own:
        for index, one in enumerate(own):
            files[f"{folder}/{index}.yaml"] = yaml.safe_dump(one, sort_keys=False)
            said["resources"].append(f"{index}.yaml")
    if components:
        said["components"] = components
    for feature in draw(st.lists(st.sampled_from(_FEATURES), max_size=5, unique=True)):
        said |= feature(draw, files, folder, [*own, *below])
    files[f"{folder}/kustomization.yaml"] = yaml.safe_dump(said, sort_keys=False)


def _maybe(draw: st.DrawFn, *values: Any) -> Any:
    return draw(st.sampled_from(values))


@st.composite
def _objects(draw: st.DrawFn) -> Any:
    make = draw(st.sampled_from(list(_KINDS)))
    name = draw(_NAMES)
    api_version, spec = _KINDS[make](draw, name)
    metadata: dict[str, Any] = {"name": name}
    if draw(st.booleans()):
        metadata["labels"] = draw(_LABELS)
    if draw(st.integers(0, 3)) == 0 and make not in ("Namespace", "ClusterRole"):
        metadata["namespace"] = _maybe(draw, "shop", "default")
    return {"apiVersion": api_version, "kind": make, "metadata": metadata, **spec}


def _pod(draw: st.DrawFn, name: str) -> Any:
    container: dict[str, Any] = {"name": name, "image": _maybe(draw, "nginx:1.25", "web", "reg.example.com:5000/web:1")}
    if draw(st.booleans()):
        container["ports"] = [{"name": "http", "containerPort": draw(_PORTS)}]
    if draw(st.booleans()):
        container["env"] = [
            {"name": "A", "value": draw(_TEXTS)},
            {"name": "B", "valueFrom": {"configMapKeyRef": {"name": draw(_NAMES), "key": "x"}}},
            {"name": "C", "valueFrom": {"secretKeyRef": {"name": draw(_NAMES), "key": "x"}}},
        ]
    if draw(st.booleans()):
        container["envFrom"] = [{"configMapRef": {"name": draw(_NAMES)}}]
    spec: dict[str, Any] = {"containers": [container, {"name": "side", "image": "side:2"}]}
    if draw(st.booleans()):
        spec["volumes"] = [
            {"name": "settings", "configMap": {"name": draw(_NAMES)}},
            {"name": "claim", "persistentVolumeClaim": {"claimName": draw(_NAMES)}},
            {"name": "secret", "secret": {"secretName": draw(_NAMES)}},
        ]
    if draw(st.booleans()):
        spec["serviceAccountName"] = draw(_NAMES)
    if draw(st.integers(0, 4)) == 0:
        term = {"labelSelector": {"matchLabels": {"app": name}}, "topologyKey": "zone"}
        spec["affinity"] = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
    return {"metadata": {"labels": {"app": name}}, "spec": spec}


def _workload(draw: st.DrawFn, name: str) -> Any:
    spec = {"selector": {"matchLabels": {"app": name}}, "template": _pod(draw, name)}
    return "apps/v1", {"spec": spec if draw(st.booleans()) else {**spec, "replicas": 2}}


def _stateful_set(draw: st.DrawFn, name: str) -> Any:
    version, made = _workload(draw, name)
    made["spec"]["serviceName"] = draw(_NAMES)
    if draw(st.booleans()):
        made["spec"]["volumeClaimTemplates"] = [{"metadata": {"name": "data"}, "spec": {"storageClassName": "fast"}}]
    return version, made


def _service(draw: st.DrawFn, name: str) -> Any:
    ports: list[Any] = [{"port": 80, "targetPort": _maybe(draw, "http", 8080), "name": "http"}]
    if draw(st.booleans()):
        ports.append({"port": draw(_PORTS), "protocol": _maybe(draw, "TCP", "UDP"), "name": "more"})
    return "v1", {"spec": {"selector": {"app": name}, "ports": ports}}


def _ingress(draw: st.DrawFn, name: str) -> Any:
    backend = {"service": {"name": draw(_NAMES), "port": {"number": 80}}}
    rule = {"host": f"{name}.example.com", "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
    return "networking.k8s.io/v1", {"spec": {"rules": [rule], "tls": [{"secretName": draw(_NAMES)}]}}


def _policy(draw: st.DrawFn, name: str) -> Any:
    peers = [{"podSelector": {"matchLabels": {"app": draw(_NAMES)}}}, {"podSelector": {}}]
    return "networking.k8s.io/v1", {
        "spec": {"podSelector": {"matchLabels": {"app": name}}, "ingress": [{"from": peers}]}
    }


def _cron_job(draw: st.DrawFn, name: str) -> Any:
    template = {"spec": {"template": _pod(draw, name)}}
    return "batch/v1", {"spec": {"schedule": "0 3 * * *", "jobTemplate": template}}


def _binding(draw: st.DrawFn, name: str) -> Any:
    subjects = [
        {"kind": "ServiceAccount", "name": _maybe(draw, name, "default")},
        {"kind": "ServiceAccount", "name": draw(_NAMES), "namespace": _maybe(draw, "shop", "default")},
    ]
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": _maybe(draw, "Role", "ClusterRole"), "name": draw(_NAMES)}
    return "rbac.authorization.k8s.io/v1", {"roleRef": role, "subjects": subjects}


def _autoscaler(draw: st.DrawFn, name: str) -> Any:
    del name
    target = {"apiVersion": "apps/v1", "kind": _maybe(draw, "Deployment", "StatefulSet"), "name": draw(_NAMES)}
    return "autoscaling/v2", {"spec": {"scaleTargetRef": target, "minReplicas": 1, "maxReplicas": 3}}


_KINDS: Mapping[str, Any] = {
    "Deployment": _workload,
    "StatefulSet": _stateful_set,
    "Service": _service,
    "Ingress": _ingress,
    "ConfigMap": lambda draw, _: ("v1", {"data": {"x": draw(_TEXTS)}}),
    "Secret": lambda draw, _: ("v1", {"stringData": {"x": draw(_TEXTS)}}),
    "ServiceAccount": lambda _, __: ("v1", {}),
    "Namespace": lambda _, __: ("v1", {}),
    "PersistentVolumeClaim": lambda _, __: ("v1", {"spec": {"accessModes": ["ReadWriteOnce"]}}),
    "NetworkPolicy": _policy,
    "CronJob": _cron_job,
    "RoleBinding": _binding,
    "Role": lambda draw, _: ("rbac.authorization.k8s.io/v1", {"rules": [{"resourceNames": [draw(_NAMES)]}]}),
    "HorizontalPodAutoscaler": _autoscaler,
    "Widget": lambda draw, name: ("example.com/v1", {"spec": {"service": draw(_NAMES), "ports": [{"name": name}]}}),
}


def _patch(draw: st.DrawFn, one: Any) -> Any:
    """A strategic merge patch of an object."""
    kind, name = one["kind"], _name(one)
    head = {"apiVersion": one["apiVersion"], "kind": kind, "metadata": dict(one["metadata"])}
    head["metadata"].pop("labels", None)
    if kind in ("Deployment", "StatefulSet"):
        container = _maybe(
            draw,
            {"name": name, "ports": [{"containerPort": draw(_PORTS), "name": "more"}]},
            {"name": name, "env": [{"name": "A", "value": "patched"}, {"name": "NEW", "value": "new"}]},
            {"name": name, "env": [{"name": "A", "$patch": "delete"}], "image": None},
            {"name": "extra", "image": "extra:1", "volumeMounts": [{"name": "v", "mountPath": "/v"}]},
            {"name": "side", "$patch": "delete"},
        )
        template = {"metadata": {"annotations": {"patched": "yes"}}, "spec": {"containers": [container]}}
        return {**head, "spec": {"replicas": _maybe(draw, 5, None), "template": template}}
    if kind == "Service":
        port = {"port": _maybe(draw, 80, 81), "name": "http", "targetPort": draw(_PORTS)}
        if draw(st.booleans()):
            port["protocol"] = "TCP"
        ports: list[Any] = [port, {"$patch": "replace"}] if draw(st.booleans()) else [port]
        return {**head, "spec": {"ports": ports, "type": "NodePort"}}
    if kind == "ConfigMap":
        return (
            {**head, "data": {"x": draw(_TEXTS), "more": "z"}} if draw(st.booleans()) else {**head, "$patch": "delete"}
        )
    if kind == "Ingress":
        return {**head, "spec": {"$patch": "replace", "rules": [{"host": "other.example.com"}]}}
    return {**head, "metadata": {**head["metadata"], "labels": {"patched": "yes"}}, "spec": {"ports": [{"name": "p"}]}}


def _patches(draw: st.DrawFn, files: dict[str, str], folder: str, objects: list[Any]) -> dict[str, Any]:
    found = [one for one in objects if one["kind"] in _PATCHED]
    if not found:
        return {}
    entries: list[Any] = []
    for number, one in enumerate(draw(st.lists(st.sampled_from(found), max_size=2, unique_by=id))):
        text = yaml.safe_dump(_patch(draw, one), sort_keys=False)
        way = draw(st.integers(0, 2))
        if way == 0:
            files[f"{folder}/patch-{number}.yaml"] = text
            entries.append({"path": f"patch-{number}.yaml"})
        elif way == 1:
            entries.append({"patch": text})
        else:
            entries.append({"patch": text, "target": {"kind": one["kind"], "name": _name(one)}})
    return {"patches": entries}


def _old_patches(draw: st.DrawFn, files: dict[str, str], folder: str, objects: list[Any]) -> dict[str, Any]:
    found = [one for one in objects if one["kind"] in ("Deployment", "Service")]
    if not found:
        return {}
    text = yaml.safe_dump(_patch(draw, draw(st.sampled_from(found))), sort_keys=False)
    if draw(st.booleans()):
        return {"patchesStrategicMerge": [text]}
    files[f"{folder}/old.yaml"] = text
    return {"patchesStrategicMerge": ["old.yaml"]}


def _json_patches(draw: st.DrawFn, files: dict[str, str], folder: str, objects: list[Any]) -> dict[str, Any]:
    operations = [
        {"op": "add", "path": "/metadata/annotations", "value": {"patched": "yes"}},
        _maybe(
            draw,
            {"op": "replace", "path": "/metadata/name", "value": "renamed"},
            {"op": "replace", "path": "/spec/notThere", "value": "made"},
            {"op": "replace", "path": "/notThere/either", "value": "made"},
            {"op": "copy", "from": "/notThere", "path": "/spec/notThere"},
            {"op": "add", "path": "/metadata/annotations/example.com~1x", "value": "1"},
            {"op": "copy", "from": "/metadata/name", "path": "/metadata/annotations/name"},
            {"op": "move", "from": "/metadata/annotations/patched", "path": "/metadata/annotations/moved"},
            {"op": "test", "path": "/metadata/annotations/patched", "value": "yes"},
            {"op": "remove", "path": "/metadata/annotations/patched"},
        ),
    ]
    text = yaml.safe_dump(operations, sort_keys=False)
    one = draw(st.sampled_from(objects)) if objects else {"kind": "Service", "metadata": {"name": "none"}}
    target = {"kind": one["kind"], "name": _maybe(draw, _name(one), f"{_name(one)[0]}.*")}
    if draw(st.booleans()):
        return {"patchesJson6902": [{"target": {**target, "version": "v1"}, "patch": text}]}
    files[f"{folder}/operations.yaml"] = text
    return {"patches": [{"target": target, "path": "operations.yaml"}]}


def _generators(draw: st.DrawFn, files: dict[str, str], folder: str, objects: list[Any]) -> dict[str, Any]:
    name = f"{folder}-settings"
    entry: dict[str, Any] = {"name": name, "literals": ["A=1", 'B="two words"', f"C={draw(_TEXTS).splitlines()[0]}"]}
    if draw(st.booleans()):
        files[f"{folder}/app.conf"] = draw(_TEXTS)
        entry["files"] = ["app.conf", "other.conf=app.conf"]
    if draw(st.booleans()):
        files[f"{folder}/app.env"] = "# comment\nX=1\n\n  Y=a=b\nZ\n"
        entry["envs"] = ["app.env"]
    said: dict[str, Any] = {_maybe(draw, "configMapGenerator", "secretGenerator"): [entry]}
    if draw(st.booleans()):
        entry["options"] = _maybe(
            draw, {"disableNameSuffixHash": True}, {"labels": {"generated": "yes"}}, {"immutable": True}
        )
    if draw(st.booleans()):
        said["generatorOptions"] = _maybe(draw, {"annotations": {"all": "1"}}, {"labels": {"generated": "all"}})
    used = [one for one in objects if one["kind"] == "Deployment"]
    if used and _maybe(draw, True, False) and "patches" not in said:
        pods = {"containers": [{"name": _name(used[0]), "envFrom": [{"configMapRef": {"name": name}}]}]}
        files[f"{folder}/use.yaml"] = yaml.safe_dump({**_head(used[0]), "spec": {"template": {"spec": pods}}})
        said["patches"] = [{"path": "use.yaml"}]
    return said


def _head(one: Any) -> dict[str, Any]:
    kept = {key: value for key, value in one["metadata"].items() if key != "labels"}
    return {"apiVersion": one["apiVersion"], "kind": one["kind"], "metadata": kept}


def _replacements(draw: st.DrawFn, files: dict[str, str], folder: str, objects: list[Any]) -> dict[str, Any]:
    services = [one for one in objects if one["kind"] == "Service"]
    widgets = [one for one in objects if one["kind"] == "Widget"]
    if not services or not widgets:
        return {}
    source = {
        "kind": "Service",
        "name": _name(services[0]),
        "fieldPath": _maybe(draw, "metadata.name", "spec.ports.0.port"),
    }
    target: dict[str, Any] = {"select": {"kind": "Widget"}, "fieldPaths": ["spec.service"]}
    if draw(st.booleans()):
        target["options"] = {"delimiter": "-", "index": draw(st.integers(-1, 2))}
    elif draw(st.booleans()):
        target |= {"fieldPaths": ["spec.made.here"], "options": {"create": True}}
    if draw(st.booleans()):
        files[f"{folder}/replacement.yaml"] = yaml.safe_dump({"source": source, "targets": [target]})
        return {"replacements": [{"path": "replacement.yaml"}]}
    return {"replacements": [{"source": source, "targets": [target]}]}


def _labels(draw: st.DrawFn, files: dict[str, str], folder: str, objects: list[Any]) -> dict[str, Any]:
    del files, folder, objects
    entry: dict[str, Any] = {"pairs": draw(_LABELS) or {"app": "all"}}
    if draw(st.booleans()):
        entry[_maybe(draw, "includeSelectors", "includeTemplates")] = True
    return {"labels": [entry]}


def _replicas(draw: st.DrawFn, files: dict[str, str], folder: str, objects: list[Any]) -> dict[str, Any]:
    del files, folder
    found = [one for one in objects if one["kind"] in ("Deployment", "StatefulSet")]
    return {"replicas": [{"name": _name(draw(st.sampled_from(found))), "count": 7}]} if found else {}


def _simple(*values: dict[str, Any]) -> Any:
    return lambda draw, *_: draw(st.sampled_from(values))


_FEATURES: list[Any] = [
    _patches,
    _patches,
    _old_patches,
    _json_patches,
    _generators,
    _replacements,
    _labels,
    _replicas,
    _simple({"namespace": "shop"}, {"namespace": "prod"}),
    _simple({"namePrefix": "a-"}, {"namePrefix": "b-"}),
    _simple({"nameSuffix": "-x"}, {"nameSuffix": "-y"}),
    _simple({"commonLabels": {"app": "one"}}, {"commonLabels": {"tier": "back"}}),
    _simple({"commonAnnotations": {"note": "1"}}),
    _simple(
        {"images": [{"name": "web", "newTag": "2"}]},
        {"images": [{"name": "nginx", "newName": "reg.example.com/nginx"}]},
        {"images": [{"name": "reg.example.com:5000/web", "digest": "sha256:abc"}]},
    ),
    _simple(
        {"sortOptions": {"order": "fifo"}},
        {"sortOptions": {"order": "legacy", "legacySortOptions": {"orderFirst": ["Service"], "orderLast": ["Secret"]}}},
    ),
]
