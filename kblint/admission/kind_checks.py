"""Checks that are about one kind of mapping: a pod, a container's resources, an Ingress."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from kblint.admission.checks import GENERAL, Check, Wrong, items, mapping, texts
from kblint.admission.formats import FUNCTIONS, amount
from kblint.source.regex import regex
from kblint.source.spelling import nearest
from kblint.wire.faults.port_names import misnamed
from kblint.wire.faults.rejected import PORTS, out_of_range

_RESOURCE = regex(
    r"(?!requests\.)([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)*[a-z0-9]([-a-z0-9]*[a-z0-9])?/[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?"
)
_OWN_RESOURCES = ("cpu", "memory", "ephemeral-storage")
_TO_FILL_IN = regex(r"[<$]|\{\{|your|change.?me|replace", re.IGNORECASE)
"""What a text holds that stands for another."""
_CPU_UNITS = (Decimal("0.001"), Decimal(1))
_UNITS = (*(Decimal(10) ** power for power in range(0, 19, 3)), *(Decimal(2) ** power for power in range(10, 70, 10)))
"""The amounts that CPU, and that anything else is told in."""
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
                near = nearest(name, [one for one in names if isinstance(one, str)])
                meant = f", `{near}` is one" if near else ""
                yield Wrong((*given, *path, *inner, "name"), f"`{name}` is no volume of these pods{meant}")


def _init_probes(node: Mapping[str, Any], _: Sequence[Any]) -> Iterator[Wrong]:
    """A container that ends before others start is not probed."""
    for path, container in items(node, ("initContainers",)):
        if container.get("restartPolicy") != "Always":
            for key in ("livenessProbe", "readinessProbe", "startupProbe", "lifecycle"):
                if container.get(key) is not None:
                    yield Wrong((*path, key), key)


def _init_ports(node: Mapping[str, Any], given: Sequence[Any]) -> Iterator[Wrong]:
    """The ports of containers that end before others start, one field of them; the others' are wired, and judged there.

    A field is wrong for what is wrong there, and said in the same words.
    """
    (field,) = given
    for path, container in items(node, ("initContainers",)):
        if container.get("restartPolicy") == "Always":
            continue
        seen: set[object] = set()
        for inner, port in items(container, ("ports",)):
            value = port.get(field)
            key = (value, port.get("hostIP") or "", port.get("protocol") or "TCP") if field == "hostPort" else value
            wrong = _wrong_port(field, value, str(container.get("name")), is_twice=key in seen)
            if wrong:
                yield Wrong((*path, *inner, field), wrong)
            if value and not isinstance(value, dict | list):
                seen.add(key)


def _wrong_port(field: str, value: object, container: str, *, is_twice: bool) -> str:
    """What is wrong with a field of a container's port, in words; empty for nothing."""
    if isinstance(value, str) and value and field == "name":
        wrong = misnamed(value)
        reason = f"stands twice in container `{container}`" if is_twice else wrong and wrong.reason
        return f"port name `{value}` {reason}" if reason else ""
    if isinstance(value, int) and (value or field == "containerPort"):
        return out_of_range(value) or ("a host port is asked for twice" if is_twice and field == "hostPort" else "")
    return ""


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


def _huge_pages(node: Mapping[str, Any], _: Sequence[Any]) -> Iterator[Wrong]:
    """Huge pages come with memory or CPU."""
    named = [(key, name) for key in ("limits", "requests") for name in mapping(node, key)]
    if not any(name in ("cpu", "memory") for _, name in named):
        yield from (Wrong((key, name), name) for key, name in named if name.startswith("hugepages-"))


def _divisor(node: Mapping[str, Any], _: Sequence[Any]) -> Iterator[Wrong]:
    """The unit in which a variable is told how much its container has."""
    source = mapping(mapping(node, "valueFrom"), "resourceFieldRef")
    divisor, resource = amount(source.get("divisor")), str(source.get("resource"))
    is_cpu = resource.endswith(".cpu")
    if divisor and divisor not in (_CPU_UNITS if is_cpu else _UNITS):
        yield Wrong(("valueFrom", "resourceFieldRef", "divisor"), source["divisor"])


def _node_fields(node: Mapping[str, Any], _: Sequence[Any]) -> Iterator[Wrong]:
    """The one field of a node that pods may be bound to is its name, and one at a time."""
    for path, wanted in items(node, ("matchFields",)):
        key, operator, values = wanted.get("key"), wanted.get("operator"), wanted.get("values")
        if isinstance(key, str) and key != "metadata.name":
            yield Wrong((*path, "key"), f"`{key}` is no field that a node is chosen by")
        elif operator not in ("In", "NotIn") and isinstance(operator, str):
            yield Wrong((*path, "operator"), f"`{operator}` does not go with a field")
        elif isinstance(values, list) and len(values) != 1:
            yield Wrong((*path, "values"), f"`values` has {len(values)} entries, and a field takes one")


def _keys_apart(node: Mapping[str, Any], _: Sequence[Any]) -> Iterator[Wrong]:
    """A label whose value comes from the pod itself is not asked for as well."""
    selector = mapping(node, "labelSelector")
    asked = {*mapping(selector, "matchLabels"), *(one.get("key") for _, one in items(selector, ("matchExpressions",)))}
    for index, key in enumerate(texts(node, "matchLabelKeys")):
        if key in asked:
            yield Wrong(("matchLabelKeys", index), key)


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
    if isinstance(last, int) and (last not in PORTS or (isinstance(first, int) and last < first)):
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


def _json_text(node: Mapping[str, Any], given: Sequence[Any]) -> Iterator[Wrong]:
    """A Secret for a registry holds JSON under the key that its type names."""
    for key in given:
        data, texts = mapping(node, "data"), mapping(node, "stringData")
        if node.get("type") == f"kubernetes.io/{key.removeprefix('.')}" and not _holds_json(data, texts, key):
            yield Wrong(("stringData" if key in texts else "data", key), key)


def _holds_json(data: Mapping[str, Any], texts: Mapping[str, Any], key: str) -> bool:
    """Whether a value is an object in JSON, as far as anybody knows: what is to be filled in may be one."""
    written = texts.get(key, data.get(key))
    if not isinstance(written, str) or _TO_FILL_IN.search(written):
        return True
    try:
        text = written if key in texts else base64.b64decode(written, validate=True)
    except binascii.Error:
        return True
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


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
    "divisor": _divisor,
    "extended_resources": _extended_resources,
    "has_keys": _has_keys,
    "huge_pages": _huge_pages,
    "init_ports": _init_ports,
    "init_probes": _init_probes,
    "json_text": _json_text,
    "keys_apart": _keys_apart,
    "mounted": _mounted,
    "node_fields": _node_fields,
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
