"""Releases of charts in Terraform: `helm_release`, and the values that kube-hetzner's module takes.

https://registry.terraform.io/providers/hashicorp/helm/latest/docs/resources/release ,
https://github.com/kube-hetzner/terraform-hcloud-kube-hetzner/blob/master/docs/terraform.md
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from kblint.model.input_format import InputFormat
from kblint.model.release import ChartRelease, Form, ValuesIn, ValuesReference, no_values
from kblint.read.inner_yaml import placed_yaml
from kblint.read.kubernetes.charts import named_chart
from kblint.read.reading import Reading
from kblint.read.set_values import given
from kblint.read.terraform.positioned import here_text, positioned
from kblint.read.terraform.resources import OpenedFolder, opened_folder
from kblint.read.terraform.values import Folder, Scope
from kblint.source.merge import merged
from kblint.source.regex import regex
from kblint.source.text import Place, Source, Span
from kblint.source.values import Origin, PositionedDict, Unknown
from kblint.syntax.grammar import Node
from kblint.syntax.hcl import Block
from kblint.syntax.hcl_nodes import named, opened, span_of

FORMAT = InputFormat(
    "charts in Terraform",
    "`helm_release`, and the values that the kube-hetzner module takes",
    "values of other modules",
)

_MODULE = "kube-hetzner"
_SIGNS = ("helm_release", _MODULE)
_OF_MODULE: Mapping[str, tuple[str, str, str]] = {
    "cert_manager_values": ("cert-manager", "cert-manager", ""),
    "cilium_values": ("cilium", "kube-system", ""),
    "longhorn_values": ("longhorn", "longhorn-system", ""),
    "nginx_values": ("ingress-nginx", "nginx", "nginx"),
    "rancher_values": ("rancher", "cattle-system", ""),
    "traefik_values": ("traefik", "traefik", "traefik"),
}
"""Inputs of the module to chart, namespace and the ingress controller that must be chosen."""
_INSIDE = regex(r"\$\{path\.(?:module|root|cwd)\}/")


def read_folder(sources: Sequence[Source]) -> Reading | None:
    """The releases of the `.tf` files of one folder; None when they hold none."""
    opened = opened_folder(sources, _SIGNS)
    if not isinstance(opened, OpenedFolder):
        return opened
    places = opened.places
    found = tuple(
        release
        for source, body in opened.files.bodies
        for block in body.blocks
        for release in _releases(block, _Reader(source, opened.folder, places))
    )
    return Reading(found) if found else None


class _Reader(Struct):
    """What makes values of the expressions of one file."""

    source: Source
    folder: Folder
    sources: Mapping[str, Source]
    layers: list[Origin | ValuesReference] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def scope(self) -> Scope:
        """Where its expressions stand."""
        return Scope(self.folder, self.source.text)

    def text(self, block: Block, name: str) -> str | None:
        """A text that is known."""
        attribute = block.body.attributes.get(name)
        value = self.scope.value(attribute.value) if attribute else None
        return value if isinstance(value, str) else None

    def take(self, node: Node, head: Place) -> None:
        """The values that an expression stands for: a here-document, `yamlencode`, `file` or `templatefile`."""
        (inner, *rest) = opened((node,))
        if rest and inner.type == "variable_expr":
            self._of_local(node)
        elif inner.type == "tuple":
            for item in named(inner, "expression"):
                self.take(item, head)
        elif inner.type == "heredoc_template":
            self._document(inner, head)
        elif inner.type == "function_call":
            self._called(inner, head)
        elif inner.type == "object":
            self._put(positioned(self.scope, inner), head)
        else:
            written = self.scope.value(node)
            if isinstance(written, str):
                span = span_of(node)
                self._put(placed_yaml(self.source, written, lambda _: span), head)
            else:
                self.unknown.append(f"`{self.scope.written(node)[:80]}` is not known")

    def _put(self, values: object, head: Place) -> None:
        if isinstance(values, PositionedDict):
            self.layers.append(Origin(self.source, values, head.span))
        else:
            self.unknown.append("some of its values cannot be read")

    def _document(self, node: Node, head: Place) -> None:
        """A here-document; what is put into it and cannot be known stays as it is written."""
        text = here_text(self.scope, self.source, node)
        self._put(text and placed_yaml(self.source, text.text, lambda span: text.place(*span).span), head)

    def _called(self, call: Node, head: Place) -> None:
        name, *rest = call.named_children
        arguments = [
            part for inner in rest if inner.type == "function_arguments" for part in named(inner, "expression")
        ]
        match self.scope.written(name):
            case "yamlencode" | "jsonencode" if arguments:
                self.take(arguments[0], head)
            case "file" | "templatefile" if arguments:
                path = _INSIDE.sub("", self.scope.written(arguments[0]).strip('"'))
                place = Place(self.source, span_of(arguments[0]))
                self.layers.append(ValuesReference(ValuesIn.FILE, path, None, "", (), is_optional=False, place=place))
            case _:
                self.unknown.append(f"`{self.scope.written(call)[:80]}` is not known")

    def _of_local(self, node: Node) -> None:
        """The values that `local.name` or `var.name` stands for, in whatever file of the folder."""
        kind, _, name = self.scope.written(node).partition(".")
        declared = {"local": self.folder.locals, "var": self.folder.variables}.get(kind, {}).get(name)
        source = self.sources.get(declared[0]) if declared else None
        if declared is None or source is None:
            self.unknown.append(f"`{self.scope.written(node)[:80]}` is not known")
            return
        there = _Reader(source, self.folder, {})
        there.take(declared[1], Place(source, span_of(declared[1])))
        self.layers.extend(there.layers)
        self.unknown.extend(there.unknown)

    def release(self, form: Form, chart: str, name: str, namespace: str | None, head: Place) -> ChartRelease:
        """The release; it stands where its values do, else where it is declared."""
        written = [layer for layer in self.layers if isinstance(layer, Origin)]
        place = Place(written[-1].source, written[-1].head) if written else head
        values = written[0] if len(written) == 1 else merged(written, place) if written else no_values(place)
        return ChartRelease(
            form=form,
            name=name,
            namespace=namespace,
            chart=chart,
            repository=None,
            version=None,
            layers=tuple(self.layers),
            values=values,
            place=place,
            meta=None,
            unknown=tuple(self.unknown),
        )


def _releases(block: Block, reader: _Reader) -> Iterator[ChartRelease]:
    if block.type == "resource" and block.labels[:1] == ("helm_release",) and len(block.labels) > 1:
        yield from _helm_release(block, reader)
    elif block.type == "module" and _MODULE in (reader.text(block, "source") or ""):
        written = "ingress_controller" in block.body.attributes
        chosen = reader.text(block, "ingress_controller") if written else "traefik"
        for name, (chart, namespace, controller) in _OF_MODULE.items():
            attribute = block.body.attributes.get(name)
            own = _Reader(reader.source, reader.folder, reader.sources)
            head = Place(reader.source, attribute.name_span if attribute else block.head)
            if attribute and controller in ("", chosen):
                own.take(attribute.value, head)
            elif controller and controller == chosen:
                own.unknown.append("the module gives it values of its own")
            else:
                continue
            yield own.release(Form.KUBE_HETZNER, chart, controller or chart, namespace, head)


def _helm_release(block: Block, reader: _Reader) -> Iterator[ChartRelease]:
    chart = reader.text(block, "chart") or _beside(block, reader)
    if chart is None:
        return
    head = Place(reader.source, block.head)
    if values := block.body.attributes.get("values"):
        reader.take(values.value, Place(reader.source, values.name_span))
    pairs: list[tuple[str, Span]] = []
    for kind in ("set", "set_sensitive"):
        for inner in block.body.blocks_of(kind):
            attribute = inner.body.attributes.get("value")
            written = reader.scope.value(attribute.value) if attribute else None
            span = span_of(attribute.value) if attribute else block.head
            pairs.append((f"{reader.text(inner, 'name')}={_shown(written)}", span))
        if listed := block.body.attributes.get(kind):
            found = reader.scope.value(listed.value)
            given_here = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
            pairs.extend((f"{one.get('name')}={_shown(one.get('value'))}", listed.name_span) for one in given_here)
    if pairs:
        reader.layers.append(given(tuple(pairs), reader.source, block.head, reader.unknown))
    named_ = named_chart(chart, reader.text(block, "repository"), reader.text(block, "version"))
    name, namespace = reader.text(block, "name"), reader.text(block, "namespace")
    if name is None:
        reader.unknown.append("its name is not known")
    found_release = reader.release(Form.TERRAFORM, named_.name, name or named_.name, namespace, head)
    yield replace(
        found_release,
        repository=named_.repository,
        version=named_.version,
        written=named_.written,
        is_folder=named_.is_folder,
    )


def _beside(block: Block, reader: _Reader) -> str | None:
    """The path of a chart that lies beside the file: `"${path.module}/charts/app"`."""
    attribute = block.body.attributes.get("chart")
    written = reader.scope.written(attribute.value).strip('"') if attribute else ""
    path = _INSIDE.sub("./", written, count=1)
    return path if path != written and "${" not in path else None


def _shown(value: object) -> str:
    if isinstance(value, Unknown):
        return "${?}"
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)
