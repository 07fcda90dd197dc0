"""What several fields of one mapping must be to each other, where a JSON Schema cannot say it.

A check gets the mapping and the arguments that `schemas/limits.yaml` gives it, and answers with the places that are
wrong: the path within the mapping, and the value to name.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from kblint.admission.formats import amount

Path = tuple[str | int, ...]
_RESOURCE = re.compile(
    r"(requests\.)?([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)*[a-z0-9]([-a-z0-9]*[a-z0-9])?/[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?"
)
_OWN_RESOURCES = ("cpu", "memory", "ephemeral-storage", "storage")
_PORTS = range(1, 65536)
_PORT_NAME = re.compile(r"(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_PORT_NAME = 15
_DEADLINE = 600
"""Seconds that a Deployment's progress may take where nobody says more."""
_ADDRESS_TYPES = {"IPv4": 4, "IPv6": 6}


class Wrong(NamedTuple):
    """A place within the mapping that is wrong, and what stands there."""

    path: Path
    value: object


Check = Callable[[Mapping[str, Any], Sequence[Any]], Iterator[Wrong]]


def _unique(node: Mapping[str, Any], given: Sequence[Any]) -> Iterator[Wrong]:
    """No two items of the lists named after the first argument have the same value of the field that it names."""
    key, *lists = given
    seen: set[object] = set()
    for path, item in _items(node, lists):
        value = item.get(key)
        if isinstance(value, str) and value:
            if value in seen:
                yield Wrong((*path, key), value)
            seen.add(value)


def _unique_by(node: Mapping[str, Any], given: Sequence[Any]) -> Iterator[Wrong]:
    """No two items of a list have the same values of some fields; each is named with its default."""
    name, *keys = given
    seen: set[str] = set()
    for path, item in _items(node, (name,)):
        values = [default if item.get(key) is None else item[key] for key, default in keys]
        if any(value is None or isinstance(value, dict | list) for value in values):
            continue
        told = repr(values)
        if told in seen:
            yield Wrong((*path, keys[0][0]) if item.get(keys[0][0]) is not None else path, values[0])
        seen.add(told)


def _no_repeats(node: Mapping[str, Any], given: Sequence[Any]) -> Iterator[Wrong]:
    """No plain value stands twice in a list."""
    (name,) = given
    found = node.get(name)
    seen: set[object] = set()
    for index, value in enumerate(found if isinstance(found, list) else ()):
        if isinstance(value, str | int):
            if value in seen:
                yield Wrong((name, index), value)
            seen.add(value)


def _one_of(node: Mapping[str, Any], given: Sequence[Any]) -> Iterator[Wrong]:
    """At most one of these fields is there."""
    there = [key for key in node if key in given and node[key] not in (None, "", 0)]
    yield from (Wrong((key,), key) for key in there[1:2])


def _some_of(node: Mapping[str, Any], given: Sequence[Any]) -> Iterator[Wrong]:
    """One of these fields is there at least."""
    if not any(node.get(key) is not None for key in given):
        yield Wrong((), None)


def _at_most(node: Mapping[str, Any], given: Sequence[Any]) -> Iterator[Wrong]:
    """A list has at most so many items."""
    most, key = given
    if isinstance(node.get(key), list) and len(node[key]) > most:
        yield Wrong((key,), len(node[key]))


def _no_nulls(node: Mapping[str, Any], given: Sequence[Any]) -> Iterator[Wrong]:
    """No item of these lists is empty."""
    for key in given:
        found = node.get(key)
        for index, item in enumerate(found if isinstance(found, list) else ()):
            if item is None:
                yield Wrong((key, index), key)


