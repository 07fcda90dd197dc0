"""Releases of Helm charts, however they are written: HelmRelease, Application, HelmChart, `helm install`, a file.

A reader says what is written; values that stand elsewhere (a ConfigMap, a file) are references until all is read.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

from kblint.model.meta import Meta
from kblint.source.text import Place
from kblint.source.values import Origin, PositionedDict


class Form(enum.Enum):
    """How a release is written; the value is how users read it."""

    HELM_RELEASE = "HelmRelease"
    APPLICATION = "Application"
    HELM_CHART = "HelmChart"
    HELM_CHART_CONFIG = "HelmChartConfig"
    TERRAFORM = "helm_release"
    KUBE_HETZNER = "kube-hetzner"
    HELMFILE = "helmfile"
    COMMAND = "helm"
    DEPENDENCY = "a dependency of a chart"
    FILE = "a values file"


class ValuesIn(enum.Enum):
    """Where values are looked for."""

    CONFIG_MAP = "ConfigMap"
    SECRET = "Secret"  # noqa: S105 - a kind
    FILE = "file"


class ValuesReference(Struct, frozen=True, eq=False):
    """Values that stand elsewhere: in the object `name`, under `key`; for a file, `name` is its path as written.

    `target` is where in the values the one value goes that is there; empty where it is all values. `is_optional` says
    that helm goes on without them.
    """

    found: ValuesIn
    name: str
    namespace: str | None
    key: str
    target: tuple[str, ...]
    is_optional: bool
    place: Place


class DeadValue(Struct, frozen=True, eq=False):
    """A value that the chart does not read; `instead` is what it reads, empty where there is no such thing.

    `is_certain` says that no version of the chart that may be meant reads it.
    """

    key: str
    place: Place
    instead: str
    reason: str
    is_certain: bool


class ChartRelease(Struct, frozen=True, eq=False, dict=True):
    """A chart and what it is installed with.

    `chart` is the chart's own name, as far as it is known, else empty; a values file of its own has no `meta`, and no
    `name` where nobody says what it is for. `layers` are the values as written, in helm's order: a later one wins.
    `values` is all of them merged, as far as they are known; `unknown` says what may be written besides. `place` is
    where its values stand: what its chart makes stands there too.
    """

    form: Form
    name: str
    namespace: str | None
    chart: str
    repository: str | None
    version: str | None
    layers: tuple[Origin | ValuesReference, ...]
    values: Origin
    place: Place
    meta: Meta | None
    written: str = ""
    """The chart as it is named there: what may be the path of one in the input."""
    is_folder: bool = False
    """Whether the chart is a folder of a repository of files, where a chart of any name may be anybody's own."""
    unknown: tuple[str, ...] = ()
    dead: tuple[DeadValue, ...] = ()
    is_known: bool = False
    """Whether it is known what the chart makes: which roles it has in a cluster, if not everything."""
    has_all_ways: bool = False
    """Whether all ways in that it makes are known."""
    is_rendered: bool = False
    """Whether all that it makes is in the input, as helm makes it."""

    @cached_property
    def port_numbers(self) -> frozenset[int]:
        """The numbers that the values give for ports of nodes."""
        return port_numbers(self.values.node)

    @property
    def references(self) -> Iterator[ValuesReference]:
        """The values that stand elsewhere."""
        return (layer for layer in self.layers if isinstance(layer, ValuesReference))

    def __str__(self) -> str:
        return f"{self.form.value} `{self.name}`" if self.name else self.form.value


_TOO_HIGH = 65536
ON_NODES = ("nodePort", "nodePorts", "hostPort", "hostPorts")
"""Keys of charts' values below which ports of nodes stand."""


def port_numbers(values: object) -> frozenset[int]:
    """The numbers that a chart's values give for ports of nodes, written as numbers or in quotes, at whatever depth."""
    found: set[int] = set()
    pending, seen = [(values, False)], set[tuple[int, bool]]()
    while pending:
        value, is_port = pending.pop()
        if isinstance(value, dict | list):
            if (id(value), is_port) in seen:
                continue
            seen.add((id(value), is_port))
            if isinstance(value, dict):
                pending.extend((below, is_port or key in ON_NODES) for key, below in value.items())
            else:
                pending.extend((below, is_port) for below in value)
        elif is_port and not isinstance(value, bool):
            text = str(value) if isinstance(value, int | str) else ""
            if text.isascii() and text.isdecimal() and 0 < int(text[:6]) < _TOO_HIGH:
                found.add(int(text[:6]))
    return frozenset(found)


def no_values(place: Place) -> Origin:
    """Values of which none are written."""
    return Origin(place.source, PositionedDict(place.span), place.span)
