"""`vars` of a kustomization: `$(NAME)` becomes the value of a field of an object."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from kblint.render.field_paths import lookup, split_path
from kblint.render.field_specs import FieldSpec, fields, specs
from kblint.render.identity import Gvk
from kblint.render.problems import RefusedError
from kblint.render.resource import LONGEST, BuiltObject, scalar
from kblint.render.selectors import selector_id
from kblint.source.regex import regex
from kblint.source.values import Origin, PathPart

_REFERENCE = regex(r"\$\$|\$\(([^()]*)\)")
_PODS = {
    "CronJob": "spec/jobTemplate/spec/template/spec",
    "Pod": "spec",
    **dict.fromkeys(("DaemonSet", "Deployment", "Job", "ReplicaSet", "StatefulSet"), "spec/template/spec"),
}
VARIABLE_FIELDS: tuple[FieldSpec, ...] = (
    *(
        one
        for kind, way in _PODS.items()
        for one in specs(
            (
                *(f"{way}/{held}/{field}"
                  for held in ("containers", "initContainers")
                  for field in ("args", "command", "env/value", "volumeMounts/mountPath")),
                # without the `spec` before it, where no CronJob has volumes
                f"{way.removesuffix('/spec') if kind == 'CronJob' else way}/volumes/nfs/server",
            ),
            Gvk(kind=kind),
        )
    ),
    *specs(["spec/template/metadata/annotations"], Gvk(kind="Deployment")),
    *specs(["spec/rules/host", "spec/tls/hosts", "spec/tls/secretName"], Gvk(kind="Ingress")),
    *specs(["spec/ports/port", "spec/ports/targetPort"], Gvk(kind="Service")),
    *specs(["spec/volumeClaimTemplates/spec/nfs/server"], Gvk(kind="StatefulSet")),
    *specs(["spec/nfs/server"], Gvk(kind="PersistentVolume")),
    *specs(["metadata/labels", "metadata/annotations"]),
)  # fmt: skip
"""Where variables are looked for: `varreference.go` of kustomize (api/internal/konfig/builtinpluginconsts)."""


def mark(resources: Sequence[BuiltObject], variable: Origin) -> None:
    """Remember which object a variable takes its value from.

    Raises:
        RefusedError: several objects are meant.
    """
    name, selector = scalar(variable.get("name")), selector_id(variable.child("objref"))

    def is_meant(one: BuiltObject) -> bool:
        for id in one.ids:
            is_alike = id.name == selector.name and id.gvk == selector.gvk
            if is_alike and (not selector.namespace or id.effective_namespace == selector.effective_namespace):
                return True
        return False

    found = [one for one in resources if is_meant(one)]
    if len(found) > 1:
        raise RefusedError(f"{len(found)} objects are meant by the variable `{name}`", None, variable.head)
    for one in found:
        one.variables |= {name}


def value_of(resources: Iterable[BuiltObject], variable: Origin) -> object:
    """The value of a variable.

    Raises:
        RefusedError: there is no object, or it has no such field.
    """
    name = scalar(variable.get("name"))
    path = scalar(variable.get("fieldref", "fieldPath")) or "metadata.name"
    for one in resources:
        if name in one.variables:
            spot = lookup(one, split_path(path.replace("[", ".").replace("]", "")))
            value = one.get(*spot) if spot is not None else None
            if value is None:
                raise RefusedError(f"{one.gvk.kind} `{one.name}` has no `{path}`", None, variable.head)
            return value
    raise RefusedError(f"no object here is what the variable `{name}` names", None, variable.span("objref"))


def fill_in(resources: Iterable[BuiltObject], values: Mapping[str, object], field_specs: Sequence[FieldSpec]) -> None:
    """Write the values where variables are named."""
    for one in resources:
        gvk = one.gvk
        for spec in field_specs:
            if spec.gvk.selects(gvk):
                for path in fields(one.root, spec):
                    _fill_in(one, path, values)


def _fill_in(one: BuiltObject, path: tuple[PathPart, ...], values: Mapping[str, object]) -> None:
    value = one.get(*path)
    inner: Iterable[PathPart] = ()
    if isinstance(value, dict):
        inner = list(value)
    elif isinstance(value, list):
        inner = range(len(value))
    for spot in [(*path, part) for part in inner] or [path]:
        text = one.get(*spot)
        if isinstance(text, str) and "$" in text:
            made = _filled(text, values)
            if made != text and not isinstance(made, dict | list):
                one.change(spot, made)


def _filled(text: str, values: Mapping[str, object]) -> object:
    whole = _REFERENCE.fullmatch(text)
    if whole and whole[1] in values:
        return values[whole[1]]
    if text.count("$(") * max(len(scalar(value)) for value in values.values()) > LONGEST:
        return text

    def one(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        return scalar(values[match[1]]) if match[1] in values else match[0]

    return _REFERENCE.sub(one, text)