def _mounted(node: Mapping[str, Any], given: Sequence[Any]) -> Iterator[Wrong]:
    """Every mount of a container names a volume of the pod, whose spec is at `given`, or a claim that it gets."""
    pod = node
    for key in given:
        pod = _mapping(pod, key)
    claims = (_mapping(claim, "metadata") for _, claim in _items(node, ("volumeClaimTemplates",)))
    names = [one.get("name") for one in (*(volume for _, volume in _items(pod, ("volumes",))), *claims)]
    for path, container in _items(pod, ("initContainers", "containers")):
        for inner, mount in _items(container, ("volumeMounts",)):
            name = mount.get("name")
            if isinstance(name, str) and name and name not in names:
                yield Wrong((*given, *path, *inner, "name"), name)


def _init_probes(node: Mapping[str, Any], _: Sequence[Any]) -> Iterator[Wrong]:
    """A container that ends before others start is not probed."""
    for path, container in _items(node, ("initContainers",)):
        if container.get("restartPolicy") != "Always":
            for key in ("livenessProbe", "readinessProbe", "startupProbe", "lifecycle"):
                if container.get(key) is not None:
                    yield Wrong((*path, key), key)


def _init_ports(node: Mapping[str, Any], _: Sequence[Any]) -> Iterator[Wrong]:
    """The ports of containers that end before others start; the others' are wired, and judged there."""
    for path, container in _items(node, ("initContainers",)):
        if container.get("restartPolicy") == "Always":
            continue
        names: set[str] = set()
        hosts: set[tuple[object, ...]] = set()
        for inner, port in _items(container, ("ports",)):
            at, name, host = (*path, *inner), port.get("name"), port.get("hostPort")
            for key, least in (("containerPort", 1), ("hostPort", 0)):
                number = port.get(key)
                if isinstance(number, int) and not least <= number < _PORTS.stop:
                    yield Wrong((*at, key), f"`{number}` is no port number")
            if isinstance(name, str) and name:
                if not _PORT_NAME.fullmatch(name) or len(name) > _LONGEST_PORT_NAME:
                    yield Wrong((*at, "name"), f"`{name}` is no name for a port")
                elif name in names:
                    yield Wrong((*at, "name"), f"two ports of this container are named `{name}`")
                names.add(name)
            if isinstance(host, int) and host:
                claim = (host, str(port.get("hostIP") or ""), str(port.get("protocol") or "TCP"))
                if claim in hosts:
                    yield Wrong((*at, "hostPort"), f"host port `{host}` stands twice in this container")
                hosts.add(claim)


def _requests_fit(node: Mapping[str, Any], _: Sequence[Any]) -> Iterator[Wrong]:
    """A request is not higher than its limit, and what is asked for is a resource."""
    requests, limits = _mapping(node, "requests"), _mapping(node, "limits")
    for name, value in requests.items():
        asked, most = amount(value), amount(limits.get(name))
        if asked is not None and most is not None and asked > most:
            yield Wrong(("requests", name), value)


def _resource_names(node: Mapping[str, Any], _: Sequence[Any]) -> Iterator[Wrong]:
    """A resource is one of Kubernetes' own, or has a domain in front."""
    for key in ("requests", "limits"):
        for name in _mapping(node, key):
            own = name in _OWN_RESOURCES or name.startswith("hugepages-")
            if not own and not _RESOURCE.fullmatch(name):
                yield Wrong((key, name), name)


def _deadline(node: Mapping[str, Any], _: Sequence[Any]) -> Iterator[Wrong]:
    """A Deployment has longer to get on than its pods have to be ready."""
    deadline, ready = node.get("progressDeadlineSeconds"), node.get("minReadySeconds") or 0
    most = _DEADLINE if deadline is None else deadline
    if isinstance(most, int) and isinstance(ready, int) and most <= ready:
        yield Wrong(("progressDeadlineSeconds",) if deadline is not None else ("minReadySeconds",), most)


def _same_first(node: Mapping[str, Any], given: Sequence[Any]) -> Iterator[Wrong]:
    """The first of a list is what a field says."""
    one, many = (node.get(key) for key in given)
    if isinstance(one, str) and one and isinstance(many, list) and many and many[0] != one:
        yield Wrong((given[1], 0), many[0])


