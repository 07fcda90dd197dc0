"""Checks that are about one kind of mapping: a pod, a container's resources, an Ingress."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kblint.admission.checks import GENERAL, Check, Wrong, items, mapping, texts
from kblint.admission.formats import FUNCTIONS, amount

_RESOURCE = re.compile(
    r"(?!requests\.)([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)*[a-z0-9]([-a-z0-9]*[a-z0-9])?/[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?"
)
_OWN_RESOURCES = ("cpu", "memory", "ephemeral-storage")
_PORTS = range(1, 65536)
_PORT_NAME = re.compile(r"(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_PORT_NAME = 15
_DEADLINE = 600
"""Seconds that a Deployment's progress may take where nobody says more."""
_GRACE = 30
"""Seconds that a pod has to end where nobody says more."""
_CLASS = "kubernetes.io/ingress.class"
_ADDRESS_TYPES = {"IPv4": 4, "IPv6": 6}


def _mounted(node: Mapping[str, Any], given: Sequence[Any]) -> Iterator[Wrong]:
    """Every mount of a container names a volume of the pod, whose spec is at `given`, or a claim that it gets."""
    pod = node
    for key in given:
        pod = mapping(pod, key)
    claims = (mapping(claim, "metadata") for _, claim in items(node, ("volumeClaimTemplates",)))
    names = [one.get("name") for one in (*(volume for _, volume in items(pod, ("volumes",))), *claims)]
    for path, container in items(pod, ("initContainers", "containers")):
        for inner, mount in items(container, ("volumeMounts", "volumeDevices")):
            name = mount.get("name")
            if isinstance(name, str) and name and name not in names:
                yield Wrong((*given, *path, *inner, "name"), name)


def _init_probes(node: Mapping[str, Any], _: Sequence[Any]) -> Iterator[Wrong]:
    """A container that ends before others start is not probed."""
    for path, container in items(node, ("initContainers",)):
        if container.get("restartPolicy") != "Always":
            for key in ("livenessProbe", "readinessProbe", "startupProbe", "lifecycle"):
                if container.get(key) is not None:
                    yield Wrong((*path, key), key)


def _init_ports(node: Mapping[str, Any], _: Sequence[Any]) -> Iterator[Wrong]:
    """The ports of containers that end before others start; the others' are wired, and judged there."""
    for path, container in items(node, ("initContainers",)):
        if container.get("restartPolicy") == "Always":
            continue
        names: set[str] = set()
        hosts: set[tuple[object, ...]] = set()
        for inner, port in items(container, ("ports",)):
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


def _sleeps_fit(node: Mapping[str, Any], _: Sequence[Any]) -> Iterator[Wrong]:
    """No container sleeps longer at its end than its pod has to end."""
    grace = node.get("terminationGracePeriodSeconds")
    most = _GRACE if grace is None else grace
    for path, container in items(node, ("containers", "initContainers")):
        sleep = mapping(mapping(mapping(container, "lifecycle"), "preStop"), "sleep").get("seconds")
        if isinstance(sleep, int) and isinstance(most, int) and sleep > most >= 0:
            yield Wrong((*path, "lifecycle", "preStop", "sleep", "seconds"), sleep)


def _requests_fit(node: Mapping[str, Any], _: Sequence[Any]) -> Iterator[Wrong]:
    """A request is not higher than its limit, and what is asked for is a resource."""
    requests, limits = mapping(node, "requests"), mapping(node, "limits")
    for name, value in requests.items():
        asked, most = amount(value), amount(limits.get(name))
        if asked is not None and most is not None and asked > most:
            yield Wrong(("requests", name), value)


def _resource_names(node: Mapping[str, Any], _: Sequence[Any]) -> Iterator[Wrong]:
    """A resource is one of Kubernetes' own, or has a domain in front."""
    for key in ("requests", "limits"):
        for name in mapping(node, key):
            own = name in _OWN_RESOURCES or name.startswith("hugepages-")
            if not own and not _RESOURCE.fullmatch(name):
                yield Wrong((key, name), name)


