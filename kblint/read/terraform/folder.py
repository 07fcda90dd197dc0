"""Load balancers and firewalls declared with Terraform's `hcloud` provider, and the annotations that make some.

A balancer is spread over several resources, and its values over variables and locals: the files of a folder are read
together. https://registry.terraform.io/providers/hetznercloud/hcloud/latest/docs
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from kblint.model.annotations import PREFIX
from kblint.model.balancer import BalancerAnnotation, DeclaredBy, LoadBalancer, Target
from kblint.model.firewall import CloudFirewall
from kblint.model.meta import Text
from kblint.read.hetzner import balancers, firewalls
from kblint.read.reading import Reading
from kblint.read.scalars import boolean, known, text, texts
from kblint.read.terraform.annotations import annotations_in
from kblint.read.terraform.resources import Resource, folder_of, parse_files, resources
from kblint.read.terraform.values import Scope, Traversal
from kblint.source.text import Place, Source
from kblint.source.values import Origin, Unknown

BALANCER, FIREWALL, SERVER = "hcloud_load_balancer", "hcloud_firewall", "hcloud_server"
PARTS = tuple(f"{BALANCER}_{part}" for part in ("service", "target", "network"))
ATTACHMENT = f"{FIREWALL}_attachment"
TYPES = frozenset({BALANCER, FIREWALL, SERVER, ATTACHMENT, *PARTS})


def read_folder(sources: Sequence[Source]) -> Reading | None:
    """The balancers and firewalls of the `.tf` files of one folder; None when they declare none."""
    files = [source for source in sources if source.path.endswith(".tf")]
    if not any(sign in source.text for source in files for sign in (BALANCER, FIREWALL, PREFIX)):
        return None
    parsed = parse_files(sorted(files, key=lambda source: source.path))
    folder = folder_of(parsed, parse_files(sorted(filter(_sets_variables, sources), key=lambda source: source.path)))
    found = tuple(resources(parsed, folder, TYPES))
    declarations: list[LoadBalancer | CloudFirewall | BalancerAnnotation] = [
        *_balancers(found, is_whole=not parsed.faults),
        *_firewalls(found),
    ]
    for source, body in parsed.bodies:
        declarations.extend(annotations_in(source, body, Scope(folder, source.text)))
    return Reading(tuple(declarations), parsed.faults) if declarations or parsed.faults else None


def _sets_variables(source: Source) -> bool:
    """Whether Terraform takes the values of variables from a file without being told.

    https://developer.hashicorp.com/terraform/language/values/variables#variable-definitions-tfvars-files
    """
    name = source.path.rpartition("/")[2]
    return name == "terraform.tfvars" or name.endswith(".auto.tfvars")


@dataclass(slots=True, eq=False)
class _Parts:
    """A balancer and the resources that name it; no `declared` where it is declared elsewhere."""

    name: str
    declared: Resource | None
    services: list[Resource] = field(default_factory=list)
    targets: list[Resource] = field(default_factory=list)
    networks: list[Resource] = field(default_factory=list)

    def add(self, part: Resource) -> None:
        """Add a resource to its kind."""
        {PARTS[0]: self.services, PARTS[1]: self.targets, PARTS[2]: self.networks}[part.type].append(part)


def _balancers(found: Iterable[Resource], *, is_whole: bool) -> Iterator[LoadBalancer]:
    """Every balancer with what names it, the declared ones first; `is_whole` says that all resources could be read."""
    found = tuple(found)
    whole: dict[tuple[str, object], _Parts] = {}
    keys: dict[str, list[object]] = {}
    for resource in found:
        if resource.type == BALANCER:
            key = _key(resource.key)
            whole[resource.address, key] = _Parts(_name(resource), resource)
            keys.setdefault(resource.address, []).append(key)
    for resource in found:
        if resource.type in PARTS:
            owner = _owner(resource, keys)
            parts = whole.setdefault(owner, _Parts(owner[0], None))
            parts.add(resource)
    return (_balancer(parts, is_whole=is_whole) for parts in whole.values())


def _key(key: object) -> object:
    return str(key) if isinstance(key, str | int) else None


def _owner(part: Resource, keys: dict[str, list[object]]) -> tuple[str, object]:
    """Which balancer a resource belongs to: address and key of a declared one, else what is written."""
    written = part.origin.get("load_balancer_id")
    if isinstance(written, Traversal):
        declared = keys.get(written.address, [])
        if len(declared) == 1:
            return written.address, declared[0]
        return written.address, _key(written.key)
    return (written.text if isinstance(written, Unknown) else str(written)), None


def _name(resource: Resource) -> str:
    """The name at Hetzner where it is known, else that in Terraform."""
    written = text(resource.origin.get("name"))
    if isinstance(written, str):
        return written
    key = _key(resource.key)
    return resource.name if key is None else f'{resource.name}["{key}"]'


def _balancer(parts: _Parts, *, is_whole: bool) -> LoadBalancer:
    declared = parts.declared
    origin = declared.origin if declared else (*parts.services, *parts.targets, *parts.networks)[0].origin
    inline = declared.origin.children("target") if declared else ()
    addresses = (text(network.origin.get("ip")) for network in parts.networks)
    return LoadBalancer(
        name=parts.name,
        form=DeclaredBy.TERRAFORM,
        listeners=tuple(balancers.listener(service.origin, DeclaredBy.TERRAFORM) for service in parts.services),
        targets=tuple(_target(target) for target in (*inline, *(target.origin for target in parts.targets))),
        has_network=True if parts.networks else False if declared and is_whole else None,
        has_location=any(origin.get(key) is not None for key in ("location", "network_zone")) if declared else None,
        addresses=tuple(address for address in addresses if isinstance(address, str)),
        meta=None,
        origin=origin,
    )


def _target(origin: Origin) -> Target:
    kind = text(origin.get("type"))
    kind = kind if isinstance(kind, str) else "server"
    return Target(
        kind=kind,
        value=_named(origin.get("server_id" if kind == "server" else kind)),
        use_private_ip=boolean(origin.get("use_private_ip"), default=False),
        origin=origin,
    )


def _named(value: object) -> Text | None:
    """A value, or the address of the resource it is taken from: enough to tell whether two are the same."""
    return value.address if isinstance(value, Traversal) else text(value)


def _firewalls(found: Iterable[Resource]) -> Iterator[CloudFirewall]:
    found = tuple(found)
    applied = _applied(found)
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
            yield CloudFirewall(
                name=_name(resource),
                rules=tuple(map(firewalls.rule, origin.children("rule"))),
                # a module may hand the firewall to whoever applies it
                is_applied=True if applied_to else None,
                applied_to=tuple(dict.fromkeys(value for value in applied_to if value is not None)),
                place=Place(origin.source, origin.head),
            )


def _applied(found: Iterable[Resource]) -> dict[str, list[Text | None]]:
    """What each firewall is applied to by attachments and servers, by its address."""
    applied: dict[str, list[Text | None]] = {}
    for resource in found:
        origin = resource.origin
        if resource.type == ATTACHMENT:
            firewall = origin.get("firewall_id")
            if isinstance(firewall, Traversal):
                servers = _listed(origin.get("server_ids"))
                selectors = known(texts(origin.get("label_selectors")))
                applied.setdefault(firewall.address, []).extend((*map(_named, servers), *selectors))
        elif resource.type == SERVER:
            for firewall in _listed(origin.get("firewall_ids")):
                if isinstance(firewall, Traversal):
                    applied.setdefault(firewall.address, []).append(resource.address)
    return applied


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []
