"""What folders of Terraform hold: load balancers and firewalls of Hetzner, annotations that make some, and signs.

A balancer is spread over several resources, and its values over variables and locals: the files of a folder are read
together. https://registry.terraform.io/providers/hetznercloud/hcloud/latest/docs
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from kblint.model.annotations import PREFIX
from kblint.model.balancer import BalancerAnnotation, DeclaredBy, LoadBalancer, Target
from kblint.model.bundle import Declaration
from kblint.model.firewall import CloudFirewall
from kblint.model.input_format import InputFormat
from kblint.model.meta import Text
from kblint.read.hetzner import balancers, firewalls
from kblint.read.hetzner.annotations import annotations_of
from kblint.read.reading import Reading
from kblint.read.terraform.named import Traversal
from kblint.read.terraform.objects import makes_objects
from kblint.read.terraform.resources import (
    OpenedFolder,
    Resource,
    declared_twice,
    opened_folder,
    parse_files,
    resources,
    terraform_files,
)
from kblint.read.terraform.signs import may_show, signs
from kblint.read.terraform.values import Folder, Scope
from kblint.read.values import known, lenient_boolean, lenient_text, lenient_texts
from kblint.source.grouping import grouped
from kblint.source.stream import SyntaxFault, not_followed
from kblint.source.text import Place, Source
from kblint.source.values import Origin, PositionedDict, Unknown
from kblint.syntax.grammar import Node, found
from kblint.syntax.hcl import Body
from kblint.syntax.hcl_nodes import named, span_of

FORMAT = InputFormat(
    "Terraform",
    "`hcloud_load_balancer*`, `hcloud_firewall*`, `hcloud_server`, annotations; what a folder says is worked out",
    "other modules, data sources, state, and what depends on them is unknown",
)

BALANCER, FIREWALL, SERVER = "hcloud_load_balancer", "hcloud_firewall", "hcloud_server"
PARTS = SERVICE, TARGET, NETWORK = tuple(f"{BALANCER}_{part}" for part in ("service", "target", "network"))
ATTACHMENT = f"{FIREWALL}_attachment"
TYPES = frozenset({BALANCER, FIREWALL, SERVER, ATTACHMENT, *PARTS})


def read_folder(sources: Sequence[Source]) -> Reading | None:
    """What the `.tf` files of one folder declare, and what they show of the cluster; None when they do neither."""
    opened = opened_folder(sources, (BALANCER, FIREWALL, PREFIX))
    if opened is None:
        parsed = parse_files([source for source in terraform_files(sources) if may_show(source.text)])
        shown = () if declared_twice(parsed) else tuple(signs(parsed))
        return Reading(shown) if shown else None
    if not isinstance(opened, OpenedFolder):
        return opened
    parsed, folder = opened.files, opened.folder
    found = tuple(resources(parsed, folder, TYPES))
    declarations: list[Declaration] = [*_balancers(found, is_whole=not parsed.faults), *_firewalls(found)]
    for source, body in parsed.bodies:
        declarations.extend(_annotations(source, body, Scope(folder, source.text)))
    declarations.extend(signs(parsed))
    faults = (*parsed.faults, *_cuts(folder, (*(source for source, _ in parsed.bodies), *opened.variables)))
    return Reading(tuple(declarations), faults) if declarations or faults else None


def _cuts(folder: Folder, sources: Sequence[Source]) -> Iterator[SyntaxFault]:
    """Where a limit ends what is worked out."""
    for message, (text, span) in folder.cuts.items():
        source = next(source for source in sources if source.text is text)
        yield not_followed(Place(source, span), message)


def _balancers(found: Iterable[Resource], *, is_whole: bool) -> Iterator[LoadBalancer]:
    """Every balancer with what names it, the declared ones first; `is_whole` says that all resources could be read."""
    found = tuple(found)
    whole: dict[tuple[str, object], balancers.Parts] = {}
    names: dict[tuple[str, object], str] = {}
    declared = [one for one in found if one.type == BALANCER]
    keys = grouped((one.address, _key(one.key)) for one in declared)
    for resource in declared:
        address = (resource.address, _key(resource.key))
        whole[address] = balancers.Parts(resource.origin, targets=list(resource.origin.children("target")))
        names[address] = _name(resource)
    for resource in found:
        if resource.type in PARTS:
            parts = whole.setdefault(_owner(resource, keys), balancers.Parts())
            if resource.type == SERVICE:
                parts.services[resource] = resource.origin
            else:
                (parts.targets if resource.type == TARGET else parts.networks).append(resource.origin)
    for owner, parts in whole.items():
        yield parts.balancer(names.get(owner, owner[0]), DeclaredBy.TERRAFORM, _target, is_whole=is_whole)


def _key(key: object) -> object:
    return str(key) if isinstance(key, str | int) else None


def _owner(part: Resource, keys: Mapping[str, Sequence[object]]) -> tuple[str, object]:
    """Which balancer a resource belongs to: address and key of a declared one, else what is written."""
    written = part.origin.get("load_balancer_id")
    if isinstance(written, Traversal):
        declared = keys.get(written.address, ())
        if len(declared) == 1:
            return written.address, declared[0]
        return written.address, _key(written.key)
    return (written.text if isinstance(written, Unknown) else str(written)), None


def _name(resource: Resource) -> str:
    """The name at Hetzner where it is known, else that in Terraform."""
    written = lenient_text(resource.origin.get("name"))
    if isinstance(written, str):
        return written
    key = _key(resource.key)
    return resource.name if key is None else f'{resource.name}["{key}"]'


def _target(origin: Origin) -> Target:
    kind = lenient_text(origin.get("type"))
    kind = kind if isinstance(kind, str) else "server"
    written = origin.get("server_id" if kind == "server" else kind)
    is_inside = balancers.is_inside(kind, lenient_text(written))
    return Target(kind, _named(written), lenient_boolean(origin.get("use_private_ip")) or is_inside, origin)


def _named(value: object) -> Text | None:
    """A value, or the address of the resource it is taken from: enough to tell whether two are the same."""
    return value.address if isinstance(value, Traversal) else lenient_text(value)


def _firewalls(found: Iterable[Resource]) -> Iterator[CloudFirewall]:
    found = tuple(found)
    applied = grouped(_applied(found))
    for resource in found:
        if resource.type == FIREWALL:
            origin = resource.origin
            inline = [
                _named(entry.get(key))
                for entry in origin.children("apply_to")
                for key in ("server", "label_selector")
                if entry.is_written(key)
            ]
            applied_to = [*inline, *applied.get(resource.address, ())]
            # a module may hand the firewall to whoever applies it
            yield firewalls.spread(_name(resource), map(firewalls.rule, origin.children("rule")), applied_to, origin)


def _applied(found: Iterable[Resource]) -> Iterator[tuple[str, Text | None]]:
    """The addresses of firewalls, each with something that attachments and servers apply it to."""
    for resource in found:
        origin = resource.origin
        if resource.type == ATTACHMENT:
            firewall = origin.get("firewall_id")
            servers = map(_named, _listed(origin.get("server_ids")))
            for to in (*servers, *known(lenient_texts(origin.get("label_selectors")))):
                if isinstance(firewall, Traversal):
                    yield firewall.address, to
        elif resource.type == SERVER:
            for firewall in _listed(origin.get("firewall_ids")):
                if isinstance(firewall, Traversal):
                    yield firewall.address, resource.address


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _annotations(source: Source, body: Body, scope: Scope) -> Iterator[BalancerAnnotation]:
    """Those in the maps of a file, in its order, which make Services and Helm values; what they end on is not known."""
    if PREFIX not in source.text:
        return
    for mapping in _objects(body, source):
        node = PositionedDict(span_of(mapping))
        for element in named(mapping, "object_elem"):
            key, value = named(element, "expression")
            word = scope.key(key)
            if word is not None:
                # an annotation is a string: Terraform makes one of any scalar
                node.put(word, lenient_text(scope.value(value)) or "", span_of(key), span_of(value))
        yield from annotations_of(source, node, None, "unknown", None)


def _objects(body: Body, source: Source) -> Iterator[Node]:
    for attribute in body.attributes.values():
        if PREFIX in source.text[slice(*span_of(attribute.value))]:
            yield from found(attribute.value, "hcl", "(object) @object").get("object", ())
    for block in body.blocks:
        # in objects that are read, the annotations are those of an object
        if not (block.type == "resource" and makes_objects(block.labels[0] if block.labels else "")):
            yield from _objects(block.body, source)
