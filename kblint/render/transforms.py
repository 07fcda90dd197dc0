"""What a kustomization changes in every object: namespace, names, labels, annotations, images and replicas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from kblint.render.field_specs import FieldSpec, fields
from kblint.render.identity import Gvk
from kblint.render.problems import RefusedError
from kblint.render.resource import BuiltObject, WrittenValue, scalar
from kblint.source.regex import regex
from kblint.source.values import Origin, PathPart, PositionedDict, PositionedList

_KEEP_THEIR_NAMES = (
    Gvk(kind="CustomResourceDefinition"),
    Gvk("apiregistration.k8s.io", kind="APIService"),
    Gvk(kind="Namespace"),
)
_BINDINGS = frozenset({"RoleBinding", "ClusterRoleBinding"})
_IMAGE = regex(r"(?::[a-zA-Z0-9_.{}-]*)?(?:@sha256:[a-zA-Z0-9_.{}-]*)?")
_HOLDERS = ("containers", "initContainers")


def set_namespace(resources: Sequence[BuiltObject], written: WrittenValue, field_specs: Sequence[FieldSpec]) -> None:
    """Put every object that stands in a namespace into this one.

    Raises:
        RefusedError: two objects become one by that.
    """
    for one in resources:
        one.remember()
        gvk = one.gvk
        if not gvk.is_cluster_scoped:
            one.put(("metadata", "namespace"), written)
        is_binding = gvk.kind in _BINDINGS
        if is_binding:
            subjects = one.get("subjects")
            for index, subject in enumerate(subjects if isinstance(subjects, list) else ()):
                if isinstance(subject, dict) and subject.get("name") == "default":
                    one.put(("subjects", index, "namespace"), written)
        for spec in field_specs:
            if spec.path == ("metadata", "namespace") or (is_binding and spec.path == ("subjects", "namespace")):
                continue
            if spec.path == ("metadata", "name") and (gvk.group or gvk.version != "v1"):
                continue
            _set(one, spec, written)
    refuse_twins(resources, written)


def refuse_twins(resources: Iterable[BuiltObject], asked: WrittenValue) -> None:
    """Refuse what makes two objects one."""
    seen: set[object] = set()
    for one in resources:
        now = one.id
        key = (now.gvk, now.name, now.effective_namespace)
        if key in seen:
            raise RefusedError(f"two objects become one by this: {now.gvk.kind} `{now.name}`", None, asked.span)
        seen.add(key)


def add_prefix(resources: Iterable[BuiltObject], prefix: str, field_specs: Sequence[FieldSpec]) -> None:
    """Put `prefix` before the name of each object that has one of its own."""
    for one in _renamed(resources, field_specs):
        one.prefixes = (*one.prefixes, prefix)
        _rewrite(one, field_specs, lambda name: prefix + name)


def add_suffix(resources: Iterable[BuiltObject], suffix: str, field_specs: Sequence[FieldSpec]) -> None:
    """Put `suffix` behind the name of each object that has one of its own."""
    for one in _renamed(resources, field_specs):
        one.suffixes = (*one.suffixes, suffix)
        _rewrite(one, field_specs, lambda name: name + suffix)


def _renamed(resources: Iterable[BuiltObject], field_specs: Sequence[FieldSpec]) -> Iterator[BuiltObject]:
    for one in resources:
        original = one.original.gvk
        if any(skipped.selects(original) for skipped in _KEEP_THEIR_NAMES):
            continue
        if any(spec.path == ("metadata", "name") and spec.gvk.selects(original) for spec in field_specs):
            one.remember()
        yield one


def _rewrite(one: BuiltObject, field_specs: Sequence[FieldSpec], new: object) -> None:
    for spec in field_specs:
        if spec.gvk.selects(one.gvk) and callable(new):
            for path in fields(one.root, spec):
                value = one.get(*path)
                if value is not None:
                    one.change(path, new(scalar(value)))


def add_entries(
    resources: Iterable[BuiltObject], pairs: Mapping[str, WrittenValue], field_specs: Sequence[FieldSpec]
) -> None:
    """Write labels or annotations into the mappings that `field_specs` name."""
    if not pairs:
        return
    by_kind: dict[Gvk, list[FieldSpec]] = {}
    for one in resources:
        gvk = one.gvk
        if gvk not in by_kind:
            by_kind[gvk] = [spec for spec in field_specs if spec.gvk.selects(gvk)]
        made: dict[str, list[tuple[PathPart, ...]]] = {key: [] for key in pairs}
        for spec in by_kind[gvk]:
            for path in fields(one.root, spec):
                if isinstance(one.get(*path), PositionedDict | None):
                    for key in sorted(pairs):
                        if one.get(*path, key) is None:
                            made[key].append((*path, key))
                        one.put((*path, key), pairs[key])
        # kustomize writes one value to all of them, and changes it in all of them when it changes it in one
        one.twins = {**one.twins, **{path: tuple(paths) for paths in made.values() if len(paths) > 1 for path in paths}}


def entries(holder: Origin) -> dict[str, WrittenValue]:
    """The texts of a mapping of a kustomization, with where they stand."""
    node = holder.node
    return {key: WrittenValue(scalar(value), node.value_spans[key], node.key_spans[key]) for key, value in node.items()}


def set_images(resources: Iterable[BuiltObject], images: Sequence[Origin], field_specs: Sequence[FieldSpec]) -> None:
    """Change images as the entries of `images` say; a new name stands there, all else where the image is written."""
    for one in resources:
        gvk = one.gvk
        if gvk.kind == "CustomResourceDefinition":
            continue
        paths = dict.fromkeys((*way, "image") for way in _containers(one.root, ()))
        for spec in field_specs:
            if spec.gvk.selects(gvk):
                paths |= dict.fromkeys(fields(one.root, spec))
        for path in paths:
            for image in images:
                _set_image(one, path, image)


def _containers(node: object, way: tuple[PathPart, ...]) -> Iterator[tuple[PathPart, ...]]:
    """Every item of what is called `containers` or `initContainers`, however deep."""
    if isinstance(node, PositionedDict):
        for key, value in node.items():
            if isinstance(value, PositionedDict | PositionedList):
                yield from _containers(value, (*way, key))
            if key in _HOLDERS and isinstance(value, list):
                yield from ((*way, key, index) for index, item in enumerate(value) if isinstance(item, dict))
    elif isinstance(node, PositionedList):
        for index, item in enumerate(node):
            yield from _containers(item, (*way, index))


def _set_image(one: BuiltObject, path: tuple[PathPart, ...], image: Origin) -> None:
    value, old = one.get(*path), scalar(image.get("name"))
    # the name is a pattern to kustomize, but of names that anybody writes only the dot means more than itself
    if not isinstance(value, str) or not value.startswith(old) or not _IMAGE.fullmatch(value, len(old)):
        return
    name, tag, digest = _parts(value)
    new_name, new_tag, new_digest = (scalar(image.get(key)) for key in ("newName", "newTag", "digest"))
    suffix = scalar(image.get("tagSuffix"))
    if new_tag or new_digest:
        tag, digest = new_tag, new_digest
    elif suffix:
        tag, digest = tag + suffix, ""
    made = (new_name or name) + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")
    if new_name:
        one.put(path, WrittenValue(made, image.node.value_spans["newName"], image.node.key_spans["newName"]))
    else:
        one.change(path, made)


def _parts(image: str) -> tuple[str, str, str]:
    """Name, tag and digest of an image."""
    head, _, digest = image.partition("@")
    slash = max(0, head.find("/"))
    name, _, tag = head[slash:].partition(":")
    return head[:slash] + name, tag, digest


def set_replicas(resources: Sequence[BuiltObject], entry: Origin, field_specs: Sequence[FieldSpec]) -> None:
    """Set how many pods a workload has.

    Raises:
        RefusedError: there is no workload of that name.
    """
    name = scalar(entry.get("name"))
    count = entry.get("count")
    written = WrittenValue(count if isinstance(count, int) else 0, entry.span("count"), entry.key_span("count"))
    found = False
    for spec in field_specs:
        for one in resources:
            if any(id.name == name and spec.gvk.selects(id.gvk) for id in one.ids):
                found = True
                _set(one, spec, written)
    if not found:
        raise RefusedError(f"no workload is called `{name}`", None, entry.span("name"))


def _set(one: BuiltObject, spec: FieldSpec, written: WrittenValue) -> None:
    if spec.gvk.selects(one.gvk):
        for path in fields(one.root, spec):
            if not isinstance(one.get(*path), PositionedDict | PositionedList):
                one.put(path, written)
