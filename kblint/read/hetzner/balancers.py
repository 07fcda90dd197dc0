"""Load balancers in the shape of Hetzner's API, also written by hand.

https://docs.hetzner.cloud/reference/cloud#load-balancers
"""

from __future__ import annotations

import pathlib
from collections import Counter
from collections.abc import Callable, Mapping
from types import MappingProxyType

from msgspec import Struct, field

from kblint.model.balancer import DeclaredBy, Health, HealthCheck, Listener, LoadBalancer, Target
from kblint.model.meta import Number
from kblint.read.values import lenient_boolean, lenient_number, lenient_text, lenient_texts
from kblint.source.grouping import grouped
from kblint.source.text import Source
from kblint.source.values import Origin, PositionedDict, PositionedList, Unknown

WRAPPERS = ("load_balancers", "load_balancer", "balancers")
"""Keys under which balancers stand: two of the API's answers, one of `kblint.yaml`."""

NO_HEALTHS: Mapping[Number | None, Health] = MappingProxyType({})
DEFAULT_LISTEN_PORT = {"http": 80, "https": 443}
DEFAULT_DESTINATION_PORT = 80
"""Where http and https listeners send to when nothing is written: plain HTTP, for https too."""


def read_balancers(origin: Origin, form: DeclaredBy) -> tuple[LoadBalancer, ...]:
    """The balancers under `load_balancers`, `load_balancer` or `balancers` of `origin`; without such a key itself.

    Every mapping found there is taken for a balancer: what is not written is unknown, or the API's default.
    """
    return tuple(balancer(found, form) for found in held_in(origin, WRAPPERS))


class Parts(Struct, eq=False):
    """A balancer that is spread over several resources or tasks; no `declared` where it is declared elsewhere."""

    declared: Origin | None = None
    services: dict[object, Origin] = field(default_factory=dict)
    """By something that tells one from the next."""
    targets: list[Origin] = field(default_factory=list)
    networks: list[Origin] = field(default_factory=list)

    def balancer(
        self, name: str, form: DeclaredBy, target: Callable[[Origin], Target], *, is_whole: bool
    ) -> LoadBalancer:
        """The balancer that they make; `is_whole` says that there are no other parts, `target` reads one target."""
        declared = self.declared
        addresses = (lenient_text(network.get("ip")) for network in self.networks)
        return LoadBalancer(
            name=name,
            form=form,
            listeners=tuple(listener(service, form) for service in self.services.values()),
            targets=tuple(map(target, self.targets)),
            has_network=True if self.networks else False if declared and is_whole else None,
            has_location=any(declared.get(key) is not None for key in _LOCATIONS) if declared else None,
            addresses=tuple(address for address in addresses if isinstance(address, str)),
            meta=None,
            origin=declared or (*self.services.values(), *self.targets, *self.networks)[0],
        )


_LOCATIONS = ("location", "network_zone")


def held_in(origin: Origin, wrappers: tuple[str, ...]) -> tuple[Origin, ...]:
    """The mappings under the wrapping keys of `origin`, one or a sequence; without such a key `origin` alone."""
    for key in wrappers:
        value = origin.get(key)
        if isinstance(value, PositionedList):
            return origin.children(key)
        if isinstance(value, PositionedDict):
            return (origin.child(key),)
    return (origin,)


def is_balancer(node: PositionedDict) -> bool:
    """Whether a mapping is a load balancer of the API or a short form of one, and nothing else."""
    services = node.get("services")
    if "apiVersion" in node or not isinstance(services, list):
        return False
    if not services:
        return isinstance(node.get("load_balancer_type"), dict)
    return all(
        isinstance(service, dict) and ("listen_port" in service or {"protocol", "destination_port"} <= service.keys())
        for service in services
    )


def balancer(origin: Origin, form: DeclaredBy) -> LoadBalancer:
    """One load balancer in the API's shape."""
    healths = _healths(origin)
    located = [key for key in _LOCATIONS if origin.is_written(key)]
    return LoadBalancer(
        name=name_of(origin),
        form=form,
        listeners=tuple(listener(service, form, healths) for service in origin.children("services")),
        targets=tuple(target_of(target) for target in origin.children("targets")),
        has_network=bool(origin.get("private_net")) if origin.is_written("private_net") else None,
        has_location=any(origin.get(key) is not None for key in located) if located else None,
        addresses=_addresses(origin),
        meta=None,
        origin=origin,
    )


def name_of(origin: Origin) -> str:
    """The name, else the id, else that of the file."""
    for key in ("name", "id"):
        written = lenient_text(origin.get(key))
        if isinstance(written, str) and written:
            return written
        if isinstance(written, Unknown):
            return written.text
    return stem(origin.source)