def _all_named(node: Mapping[str, Any], given: Sequence[Any]) -> Iterator[Wrong]:
    """Of several items each has a name."""
    items = list(_items(node, given))
    if len(items) > 1:
        yield from (Wrong(path, None) for path, item in items if not item.get("name"))


def _slice_addresses(node: Mapping[str, Any], _: Sequence[Any]) -> Iterator[Wrong]:
    """The addresses of an EndpointSlice are of its type."""
    version = _ADDRESS_TYPES.get(str(node.get("addressType")))
    for path, endpoint in _items(node, ("endpoints",)) if version else ():
        for index, text in enumerate(_texts(endpoint, "addresses")):
            try:
                fits = ipaddress.ip_address(text).version == version
            except ValueError:
                fits = False
            if not fits:
                yield Wrong((*path, "addresses", index), text)


def _range_end(node: Mapping[str, Any], _: Sequence[Any]) -> Iterator[Wrong]:
    """A range of ports ends at its first port or after it."""
    first, last = node.get("port"), node.get("endPort")
    if isinstance(last, int) and (last not in _PORTS or (isinstance(first, int) and last < first)):
        yield Wrong(("endPort",), last)


def _within(node: Mapping[str, Any], _: Sequence[Any]) -> Iterator[Wrong]:
    """What a block leaves out lies inside it."""
    try:
        whole = ipaddress.ip_network(str(node.get("cidr")), strict=False)
    except ValueError:
        return
    for index, text in enumerate(_texts(node, "except")):
        try:
            part = ipaddress.ip_network(text, strict=False)
        except ValueError:
            continue
        inside = part.version == whole.version and part != whole and part.network_address in whole
        if not inside or part.prefixlen < whole.prefixlen:
            yield Wrong(("except", index), text)


def _apart(node: Mapping[str, Any], given: Sequence[Any]) -> Iterator[Wrong]:
    """No key stands in both mappings."""
    one, other = (_mapping(node, key) for key in given)
    yield from (Wrong((given[1], key), key) for key in other if key in one)


def _has_keys(node: Mapping[str, Any], given: Sequence[Any]) -> Iterator[Wrong]:
    """A Secret of a type has the keys that the type needs."""
    kind, *keys = given
    if node.get("type") == kind:
        there = {*_mapping(node, "data"), *_mapping(node, "stringData")}
        yield from (Wrong(("type",), key) for key in keys if key not in there)


def _ordered(node: Mapping[str, Any], given: Sequence[Any]) -> Iterator[Wrong]:
    """The second field is not less than the first."""
    least, most = (node.get(key) for key in given)
    if isinstance(least, int) and isinstance(most, int) and most < least:
        yield Wrong((given[1],), most)


def _mapping(node: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = node.get(key)
    return found if isinstance(found, dict) else {}


def _texts(node: Mapping[str, Any], key: str) -> Sequence[str]:
    found = node.get(key)
    return [str(one) for one in found] if isinstance(found, list) else []


def _items(node: Mapping[str, Any], lists: Sequence[Any]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """The mappings in the lists of these names, with their paths."""
    for name in lists:
        found = node.get(name)
        for index, item in enumerate(found if isinstance(found, list) else ()):
            if isinstance(item, dict):
                yield (name, index), item


CHECKS: Mapping[str, Check] = {
    "all_named": _all_named,
    "apart": _apart,
    "at_most": _at_most,
    "deadline": _deadline,
    "has_keys": _has_keys,
    "init_ports": _init_ports,
    "init_probes": _init_probes,
    "mounted": _mounted,
    "no_nulls": _no_nulls,
    "no_repeats": _no_repeats,
    "one_of": _one_of,
    "ordered": _ordered,
    "range_end": _range_end,
    "requests_fit": _requests_fit,
    "resource_names": _resource_names,
    "same_first": _same_first,
    "slice_addresses": _slice_addresses,
    "some_of": _some_of,
    "unique": _unique,
    "unique_by": _unique_by,
    "within": _within,
}
"""The checks by the name that `schemas/limits.yaml` uses."""