def _extended_resources(node: Mapping[str, Any], _: Sequence[Any]) -> Iterator[Wrong]:
    """What cannot be shared out, a device or huge pages, is asked for as it is limited, and in whole numbers."""
    requests, limits = mapping(node, "requests"), mapping(node, "limits")
    for key, values in (("limits", limits), ("requests", requests)):
        for name, value in values.items():
            is_device, number = "/" in name and "kubernetes.io/" not in name, amount(value)
            if number is None or not (is_device or name.startswith("hugepages-")):
                continue
            if is_device and number % 1:
                yield Wrong((key, name), f"`{name}` is counted in whole numbers, not as `{value}`")
            elif key == "requests" and amount(limits.get(name)) != number:
                yield Wrong((key, name), f"the request for `{name}` is `{value}`, and its limit is another")


def _deadline(node: Mapping[str, Any], _: Sequence[Any]) -> Iterator[Wrong]:
    """A Deployment has longer to get on than its pods have to be ready."""
    deadline, ready = node.get("progressDeadlineSeconds"), node.get("minReadySeconds") or 0
    most = _DEADLINE if deadline is None else deadline
    if isinstance(most, int) and isinstance(ready, int) and most <= ready:
        yield Wrong(("progressDeadlineSeconds",) if deadline is not None else ("minReadySeconds",), most)


def _same_class(node: Mapping[str, Any], _: Sequence[Any]) -> Iterator[Wrong]:
    """An Ingress that names its class in both ways names one class."""
    old, new = (
        mapping(mapping(node, "metadata"), "annotations").get(_CLASS),
        mapping(node, "spec").get("ingressClassName"),
    )
    if isinstance(old, str) and isinstance(new, str) and old != new:
        yield Wrong(("metadata", "annotations", _CLASS), old)


def _slice_addresses(node: Mapping[str, Any], _: Sequence[Any]) -> Iterator[Wrong]:
    """The addresses of an EndpointSlice are of its type."""
    version = _ADDRESS_TYPES.get(str(node.get("addressType")))
    for path, endpoint in items(node, ("endpoints",)) if version else ():
        for index, text in enumerate(texts(endpoint, "addresses")):
            try:
                fits = ipaddress.ip_address(text).version == version and FUNCTIONS["endpoint_address"](text)
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
    for index, text in enumerate(texts(node, "except")):
        try:
            part = ipaddress.ip_network(text, strict=False)
        except ValueError:
            continue
        inside = part.version == whole.version and part != whole and part.network_address in whole
        if not inside or part.prefixlen < whole.prefixlen:
            yield Wrong(("except", index), text)


def _has_keys(node: Mapping[str, Any], given: Sequence[Any]) -> Iterator[Wrong]:
    """A Secret of a type has the keys that the type needs, of several with `|` between them one."""
    kind, *keys = given
    if node.get("type") == kind:
        there = {*mapping(node, "data"), *mapping(node, "stringData")}
        yield from (Wrong(("type",), key) for key in keys if not there & {*key.split("|")})


def _spans_fit(node: Mapping[str, Any], _: Sequence[Any]) -> Iterator[Wrong]:
    """What a LimitRange asks for lies between its bounds."""
    bounds = [(key, mapping(node, key)) for key in ("min", "defaultRequest", "default", "max")]
    for at, (high, upper) in enumerate(bounds):
        for low, lower in bounds[:at]:
            for name in upper:
                most, least = amount(upper[name]), amount(lower.get(name))
                if most is not None and least is not None and least > most:
                    yield Wrong((high, name), f"`{high}` of `{name}` is `{upper[name]}`, less than its `{low}`")


def _accounts_placed(node: Mapping[str, Any], _: Sequence[Any]) -> Iterator[Wrong]:
    """A ServiceAccount that a ClusterRoleBinding names is in a namespace."""
    for path, subject in items(node, ("subjects",)):
        if subject.get("kind") == "ServiceAccount" and not subject.get("namespace"):
            yield Wrong(path, str(subject.get("name")))


CHECKS: Mapping[str, Check] = {
    **GENERAL,
    "accounts_placed": _accounts_placed,
    "deadline": _deadline,
    "extended_resources": _extended_resources,
    "has_keys": _has_keys,
    "init_ports": _init_ports,
    "init_probes": _init_probes,
    "mounted": _mounted,
    "range_end": _range_end,
    "requests_fit": _requests_fit,
    "resource_names": _resource_names,
    "same_class": _same_class,
    "sleeps_fit": _sleeps_fit,
    "slice_addresses": _slice_addresses,
    "spans_fit": _spans_fit,
    "within": _within,
}
"""The checks by the name that `schemas/limits.yaml` uses."""
