"""Kubernetes objects in Terraform: the resources of its providers, and manifests in them.

https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs ,
https://registry.terraform.io/providers/gavinbunney/kubectl/latest/docs/resources/kubectl_manifest
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from kblint.model.cluster import ClusterSign, SignOf
from kblint.model.input_format import InputFormat
from kblint.read.inner_yaml import as_manifest, manifests_in, placeholder
from kblint.read.reading import Reading
from kblint.read.terraform.block_names import LEFT_OUT, MANY, converted, field_name, is_mapping
from kblint.read.terraform.manifest_values import as_texts, defaulted, hidden, retyped
from kblint.read.terraform.positioned import here_text, positioned
from kblint.read.terraform.resources import OpenedFolder, generated, opened_folder, repeated
from kblint.read.terraform.values import Folder, Scope
from kblint.source.regex import regex
from kblint.source.text import Place, Source
from kblint.source.values import Document, PositionedDict, PositionedList, Unknown
from kblint.syntax.grammar import Node
from kblint.syntax.hcl import Attribute, Block, Body
from kblint.syntax.hcl_nodes import named, opened, span_of

FORMAT = InputFormat(
    "Kubernetes objects in Terraform",
    "`kubernetes_*` resources on the way of requests, `kubernetes_manifest`, `kubectl_manifest`",
    "what `file` and `templatefile` load is read only as the file it is; `%{ }` in here-documents",
)

_SIGNS = ('"kubernetes_', '"kubectl_manifest"')
_MANIFESTS = {"kubernetes_manifest": "manifest", "kubectl_manifest": "yaml_body"}
"""Resources to the attribute that holds an object."""
_VERSION = regex(r"_v[0-9](?:(?:alpha|beta)[0-9])?$")
_TYPES: Mapping[str, tuple[str, str]] = {
    "config_map": ("v1", "ConfigMap"),
    "cron_job": ("batch/v1", "CronJob"),
    "daemon_set": ("apps/v1", "DaemonSet"),
    "daemonset": ("apps/v1", "DaemonSet"),
    "deployment": ("apps/v1", "Deployment"),
    "endpoints": ("v1", "Endpoints"),
    "ingress": ("networking.k8s.io/v1", "Ingress"),
    "job": ("batch/v1", "Job"),
    "namespace": ("v1", "Namespace"),
    "network_policy": ("networking.k8s.io/v1", "NetworkPolicy"),
    "persistent_volume_claim": ("v1", "PersistentVolumeClaim"),
    "pod": ("v1", "Pod"),
    "replication_controller": ("v1", "ReplicationController"),
    "secret": ("v1", "Secret"),
    "service": ("v1", "Service"),
    "stateful_set": ("apps/v1", "StatefulSet"),
}
"""Resources, without `kubernetes_` and the version behind, to what they make."""
_PARTS = frozenset({"binary_data", "data", "immutable", "metadata", "spec", "subset"})
"""What of a resource stands in the object; all else is for Terraform itself."""
_OLD_INGRESS = "kubernetes_ingress"
"""Of an API that no cluster has any more; what it makes is left to Terraform to refuse."""


def read_folder(sources: Sequence[Source]) -> Reading | None:
    """The objects of the `.tf` files of one folder; None when they hold none."""
    opened = opened_folder(sources, _SIGNS)
    if not isinstance(opened, OpenedFolder):
        return opened
    places = opened.places
    documents: list[Document] = []
    signs: list[ClusterSign] = []
    for source, body in opened.files.bodies:
        for block in body.blocks_of("resource"):
            if len(block.labels) == 2:
                found, is_whole = _made_by(block, source, opened.folder, places)
                documents += found
                if not is_whole:
                    name = f"`{'.'.join(block.labels)}`"
                    signs.append(ClusterSign(SignOf.RELEASE, name, Place(source, block.head)))
    return Reading(tuple(signs), documents=tuple(documents)) if documents or signs else None


def _made_by(
    block: Block, source: Source, folder: Folder, places: Mapping[str, Source]
) -> tuple[tuple[Document, ...], bool]:
    """The objects that a resource makes, and whether these are all of them."""
    type = block.labels[0]
    if not makes_objects(type):
        return (), type != _OLD_INGRESS
    key = _MANIFESTS.get(type)
    for_each = block.body.attributes.get("for_each")
    is_whole = not for_each or not isinstance(Scope(folder, source.text).value(for_each.value), Unknown)
    documents: list[Document] = []
    for _, scope in repeated(block.body, Scope(folder, source.text)):
        reader = _Reader(source, scope, places)
        if key:
            attribute = block.body.attributes.get(key)
            made = reader.manifests(attribute.value) if attribute else ()
            if type == "kubernetes_manifest":
                made = tuple(replace(one, root=retyped(one.root)) for one in made)
            is_whole = is_whole and bool(made)
            documents += made
        else:
            documents.append(Document(source, 0, reader.object(block, *_TYPES[_kind(type)]), block.span))
    return tuple(documents), is_whole


def makes_objects(type: str) -> bool:
    """Whether resources of a type are read here."""
    is_typed = type.startswith("kubernetes_") and type != _OLD_INGRESS
    return type in _MANIFESTS or (is_typed and _kind(type) in _TYPES)


def _kind(type: str) -> str:
    return _VERSION.sub("", type.removeprefix("kubernetes_"))


class _Reader(Struct, frozen=True):
    """What makes objects of what stands in one file; `sources` are the files of the folder by their text."""

    source: Source
    scope: Scope
    sources: Mapping[str, Source]

    def manifests(self, node: Node) -> tuple[Document, ...]:
        """The objects that an expression stands for; none where that cannot be told."""
        parts = opened((node,))
        inner = parts[0]
        if len(parts) > 1 and inner.type == "variable_expr":
            return self._of_local(node)
        if inner.type == "heredoc_template":
            text = here_text(self.scope, self.source, inner)
            return manifests_in(text) if text else ()
        if inner.type == "function_call":
            name, *rest = inner.named_children
            given = [one for part in rest if part.type == "function_arguments" for one in named(part, "expression")]
            is_held = self.scope.written(name) in ("jsonencode", "yamldecode", "yamlencode") and len(given) == 1
            return self.manifests(given[0]) if is_held else ()
        root = as_manifest(positioned(self.scope, node)) if inner.type == "object" else None
        if not isinstance(root, PositionedDict) or "apiVersion" not in root:
            return ()
        return (Document(self.source, 0, root, span_of(inner)),)

    def _of_local(self, node: Node) -> tuple[Document, ...]:
        """What `local.name` stands for, in whatever file of the folder."""
        kind, _, name = self.scope.written(node).partition(".")
        declared = self.scope.folder.locals.get(name) if kind == "local" else None
        source = self.sources.get(declared[0]) if declared else None
        if declared is None or source is None:
            return ()
        return _Reader(source, Scope(self.scope.folder, source.text), {}).manifests(declared[1])

    def object(self, block: Block, version: str, kind: str) -> PositionedDict:
        """The object that a resource with blocks and attributes makes."""
        root = PositionedDict(block.span)
        for key, value in (("apiVersion", version), ("kind", kind)):
            root.put(key, value, block.head, block.head)
        attributes = {name: one for name, one in block.body.attributes.items() if name in _PARTS}
        blocks = [one for one in block.body.blocks if one.type in _PARTS]
        self._fill(root, Body(attributes, blocks), self.scope, kind)
        defaulted(root, kind)
        if kind == "Secret" and "data" in root:
            span, held = root.key_spans["data"], root.pop("data")
            # they are encoded on the way; and what they are is nobody's business
            root.put("stringData", hidden(held), span, root.value_spans["data"])
        if kind == "Secret" and "binaryData" in root:
            # what is encoded already: the provider puts it into `data`
            span, _ = root.key_spans["binaryData"], root.pop("binaryData")
            root.put("data", Unknown("binary_data"), span, root.value_spans["binaryData"])
        return root

    def _fill(self, node: PositionedDict, body: Body, scope: Scope, holder: str) -> None:
        for attribute in body.attributes.values():
            self._put_attribute(node, attribute, scope)
        for block in body.blocks:
            name = block.labels[0] if block.type == "dynamic" and block.labels else block.type
            if is_mapping(name, holder):
                self._put_mapping(node, name, block, scope)
            elif name in MANY:
                self._put_items(node, name, block, scope)

    def _put_attribute(self, node: PositionedDict, attribute: Attribute, scope: Scope) -> None:
        span = span_of(attribute.value)
        value = positioned(scope, attribute.value)
        if isinstance(value, PositionedDict):
            value = as_texts(value)
        elif isinstance(value, PositionedList):
            value = as_manifest(value)
        elif isinstance(value, Unknown):
            value = placeholder(value)
        else:
            value = converted(value, attribute.name)
        if value is not None and attribute.name not in LEFT_OUT:
            node.put(field_name(attribute.name), value, attribute.name_span, span)

    def _bodies(self, block: Block, scope: Scope, *, is_repeated: bool) -> Sequence[tuple[Body, Scope]] | Unknown:
        return generated(block, scope, is_repeated=is_repeated) if block.type == "dynamic" else [(block.body, scope)]

    def _put_mapping(self, node: PositionedDict, name: str, block: Block, scope: Scope) -> None:
        bodies = self._bodies(block, scope, is_repeated=False)
        if isinstance(bodies, Unknown):
            node.put(field_name(name), placeholder(bodies), block.head, block.head)
            return
        for body, inner in bodies[:1]:
            value = PositionedDict(block.span)
            self._fill(value, body, inner, name)
            node.put(field_name(name), value, block.head, block.span)

    def _put_items(self, node: PositionedDict, name: str, block: Block, scope: Scope) -> None:
        key = MANY[name]
        held = node.get(key)
        items = held if isinstance(held, PositionedList) else PositionedList(block.span)
        bodies = self._bodies(block, scope, is_repeated=True)
        for body, inner in () if isinstance(bodies, Unknown) else bodies:
            value = PositionedDict(block.span)
            self._fill(value, body, inner, name)
            items.put(value, block.head)
        if items:
            node.put(key, items, node.key_spans.get(key, block.head), block.span)
