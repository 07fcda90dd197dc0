"""What a known chart makes of the values of a release: objects as if somebody had written their manifests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from msgspec.structs import replace

from kblint.charts.catalog import DeadKey, KnownChart
from kblint.charts.cursor import Cursor
from kblint.charts.expression import FUNCTIONS, NotKnownError
from kblint.charts.template import Filling, MadeParts
from kblint.model.annotations import PREFIX
from kblint.model.bundle import Declaration, Other, meta_of
from kblint.model.input_format import InputFormat
from kblint.model.meta import Made
from kblint.model.release import ChartRelease, DeadValue, Form
from kblint.model.service import Service
from kblint.read.hetzner.ccm import balancer
from kblint.read.kubernetes.objects import read_object
from kblint.read.values import positive
from kblint.source.regex import regex
from kblint.source.values import Origin, PathPart, PositionedDict, with_texts

_RELEASE = regex(r"\{\{-?[ \t]*\$?\.Release\.(Name|Namespace)[ \t]*-?\}\}")
"""https://helm.sh/docs/chart_template_guide/builtin_objects/, in values that a chart takes for templates (`tpl`)."""
FORMAT = InputFormat(
    "releases of charts",
    "HelmRelease (Flux), Application (Argo CD), HelmChart and HelmChartConfig (K3s), and the forms of the other rows;"
    " of a known chart (`kblint/charts/`), what it makes of the values",
    "charts that are not known: the hosts in their values are ways in that are not followed",
)


def objects(release: ChartRelease, chart: KnownChart, parts: MadeParts, *, is_only: bool) -> Iterator[Declaration]:
    """The objects, and the balancers that Hetzner's cloud controller manager makes of them.

    What depends on something that cannot be known is left out. `is_only` says that the release is written once,
    `parts` how much may still be made.

    Raises:
        TooMuchError: it is more than that.
    """
    is_open = bool(release.unknown)
    values = Cursor(_named(release), chart.defaults, (), is_open)
    about: Mapping[str, object] = {
        "name": release.name,
        "namespace": release.namespace,
        "version": release.version,
        "is_open": is_open,
    }
    scope = Filling({"values": values, "release": about}, release.values.head, parts.begin()).bound(chart.let)
    found: list[PositionedDict] = []
    is_all = True
    for template in chart.objects:
        try:
            found.extend(one.value for one in scope.filled(template) if isinstance(one.value, PositionedDict))
        except NotKnownError:
            is_all = False
    is_whole = chart.is_whole and is_all and is_only and not is_open
    made = Made(str(release), release.chart, is_whole=is_whole, is_sure=is_all and _is_sure(release, chart))
    for node in found:
        origin = Origin(release.values.source, node, release.values.head)
        yield from _declared(origin, made)


def _named(release: ChartRelease) -> Origin:
    """The values, with what the release is called, and where it stands, written where they ask for that."""
    known = {"Name": release.name, "Namespace": release.namespace}

    def told(match: re.Match[str]) -> str:
        return known[match[1]] or match[0]

    node = with_texts(release.values.node, lambda text: _RELEASE.sub(told, text) if "{{" in text else text)
    return replace(release.values, node=node) if isinstance(node, PositionedDict) else release.values


def _declared(origin: Origin, made: Made) -> Iterator[Declaration]:
    for declaration in read_object(origin).declarations:
        meta = meta_of(declaration)
        if meta is None or isinstance(declaration, Other):
            continue
        # each of these has a `meta`, which the union of their types does not say
        named = cast(Declaration, replace(cast(Any, declaration), meta=replace(meta, made=made)))
        if isinstance(named, Service):
            hosts = (positive(port.origin.node, "hostPort") for port in named.ports)
            ports = (replace(port, host_port=host) for port, host in zip(named.ports, hosts, strict=True))
            named = replace(named, ports=tuple(ports))
        yield named
        if isinstance(named, Service):
            is_own = named.type == "LoadBalancer" and named.load_balancer_class is None
            if is_own and any(key.startswith(PREFIX) for key in named.meta.annotations):
                yield balancer(named)


def dead_values(release: ChartRelease, chart: KnownChart) -> Iterator[DeadValue]:
    """The values of a release that its chart does not read."""
    for dead in chart.dead:
        if not _applies(dead, release):
            continue
        for at in _found(release.values, dead.key, ()):
            holder = release.values.get(*at[:-1])
            is_empty = isinstance(holder, dict) and holder.get(str(at[-1])) in (None, {}, [])
            if not is_empty:
                named = [part for part, key in zip(at, dead.key, strict=True) if key == "*"]
                instead = dead.instead
                for part in named:
                    instead = instead.replace("*", str(part), 1)
                yield DeadValue(
                    ".".join(map(str, at)),
                    release.values.key_place(*at),
                    instead,
                    dead.reason,
                    is_certain=_is_surely(release, chart),
                )


def _is_sure(release: ChartRelease, chart: KnownChart) -> bool:
    """Whether the version is one that is known to do what the file of the chart says."""
    if chart.covers is None or release.unknown or not _is_surely(release, chart):
        return False
    try:
        return bool(FUNCTIONS["since"](release.version, chart.covers))
    except NotKnownError:
        return False


def _is_surely(release: ChartRelease, chart: KnownChart) -> bool:
    """Whether the release is of this chart, and of no other vendor's."""
    named = release.repository or ""
    if any(part in named for part in chart.head.repositories):
        return True
    # a repository that is only named, or the chart that K3s brings
    return release.form is not Form.FILE and "." not in named


def _applies(dead: DeadKey, release: ChartRelease) -> bool:
    """Whether the version of a release is known not to read a key."""
    try:
        after = dead.since is None or bool(FUNCTIONS["since"](release.version, dead.since))
        before = dead.before is None or not FUNCTIONS["since"](release.version, dead.before)
    except NotKnownError:
        return False
    return after and before


def _found(values: Origin, keys: tuple[str, ...], path: tuple[PathPart, ...]) -> Iterator[tuple[PathPart, ...]]:
    if not keys:
        yield path
        return
    holder = values.get(*path)
    if isinstance(holder, dict):
        for key in holder if keys[0] == "*" else (keys[0],):
            if key in holder:
                yield from _found(values, keys[1:], (*path, key))
