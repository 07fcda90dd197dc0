"""Traefik's entry points: which one a port leads to, and whether it sends all plain requests on to https.

https://doc.traefik.io/traefik/reference/install-configuration/entrypoints/ ; the values of its chart:
https://github.com/traefik/traefik-helm-chart/blob/master/traefik/VALUES.md
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from msgspec import Struct

from kblint.model.bundle import Bundle
from kblint.model.release import ChartRelease
from kblint.model.route import Dialect, Route
from kblint.model.workload import Container, Workload
from kblint.source.regex import regex
from kblint.source.text import Place
from kblint.source.values import Origin, Unknown
from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.listening.sockets import parse_address
from kblint.wire.services.controllers import controller_of_container
from kblint.wire.services.ports import PodPort, WiredPort

_FLAG = regex(r"--entrypoints?\.([\w-]+)\.([\w.]+)(?:=(.*))?\Z", re.IGNORECASE | re.ASCII | re.DOTALL)
_ANNOTATION = "traefik.ingress.kubernetes.io/router.entrypoints"
_REDIRECT = "http.redirections.entrypoint.to"
_SCHEME = "http.redirections.entrypoint.scheme"
_TRUST = ("forwardedheaders.insecure", "forwardedheaders.trustedips")
_REDIRECT_PATHS = (
    ("redirections", "entryPoint", "to"),
    ("http", "redirections", "entryPoint", "to"),
    ("redirectTo", "port"),
    ("redirectTo",),
)
"""Where releases of the chart have it, below the entry point."""


class EntryPoint(Struct, frozen=True):
    """An entry point. `redirect` is where it is told to send every plain request on to https.

    Traefik does not where it trusts the `X-Forwarded-Proto: https` of a balancer: then there is no redirect.
    """

    name: str
    redirect: Place | None = None


class _Setting(NamedTuple):
    point: str
    key: str
    value: str
    place: Place


def takes(point: EntryPoint | None, route: Route) -> bool:
    """Whether a route is there for requests through an entry point; a route that names none is there for all.

    What is passed on as it is comes through ports of its own: of an entry point that is not known, it is none.
    """
    if point is None or route.protocol == "UDP":
        return route.protocol is None
    annotated = route.meta.annotations.get(_ANNOTATION)
    named = route.entry_points if route.dialect is Dialect.TRAEFIK else ()
    if isinstance(annotated, str):
        named = tuple(one.strip() for one in annotated.split(","))
    return not named or point.name in (one.lower() for one in named)


Charts = Mapping[Place, ChartRelease]
"""The values of charts by their place, which is that of the Services that they make."""


def entry_point(port: WiredPort | None, pods: tuple[PodPort, ...], charts: Charts) -> EntryPoint | None:
    """The entry point behind a Service's port, or behind ports of pods; None where it cannot be known.

    A chart's values tell it, or the flags of a Traefik in the input.
    """
    if port is not None and port.service.is_from_chart:
        return _by_values(port, charts)
    found = {point for pod in pods if (point := _by_flags(pod))}
    return found.pop() if len(found) == 1 else None


def _by_values(port: WiredPort, charts: Charts) -> EntryPoint | None:
    chart = charts.get(port.service.meta.origin.place())
    name = port.port.name
    if chart is None or not isinstance(name, str):
        return None
    values = chart.values
    settings = [setting for setting in _arguments(values) if setting.point == name]
    key = next((key for key in values.child("ports").node if key.lower() == name), name)
    point = values.child("ports", key)
    headers = point.child("forwardedHeaders").node
    is_trusting = any(headers.get(key) for key in ("insecure", "trustedIPs"))
    if is_trusting or any(setting.key in _TRUST for setting in settings):
        return EntryPoint(name)
    for path in _REDIRECT_PATHS:
        written = point.get(*path)
        if isinstance(written, str) and written and point.get(*path[:-1], "scheme") != "http":
            return EntryPoint(name, point.place(*path))
    return EntryPoint(name, _told(settings))


def _by_flags(pod: PodPort) -> EntryPoint | None:
    for container in pod.workload.pod.running_containers:
        if controller_of_container(container) != "traefik":
            continue
        settings = _of_container(container)
        for setting in settings:
            address = parse_address(setting.value.partition("/")[0]) if setting.key == "address" else None
            if address and address.port == pod.number:
                own = [one for one in settings if one.point == setting.point]
                is_trusting = any(one.key in _TRUST for one in own)
                return EntryPoint(setting.point, None if is_trusting else _told(own))
    return None


class EntryPorts(Struct, frozen=True):
    """The ports that Traefik's entry points listen on in its pods, and what tells them."""

    numbers: tuple[int, ...]
    evidence: Evidence | None
    certainty: Certainty


K3S_ENTRY_PORTS = EntryPorts((8000, 8443), None, Certainty.LIKELY)
"""Of the Traefik that K3s brings; its chart may be given others by values that are not in the input."""