def stem(source: Source) -> str:
    """The name of the file, without folders and ending."""
    return pathlib.PurePosixPath(source.path).name.split(".")[0]


def _addresses(origin: Origin) -> tuple[str, ...]:
    public = (origin.get("public_net", version, "ip") for version in ("ipv4", "ipv6"))
    private = (network.get("ip") for network in origin.children("private_net"))
    return tuple(address for address in (*public, *private) if isinstance(address, str) and address)


def _healths(origin: Origin) -> Mapping[Number | None, Health]:
    """What is said about the targets' health, by listen port; those of a label selector stand inside of it."""
    targets = [target for entry in origin.children("targets") for target in (entry, *entry.children("targets"))]
    told = [status for target in targets for status in target.children("health_status")]
    statuses = [(lenient_number(status.get("listen_port")), status) for status in told]
    unhealthy = grouped((port, one.place("status")) for port, one in statuses if one.get("status") == "unhealthy")
    others = Counter(port for port, status in statuses if status.get("status") != "unhealthy")
    return {port: Health(places, others[port]) for port, places in unhealthy.items()}


def listener(origin: Origin, form: DeclaredBy, healths: Mapping[Number | None, Health] = NO_HEALTHS) -> Listener:
    """One service, in the API's shape; `healths` are by listen port."""
    protocol = lenient_text(origin.get("protocol"))
    protocol = protocol.lower() if isinstance(protocol, str) else protocol or Unknown()
    listen_port = lenient_number(origin.get("listen_port"))
    if listen_port is None:
        listen_port = DEFAULT_LISTEN_PORT.get(protocol, Unknown()) if isinstance(protocol, str) else Unknown()
    destination = lenient_number(origin.get("destination_port"))
    if destination is None:
        destination = DEFAULT_DESTINATION_PORT if protocol in DEFAULT_LISTEN_PORT else Unknown()
    return Listener(
        protocol=protocol,
        listen_port=listen_port,
        destination_port=destination,
        proxy_protocol=lenient_boolean(origin.get("proxyprotocol")),
        redirect_http=lenient_boolean(_inside(origin, "http", "redirect_http")),
        has_certificates=_has_certificates(origin, form),
        health_check=_health_check(origin),
        health=healths.get(listen_port, Health()),
        origin=origin,
    )


def _inside(origin: Origin, block: str, *path: str) -> object:
    """The value at `path` inside of a block; unknown where the block as a whole is."""
    whole = origin.get(block)
    return whole if isinstance(whole, Unknown) else origin.get(block, *path)


def _has_certificates(origin: Origin, form: DeclaredBy) -> bool | Unknown:
    """Unknown where nothing is written, but for Terraform: people leave the certificates out of what they describe."""
    value = _inside(origin, "http", "certificates")
    if isinstance(value, Unknown):
        return value
    if value is None and form is not DeclaredBy.TERRAFORM:
        return Unknown()
    return bool(value)


def _health_check(origin: Origin) -> HealthCheck | None:
    whole = origin.get("health_check")
    if isinstance(whole, Unknown):
        return HealthCheck(whole, whole, whole, whole, None, origin)
    return health_check(origin.child("health_check")) if whole else None


def health_check(check: Origin) -> HealthCheck:
    """A `health_check` block, in the API's shape: `protocol`, `port`, and under `http` the `path`, `domain`, codes."""
    return HealthCheck(
        protocol=lenient_text(check.get("protocol")),
        port=lenient_number(check.get("port")),
        path=lenient_text(_inside(check, "http", "path")),
        domain=lenient_text(_inside(check, "http", "domain")),
        status_codes=lenient_texts(check.get("http", "status_codes")) or None,
        origin=check,
    )


def target_of(origin: Origin) -> Target:
    """One target, in the API's shape."""
    kind = lenient_text(origin.get("type"))
    if not isinstance(kind, str):
        kind = next((key for key in ("server", "label_selector", "ip") if origin.is_written(key)), "server")
    return Target(
        kind=kind,
        value=_target_value(origin, kind),
        use_private_ip=lenient_boolean(origin.get("use_private_ip")),
        origin=origin,
    )


def _target_value(origin: Origin, kind: str) -> str | Unknown | None:
    value = origin.get(kind)
    if not isinstance(value, dict):
        return lenient_text(value)
    named = (lenient_text(value.get(key)) for key in ("name", "id", "selector", "ip"))
    return next((found for found in named if found is not None), None)
