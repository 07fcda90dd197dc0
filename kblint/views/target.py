"""Which journeys lead to what the user names: a URL, or a Service."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from kblint.errors import UsageError
from kblint.model.networks import address_of
from kblint.model.service import Service
from kblint.source.spelling import did_you_mean
from kblint.wire.journeys.journey import Journey

_PORTS = {"http": 80, "https": 443}
_ANY_HOST = "<any host>"
_NODE = "<node>"


class TargetAddress(Struct, frozen=True):
    """A URL taken apart; None is what it does not say."""

    scheme: str | None
    host: str
    port: int | None
    path: str | None


def narrowed(journeys: Sequence[Journey], services: Iterable[Service], target: str) -> tuple[Journey, ...]:
    """The journeys to `target`.

    A URL may leave out its scheme, its port and its path, and then any will do; a path leads where an ingress would
    send it, to the longest that it begins with. A Service is `name` or `namespace/name`.

    Raises:
        UsageError: there are none.
    """
    found: Iterable[Journey]
    if any(sign in target.partition("/")[0] for sign in ".:<*"):
        # a Service's name and a namespace hold neither a dot nor a colon
        found = _to_url(journeys, address(target))
        known = [journey.name for journey in journeys]
    else:
        services = list(services)
        wanted = [service for service in services if _is_named(service, target)]
        ports = {port for service in wanted for port in service.ports}
        found = [journey for journey in journeys if any(hop.thing in ports for hop in journey.hops)]
        known = [_name(service) for service in services]
        if wanted and not found:
            raise UsageError(f"no journey leads to Service `{target}`", help="`kblint trace` shows every way in")
    if not found:
        raise UsageError(f"nothing here is reached at `{target}`", help=did_you_mean(target, known))
    return tuple(found)


def address(url: str) -> TargetAddress:
    """What `url` says; also the name of a journey, in which the host may be `<node>` or `<any host>`."""
    scheme, separator, rest = url.rpartition("://") if "://" in url else ("", "", url)
    authority, slash, path = rest.partition("/")
    host, colon, port = authority.rpartition(":")
    if not colon or not port.isdecimal() or host.endswith(":") or (":" in host and not host.endswith("]")):
        host, port = authority, ""
    named = scheme.lower() if separator else None
    number = int(port) if port else _PORTS.get(named or "")
    return TargetAddress(
        named, host.lower(), number, slash + path.partition("?")[0].partition("#")[0] if slash else None
    )


def _to_url(journeys: Sequence[Journey], wanted: TargetAddress) -> list[Journey]:
    """The journeys with the most specific host that takes the request, and of each way in the longest path."""
    fits = [
        (journey, there)
        for journey in journeys
        if (there := address(journey.name))
        and wanted.scheme in (None, there.scheme)
        and wanted.port in (None, there.port)
        and _host_rank(there.host, wanted.host)
    ]
    best = max((_host_rank(there.host, wanted.host) for _, there in fits), default=0)
    fits = [(journey, there) for journey, there in fits if _host_rank(there.host, wanted.host) == best]
    if wanted.path is None:
        return [journey for journey, _ in fits]
    fits = [(journey, there) for journey, there in fits if _begins(wanted.path, there.path or "/")]
    longest: dict[tuple[str | None, int | None], int] = {}
    for _, there in fits:
        door = (there.scheme, there.port)
        longest[door] = max(longest.get(door, 0), len(there.path or "/"))
    return [journey for journey, there in fits if len(there.path or "/") == longest[there.scheme, there.port]]


def _host_rank(there: str, wanted: str) -> int:
    """How well a journey's host takes a request for the host `wanted`: 0 not at all; an exact name is the best."""
    if there == wanted:
        return 3
    if there.startswith("*.") and wanted.partition(".")[2] == there[2:]:
        return 2
    if there == _NODE:
        # nodes have no names that the input knows
        return int(wanted in ("", "localhost") or address_of(wanted.strip("[]")) is not None)
    return int(there == _ANY_HOST)


def _begins(path: str, prefix: str) -> bool:
    """Whether `path` begins with the elements of `prefix`, as `pathType: Prefix` compares them.

    https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types
    """
    return f"{path.rstrip('/')}/".startswith(f"{prefix.rstrip('/')}/")


def _name(service: Service) -> str:
    return f"{service.meta.namespace}/{service.meta.name}" if service.meta.namespace else service.meta.name


def _is_named(service: Service, target: str) -> bool:
    """Whether `target` names this Service; one without a namespace may be deployed into any."""
    namespace, separator, name = target.rpartition("/")
    return service.meta.name == name and (not separator or service.meta.namespace in (None, namespace))