def entry_ports(bundle: Bundle, *, is_k3s_own: bool) -> EntryPorts | None:
    """The ports of all entry points; None where there is no Traefik, or one of which they cannot be known.

    `is_k3s_own` says that the cluster is one of K3s, which brings a Traefik.
    """
    found: set[int] = set()
    told = tuple(_addressed(bundle))
    for one in told:
        numbers = [parsed.port for at in one.addresses if (parsed := parse_address(at.value.partition("/")[0]))]
        if not numbers or len(numbers) < len(one.addresses):
            return None
        found.update(numbers)
    if told:
        return EntryPorts(tuple(sorted(found)), told[0].evidence, _certainty(told))
    return K3S_ENTRY_PORTS if is_k3s_own and not _has_chart(bundle) else None


class NamedPoint(NamedTuple):
    """An entry point that a route names, and where."""

    name: str
    place: Place


def named_by(route: Route) -> tuple[NamedPoint, ...]:
    """The entry points that a route names, by its own list or by the annotation; none for one that is there for all."""
    annotated = route.meta.annotations.get(_ANNOTATION)
    if route.dialect is Dialect.TRAEFIK:
        listed = enumerate(route.entry_points)
        return tuple(NamedPoint(one, route.origin.place("entryPoints", at)) for at, one in listed)
    place = route.meta.origin.place("metadata", "annotations", _ANNOTATION)
    names = annotated.split(",") if isinstance(annotated, str) else ()
    return tuple(NamedPoint(one.strip(), place) for one in names if one.strip())


class EntryNames(Struct, frozen=True):
    """The names of all of Traefik's entry points in lower case, and what tells them."""

    names: frozenset[str]
    evidence: Evidence | None
    certainty: Certainty


_K3S_NAMES = EntryNames(frozenset({"web", "websecure", "traefik", "metrics"}), None, Certainty.LIKELY)
"""Of the Traefik that K3s brings: https://github.com/traefik/traefik-helm-chart/blob/master/traefik/values.yaml"""


def entry_names(bundle: Bundle, *, is_k3s_own: bool) -> EntryNames | None:
    """The names of all entry points; None where there is no Traefik, or one of which they cannot be known.

    A configuration file takes the place of flags: https://doc.traefik.io/traefik/getting-started/configuration-overview/
    """
    told = tuple(_addressed(bundle))
    if any(not one.addresses or _has_file(one.container) for one in told):
        return None
    if told:
        found = frozenset(at.point for one in told for at in one.addresses)
        return EntryNames(found, told[0].evidence, _certainty(told))
    return _K3S_NAMES if is_k3s_own and not _has_chart(bundle) else None


class _Addressed(NamedTuple):
    """A container of Traefik, and where its entry points are given addresses."""

    container: Container
    addresses: list[_Setting]
    is_sure: bool

    @property
    def evidence(self) -> Evidence:
        """Where the first of them is told."""
        return Evidence(self.addresses[0].place, "its entry points")


def _addressed(bundle: Bundle) -> Iterator[_Addressed]:
    for workload in bundle.all(Workload):
        is_sure = not workload.meta.made or workload.meta.made.is_sure
        for container in workload.pod.running_containers:
            if controller_of_container(container) == "traefik":
                told = [setting for setting in _of_container(container) if setting.key == "address"]
                yield _Addressed(container, told, is_sure)


def _certainty(told: Iterable[_Addressed]) -> Certainty:
    return Certainty.KNOWN if all(one.is_sure for one in told) else Certainty.LIKELY


def _has_chart(bundle: Bundle) -> bool:
    return any(one.chart == "traefik" for one in bundle.all(ChartRelease))


def _has_file(container: Container) -> bool:
    """Whether flags may not be all that Traefik is told."""
    words = container.words
    is_told = any(isinstance(word, Unknown) or word.lower().startswith("--configfile") for word in words)
    return is_told or any(one.path.startswith("/etc/traefik") for one in container.mounts)


def _of_container(container: Container) -> list[_Setting]:
    return [
        setting
        for key, words in (("command", container.command), ("args", container.args))
        for setting in _settings(container.origin, key, words or ())
    ]


def _told(settings: list[_Setting]) -> Place | None:
    if any(setting.key == _SCHEME and setting.value == "http" for setting in settings):
        return None
    return next((setting.place for setting in settings if setting.key == _REDIRECT and setting.value), None)


def _arguments(values: Origin) -> Iterator[_Setting]:
    written = values.get("additionalArguments")
    words = [word if isinstance(word, str) else Unknown() for word in written] if isinstance(written, list) else []
    return _settings(values, "additionalArguments", tuple(words))


def _settings(origin: Origin, key: str, words: tuple[str | Unknown, ...]) -> Iterator[_Setting]:
    for index, word in enumerate(words):
        match = _FLAG.match(word) if isinstance(word, str) else None
        if match:
            yield _Setting(match[1].lower(), match[2].lower(), match[3] or "", origin.place(key, index))
